"""What changes nothing and is on record all the same: who came in, who was turned away, who took what away."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from axes.utils import reset
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import PASSWORD, WIND_FARM_LAND, County
from workflows.audit.models import Entry
from workflows.models import Application, Document
from workflows.offices import access_log
from workflows.operations import screen_of


def browser(county: County, username: str) -> Client:
    client = Client()
    client.force_login(county[username])
    return client


def said(kind: str) -> list[dict[str, Any]]:
    found = Entry.objects.filter(kind=kind).order_by("pk")
    return [json.loads(bytes(row.body)) for row in found]


def try_sign_in(username: str, password: str = "wrong") -> int:
    return Client().post(reverse("sign_in"), {"username": username, "password": password}).status_code


@pytest.fixture
def case(county: County) -> Application:
    return county.apply("land_pre_review", WIND_FARM_LAND, applicant_post="applicant.windfarm")


def test_a_wrong_password_is_on_record_in_the_name_of_the_account_and_the_fifth_locks_it(county: County) -> None:
    for _n in range(5):
        try_sign_in(" Chief.Land ")
    person = str(county["chief.land"].pk)
    failed = said("access.sign_in_failed")
    assert [(row["actor"], row["on_behalf_of"]) for row in failed] == [("", person)] * 5
    assert [row["on_behalf_of"] for row in said("access.locked_out")] == [person]
    for _n in range(3):
        try_sign_in("chief.land", PASSWORD)
    assert len(said("access.sign_in_failed")) == 5 and len(said("access.locked_out")) == 1


def test_what_was_typed_as_the_name_of_nobody_is_never_kept(county: County) -> None:
    try_sign_in("my-Secret-Passw0rd\n{}")
    (row,) = said("access.sign_in_failed")
    assert row["payload"] == {"account": "unknown"} and row["on_behalf_of"] == ""
    assert not any(b"Secret" in bytes(entry.body) for entry in Entry.objects.all())


def test_a_flood_of_wrong_passwords_is_kept_up_to_its_measure_and_hides_nobody_elses(county: County) -> None:
    most = access_log.MOST_AN_HOUR
    for n in range(most + 8):
        try_sign_in(f"nobody{n}")
    assert len(said("access.sign_in_failed")) == most
    assert [row["payload"].get("last_of_the_hour") for row in said("access.sign_in_failed")[-2:]] == [None, True]
    reset()
    try_sign_in("chief.land")
    assert said("access.sign_in_failed")[-1]["on_behalf_of"] == str(county["chief.land"].pk)


def test_signing_in_and_out_is_on_record(county: County) -> None:
    client = Client()
    person = county["chief.land"]
    person.set_password(PASSWORD)
    person.save()
    client.post(reverse("sign_in"), {"username": person.username, "password": PASSWORD})
    client.post(reverse("sign_out"))
    assert [row["actor"] for row in said("account.signed_in")] == [str(person.pk)]
    assert [row["actor"] for row in said("access.signed_out")] == [str(person.pk)]
    client.post(reverse("sign_out"))
    assert len(said("access.signed_out")) == 1


def test_a_page_and_an_act_of_anothers_role_are_refused_on_record(county: County, case: Application) -> None:
    client = browser(county, "chief.land")
    assert client.get("/audit/").status_code == 403
    step = county.open_step(case, "intake")
    assert (
        client.post(
            reverse("sign", args=[step.pk]),
            {"decision": "accept", "seen": screen_of(Application.objects.get(pk=case.pk))},
        ).status_code
        == 403
    )
    page, act = said("access.refused")
    assert page["payload"] == {"code": "not_for_this_role", "status": 403, "view": "audit", "of": {}, "method": "GET"}
    assert act["payload"]["of"] == {"step_id": str(step.pk)} and act["actor"] == str(county["chief.land"].pk)


def test_an_act_on_what_one_may_not_even_see_is_on_record_and_a_mistyped_address_is_not(
    county: County, case: Application
) -> None:
    stranger = browser(county, "applicant.gas")
    assert stranger.get(reverse("application", args=[case.pk])).status_code == 404
    assert said("access.refused") == []
    assert stranger.post(reverse("special_act", args=[case.pk, "withdraw"]), {"seen": "x"}).status_code in (403, 404)
    assert len(said("access.refused")) == 1


def test_a_slip_is_no_attempt_and_leaves_no_entry(county: County, case: Application) -> None:
    step = county.open_step(case, "intake")
    answer = browser(county, "window.land").post(
        reverse("sign", args=[step.pk]), {"decision": "accept", "opinion": "同意", "seen": "an old screen"}
    )
    assert answer.status_code == 409
    assert said("access.refused") == []


def test_refusals_of_one_person_are_kept_up_to_the_measure_of_the_hour(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log, "MOST_AN_HOUR", 3)
    client = browser(county, "chief.land")
    for _n in range(5):
        client.get("/audit/")
    browser(county, "applicant.gas").get("/audit/")
    kept = said("access.refused")
    assert [row["actor"] for row in kept] == [str(county["chief.land"].pk)] * 3 + [str(county["applicant.gas"].pk)]
    assert [row["payload"].get("last_of_the_hour") for row in kept] == [None, None, True, None]


def test_nothing_that_a_stranger_sends_as_an_address_reaches_the_record(county: County) -> None:
    client = browser(county, "chief.land")
    client.get("/audit/entries/?kind=%0a%7b%22kind%22%3a%22forged%22%7d")
    client.get("/audit/", HTTP_USER_AGENT="x\n{}", HTTP_REFERER="http://x/\r\n{}")
    for entry in Entry.objects.filter(kind="access.refused"):
        assert b"\n" not in bytes(entry.body) and b"forged" not in bytes(entry.body)


def test_a_downloaded_paper_is_on_record_with_its_hash_and_without_its_name(county: County, case: Application) -> None:
    document = Document.objects.filter(application=case).order_by("pk")[0]
    client = browser(county, "chief.land")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse("document", args=[document.pk]))
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    (row,) = said("reading.document")
    assert row["payload"]["sha256"] == document.sha256 and row["payload"]["document"] == str(document.pk)
    assert document.file_name not in json.dumps(row, ensure_ascii=False)
    assert sum("INSERT" in query["sql"] for query in asked) == 1 and len(asked) <= 5
    stranger = browser(county, "applicant.gas")
    assert stranger.get(reverse("document", args=[document.pk])).status_code == 404
    assert len(said("reading.document")) == 1


@pytest.mark.parametrize(
    ("username", "address", "kind", "name"),
    [
        ("chief.land", "/inbox/?format=csv", "reading.list", "inbox"),
        ("chief.land", "/applications/?format=csv&q=秘密", "reading.list", "applications"),
        ("chief.land", "/escalations/?format=csv", "reading.list", "escalations"),
        ("admin", "/people/?format=csv", "reading.list", "people"),
        ("ndrc", "/projects/?format=csv&year=2022", "reading.list", "projects-2022"),
        ("ndrc", "/projects/?format=xlsx&year=2022", "reading.list", "projects-2022"),
        ("ndrc", "/projects/import/export/", "reading.ledger", ""),
    ],
)
def test_every_list_that_leaves_as_a_file_is_on_record_with_the_number_of_its_rows(
    county: County, case: Application, username: str, address: str, kind: str, name: str
) -> None:
    answer = browser(county, username).get(address)
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    (row,) = said(kind)
    assert row["actor"] == str(county[username].pk) and row["payload"].get("list", "") == name
    assert isinstance(row["payload"]["rows"], int) and "秘密" not in json.dumps(row, ensure_ascii=False)


def test_the_auditors_own_commands_are_on_record(county: County, settings: Any, tmp_path: Any) -> None:
    from django.core.management import call_command

    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    browser(county, "auditor").get("/audit/entries/?kind=access")
    entry = str(Entry.objects.get(kind="audit.searched").pk)
    call_command("audit", "checkpoint")
    call_command("audit", "verify")
    call_command("audit", "receipt", entry)
    call_command("audit", "export", str(tmp_path / "package"))
    assert said("audit.verified")[0]["payload"]["findings"] == 0
    assert said("audit.receipt_printed")[0]["payload"]["entry"] == entry
    assert said("audit.exported")[0]["payload"]["entries"] >= 2
    assert {row["actor"] for kind in ("verified", "exported") for row in said(f"audit.{kind}")} == {"system"}


def test_the_measure_begins_anew_with_the_next_hour(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "MOST_AN_HOUR", 1)
    for minutes in (0, 30, 61):
        moment = county.now + dt.timedelta(minutes=minutes)
        access_log.note_failed_sign_in(username="chief.land", locked=False, now=moment)
    assert len(said("access.sign_in_failed")) == 2
