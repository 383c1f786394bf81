"""A row on its way in: as it was read, as people settled it, and what it wants. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from permits.importing.classes import Class
from permits.importing.wanted import Wanted, wanted
from permits.ledger.doubts import Doubt, Finding
from permits.ledger.facts import Cell, Context, Precision
from permits.ledger.header import kind_of
from permits.ledger.reading import READERS, LedgerRow, Reading
from permits.ledger.words import as_text, name_key
from permits.ledger.writing import written

# Where the sentence names a place or a day, the question is still the same one.
_PASSING = frozenset({"first", "sheet", "today", "error"})
SITE = "site_class"
MATCH = "project"


@dataclass
class Incoming:
    """One project's row. `answers` are the settled ones by field of the ledger; `line_id` is its stored row, if any."""

    position: int
    read: LedgerRow
    year: int | None
    columns: Collection[str]
    answers: dict[str, str] = field(default_factory=dict)
    line_id: int | None = None
    class_lent: bool = False

    def __post_init__(self) -> None:
        self.settle(self.answers)

    def settle(self, answers: Mapping[str, str]) -> None:
        """Read the row again with these answers."""
        self.answers = dict(answers)
        self.row = answered(self.read, answers, self.year)
        site = self.answers.get(SITE, "").partition("/")
        named: Class | None = (site[0], site[2]) if site[2] else None
        self.class_lent = False
        self.wanted: Wanted = wanted(self.row, self.columns, self.year, named)

    def lend_class(self, sector: str, site_class: str) -> None:
        """A row that does not tell its class takes the one that its project has."""
        if "site" not in self.wanted.values:
            self.wanted = wanted(self.row, self.columns, self.year, (sector, site_class))
            self.class_lent = True

    @property
    def identity(self) -> str:
        """The project that the row speaks of, as it was written: name and unit, however they were typed."""
        return identity(self.read)


def answered(row: LedgerRow, answers: Mapping[str, str], year: int | None) -> LedgerRow:
    """A row with the cells that people settled in place of those that were read."""
    cells = dict(row.cells)
    for key, text in answers.items():
        if key not in (SITE, MATCH):
            cells[key] = cell_for(key, text, year or 2000, cells.get(key))
    return replace(row, cells=cells)


def identity(row: LedgerRow) -> str:
    """Name and unit of a row as a key."""
    return f"{name_key(row.name)}|{owner_key(row)}"


def owner_key(row: LedgerRow) -> str:
    """The unit of a row as a key; empty when none is named."""
    owner = row.value("owner")
    return name_key("、".join(owner)) if isinstance(owner, tuple) else ""


def cell_for(key: str, text: str, year: int, old: Cell | None = None) -> Cell:
    """The cell that a person's words make of a field; money in 万元, a date without a year in `year`."""
    fact = READERS[kind_of(key)](text, Context(unit="万元", year=year))
    return Cell(text, fact.value, fact.unit, fact.precision, fact.parts, (), old.column if old else "")


def can_be_read(key: str, text: str, year: int) -> Finding | None:
    """None when a field reads these words, else what is doubtful about them."""
    cell = cell_for(key, text, year)
    fact = READERS[kind_of(key)](text, Context(unit="万元", year=year))
    if key == "code":
        return fact.findings[0] if cell.precision not in ("ok", "legacy") and fact.findings else None
    if cell.value is None and cell.precision not in ("", Precision.NOTHING):
        return fact.findings[0] if fact.findings else Finding("words_unread", (("raw", text),))
    return next((found for found in fact.findings if found.code == "name_long"), None)


def shown(key: str, row: LedgerRow, year: int | None) -> str:
    """A cell as it was read, in words that are read back to the same; empty when nothing was read."""
    cell = row.cells.get(key)
    if cell is None or cell.value is None:
        return ""
    value = written(key, cell, year or 2000)
    return f"{value:f}" if isinstance(value, Decimal) else as_text(value)


def doubt_key(county: str, about: str, doubt: Doubt) -> str:
    """Names a question wherever its row stands: county, project or sheet, field, content, doubt and its figures."""
    args = [f"{name}={value}" for name, value in doubt.args if name not in _PASSING]
    place = [] if about else [doubt.sheet, str(doubt.row)]
    return hashlib.sha256(
        "\x1f".join([county, about, *place, doubt.field, doubt.raw, doubt.code, *args]).encode()
    ).hexdigest()


def doubt_at(item: Incoming, key: str, finding: Finding) -> Doubt:
    """A doubt about a row that arose after the reading."""
    cell = item.read.cells.get("name" if key in (SITE, MATCH) else key)
    raw = as_text(cell.raw) if cell else ""
    column = cell.column if cell else ""
    return Doubt(item.read.sheet, item.read.row_number, column, key, raw[:500], finding.code, finding.args)


def own_doubts(item: Incoming) -> list[Doubt]:
    """The doubts that reading the row into a project raised."""
    return [doubt_at(item, key, finding) for key, finding in item.wanted.findings]


def incoming(reading: Reading) -> list[Incoming]:
    """The rows of a reading, each with the year and the columns of its sheet."""
    sheets = {seen.title: seen for seen in reading.sheets}
    columns = {title: frozenset(seen.columns.values()) for title, seen in sheets.items()}
    return [Incoming(n, row, sheets[row.sheet].year, columns[row.sheet]) for n, row in enumerate(reading.rows, start=1)]


def by_place(rows: Iterable[Incoming]) -> dict[tuple[str, int], Incoming]:
    """Rows by sheet and number."""
    return {(item.read.sheet, item.read.row_number): item for item in rows}


def answers_by_row(settled: Sequence[tuple[Any, str, str]]) -> dict[Any, dict[str, str]]:
    """(row, field, answer), the oldest first → row → field → the last answer that is not simply a yes."""
    found: dict[Any, dict[str, str]] = {}
    for row, key, answer in settled:
        if answer and key:
            found.setdefault(row, {})[key] = answer
    return found
