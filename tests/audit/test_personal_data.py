"""Personal data stand beside the trail under a salted commitment, and may be erased while the chain still verifies."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from permits.models import Project
from permits.operations.projects import Sheet, create_project, edit_project
from tests.cast import County
from workflows.audit import private
from workflows.audit.erasing import CannotErase, DecidedAlready, OwnErasure, ask, decide
from workflows.audit.models import Entry, Erasure, PrivateValue
from workflows.audit.sequencer import sequence
from workflows.audit.verify import verify

NAME = "马小翠"


@pytest.fixture(autouse=True)
def log_apart(settings: Any, tmp_path: Any) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


def test_a_contacts_name_stands_in_no_entry(county: County) -> None:
    project = create_project(
        sheet=Sheet(name="试验项目", year=2022, contact=NAME), code="", person=county["ndrc"], now=county.now
    )
    sheet = Sheet(name="试验项目", year=2022, contact="李四")
    edit_project(project_id=project.pk, sheet=sheet, version=1, person=county["ndrc"], now=county.now)
    assert not [row for row in Entry.objects.all() if NAME in bytes(row.body).decode()]
    assert sorted(PrivateValue.objects.values_list("value", flat=True)) == sorted([NAME, NAME, "李四"])
    assert len(set(PrivateValue.objects.values_list("commitment", flat=True))) == 3


def test_a_second_person_erases_and_the_chain_still_verifies(county: County) -> None:
    create_project(
        sheet=Sheet(name="试验项目", year=2022, contact=NAME), code="", person=county["ndrc"], now=county.now
    )
    sequence(county.now, sign=True)
    value = PrivateValue.objects.get()
    asked: dict[str, Any] = {"county": value.county, "now": county.now}
    with pytest.raises(CannotErase, match="档案法"):
        ask(**asked, value_id=value.pk, basis="pipl-47-3", words="本人撤回同意", person="1")
    Project.objects.update(phase=Project.Phase.CANCELLED)
    row = ask(**asked, value_id=value.pk, basis="pipl-47-3", words="本人撤回同意", person="1")
    with pytest.raises(OwnErasure):
        decide(**asked, erasure_id=row.pk, granted=True, person="1")
    assert PrivateValue.objects.exists()
    decide(**asked, erasure_id=row.pk, granted=True, person="2")
    with pytest.raises(DecidedAlready):
        decide(**asked, erasure_id=row.pk, granted=True, person="3")
    assert not PrivateValue.objects.exists() and private.opened(value.county, [value.commitment]) == {}
    said = bytes(Entry.objects.get(kind="pii.erased").body).decode()
    assert "pipl-47-3" in said and '"decided_by":"2"' in said and NAME not in said
    sequence(county.now + dt.timedelta(minutes=2), sign=True)
    assert verify(county.now).findings == []


def test_the_page_asks_and_lets_another_decide(county: County) -> None:
    create_project(
        sheet=Sheet(name="试验项目", year=2022, contact=NAME), code="", person=county["ndrc"], now=county.now
    )
    Project.objects.update(phase=Project.Phase.CANCELLED)
    client, other, officer = Client(), Client(), Client()
    client.force_login(county["admin"])
    other.force_login(county["auditor"])
    officer.force_login(county["chief.land"])
    assert officer.get("/audit/erasures/").status_code == 403
    assert NAME not in client.get("/audit/erasures/").content.decode()
    body = {"value": PrivateValue.objects.get().pk, "basis": "pipl-47-1", "words": "项目已撤销"}
    client.post("/audit/erasures/new/", body)
    row = Erasure.objects.get()
    assert client.post(f"/audit/erasures/{row.pk}/decide/", {"answer": "grant"}).status_code == 403
    other.post(f"/audit/erasures/{row.pk}/decide/", {"answer": "grant"})
    page = other.get("/audit/erasures/").content.decode()
    assert "已于" in page and "第四十七条第一项" in page
    assert client.post("/audit/erasures/new/", body).status_code == 422
