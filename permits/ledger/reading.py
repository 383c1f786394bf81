"""One call reads a ledger: rows of typed cells, doubts, and the sums that the file itself states."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from permits.ledger import amounts, dates, project_code, words
from permits.ledger.doubts import Doubt, Finding, find
from permits.ledger.facts import Cell, CodeStatus, Context, Fact, Precision, Raw
from permits.ledger.grid import GridCell, Sheet, letter
from permits.ledger.header import Column, Header, find_header, kind_of
from permits.ledger.rows import RowKind, RowRead, classify
from permits.ledger.text import MAX_TEXT, display
from permits.ledger.workbook import NoHeader, open_workbook

Reader = Callable[[Raw, Context], Fact]
Progress = Callable[[int, int], None]
READERS: dict[str, Reader] = {
    "seq": words.read_text,
    "name": words.read_name,
    "code": lambda raw, _context: project_code.read_code(raw),
    "money": amounts.read_amount,
    "share": amounts.read_share,
    "date": dates.read_date,
    "yes_no": words.read_yes_no,
    "stage": words.read_stage,
    "kind": words.read_kind,
    "leaders": words.read_leaders,
    "bureaus": words.read_bureaus,
    "units": words.read_units,
    "phone": words.read_phone,
    "text": words.read_text,
}
SHARED_BY_MERGE = frozenset({"bureaus", "leaders", "units", "text", "kind", "phone"})


@dataclass
class LedgerRow:
    """One project as one row of the ledger says it.

    `cells` maps a field to its cell; empty cells are absent, unknown columns stand under `other:<heading>`.
    `category` is the path of group headings above the row, outermost first, without number and count.
    """

    sheet: str
    row_number: int
    cells: dict[str, Cell]
    category: tuple[str, ...] = ()
    hidden: bool = False

    def value(self, key: str) -> object:
        """The value of a field; None if the cell is empty or unreadable."""
        cell = self.cells.get(key)
        return cell.value if cell else None

    def amount(self, key: str) -> Decimal:
        """A money field in 万元; 0 if the ledger gives no amount."""
        value = self.value(key)
        return value if isinstance(value, Decimal) else Decimal(0)

    @property
    def name(self) -> str:
        """The project's name; every row that was read has one."""
        return str(self.value("name"))

    @property
    def code(self) -> str:
        """The normalised project code; empty if there is none."""
        return str(self.value("code") or "")

    @property
    def code_status(self) -> str:
        """The CodeStatus of the code, `missing` for an empty cell."""
        cell = self.cells.get("code")
        return cell.precision if cell and cell.precision else str(CodeStatus.MISSING)


@dataclass(frozen=True)
class TotalSeen:
    """A sum that the file states (万元), beside the sum of the rows that it covers."""

    sheet: str
    row: int
    label: str
    field: str
    stated: Decimal
    computed: Decimal
    agrees: bool


@dataclass
class SheetSeen:
    """A sheet of the file: where its heading stands (0 = none) and what its columns were taken for."""

    title: str
    header_row: int
    columns: dict[str, str] = field(default_factory=dict)
    year: int | None = None
    unit: str = ""
    heading: str = ""


@dataclass
class Reading:
    """All that a ledger says: rows in the order of the file, doubts by place, stated sums."""

    sheets: list[SheetSeen]
    rows: list[LedgerRow]
    doubts: list[Doubt]
    totals_seen: list[TotalSeen]


@dataclass
class Marked:
    """A row below the heading with its kind; `project` is set for a project's row."""

    number: int
    read: RowRead
    project: LedgerRow | None = None
    sums: dict[str, Fact] = field(default_factory=dict)


def read_ledger(file: BinaryIO, filename: str, today: date, progress: Progress | None = None) -> Reading:
    """Read a county's ledger (.xlsx, .xlsm, .csv).

    `today` (civil date, Asia/Shanghai) judges starts that lie ahead, and gives the year where neither sheet nor file
    name do; that is then a doubt. `progress(done, total)` is told after every row. Raises Unreadable (workbook.py) for
    a file that cannot be read at all; a bad row becomes a doubt and never stops the good ones.
    """
    from permits.ledger.checks import check_rows, check_sheet  # they need the classes above

    book = open_workbook(file, filename)
    reading = Reading([], [], [], [])
    count = _Count(progress, sum(sheet.height for sheet in book.sheets))
    for sheet in book.sheets:
        header = None if sheet.hidden else find_header(sheet)
        if header is None:
            reading.sheets.append(SheetSeen(sheet.title, 0))
            reading.doubts.append(_of_sheet(sheet, find("sheet_hidden" if sheet.hidden else "sheet_not_read")))
            continue
        seen, marked = _SheetReader(sheet, header, filename, today, reading.doubts).read(count)
        reading.sheets.append(seen)
        reading.rows.extend(m.project for m in marked if m.project)
        reading.totals_seen.extend(check_sheet(sheet.title, header, marked, reading.doubts))
    if not any(seen.header_row for seen in reading.sheets):
        raise NoHeader
    if book.external_links:
        reading.doubts.append(_of_sheet(book.sheets[0], find("external_links")))
    check_rows(reading, today)
    order = {seen.title: number for number, seen in enumerate(reading.sheets)}
    reading.doubts.sort(key=lambda d: (order.get(d.sheet, 0), d.row, len(d.column), d.column, d.code))
    return reading


@dataclass
class _Count:
    """Rows that are done, of all sheets."""

    tell: Progress | None
    total: int
    done: int = 0

    def add(self) -> None:
        self.done += 1
        if self.tell:
            self.tell(self.done, self.total)


def _of_sheet(sheet: Sheet, finding: Finding) -> Doubt:
    return Doubt(sheet.title, 0, "", "", "", finding.code, finding.args)


class _SheetReader:
    """Reads the rows of one sheet below its heading."""

    def __init__(self, sheet: Sheet, header: Header, filename: str, today: date, doubts: list[Doubt]) -> None:
        self.sheet, self.header, self.doubts = sheet, header, doubts
        above = " ".join(t for row in range(1, header.first) for t in sheet.texts(row).values())
        headings = " ".join(column.heading for column in header.columns.values())
        self.heading = next(iter(sheet.texts(1).values()), "") if header.first > 1 else ""
        year = next((y for text in (above, sheet.title, headings, filename) if (y := _year_in(text))), None)
        self.unit = amounts.unit_in(above)
        below = " ".join(t for row in range(header.last + 1, sheet.height + 1) for t in sheet.row_notes(row))
        if self.unit is None and "单位" in below:
            self.unit = amounts.unit_in(below)
        self.base = Context(
            unit=self.unit or "万元", year=year or today.year, year_sure=year is not None,
            legend=words.legend(above + " " + below), epoch_1904=sheet.epoch_1904,
        )  # fmt: skip
        self.year = year

    def read(self, count: _Count) -> tuple[SheetSeen, list[Marked]]:
        """The sheet's description and its rows; doubts go to the common list."""
        columns = {letter(c.index): c.key for c in self.header.columns.values()}
        seen = SheetSeen(self.sheet.title, self.header.first, columns, self.year, self.base.unit, self.heading)
        self._doubt_columns()
        marked: list[Marked] = []
        path: tuple[str, ...] = ()
        for row in range(self.header.last + 1, self.sheet.height + 1):
            read = classify(self.sheet, self.header, row)
            if read.kind is RowKind.CATEGORY:
                path = (*path[: read.depth - 1], read.label)
            marked.append(self._mark(row, read, path))
            count.add()
        return seen, marked

    def _doubt_columns(self) -> None:
        for loser, winner in self.header.duplicates:
            self._doubt(find("duplicate_column", heading=display(loser.heading), first=display(winner.heading)),
                        self.header.first, loser)  # fmt: skip
        losers = {loser.index for loser, _ in self.header.duplicates}
        for column in self.header.columns.values():
            if column.key.startswith("other:") and column.index not in losers:
                self._doubt(find("unknown_column", heading=display(column.heading)), self.header.first, column)
            elif kind_of(column.key) == "money" and not (column.unit or self.unit):
                self._doubt(find("unit_assumed"), self.header.first, column)

    def _mark(self, row: int, read: RowRead, path: tuple[str, ...]) -> Marked:
        marked = Marked(row, read)
        if read.kind in (RowKind.CATEGORY, RowKind.SUBTOTAL, RowKind.TOTAL):
            marked.sums = self._sums(row)
        elif read.kind in (RowKind.NAMELESS, RowKind.UNCLEAR):
            code = "row_without_name" if read.kind is RowKind.NAMELESS else "row_unclear"
            raw = " | ".join(self.sheet.texts(row).values())
            self._doubt(find(code, raw=raw), row, None, raw)
        elif read.kind is RowKind.PROJECT:
            try:
                marked.project = self._project(row, path)
            except (ValueError, ArithmeticError) as error:
                # A bad row never stops the good ones: it becomes a doubt that names the error.
                raw = " | ".join(self.sheet.texts(row).values())
                self._doubt(find("row_failed", error=f"{type(error).__name__}: {error}"), row, None, raw)
        return marked

    def _sums(self, row: int) -> dict[str, Fact]:
        """The figures beside a heading or a sum, by money field."""
        found = {}
        for column in self.header.columns.values():
            grid = self.sheet.cells.get((row, column.index))
            if kind_of(column.key) == "money" and grid and isinstance(grid.value, int | float | str):
                fact = amounts.read_amount(grid.value, self._context(column, grid))
                if isinstance(fact.value, Decimal):
                    found[column.key] = fact
        return found

    def _project(self, row: int, path: tuple[str, ...]) -> LedgerRow:
        cells: dict[str, Cell] = {}
        for column in self.header.columns.values():
            if column.key == "seq":
                continue
            cell = self._cell(row, column)
            if cell is not None:
                cells[column.key] = cell
        hidden = row in self.sheet.hidden_rows
        if hidden:
            self._doubt(find("row_hidden"), row, None)
        if "code" not in cells:
            code = next((c for c in self.header.columns.values() if c.key == "code"), None)
            self._doubt(find("code_missing"), row, code)
        self._settle_kind(row, path, cells)
        return LedgerRow(self.sheet.title, row, cells, path, hidden)

    def _cell(self, row: int, column: Column) -> Cell | None:
        """The cell of a field, read; None if it is empty."""
        grid = self.sheet.cells.get((row, column.index))
        kind = kind_of(column.key)
        merge = self.sheet.merged(row, column.index)
        if merge and merge[2] > merge[0] and merge[0] > self.header.last:
            if grid is None and kind in SHARED_BY_MERGE:
                grid = self.sheet.cells.get((merge[0], merge[1]))
            elif grid is not None and kind == "money":
                self._doubt(find("merged_amount", rows=merge[2] - merge[0] + 1), row, column, words.as_text(grid.value))
        if grid is None or (grid.value is None and not grid.formula):
            return None
        if isinstance(grid.value, str) and not grid.value.strip():
            return None
        fact = self._fact(grid, kind, column)
        raw = grid.value if grid.value is not None else grid.formula
        for finding in fact.findings:
            self._doubt(finding, row, column, words.as_text(raw))
        codes = tuple(finding.code for finding in fact.findings)
        return Cell(raw, fact.value, fact.unit, fact.precision, fact.parts, codes, letter(column.index), grid.formula)

    def _fact(self, grid: GridCell, kind: str, column: Column) -> Fact:
        findings: list[Finding] = []
        if grid.cut:
            findings.append(find("text_cut", limit=MAX_TEXT))
        if grid.formula and "[" in grid.formula:
            findings.append(find("formula_external", formula=grid.formula))
        if grid.formula and grid.value is None:
            return Fact(
                precision=Precision.UNREAD, findings=(*findings, find("formula_without_value", formula=grid.formula))
            )
        if grid.error:
            return Fact(precision=Precision.UNREAD, findings=(*findings, find("formula_error", raw=grid.value)))
        fact = READERS[kind](grid.value, self._context(column, grid))
        return Fact(fact.value, fact.unit, fact.precision, fact.parts, (*findings, *fact.findings))

    def _context(self, column: Column, grid: GridCell) -> Context:
        base = self.base
        return Context(column.unit or base.unit, base.year, base.year_sure, grid.number_format, base.legend,
                       grid.bare, base.epoch_1904)  # fmt: skip

    def _settle_kind(self, row: int, path: tuple[str, ...], cells: dict[str, Cell]) -> None:
        """The kind of the project against the heading above it."""
        named = next((k for label in reversed(path) if (k := words.kind_of_category(label))), None)
        if named is None:
            return
        category = path[-1]
        own = cells.get("kind")
        if own is None or own.value is None:
            self._doubt(find("kind_from_category", category=category), row, None)
            cells["kind"] = Cell(None, named, doubts=("kind_from_category",))
        elif own.value in ("续建", "新建", "前期") and own.value != named:
            column = next(c for c in self.header.columns.values() if c.key == "kind")
            self._doubt(
                find("kind_against_category", raw=own.value, category=category), row, column, words.as_text(own.raw)
            )

    def _doubt(self, finding: Finding, row: int, column: Column | None, raw: str = "") -> None:
        place, key = (letter(column.index), column.key) if column else ("", "")
        self.doubts.append(Doubt(self.sheet.title, row, place, key, raw[:500], finding.code, finding.args))


def _year_in(text: str) -> int | None:
    """The plan year that a title names; None if it names none."""
    found = re.search(r"(?<!\d)(20\d{2})(?=\s*年|年度|[-_.]|$)", display(text)) or re.search(
        r"(?<!\d)(20\d{2})(?!\d)", text
    )
    return int(found.group(1)) if found else None
