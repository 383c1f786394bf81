"""What is written and read again says the same."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permits.ledger.facts import Precision, Span, Stage
from permits.ledger.reading import LedgerRow, Reading
from permits.ledger.text import BLANK_MARKS
from permits.ledger.truth import as_truth
from permits.ledger.words import display
from permits.ledger.writing import cell_of, write_csv, write_ledger
from tests.ledger.books import CODES, book, read
from workflows.tables import guard

SOURCE = Path(__file__).parent.parent / "data" / "ledger-2022.xlsx"
NASTY = [
    "=1+1",
    "+86",
    "-5",
    "@SUM(1)",
    "\t=x",
    "'quoted",
    "''=2",
    "<b>粗</b>",
    "＝1",
    'a,b"c',
    "#REF!",
    '=HYPERLINK("x")',
]


def written(rows: list[LedgerRow], csv: bool = False, year: int = 2022) -> bytes:
    file = io.BytesIO()
    (write_csv if csv else write_ledger)(rows, file, title="示例县重点建设项目推进情况台账", year=year)
    return file.getvalue()


def again(rows: list[LedgerRow], csv: bool = False, year: int = 2022) -> Reading:
    return read(written(rows, csv, year), "台账.csv" if csv else "台账.xlsx")


def facts(rows: list[LedgerRow], hidden: bool = True) -> list[object]:
    return [
        ({key: cell.facts for key, cell in row.cells.items()}, row.category, row.hidden if hidden else None)
        for row in rows
    ]


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read(SOURCE.read_bytes())


@pytest.mark.parametrize("csv", [False, True])
def test_the_county_s_ledger_survives_export_and_import(reading, csv):
    found = again(reading.rows, csv)

    assert facts(found.rows, hidden=not csv) == facts(reading.rows, hidden=not csv)
    assert len(found.totals_seen) == len(reading.totals_seen) and all(total.agrees for total in found.totals_seen)
    assert as_truth(found)["totals"] == as_truth(reading)["totals"]


def test_the_raw_words_of_vague_amounts_and_dates_survive(reading):
    def vague(rows):
        return [
            cell.raw for row in rows for key, cell in row.cells.items()
            if key in ("total", "planned_start") and cell.precision not in (Precision.EXACT, Precision.DAY)
        ]  # fmt: skip

    assert vague(again(reading.rows).rows) == vague(reading.rows)
    assert {"约3930", "3月底", "一季度", "2022.3"} <= set(vague(reading.rows))


def test_a_second_export_is_the_first_again(reading):
    first = again(reading.rows).rows
    assert facts(again(first).rows) == facts(first)
    assert written(again(first, csv=True).rows, csv=True) == written(first, csv=True)


def test_a_year_that_only_the_old_title_gave_is_written_out(reading):
    assert facts(again(reading.rows, year=2023).rows) == facts(reading.rows)


def test_amounts_of_another_unit_come_out_in_wan():
    rows = read(
        book(
            [
                ["2022年 单位：亿元"],
                ["项目名称", "总投资", "年度计划投资"],
                ["甲", 1.2, "约0.3"],
                ["乙", "1（其中债券0.5）", "0.1-0.2"],
            ]
        )
    ).rows
    assert facts(again(rows).rows) == facts(rows)
    assert again(rows).rows[0].cells["plan"].raw == "约3000"


def test_the_number_2022_1_stays_as_doubtful_as_it_was():
    for content in (2022.1, "2022.1"):
        rows = read(book([["2022年 单位：万元"], ["项目名称", "总投资", "计划开工时间"], ["甲", 1, content]])).rows
        for csv in (False, True):
            assert facts(again(rows, csv).rows) == facts(rows)


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("csv", [False, True])
def test_a_name_like_a_formula_goes_out_and_in_as_text(name, csv):
    row = LedgerRow(
        "台账", 1, {"name": cell_of("name", display(name), raw=name), "total": cell_of("total", Decimal(5))}
    )
    found = again([row], csv).rows
    assert facts(found) == facts([row])
    assert found[0].cells["name"].raw == name


def test_no_exported_cell_is_a_formula(reading):
    rows = [
        LedgerRow("台账", n, {"name": cell_of("name", name), "note": cell_of("note", name)})
        for n, name in enumerate(NASTY)
    ]
    content = written(rows)
    for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows():
        assert all(cell.data_type in ("s", "n") for cell in row)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml").replace(b"<formula", b"")
    with io.StringIO(written(rows, csv=True).decode("utf-8-sig"), newline="") as text:
        import csv

        assert all(not value.lstrip() or value.lstrip()[0] not in "=+-@" for line in csv.reader(text) for value in line)


@given(st.text())
def test_guarding_is_undone_by_taking_one_apostrophe_off(text):
    guarded = guard(text)
    assert (guarded.removeprefix("'")) == text


def is_a_name(text: str) -> bool:
    """Words that the reader takes for words, not for an empty cell or a number."""
    nothing = not text.strip("-/\\.*|无空 ") or text.strip().lower() in BLANK_MARKS
    return display(text) == text and not nothing and not text.isdigit()


names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=40
).filter(is_a_name) | st.sampled_from([name for name in NASTY if display(name) == name])
money = st.decimals(0, 900_000, places=4)
spans = st.one_of(
    st.dates(date(1990, 1, 1), date(2079, 12, 31)).map(lambda d: (Span(d, d), Precision.DAY)),
    st.builds(lambda y, q: (Span(date(y, 3 * q - 2, 1), date(y, 3 * q, [31, 30, 30, 31][q - 1])), Precision.QUARTER),
              st.integers(1990, 2079), st.integers(1, 4)),
    st.integers(1990, 2079).map(lambda y: (Span(date(y, 12, 21), date(y, 12, 31)), Precision.MONTH_END)),
    st.integers(1990, 2079).map(lambda y: (Span(date(y, 1, 1), date(y, 3, 1)), Precision.SPAN)),
)  # fmt: skip


@st.composite
def projects(draw):
    cells = {"name": cell_of("name", draw(names)), "total": cell_of("total", draw(money))}
    cells["plan"] = cell_of("plan", draw(money), precision=draw(st.sampled_from(["exact", "about", "at-least"])))
    span, precision = draw(spans)
    cells["planned_start"] = cell_of("planned_start", span, precision=precision)
    cells["started"] = cell_of("started", draw(st.booleans()))
    cells["land"] = cell_of("land", draw(st.sampled_from(Stage)))
    cells["month_03_done"] = cell_of("month_03_done", draw(money))
    cells["other:吉祥物"] = cell_of("other:吉祥物", draw(names))
    if draw(st.booleans()):
        cells["code"] = cell_of("code", draw(st.sampled_from(CODES)), precision="ok")
    category = draw(st.sampled_from([("续建项目",), ("新建项目", "能源类"), ("其他",)]))
    cells["kind"] = cell_of("kind", draw(st.sampled_from(["续建", "新建", "前期"])))
    return LedgerRow("台账", 1, cells, category, draw(st.booleans()))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(projects(), min_size=1, max_size=6), st.booleans())
def test_any_projects_survive_export_and_import(rows, csv):
    found = again(rows, csv)
    assert facts(found.rows, hidden=not csv) == facts(rows, hidden=not csv)
    assert all(total.agrees for total in found.totals_seen)


def test_each_sheet_comes_back_as_a_sheet():
    rows = [LedgerRow(sheet, 1, {"name": cell_of("name", name), "total": cell_of("total", Decimal(1))})
            for sheet, name in (("新建/2022", "甲"), ("续建", "乙"), ("新建/2022", "丙"))]  # fmt: skip
    assert [(row.sheet, row.name) for row in again(rows).rows] == [
        ("新建 2022", "甲"),
        ("新建 2022", "丙"),
        ("续建", "乙"),
    ]


def test_an_empty_county_exports_a_ledger_without_projects():
    assert again([]).rows == []
    assert again([], csv=True).rows == []
