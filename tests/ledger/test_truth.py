"""The county's own ledger of 2022, read against the truth beside it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from permits.ledger.reading import Reading, read_ledger
from permits.ledger.truth import as_truth

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def reading() -> Reading:
    with (DATA / "ledger-2022.xlsx").open("rb") as file:
        return read_ledger(file, "ledger-2022.xlsx", date(2022, 3, 1))


def test_every_project_field_and_total_agrees_with_the_truth(reading):
    truth = json.loads((DATA / "ledger-2022.truth.json").read_text())

    found = json.loads(json.dumps(as_truth(reading)))

    for seen, expected in zip(found["projects"], truth["projects"], strict=True):
        assert seen == expected
    assert found["totals"] == truth["totals"]
    assert found == truth


def test_the_county_s_figures_are_those_of_the_speech(reading):
    assert as_truth(reading)["totals"] == {
        "projects": 56,
        "total_wan": 376000,
        "plan_wan": 152000,
        "done_wan": 32000,
        "started": 35,
        "blocked_by_land_or_eia": 7,
        "neither": 14,
    }


def test_the_sums_that_the_file_states_agree_with_its_rows(reading):
    assert len(reading.totals_seen) == 12
    assert all(total.agrees for total in reading.totals_seen)


def test_the_day_on_which_it_is_read_does_not_change_the_figures():
    with (DATA / "ledger-2022.xlsx").open("rb") as file:
        later = read_ledger(file, "ledger-2022.xlsx", date(2031, 7, 1))
    assert as_truth(later) == json.loads((DATA / "ledger-2022.truth.json").read_text())


def test_the_dirt_of_the_file_becomes_doubts_in_their_places(reading):
    places = {(doubt.code, f"{doubt.column}{doubt.row}") for doubt in reading.doubts}
    assert {
        ("amount_about", "G14"),
        ("amount_parts", "G19"),
        ("unit_in_cell", "G8"),
        ("code_bad_check", "C16"),
        ("code_legacy", "C22"),
        ("code_rewritten", "C10"),
        ("code_rewritten", "C29"),
        ("code_missing", "C35"),
        ("several_leaders", "U14"),
        ("row_hidden", "12"),
        ("date_serial", "J26"),
        ("start_in_future", "L27"),
        ("plan_over_total", "H11"),
        ("done_over_total", "I20"),
        ("done_over_total", "I37"),
    } <= places
    assert {place for code, place in places if code == "code_missing"} == {
        "C35", "C51", *(f"C{row}" for row in range(54, 64))
    }  # fmt: skip


def test_raw_value_unit_and_precision_are_kept_side_by_side(reading):
    rows = {row.row_number: row for row in reading.rows}
    assert (rows[8].cells["total"].raw, rows[8].cells["total"].unit) == ("0.812亿元", "亿元")
    assert (rows[14].cells["total"].raw, rows[14].cells["total"].precision) == ("约3930", "about")
    assert rows[19].cells["total"].parts == (("债券", "4320"),)
    assert rows[27].cells["planned_start"].raw == "3月底"
    assert (rows[55].cells["plan"].raw, rows[55].cells["plan"].value) == ("/", None)
    assert rows[12].hidden and not rows[11].hidden
    assert {row.category for row in reading.rows} == {("续建项目",), ("新建项目",), ("前期项目",)}


def test_every_doubt_speaks_a_whole_sentence(reading):
    for doubt in reading.doubts:
        assert "%(" not in doubt.sentence and doubt.sentence.endswith((".", "%", ")"))
        assert json.dumps(doubt.as_dict())
