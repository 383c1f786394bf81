"""`manage.py brief`: the county's figures from the data, on the county's real ledger and on rows made here."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from permits.importing import jobs
from permits.importing.by import By
from permits.models import Block
from tests.cast import at
from tests.factories import COUNTY, ProjectFactory

BOOK = Path(__file__).resolve().parents[1] / "data" / "ledger-2022.xlsx"
TAKEN_OVER = at("2022-01-10", "09:00")


def brief(as_of: str = "2022-03-01T09:00+08:00", *options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("brief", "--json", "--as-of", as_of, *options, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.fixture
def ledger(db: None) -> None:
    """The county's spreadsheet, taken over on 10 January."""
    by = By()
    file = jobs.receive(content=BOOK.read_bytes(), file_name=BOOK.name, county=COUNTY, by=by, now=TAKEN_OVER)
    jobs.read(file, TAKEN_OVER, lambda done, total: None)
    file.refresh_from_db()
    begun = jobs.begin(ledger_id=file.pk, county=COUNTY, seen=file.plan_hash, by=by, now=TAKEN_OVER)
    jobs.apply(begun, by, TAKEN_OVER, lambda done, total: None)


def test_the_brief_of_the_ledger_is_the_countys_own(ledger: None) -> None:
    found = brief()
    assert (found["planned"], found["total_wan"]) == (56, "376000.00")
    assert (found["started"], found["started_per_cent"]) == (35, "62.5")
    assert (found["done_wan"], found["done_per_cent"]) == ("32000.00", "8.5")
    assert (len(found["blocked"]), found["neither"]) == (7, 14)
    assert all(set(row["causes"]) & {"land", "eia"} and row["name"] for row in found["blocked"])
    causes = {row["name"]: row["causes"] for row in found["blocked"]}
    assert "绣花庙风电场项目" in causes


def test_the_brief_reads_as_a_text_in_both_languages(ledger: None) -> None:
    said = {}
    for language in ("zh-hans", "en"):
        out = io.StringIO()
        call_command("brief", "--as-of", "2022-03-01T09:00+08:00", "--language", language, stdout=out)
        said[language] = out.getvalue()
    for text in said.values():
        assert all(figure in text for figure in ("56", "37.6", "35", "62.5", "3.2", "8.5", "7", "14"))
        assert "绣花庙风电场项目" in text
    assert "土地" in said["zh-hans"] or "用地" in said["zh-hans"]
    assert "planned" in said["en"]


def test_nothing_was_on_record_before_it_was_taken_over(ledger: None) -> None:
    found = brief("2022-01-10T08:59+08:00", "--year", "2022")
    assert (found["planned"], found["blocked"], found["done_per_cent"]) == (0, [], "0.0")


def test_a_block_counts_from_its_day_to_its_end_and_a_start_from_its_day(db: None) -> None:
    project = ProjectFactory(started_on=dt.date(2022, 3, 20), started_early=True)
    Block.objects.create(project=project, causes=["eia"], since=dt.date(2022, 2, 1), cleared_on=dt.date(2022, 3, 10))

    def stands(day: str) -> tuple[int, int, int, int]:
        found = brief(f"{day}T12:00+08:00", "--year", "2022")
        return len(found["blocked"]), found["neither"], found["started"], found["started_early"]

    assert stands("2022-01-31") == (0, 1, 0, 0)
    assert stands("2022-03-09") == (1, 0, 0, 0)
    assert stands("2022-03-10") == (0, 1, 0, 0)
    assert stands("2022-03-20") == (0, 0, 1, 1)


def test_an_instant_that_cannot_be_read_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="gestern"):
        call_command("brief", "--as-of", "gestern")
