"""Units of legal time. Each is its own type, so that adding a day to an hour, or a working day to a calendar day,
fails.

Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import calendar as gregorian
import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = dt.timedelta(days=1)


class Bilingual(NamedTuple):
    """A sentence of the law in both languages of the product."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The text for a language code such as `zh-hans` or `en`; Chinese is the county's own language."""
        return self.en if language.lower().startswith("en") else self.zh


@dataclass(frozen=True, order=False)
class Span:
    """A length of time in one unit; use a subclass. `n` ≥ 0.

    Raises `TypeError` for anything but a whole number and for mixed units, `ValueError` below zero.
    """

    n: int

    def __post_init__(self) -> None:
        if type(self) is Span:
            raise TypeError("A span has a unit: WorkingDays, CalendarDays, Months or Hours.")
        if isinstance(self.n, bool) or not isinstance(self.n, int):
            raise TypeError(f"{type(self).__name__} counts whole units, not {self.n!r}.")
        if self.n < 0:
            raise ValueError(f"{type(self).__name__} cannot be negative: {self.n}.")

    def _same_unit(self, other: Any) -> int:
        if type(other) is not type(self):
            raise TypeError(f"{type(self).__name__} and {type(other).__name__} are different units of time.")
        return int(other.n)

    def __add__(self, other: Any) -> Self:
        return type(self)(self.n + self._same_unit(other))

    def __sub__(self, other: Any) -> Self:
        return type(self)(self.n - self._same_unit(other))

    def __lt__(self, other: Any) -> bool:
        return self.n < self._same_unit(other)

    def __le__(self, other: Any) -> bool:
        return self.n <= self._same_unit(other)

    def __gt__(self, other: Any) -> bool:
        return self.n > self._same_unit(other)

    def __ge__(self, other: Any) -> bool:
        return self.n >= self._same_unit(other)

    @property
    def unit(self) -> str:
        """The unit's code: `working_day`, `calendar_day`, `month` or `hour`."""
        return _UNITS[type(self)][0]

    @property
    def words(self) -> Bilingual:
        """The span in words, e.g. 20个工作日 / 20 working days."""
        _code, zh, one, many = _UNITS[type(self)]
        return Bilingual(f"{self.n}{zh}", f"{self.n} {one if self.n == 1 else many}")


class WorkingDays(Span):
    """工作日: days on which offices work by the State Council's notice (行政许可法 Art. 82)."""


class CalendarDays(Span):
    """自然日: every day counts (民法典 Art. 200–203)."""


class Months(Span):
    """月: end on the day of the same number, or on the month's last day (民法典 Art. 202)."""


class Hours(Span):
    """小时: for acknowledgements and reminders; never part of a statutory period counted in days."""


_UNITS: dict[type[Span], tuple[str, str, str, str]] = {
    WorkingDays: ("working_day", "个工作日", "working day", "working days"),
    CalendarDays: ("calendar_day", "日", "calendar day", "calendar days"),
    Months: ("month", "个月", "month", "months"),
    Hours: ("hour", "小时", "hour", "hours"),
}


def add_months(day: dt.date, months: Months) -> dt.date:
    """The same-numbered day `months` later, or the last day of that month (民法典 Art. 202)."""
    if not isinstance(months, Months):
        raise TypeError(f"{type(months).__name__} is not Months.")
    years, index = divmod(day.month - 1 + months.n, 12)
    year, month = day.year + years, index + 1
    return dt.date(year, month, min(day.day, gregorian.monthrange(year, month)[1]))


def civil_date(instant: dt.datetime) -> dt.date:
    """The legal date of an instant: the civil date of Asia/Shanghai.

    Raises `TypeError` for an instant without a time zone: it names no moment.
    """
    if instant.tzinfo is None:
        raise TypeError("An instant needs a time zone; legal dates are civil dates of Asia/Shanghai.")
    return instant.astimezone(SHANGHAI).date()


def pure_date(day: dt.date) -> dt.date:
    """`day` itself. Raises `TypeError` for a datetime, which would smuggle hours into a count of days."""
    if isinstance(day, dt.datetime) or not isinstance(day, dt.date):
        raise TypeError(f"A civil date is wanted, not {type(day).__name__}.")
    return day
