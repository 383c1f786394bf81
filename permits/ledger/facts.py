"""What one cell may say: a typed value, how sure it is, and what is doubtful about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from permits.ledger.doubts import Finding

Raw = str | int | float | bool | date | datetime | None


class Precision(StrEnum):
    """How exactly a cell says its value; the first group belongs to dates, the second to amounts."""

    DAY = "day"
    MONTH = "month"
    MONTH_END = "month-end"
    TEN_DAYS = "xun"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    SPAN = "span"

    EXACT = "exact"
    ABOUT = "about"
    RANGE = "range"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"

    NOTHING = "none"
    UNREAD = "unread"


class CodeStatus(StrEnum):
    """What the check of a project code found (GB/T 40058-2021)."""

    OK = "ok"
    BAD_CHECK = "bad-check-digit"
    LEGACY = "legacy"
    MISSING = "missing"
    MALFORMED = "malformed"


class Stage(StrEnum):
    """How far a procedure is, as the ledger says it."""

    DONE = "done"
    UNDER_WAY = "under-way"
    NOT_DONE = "not-done"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True)
class Span:
    """The first and the last civil day that a date in the ledger may mean, both included."""

    earliest: date
    latest: date


Value = str | bool | Decimal | Span | Stage | tuple[str, ...] | None


@dataclass(frozen=True)
class Fact:
    """What a parser made of one raw cell.

    `value`: Decimal 万元 for money, Decimal 0..1 for a share, Span for a date, bool for yes/no, Stage for a procedure,
    tuple of names for people and units, str for the rest; None when the cell says nothing usable.
    `unit`: the unit in which the cell was written (万元, 亿元, 元 …). `parts`: (label, figure) pairs such as the bond
    money inside a total, or the two ends of a range. `findings`: what a person should look at.
    """

    value: Value = None
    unit: str = ""
    precision: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Context:
    """What a cell inherits from its column, sheet and file.

    `unit`: money unit of the column. `year`: plan year of the sheet; `year_sure` is False when it was only assumed.
    `number_format`: the cell's own Excel format. `legend`: marks explained in the sheet's notes, mark -> meaning.
    """

    unit: str = "万元"
    year: int = 2000
    year_sure: bool = True
    number_format: str = "General"
    legend: dict[str, str] = field(default_factory=dict)
    from_csv: bool = False
    epoch_1904: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell of a project's row: the raw content beside what was read from it."""

    raw: Raw
    value: Value
    unit: str = ""
    precision: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = ()
    column: str = ""
    formula: str = ""

    @property
    def facts(self) -> tuple[Value, str, tuple[tuple[str, str], ...]]:
        """What must survive export and re-import: value, precision and parts."""
        return self.value, self.precision, self.parts
