"""The auditor's pages: health, search, verdicts, findings; and the receipt of a sign-off for whoever may see it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.cast import WIND_FARM_LAND, County
from workflows.audit import guards
from workflows.audit.models import Entry, Finding
from workflows.audit.sequencer import note_finding, sequence
from workflows.models import Application, SignOff
from workflows.templatetags.kinds import kind_word

ROOMS = "access|account|appointment|calendar|charge|cover|ladder|ledger|matter|person|promise|recusal|reading"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def log_apart(settings: Any, tmp_path: Any) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


def browser(county: County, username: str) -> Client:
    client = Client()
    client.force_login(county[username])
    return client


@pytest.fixture
def case(county: County) -> Application:
    application = county.apply("land_pre_review", WIND_FARM_LAND, applicant_post="applicant.windfarm")
    county.sign(application, "intake", "window.land", "accept")
    return application


def test_the_auditor_sees_how_the_trail_stands_and_others_do_not(county: County, case: Application) -> None:
    sequence(county.now, sign=True)
    for address in ("/audit/", "/audit/entries/"):
        assert browser(county, "auditor").get(address).status_code == 200
        assert browser(county, "chief.land").get(address).status_code == 403
    page = browser(county, "auditor").get("/audit/").content.decode()
    assert str(Entry.objects.count()) in page and "audit.620799.kaigong+" in page


def test_entries_are_found_by_person_application_kind_and_day(county: County, case: Application) -> None:
    client = browser(county, "auditor")
    name = county["window.land"].display_name
    for query in (f"number={case.number}", f"person={name}", "kind=application.accept"):
        assert case.number in client.get(f"/audit/entries/?{query}").content.decode()
    assert case.number not in client.get("/audit/entries/?first=2030-01-01").content.decode()
    assert case.number not in client.get("/audit/entries/?person=nobody").content.decode()
    assert Entry.objects.filter(kind="audit.searched", actor=str(county["auditor"].pk)).count() >= 4


def test_verdicts_are_plain_words_for_a_true_and_for_a_changed_record(county: County, case: Application) -> None:
    client = browser(county, "auditor")
    sequence(county.now, sign=True)
    for body in ({}, {"number": case.number}):
        assert "属实" in client.post("/audit/verify/", body).content.decode()
    guards.drop(connection)
    first = Entry.objects.filter(chain=case.chain).order_by("seq")[0]
    Entry.objects.filter(pk=first.pk).update(body=bytes(first.body).replace(b"620799", b"620798"))
    guards.create(connection)
    for body in ({}, {"number": case.number}):
        assert "记录被改动" in client.post("/audit/verify/", body).content.decode()
    assert client.post("/audit/verify/", {"number": "没有"}).status_code == 422


def test_a_sign_off_gives_its_receipt_to_whoever_may_see_it_and_the_auditor_verifies_it(
    county: County, case: Application
) -> None:
    sequence(county.now, sign=True)
    signed = SignOff.objects.filter(application=case, act="accept").get()
    address = f"/audit/receipts/{signed.pk}.json"
    assert browser(county, "applicant.gas").get(address).status_code == 404
    for username in ("applicant.windfarm", "chief.land"):
        said = browser(county, username).get(address)
        assert said.status_code == 200 and json.loads(said.content)["checkpoint"]
    file = SimpleUploadedFile("receipt.json", said.content)
    assert "属实" in browser(county, "auditor").post("/audit/verify/", {"receipt": file}).content.decode()
    broken = SimpleUploadedFile(
        "receipt.json", said.content.replace(b"land_pre", b"land_prx").replace(b"accept", b"grant_")
    )
    verdict = browser(county, "auditor").post("/audit/verify/", {"receipt": broken}).content.decode()
    assert "属实" not in verdict
    nonsense = SimpleUploadedFile("x.json", b"\xff\xfe")
    assert browser(county, "auditor").post("/audit/verify/", {"receipt": nonsense}).status_code == 422


def test_a_finding_is_resolved_with_words_and_stays(county: County) -> None:
    note_finding("root", "checkpoint 7", "The entries do not give the root that was signed.")
    client = browser(county, "auditor")
    finding = Finding.objects.get()
    assert "checkpoint 7" in client.get("/audit/").content.decode()
    client.post(f"/audit/findings/{finding.pk}/resolve/", {"resolution": ""})
    assert Finding.objects.get().resolved_at is None
    client.post(f"/audit/findings/{finding.pk}/resolve/", {"resolution": "误装旧备份，已恢复"})
    assert Finding.objects.get().resolved_by == county["auditor"].display_name
    assert Entry.objects.filter(kind="audit.finding_resolved").count() == 1


def test_every_kind_that_the_code_writes_has_its_word() -> None:
    written = set()
    for folder in ("workflows", "permits"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            written |= set(re.findall(rf'"((?:{ROOMS})\.(?!html")[a-z_]+)"', text))
            acts = r'"audit\.((?:search|verifi|export|receipt_print|key_rotat|[a-z]+_resolv)ed)"'
            written |= {f"audit.{name}" for name in re.findall(acts, text)}
            written |= {f"reading.{name}" for name in re.findall(r'note_reading\(\s*request,\s*"([a-z_]+)"', text)}
            if folder == "permits":
                written |= {f"project.{name}" for name in re.findall(r'(?:entry_of|record)\(\s*"([a-z_]+)", \w', text)}
    assert len(written) > 55
    assert {kind for kind in written if kind_word(kind) == kind} == set()
