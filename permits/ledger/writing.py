"""Write the county's own spreadsheet, so that reading it again gives the same facts.

A cell goes out as it came in wherever the reader would read the same facts from it here; otherwise in words that it
does read so. Text is always text: nothing that begins with `= + - @` can become a formula, in .xlsx or in .csv.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from permits.ledger.amounts import write_amount, write_share
from permits.ledger.dates import write_date
from permits.ledger.facts import Cell, Context, Fact, Precision, Raw, Span, Stage
from permits.ledger.header import OTHER, kind_of
from permits.ledger.reading import READERS, LedgerRow
from permits.ledger.text import numeral, plain_number, storable
from permits.ledger.words import as_text
from workflows.tables import guard

UNIT = "万元"
FIRST_ROW = 5  # title, unit, two rows of heading
LAYOUT: tuple[tuple[str, str, str], ...] = (
    ("seq", "序号", ""),
    ("name", "项目名称", ""),
    ("code", "项目代码", ""),
    ("owner", "建设单位", ""),
    ("kind", "建设性质", ""),
    ("content", "建设规模及内容", ""),
    ("address", "建设地点", ""),
    ("sector", "行业类别", ""),
    ("total", "总投资", ""),
    ("done_before", "至上年底完成投资", ""),
    ("plan", "年度计划投资", ""),
    ("done", "累计完成投资", ""),
    ("planned_start", "计划开工时间", ""),
    ("planned_finish", "计划竣工时间", ""),
    ("period", "建设起止年限", ""),
    ("started", "是否开复工", "开复工情况"),
    ("started_on", "开工时间", "开复工情况"),
    ("not_started_cause", "未开复工原因", "开复工情况"),
    ("progress", "形象进度", ""),
    ("approval", "立项", "手续办理情况"),
    ("land", "用地", "手续办理情况"),
    ("planning", "规划许可", "手续办理情况"),
    ("eia", "环评", "手续办理情况"),
    ("energy", "能评", "手续办理情况"),
    ("forest", "林草", "手续办理情况"),
    ("water", "水保", "手续办理情况"),
    ("fire", "消防", "手续办理情况"),
    ("air_defence", "人防", "手续办理情况"),
    ("permit", "施工许可", "手续办理情况"),
    ("problem", "存在问题", ""),
    ("bureau", "责任单位", ""),
    ("leader", "包抓领导", ""),
    ("contact", "联系人", ""),
    ("phone", "联系电话", ""),
    ("in_library", "是否入库", "统计入库"),
    ("in_library_on", "入库时间", "统计入库"),
    ("library_cause", "未入库原因", "统计入库"),
    ("funding", "资金来源", ""),
    ("note", "备注", ""),
)
ALWAYS = frozenset(
    [
        "seq",
        "name",
        "code",
        "owner",
        "kind",
        "content",
        "total",
        "plan",
        "done",
        "planned_start",
        "started",
        "started_on",
        "not_started_cause",
        "progress",
        "approval",
        "land",
        "eia",
        "permit",
        "problem",
        "bureau",
        "leader",
        "in_library",
        "library_cause",
    ]
)
STAGES = {Stage.DONE: "已办结", Stage.UNDER_WAY: "办理中", Stage.NOT_DONE: "未办", Stage.NOT_NEEDED: "不涉及"}
SUMMED = ("total", "done_before", "plan", "done")
Written = str | int | float | bool | date | Decimal | None


@dataclass
class Line:
    """One row of the sheet to be: values by column from 1, merged pairs of columns, and whether it is hidden."""

    values: dict[int, Written]
    merges: tuple[tuple[int, int], ...] = ()
    hidden: bool = False
    bold: bool = False


def cell_of(
    key: str, value: Any, *, raw: Raw = None, precision: str = "", parts: Sequence[tuple[str, str]] = ()
) -> Cell:
    """A cell for a fact that comes from elsewhere than a file. Types as in `facts.Fact`; money in 万元."""
    if kind_of(key) == "money" and value is not None and not precision:
        precision = Precision.EXACT
    if isinstance(value, date) and not isinstance(value, Span):
        value, precision = Span(value, value), Precision.DAY
    return Cell(raw, value, UNIT if kind_of(key) == "money" else "", precision, tuple(parts))


def write_ledger(rows: Iterable[LedgerRow], file: BinaryIO, *, title: str, year: int) -> None:
    """Write projects as the county's own .xlsx: title, unit, two-row heading, groups with sums, one row each, total.

    `title` is the first line; the plan year is put before it unless it names one. Money is 万元. Projects keep their
    order inside a sheet, except that those without a group stand first. Each `row.sheet` becomes a sheet.
    """
    import openpyxl  # heavy; only exports and imports of spreadsheets need it

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, group in _by_sheet(rows):
        sheet = book.create_sheet(_sheet_title(name, book.sheetnames))
        lines, widths = lay_out(group, title=title, year=year)
        _fill(sheet, lines, widths)
    book.save(file)


def write_csv(rows: Iterable[LedgerRow], file: BinaryIO, *, title: str, year: int) -> None:
    """Write projects as .csv (UTF-8 with BOM, CRLF), one table; text that begins like a formula gets an apostrophe."""
    groups = _by_sheet(rows)
    lines, widths = lay_out([row for _, group in groups for row in group], title=title, year=year)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for line in lines:
        writer.writerow([_csv_value(line.values.get(column)) for column in range(1, len(widths) + 1)])
    file.write(text.getvalue().encode("utf-8-sig"))


def _by_sheet(rows: Iterable[LedgerRow]) -> list[tuple[str, list[LedgerRow]]]:
    groups: dict[str, list[LedgerRow]] = {}
    for row in rows:
        groups.setdefault(row.sheet, []).append(row)
    return list(groups.items()) or [("台账", [])]


def _sheet_title(name: str, taken: list[str]) -> str:
    """A name that a spreadsheet accepts, not used twice."""
    base = re.sub(r"[\[\]:*?/\\]", " ", storable(name)).strip("' \n\t")[:28] or "台账"
    title, number = base, 2
    while title.casefold() in {other.casefold() for other in taken}:
        title, number = f"{base}{number}", number + 1
    return title


def lay_out(rows: Sequence[LedgerRow], *, title: str, year: int) -> tuple[list[Line], list[tuple[str, str, str]]]:
    """The lines of one sheet and its columns (field, heading, group of headings)."""
    columns = _columns(rows)
    index = {key: number for number, (key, _, _) in enumerate(columns, start=1)}
    named = title if re.search(rf"(?<!\d){year}(?!\d)", title) else f"{year}年{title}"
    lines = [
        Line({1: named}, ((1, len(columns)),), bold=True),
        Line({len(columns): f"单位：{UNIT}"}),
        *_heading(columns),
    ]
    rows = [r for r in rows if not r.category] + [r for r in rows if r.category]
    path: tuple[str, ...] = ()
    counts = [0, 0]
    number = 0
    for position, row in enumerate(rows):
        for depth, label in enumerate(row.category[:2], start=1):
            if path[:depth] != row.category[:depth]:
                counts[depth - 1] += 1
                counts[depth:] = [0] * len(counts[depth:])
                covered = _run(rows, position, row.category[:depth])
                lines.append(_category(depth, counts[depth - 1], label, covered, index))
                path, number = row.category[:depth], 0
        number += 1
        values: dict[int, Written] = {index[key]: written(key, cell, year) for key, cell in row.cells.items()}
        lines.append(Line(values | {index["seq"]: number}, hidden=row.hidden))
    lines.append(Line({1: "合计", **_sums(rows, index)}, bold=True))
    return lines, columns


def _columns(rows: Sequence[LedgerRow]) -> list[tuple[str, str, str]]:
    """The county's own columns, then whatever else the rows carry."""
    used = {key for row in rows for key in row.cells}
    columns = [column for column in LAYOUT if column[0] in ALWAYS or column[0] in used]
    for month in range(1, 13):
        for side, word in (("plan", "计划"), ("done", "完成")):
            if f"month_{month:02}_{side}" in used:
                columns.append((f"month_{month:02}_{side}", word, f"{month}月"))
    seen: dict[str, None] = {key: None for row in rows for key in row.cells if key.startswith(OTHER)}
    for key in seen:
        group, _, leaf = key.removeprefix(OTHER).rpartition("/")
        columns.append((key, leaf, group))
    return columns


def _heading(columns: Sequence[tuple[str, str, str]]) -> list[Line]:
    """Two rows: groups above their columns, merged; the plan's own heading carries no unit, the sheet does."""
    top = Line({}, bold=True)
    below = Line({}, bold=True)
    merges: list[tuple[int, int]] = []
    for number, (_, heading, group) in enumerate(columns, start=1):
        if not group:
            top.values[number] = heading
            continue
        below.values[number] = heading
        first = number == 1 or columns[number - 2][2] != group
        if first:
            top.values[number] = group
            merges.append((number, number))
        else:
            merges[-1] = (merges[-1][0], number)
    top.merges = tuple(merge for merge in merges if merge[0] < merge[1])
    return [top, below]


def _run(rows: Sequence[LedgerRow], position: int, path: tuple[str, ...]) -> list[LedgerRow]:
    """The projects from `position` on that stand in the same group."""
    run = []
    for row in rows[position:]:
        if row.category[: len(path)] != path:
            break
        run.append(row)
    return run


def _category(depth: int, number: int, label: str, covered: list[LedgerRow], index: dict[str, int]) -> Line:
    mark = f"{numeral(number)}、" if depth == 1 else f"（{numeral(number)}）"
    merge = ((1, index["content"]),)
    return Line({1: f"{mark}{label}（{len(covered)}项）", **_sums(covered, index)}, merge, bold=True)


def _sums(rows: Sequence[LedgerRow], index: dict[str, int]) -> dict[int, Written]:
    return {index[key]: sum((row.amount(key) for row in rows), Decimal(0)) for key in SUMMED if key in index}


def written(key: str, cell: Cell, year: int) -> Written:
    """What goes into the file for a cell: a number, a day, or text; read again it gives the same facts."""
    kind = kind_of(key)
    context = Context(unit=UNIT, year=year)
    if kind == "money" and isinstance(cell.value, Decimal) and cell.precision == Precision.EXACT and not cell.parts:
        return cell.value
    if kind == "date" and isinstance(cell.value, Span) and cell.precision == Precision.DAY:
        return cell.value.earliest
    raw = _bare(cell.raw)
    if raw is not None and _facts(READERS[kind](raw, context)) == cell.facts:
        return raw
    return _in_words(kind, cell)


def _facts(fact: Fact) -> tuple[object, str, tuple[tuple[str, str], ...]]:
    return fact.value, fact.precision, fact.parts


def _bare(raw: Raw) -> Raw:
    """The raw content as this file can hold it: a moment becomes its day."""
    if isinstance(raw, str):
        return storable(raw)
    return raw.date() if isinstance(raw, datetime) else raw


def _in_words(kind: str, cell: Cell) -> Written:
    value = cell.value
    if kind == "money":
        return write_amount(value if isinstance(value, Decimal) else None, cell.precision, cell.parts) or as_text(
            cell.raw
        )
    if kind == "share" and isinstance(value, Decimal):
        return ("约" if cell.precision == Precision.ABOUT else "") + write_share(value)
    if kind == "date" and isinstance(value, Span):
        return write_date(value, cell.precision)
    if kind == "yes_no" and isinstance(value, bool):
        return "是" if value else "否"
    if kind == "stage" and isinstance(value, Stage):
        return dict(cell.parts).get("reference") or STAGES[value]
    if isinstance(value, tuple):
        return "、".join(value)
    return as_text(cell.raw) if value is None else str(value)


def _fill(sheet: Any, lines: list[Line], columns: list[tuple[str, str, str]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, line in enumerate(lines, start=1):
        for column, value in line.values.items():
            _put(sheet.cell(number, column), value, line.bold)
        for first, last in line.merges:
            if first < last:
                sheet.merge_cells(start_row=number, end_row=number, start_column=first, end_column=last)
        if line.hidden:
            sheet.row_dimensions[number].hidden = True
    for column, (key, _, group) in enumerate(columns, start=1):
        if not group:
            sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
        sheet.column_dimensions[get_column_letter(column)].width = 30 if key in ("name", "code", "content") else 12
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.freeze_panes = f"C{FIRST_ROW}"


def _put(cell: Any, value: Written, bold: bool) -> None:
    from openpyxl.styles import Font

    if isinstance(value, str):
        cell.value = storable(value)
        cell.data_type = "s"  # openpyxl would make a formula of "=…" and an error of "#REF!"
        cell.number_format = "@" if value[:1] and value[0] in "=+-@" else cell.number_format
        cell.quotePrefix = bool(value[:1]) and value[0] in "=+-@"
    elif isinstance(value, Decimal):
        number = int(value) if value == value.to_integral_value() else float(value)
        exact = Decimal(plain_number(number)) == value and len(value.as_tuple().digits) <= 15
        cell.value = number if exact else f"{value:f}"
    elif value is not None:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = Font(bold=True)


def _csv_value(value: Written) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return plain_number(value)
    return guard(storable(value)) if isinstance(value, str) else as_text(value)
