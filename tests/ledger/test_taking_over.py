"""The county's ledger into the database and back (issue 2, must show 2): truth, twice, round trip, changed, dirty."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from permits.gate import standing_permits
from permits.importing import jobs
from permits.importing.by import By
from permits.importing.settling import settle
from permits.models import LedgerDoubt, LedgerFile, Permit, Project, ProjectCode
from tests.cast import at
from tests.factories import COUNTY
from workflows.audit.models import Entry
from workflows.audit.refused import Moved, NotAllowed
from workflows.models import SignOff

DATA = Path(__file__).resolve().parents[1] / "data"
BOOK = DATA / "ledger-2022.xlsx"
NOW = at("2022-03-01")


@pytest.fixture(autouse=True)
def _stand_in_2022(settings: Any) -> None:
    from workflows import now

    settings.DEMO = True
    now._shift = None


def told(path: Path, *options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_ledger", str(path), "--json", *options, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def truth() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "ledger-2022.truth.json").read_text(encoding="utf-8"))
    return found


def test_the_import_agrees_with_the_truth_in_every_project_and_total(db: None) -> None:
    found = told(BOOK)
    assert found["totals"] == truth()["totals"]
    assert found["projects"] == truth()["projects"]
    assert Project.objects.count() == 56
    assert found["exceptions"], "dirt is not swallowed"
    assert Entry.objects.filter(kind="project.imported").count() == 56


def test_a_dry_run_says_the_same_and_writes_nothing(db: None) -> None:
    found = told(BOOK, "--dry-run")
    assert found["totals"] == truth()["totals"] and len(found["changes"]) == 56
    assert Project.objects.count() == LedgerFile.objects.count() == Entry.objects.count() == 0


def test_the_same_file_twice_changes_nothing(db: None) -> None:
    told(BOOK)
    before = list(Project.objects.order_by("pk").values())
    assert told(BOOK)["changes"] == []
    assert list(Project.objects.order_by("pk").values()) == before
    assert ProjectCode.objects.filter(kind="superseded").count() == 0


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_an_export_read_back_changes_nothing(db: None, tmp_path: Path, ending: str) -> None:
    told(BOOK)
    path = tmp_path / f"back.{ending}"
    call_command("export_ledger", str(path), stdout=io.StringIO())
    found = told(path)
    assert found["changes"] == []
    assert found["totals"] == truth()["totals"]


def test_what_was_changed_by_hand_goes_out_and_is_not_put_back(db: None, tmp_path: Path) -> None:
    told(BOOK)
    project = Project.objects.get(name="绣花庙风电场项目")
    project.done_wan = 650
    project.save()
    assert told(BOOK)["changes"] == [], "an old file does not undo what a person wrote here"
    path = tmp_path / "back.xlsx"
    call_command("export_ledger", str(path), stdout=io.StringIO())
    assert told(path)["changes"] == []
    assert Project.objects.get(pk=project.pk).done_wan == 650


def changed_book(path: Path, edit: Any) -> Path:
    book = openpyxl.load_workbook(BOOK)
    edit(book)
    book.save(path)
    return path


def cell_with(book: Any, text: str) -> Any:
    return next(
        cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if text in str(cell.value or "")
    )


def test_a_changed_file_shows_its_differences_first(db: None, tmp_path: Path) -> None:
    told(BOOK)

    def rename(book: Any) -> None:
        cell = cell_with(book, "李桥乡河道生态治理")
        cell.value = "李桥乡河道综合治理项目"

    path = changed_book(tmp_path / "ledger-2022.xlsx", rename)
    seen = told(path, "--dry-run")["changes"]
    assert [(change["field"], change["kind"]) for change in seen] == [("name", "changed")]
    assert Project.objects.filter(name="李桥乡河道生态治理项目").exists()
    assert told(path)["changes"] == seen
    assert Project.objects.filter(name="李桥乡河道综合治理项目").count() == 1


def test_markup_and_formulas_are_data_in_and_out(db: None, tmp_path: Path) -> None:
    def dirty(book: Any) -> None:
        cell = cell_with(book, "李桥乡河道生态治理")
        cell.value = '=HYPERLINK("x")<script>alert(1)</script>'
        cell.data_type = "s"

    told(changed_book(tmp_path / "in.xlsx", dirty))
    assert Project.objects.filter(name__contains="<script>").count() == 1
    path = tmp_path / "out.xlsx"
    call_command("export_ledger", str(path), stdout=io.StringIO())
    cell = cell_with(openpyxl.load_workbook(path), "HYPERLINK")
    assert cell.data_type == "s"


def test_what_the_ledger_calls_done_is_an_imported_permit_without_a_signature(db: None) -> None:
    told(BOOK)
    project = Project.objects.get(name="陈户镇石材加工产业园项目")
    assert not standing_permits(project), "its class is not known yet, so nobody knows which bars were cleared"
    permits = Permit.objects.all()
    assert permits.exists() and set(permits.values_list("source", flat=True)) == {"imported"}
    assert set(permits.values_list("number", "issued_on")) == {("", None)}
    assert not SignOff.objects.exists()


def test_a_person_settles_a_doubt_once_and_the_next_file_remembers(db: None, county: Any) -> None:
    ledger = jobs.receive(content=BOOK.read_bytes(), file_name=BOOK.name, county=COUNTY, by=By(), now=NOW)
    jobs.read(ledger, NOW, lambda done, total: None)
    doubt = LedgerDoubt.objects.filter(ledger=ledger, code="class_several").order_by("pk")[0]
    given: dict[str, Any] = {"ledger_id": ledger.pk, "doubt_id": doubt.pk, "county": COUNTY, "by": By(), "now": NOW}
    with pytest.raises(NotAllowed):
        settle(answer="industry/castle", **given)
    settle(answer="industry/plant", **given)
    with pytest.raises(Moved):
        settle(answer="industry/park", **given)
    again = jobs.receive(content=BOOK.read_bytes(), file_name=BOOK.name, county=COUNTY, by=By(), now=NOW)
    jobs.read(again, NOW, lambda done, total: None)
    remembered = LedgerDoubt.objects.get(ledger=again, key=doubt.key)
    assert remembered.answer == "industry/plant" and remembered.settled_at == NOW


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"),
        ("a.pdf", b"%PDF-1.4"),
        ("a.csv", b"<html><script>"),
        ("a.xlsx", b""),
        ("a.xlsx", b"x" * (10 * 2**20 + 1)),
    ],
    ids=["broken", "old", "pdf", "html", "empty", "too large"],
)
def test_what_is_no_spreadsheet_is_refused_with_a_sentence(db: None, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        told(path)
    assert len(str(refused.value)) > 5
    assert Project.objects.count() == 0


def test_the_brief_says_the_countys_figures(db: None) -> None:
    told(BOOK)
    out = io.StringIO()
    call_command("brief", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert (found["planned"], found["total_wan"], found["started"]) == (56, "376000.00", 35)
    assert (found["started_per_cent"], found["done_wan"], found["done_per_cent"]) == ("62.5", "32000.00", "8.5")
    assert (len(found["blocked"]), found["neither"]) == (7, 14)
    assert [row["name"] for row in found["blocked"]][:2] == ["绣花庙风电场项目", "城区加气站建设项目"]
    text = io.StringIO()
    call_command("brief", stdout=text)
    assert "37.6 亿元" in text.getvalue() and "（62.5%）" in text.getvalue() and "3.2 亿元（8.5%）" in text.getvalue()
    early = io.StringIO()
    call_command("brief", "--json", "--year", "2022", "--as-of", "2021-12-31T00:00:00+08:00", stdout=early)
    assert json.loads(early.getvalue())["planned"] == 0


def test_a_keeper_takes_a_file_over_on_the_page_and_nobody_else(transactional_db: None) -> None:
    import time

    from django.test import Client

    from tests.cast import county_of_people

    people = county_of_people()
    client, stranger = Client(), Client()
    client.force_login(people["ndrc"])
    stranger.force_login(people["deputy.city"])
    with BOOK.open("rb") as file:
        assert stranger.post("/projects/import/", {"file": file}).status_code == 403
    with BOOK.open("rb") as file:
        response = client.post("/projects/import/", {"file": file})
    assert response.status_code == 302
    here = response["Location"]

    def wait_for(state: str) -> LedgerFile:
        for _n in range(200):
            ledger = LedgerFile.objects.get()
            if ledger.state == state:
                return ledger
            assert client.get(f"{here}progress/").status_code in (200, 204)
            time.sleep(0.1)
        raise AssertionError(f"still {LedgerFile.objects.get().state}")

    ledger = wait_for("review")
    page = client.get(here).content.decode()
    assert "绣花庙风电场项目" in page
    assert client.post(f"{here}apply/?plan=old").status_code == 409
    assert client.post(f"{here}apply/?plan={ledger.plan_hash}").status_code == 302
    wait_for("done")
    assert Project.objects.count() == 56
    assert client.get(here).status_code == client.get("/projects/import/").status_code == 200
    assert client.get("/projects/import/export/")["Content-Disposition"].endswith('.xlsx"')
