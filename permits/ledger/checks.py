"""What the rows of a ledger say against each other: sums, counts, doubles, and facts that cannot both be true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import cast

from permits.ledger import words
from permits.ledger.amounts import FACTORS
from permits.ledger.doubts import Doubt, Finding, find
from permits.ledger.facts import Fact, Span
from permits.ledger.grid import letter
from permits.ledger.header import Header
from permits.ledger.reading import LedgerRow, Marked, Reading, TotalSeen
from permits.ledger.rows import RowKind


def check_sheet(title: str, header: Header, marked: list[Marked], doubts: list[Doubt]) -> list[TotalSeen]:
    """Compare every sum and count that the sheet states with its rows; a difference becomes a doubt."""
    seen: list[TotalSeen] = []
    columns = {c.key: letter(c.index) for c in header.columns.values()}
    for position, line in enumerate(marked):
        covered = _covered(marked, position)
        if covered is None:
            continue
        for key, fact in line.sums.items():
            total = _compare(title, line, key, fact, covered)
            seen.append(total)
            if not total.agrees:
                finding = find(
                    "total_differs", label=line.read.label, stated=f"{total.stated:f}", sum=f"{total.computed:f}"
                )
                doubts.append(_at(title, line.number, columns[key], key, f"{total.stated:f}", finding))
        stated = line.read.count
        if stated is not None and stated != len(covered):
            finding = find("count_differs", label=line.read.label, stated=stated, count=len(covered))
            doubts.append(_at(title, line.number, "", "", line.read.label, finding))
    return seen


def _covered(marked: list[Marked], position: int) -> list[LedgerRow] | None:
    """The projects that a line speaks for: below a group's heading, above a subtotal, all for a total; else None."""
    line = marked[position]
    if line.read.kind is RowKind.TOTAL:
        return [m.project for m in marked if m.project]
    if line.read.kind is RowKind.CATEGORY:
        rows = []
        for other in marked[position + 1 :]:
            if other.read.kind is RowKind.TOTAL:
                break
            if other.read.kind is RowKind.CATEGORY and other.read.depth <= line.read.depth:
                break
            rows.extend([other.project] if other.project else [])
        return rows
    if line.read.kind is RowKind.SUBTOTAL:
        return _above(marked, position)
    return None


def _above(marked: list[Marked], position: int) -> list[LedgerRow]:
    """Projects between a subtotal and the heading or subtotal before it; a subtotal on top speaks for those below."""
    rows: list[LedgerRow] = []
    for other in reversed(marked[:position]):
        if other.read.kind in (RowKind.CATEGORY, RowKind.SUBTOTAL, RowKind.TOTAL):
            break
        rows.extend([other.project] if other.project else [])
    if rows:
        return rows
    for other in marked[position + 1 :]:
        if other.read.kind in (RowKind.CATEGORY, RowKind.SUBTOTAL, RowKind.TOTAL):
            break
        rows.extend([other.project] if other.project else [])
    return rows


def _compare(title: str, line: Marked, key: str, fact: Fact, covered: list[LedgerRow]) -> TotalSeen:
    """Half of the last stated digit is rounding, not a difference: 37.6亿 agrees with 376,000 万元 and 376,123."""
    value = cast(Decimal, fact.value)
    computed = sum((row.amount(key) for row in covered), Decimal(0))
    own = value / FACTORS[fact.unit or "万元"]
    exponent = own.as_tuple().exponent
    places = min(exponent, 0) if isinstance(exponent, int) else 0
    tolerance = Decimal(1).scaleb(places) / 2 * FACTORS[fact.unit or "万元"]
    agrees = abs(computed - value) <= (tolerance if places or fact.unit.startswith("亿") else Decimal("0.5"))
    return TotalSeen(title, line.number, line.read.label, key, value, computed, agrees)


def check_rows(reading: Reading, today: date) -> None:
    """Doubles over all sheets, and rows whose facts contradict each other; doubts are added to the reading."""
    codes: dict[str, LedgerRow] = {}
    names: dict[str, LedgerRow] = {}
    for row in reading.rows:
        if row.code:
            first = codes.setdefault(row.code, row)
            if first is not row:
                _add(
                    reading,
                    row,
                    "code",
                    find("duplicate_code", code=row.code, first=first.row_number, sheet=first.sheet),
                )
        owner = row.value("owner")
        key = words.name_key(row.name) + "|" + words.name_key(" ".join(owner) if isinstance(owner, tuple) else "")
        first = names.setdefault(key, row)
        if first is not row:
            _add(reading, row, "name", find("duplicate_name", name=row.name, first=first.row_number, sheet=first.sheet))
        for field, finding in _contradictions(row, today):
            _add(reading, row, field, finding)


def _contradictions(row: LedgerRow, today: date) -> Iterator[tuple[str, Finding]]:
    total, plan, done = row.value("total"), row.value("plan"), row.value("done")
    if isinstance(total, Decimal) and isinstance(plan, Decimal) and plan > total:
        yield "plan", find("plan_over_total", plan=f"{plan:f}", total=f"{total:f}")
    if isinstance(total, Decimal) and isinstance(done, Decimal) and done > total:
        yield "done", find("done_over_total", done=f"{done:f}", total=f"{total:f}")
    yield from _start(row, today)
    share = row.cells.get("in_library")
    if share and share.value is False and not row.value("library_cause"):
        yield "library_cause", find("not_in_library_without_cause")
    if share and share.value is True and row.value("started") is False:
        yield "in_library", find("in_library_before_start")
    yield from _months(row)


def _start(row: LedgerRow, today: date) -> Iterator[tuple[str, Finding]]:
    started, on = row.value("started"), row.value("started_on")
    if started is True and not isinstance(on, Span):
        yield "started_on", find("started_without_date")
    if started is not True and isinstance(on, Span):
        yield "started_on", find("start_without_yes")
    if isinstance(on, Span) and on.earliest > today:
        yield "started_on", find("start_in_future", raw=words.as_text(row.cells["started_on"].raw), today=today)
    if started is False and not (row.value("not_started_cause") or row.value("problem")):
        yield "not_started_cause", find("not_started_without_cause")
    if started is False and row.amount("done") > 0:
        yield "done", find("done_without_start", done=f"{row.amount('done'):f}")


def _months(row: LedgerRow) -> Iterator[tuple[str, Finding]]:
    """Monthly figures are cumulative: one that falls is doubtful."""
    for side in ("plan", "done"):
        before: Decimal | None = None
        for key in sorted(k for k in row.cells if re.fullmatch(rf"month_\d\d_{side}", k)):
            value = row.value(key)
            if not isinstance(value, Decimal):
                continue
            if before is not None and value < before:
                yield key, find("cumulative_falls", before=f"{before:f}", after=f"{value:f}")
            before = value


def _add(reading: Reading, row: LedgerRow, field: str, finding: Finding) -> None:
    cell = row.cells.get(field)
    column = cell.column if cell else _column_of(reading, row, field)
    raw = words.as_text(cell.raw) if cell else ""
    reading.doubts.append(_at(row.sheet, row.row_number, column, field, raw, finding))


def _column_of(reading: Reading, row: LedgerRow, field: str) -> str:
    """The column letter of a field whose cell is empty; empty if the sheet has no such column."""
    seen = next(s for s in reading.sheets if s.title == row.sheet)
    return next((column for column, key in seen.columns.items() if key == field), "")


def _at(sheet: str, row: int, column: str, field: str, raw: str, finding: Finding) -> Doubt:
    return Doubt(sheet, row, column, field, raw[:500], finding.code, finding.args)
