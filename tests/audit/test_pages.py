"""The auditor's pages: health, search, verdicts, findings; and the receipt of a sign-off for whoever may see it."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import PDF, WIND_FARM_LAND, County
from workflows.audit import guards
from workflows.audit.models import Entry, Finding, SavedSearch, TreeLeaf
from workflows.audit.receipts import code_of
from workflows.audit.sequencer import note_finding, sequence
from workflows.models import Application, SignOff
from workflows.queries.four_eyes import report
from workflows.tasks import verify_asked
from workflows.templatetags.kinds import FINDINGS, kind_word

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


def asked(client: Client, body: dict[str, str]) -> str:
    """The verdict on what was asked, after the periodic work ran."""
    client.post("/audit/verify/", body)
    verify_asked()
    return (client.post("/audit/verify/", body) if body else client.get("/audit/verify/progress/")).content.decode()


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
    page = client.get("/audit/entries/").content.decode()
    assert '<option value="application.grant">' in page and '<option value="account.signed_in">' in page


def test_verdicts_are_plain_words_for_a_true_and_for_a_changed_record(county: County, case: Application) -> None:
    client = browser(county, "auditor")
    sequence(county.now, sign=True)
    for body in ({}, {"number": case.number}):
        assert "属实" in asked(client, body)
    guards.drop(connection)
    first = Entry.objects.filter(chain=case.chain).order_by("seq")[0]
    Entry.objects.filter(pk=first.pk).update(body=bytes(first.body).replace(b"620799", b"620798"))
    guards.create(connection)
    for body in ({}, {"number": case.number}):
        assert "记录被改动" in asked(client, body)
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
        page = browser(county, username).get(f"/audit/receipts/{signed.pk}/").content.decode()
        assert json.loads(said.content)["code"] in page and address in page and "kg-ok" in page
    assert browser(county, "applicant.gas").get(f"/audit/receipts/{signed.pk}/").status_code == 404
    timeline = browser(county, "chief.land").get(f"/applications/{case.pk}/").content.decode()
    assert f"/audit/receipts/{signed.pk}/" in timeline
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
    assert "检查点 7" in client.get("/audit/").content.decode()
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


def test_the_timeline_shows_what_changed_both_times_and_what_is_missing(county: County, case: Application) -> None:
    county.hand_in(case, "boundary", name="new.pdf", body=b"%PDF-1.4 another")
    sequence(county.now, sign=True)
    client, address = browser(county, "auditor"), f"/audit/applications/{case.pk}/"
    page = client.get(address).content.decode()
    assert page.count("data-row") == Entry.objects.filter(chain=case.chain).count()
    assert "new.pdf" in page and f"/audit/receipts/{SignOff.objects.get(application=case, act='accept').pk}" in page
    assert "kg-note-ok" in page and "kg-trail-gap kg-late" not in page
    assert browser(county, "chief.land").get(address).status_code == 403
    guards.drop(connection)
    TreeLeaf.objects.filter(entry__chain=case.chain, entry__seq=2).delete()
    Entry.objects.filter(chain=case.chain, seq=2).delete()
    guards.create(connection)
    page = client.get(address).content.decode()
    assert "kg-trail-gap kg-late" in page and "kg-note-ok" not in page


def test_a_receipts_code_and_a_file_are_verified_by_one_question(county: County, case: Application) -> None:
    sequence(county.now, sign=True)
    client = browser(county, "auditor")
    entry = Entry.objects.filter(chain=case.chain).order_by("seq")[0]
    assert "属实" in client.post("/audit/verify/", {"code": code_of(bytes(entry.leaf_hash)).lower()}).content.decode()
    for wrong in ("AAAAAAAA", "?", "短"):
        assert client.post("/audit/verify/", {"code": wrong}).status_code == 422
    page = client.post("/audit/verify/", {"file": SimpleUploadedFile("x.pdf", PDF)}).content.decode()
    assert case.number in page and "kg-note-ok" in page
    page = client.post("/audit/verify/", {"file": SimpleUploadedFile("x.pdf", PDF + b" ")}).content.decode()
    assert case.number not in page and "kg-note-late" in page


def test_entries_are_found_by_office_project_procedure_and_words_and_leave_as_a_file(
    county: County, case: Application
) -> None:
    client = browser(county, "auditor")
    for query in ("office=land", "project=绣花庙", "procedure=land_pre_review", "text=同意"):
        assert case.number in client.get(f"/audit/entries/?{query}").content.decode(), query
    for query in ("office=none", "project=无此项目", "procedure=none", "text=无此文字"):
        assert case.number not in client.get(f"/audit/entries/?{query}").content.decode(), query
    assert case.number in client.get("/audit/entries/?as=csv").content.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/audit/entries/?as=xlsx").content))
    assert case.number in {cell.value for row in book.active.iter_rows() for cell in row}
    assert Entry.objects.filter(kind="audit.exported").count() == 2
    assert "csv" in client.get("/audit/readers/").content.decode()


def test_the_four_eyes_report_is_clean_until_one_hand_signs_twice(county: County, case: Application) -> None:
    client = browser(county, "auditor")
    assert case.number not in client.get("/audit/four-eyes/?year=all").content.decode()
    signed = SignOff.objects.get(application=case, act="accept")
    planted = {
        "two_hands": {"distinct_hand": True, "node": "other"},
        "second": {"second_name": signed.signer_name},
        "for_himself": {"principal_id": signed.signer_id, "authority_no": "x"},
    }
    SignOff.objects.filter(pk=signed.pk).update(distinct_hand=True)
    for code, columns in planted.items():
        copy = SignOff.objects.get(pk=signed.pk)
        copy.pk, copy._state.adding, copy.distinct_hand = None, True, False
        for name, value in columns.items():
            setattr(copy, name, value)
        copy.save(force_insert=True)
        found = {row.code: len(row.breaches) for row in report(case.county)}
        assert found.pop(code) == 1, code
    assert sum(found.values()) == 2
    assert case.number in client.get("/audit/four-eyes/?year=all").content.decode()


def test_a_finding_of_a_person_is_opened_and_closed_and_both_stand_on_record(county: County) -> None:
    client = browser(county, "auditor")
    client.post("/audit/findings/new/", {"where": "土地预审 1 号", "text": "公示少一天"})
    finding = Finding.objects.get()
    assert "公示少一天" in client.get("/audit/findings/").content.decode()
    client.post(f"/audit/findings/{finding.pk}/resolve/", {"resolution": "已补公示"})
    assert "已补公示" in client.get("/audit/findings/?state=closed").content.decode()
    assert Entry.objects.filter(kind__in=["audit.finding_opened", "audit.finding_resolved"]).count() == 2


def test_the_auditors_pages_ask_as_often_for_many_rows_as_for_few(county: County, case: Application) -> None:
    client = browser(county, "auditor")
    addresses = (f"/audit/applications/{case.pk}/", "/audit/four-eyes/?year=all", "/audit/readers/", "/audit/findings/")
    addresses += ("/audit/entries/",)

    def statements(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    few = {address: statements(address) for address in addresses}
    for n in range(20):
        county.hand_in(case, "boundary", body=b"%PDF-1.4 " + str(n).encode())
        note_finding("root", f"checkpoint {n}", "Not the root that was signed.")
        client.post("/audit/searches/", {"kind": "audit.", "name": f"查询 {n}"})
    assert {address: statements(address) for address in addresses} == few


def test_a_search_is_saved_under_a_name_asked_again_and_deleted_and_nobody_else_sees_it(
    county: County, case: Application
) -> None:
    client = browser(county, "auditor")
    asked = {"kind": "application.accept", "office": "land", "text": "同意"}
    client.post("/audit/searches/", {**asked, "name": "国土的受理"})
    page = client.get("/audit/entries/").content.decode()
    (saved,) = SavedSearch.objects.all()
    assert saved.fields == asked and "国土的受理" in page
    (link,) = re.findall(r'href="(\?kind=application\.accept[^"]*)"', page)
    assert case.number in client.get("/audit/entries/" + link.replace("&amp;", "&")).content.decode()
    client.post("/audit/searches/", {"kind": "account.", "name": "国土的受理"})
    assert SavedSearch.objects.get().fields == {"kind": "account."}, "the same name, another question"
    for wrong in ({"name": "空"}, {"kind": "account.", "name": " "}):
        client.post("/audit/searches/", wrong)
    assert SavedSearch.objects.count() == 1
    SavedSearch.objects.create(county=case.county, owner="0", name="别人的", fields={"kind": "x"}, saved_at=county.now)
    assert "别人的" not in client.get("/audit/entries/").content.decode()
    theirs = SavedSearch.objects.get(owner="0")
    assert client.post(f"/audit/searches/{theirs.pk}/delete/").status_code == 404
    assert browser(county, "chief.land").post("/audit/searches/", {**asked, "name": "x"}).status_code == 403
    client.post(f"/audit/searches/{saved.pk}/delete/")
    assert list(SavedSearch.objects.all()) == [theirs]
    kinds = Entry.objects.filter(kind__startswith="audit.search_").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["audit.search_saved", "audit.search_saved", "audit.search_dropped"]


def test_what_was_found_is_told_in_the_readers_words(county: County, case: Application) -> None:
    note_finding("root", "checkpoint 7", "x")
    client = browser(county, "auditor")
    for address in ("/audit/", "/audit/findings/"):
        page = client.get(address).content.decode()
        assert "树与签名不符" in page and "检查点 7" in page
    sources = [*(ROOT / "workflows").rglob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    kinds = set(re.findall(r'(?:verdict\.add|note_finding)\("([a-z ]+)"', text)) | {"fit", "person"}
    assert len(kinds) >= 14 and kinds == set(FINDINGS)
