"""What stands beside the entries in an export: the sheets, the traces, the flows; and the addresses of the flows."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import WIND_FARM_LAND, County
from tests.exchange.stories import walk
from workflows.audit import guards, keys
from workflows.audit.models import Entry
from workflows.audit.sequencer import sequence
from workflows.exchange.sheets import Xlsx, cell, clean
from workflows.flow import registry
from workflows.models import Application

XES = "{http://www.xes-standard.org/}"
# What a spreadsheet would run, and letters that neither it nor XML knows.
EVIL = '=HYPERLINK("http://example.org",\x0b"同意")'


@pytest.fixture
def export(settings: Any, tmp_path: Path) -> Callable[[str], Path]:
    """Writes a package by the command."""
    settings.AUDIT_KEY_FILE, settings.CHECKPOINT_DIR = tmp_path / "keys" / "audit.pem", tmp_path / "checkpoints"
    keys.make()

    def write(name: str) -> Path:
        call_command("audit", "export", str(tmp_path / name), stdout=io.StringIO(), stderr=io.StringIO())
        return tmp_path / name

    return write


@pytest.fixture
def case(county: County) -> Application:
    """A land pre-review on its way to the consulted offices; somebody wrote a formula into his opinion."""
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept", opinion=EVIL)
    return walk(county, application, most=1)


def lines(package: Path) -> list[dict[str, str]]:
    with (package / "trail.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def traces(package: Path) -> list[Any]:
    return ElementTree.parse(package / "trail.xes").getroot().findall(f"{XES}trace")


def said(node: Any, key: str) -> str:
    return next((child.get("value") for child in node if child.get("key") == key), "")


def test_each_entry_is_one_line_in_both_sheets_and_those_of_a_case_one_event(
    county: County, case: Application, export: Callable[[str], Path]
) -> None:
    sequence(county.now, sign=True)
    walk(county, case, most=1)
    package = export("package")
    entries = [json.loads(line) for line in (package / "entries.jsonl").read_bytes().splitlines()]
    rows = lines(package)
    assert [row["条目编号"] for row in rows] == [entry["id"] for entry in entries]
    assert [row["封存序号"] for row in rows][-1] == "" and rows[0]["封存序号"] == "0", "the last one is not sealed yet"
    sheet = openpyxl.load_workbook(package / "trail.xlsx", read_only=True).worksheets[0]
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == [entry["id"] for entry in entries]
    (trace,) = traces(package)
    assert said(trace, "concept:name") == case.number and said(trace, "finished") == "false"
    events = trace.findall(f"{XES}event")
    assert [said(event, "entry") for event in events] == [
        entry["id"] for entry in entries if entry["chain"] == case.chain
    ]
    examined = next(event for event in events if said(event, "task") == "task.examination")
    assert said(examined, "concept:name") == "经办审查与现场踏勘"
    assert said(examined, "decision") == "agree" and said(examined, "flow") == "flow.examination.agree"
    assert said(examined, "org:role") == "自然资源局 经办人" and said(examined, "lifecycle:transition") == "complete"
    assert said(examined, "org:resource") == county["handler.land"].display_name
    assert said(examined, "time:timestamp") == "2022-03-01T01:30:00.000000Z"
    flows = {path.name for path in (package / "flows").iterdir()}
    assert {f"{flow.procedure.code}.{flow.version}.bpmn" for flow in registry.flows()} == flows
    manifest = json.loads((package / "manifest.json").read_text())
    assert {"trail.csv", "trail.xlsx", "trail.xes", "kaigong_mine.py", "flows/eia_form.V1.bpmn"} <= set(
        manifest["files"]
    )


def test_nothing_that_somebody_wrote_runs_in_a_spreadsheet(case: Application, export: Callable[[str], Path]) -> None:
    package = export("package")
    opinions = [row["意见"] for row in lines(package) if "HYPERLINK" in row["意见"]]
    sheet = openpyxl.load_workbook(package / "trail.xlsx").worksheets[0]
    cells = [row[14] for row in sheet.iter_rows(min_row=2) if "HYPERLINK" in str(row[14].value)]
    assert len(opinions) == len(cells) == 1
    assert opinions[0].startswith("'=") and cells[0].value.startswith("'=") and cells[0].data_type == "s"
    assert "\ufffd" in opinions[0] and not re.search("[\x00-\x08\x0b]", opinions[0])


def test_a_cell_is_cut_visibly_and_loses_what_no_spreadsheet_knows() -> None:
    assert cell("字" * 40_000).endswith("字…") and len(cell("字" * 40_000)) == 32_000
    assert clean("a\x00\x1fb\n") == "a\ufffd\ufffdb\n"
    for text in ("+1", "-1", "@x", "\t=1", " =1", "＝1"):
        assert cell(text) == f"'{text}"


def test_a_full_sheet_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, county: County) -> None:
    monkeypatch.setattr("workflows.exchange.sheets.MOST_LINES", 3)
    book = Xlsx(tmp_path / "trail.xlsx", ["n"], county.now)
    for n in range(7):
        book.write([n])
    book.close()
    sheets = openpyxl.load_workbook(tmp_path / "trail.xlsx").worksheets
    assert [[row[0] for row in sheet.values] for sheet in sheets] == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]


def test_entries_that_cannot_be_read_and_cases_without_a_row_are_exported_all_the_same(
    case: Application, export: Callable[[str], Path]
) -> None:
    guards.drop(connection)
    Entry.objects.filter(chain=case.chain, seq=3).update(body=b"\xff{not json")
    Entry.objects.filter(chain=case.chain, seq=4).update(chain="application:x", seq=1, prev_hash=None)
    guards.create(connection)
    package = export("package")
    assert len(lines(package)) == Entry.objects.count() - 1, "the export itself went on record afterwards"
    assert [row["详情"] for row in lines(package) if row["事项"] == "无法读取的条目"] == ["\\xff{not json"]
    strange, mine = traces(package)[::-1]
    assert (said(strange, "chain"), said(strange, "drawn")) == ("application:x", "false")
    assert "unreadable" in said(mine, "ad_hoc_acts") and said(mine, "drawn") == "false"


def test_the_number_of_statements_does_not_grow_with_the_cases(
    county: County, case: Application, export: Callable[[str], Path]
) -> None:
    counts = []
    for name in ("one", "four"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            export(name)
        counts.append(len(asked))
        for _n in range(3):
            walk(county, county.apply("land_pre_review", WIND_FARM_LAND), most=2)
    assert counts[0] == counts[1], counts


def test_an_officer_takes_a_flow_with_him_and_a_project_unit_does_not(county: County, case: Application) -> None:
    client = Client()
    address = "/flows/land_pre_review/V1.bpmn"
    assert client.get(address).status_code == 302
    client.force_login(county["auditor"])
    answer = client.get(address)
    assert answer.status_code == 200 and "用地预审".encode() in answer.content
    assert answer["Content-Disposition"] == 'attachment; filename="land_pre_review.V1.bpmn"'
    assert client.get("/flows/land_pre_review/V99.bpmn").status_code == 404
    page = client.get("/audit/export/").content.decode()
    assert all(f"/flows/{flow.procedure.code}/{flow.version}.bpmn" in page for flow in registry.flows())
    client.force_login(county["chief.land"])
    assert address in client.get(f"/applications/{case.pk}/").content.decode()
    client.force_login(county["applicant.windfarm"])
    assert client.get(address).status_code == 403
