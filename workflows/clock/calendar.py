"""The working-day calendar: loaded years of the State Council's notices, with local overrides laid over them.

A year that nobody has published is counted by weekday only and every result that touches it says so: make-up days and
holidays are never guessed. Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

from workflows.clock.days import ONE_DAY, Bilingual, CalendarDays, Months, Span, WorkingDays, add_months, pure_date

FIRST_YEAR, LAST_YEAR = 2015, 2026
# Notices reach back: that of 2019 made 2018-12-29 a workday and 2018-12-31 a holiday.
LATE_DECEMBER = (12, 25)

# 国务院办公厅关于某年部分节假日安排的通知, main notice of each year.
NOTICES = {
    2015: "国办发明电〔2014〕28号",
    2016: "国办发明电〔2015〕18号",
    2017: "国办发明电〔2016〕17号",
    2018: "国办发明电〔2017〕12号",
    2019: "国办发明电〔2018〕15号",
    2020: "国办发明电〔2019〕16号",
    2021: "国办发明电〔2020〕27号",
    2022: "国办发明电〔2021〕11号",
    2023: "国办发明电〔2022〕16号",
    2024: "国办发明电〔2023〕7号",
    2025: "国办发明电〔2024〕12号",
    2026: "国办发明电〔2025〕7号",
}
MAKE_UP = "调休上班"
_ENGLISH = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午": "Dragon Boat Festival",
    "国庆节": "National Day",
    "中秋": "Mid-autumn Festival",
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "70th anniversary of victory, 2015",
    MAKE_UP: "make-up workday",
}


class UnpublishedYear(LookupError):
    """The State Council's notice for this year is not in the package."""


class CalendarRow(NamedTuple):
    """What one civil date is: a workday or not, what it is called, and which notice says so."""

    date: dt.date
    is_workday: bool
    name: str = ""
    notice_no: str = ""


class Reckoned(NamedTuple):
    """A date found by counting; `provisional` when a day of an unpublished year was counted."""

    date: dt.date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """A calendar in one version. A year counts as loaded when `rows` say what each of its days is.

    `overrides` (a county's own holiday or make-up day) win over `rows` and load no year by themselves.
    """

    rows: tuple[CalendarRow, ...] = field(default=(), repr=False)
    overrides: tuple[CalendarRow, ...] = field(default=(), repr=False)
    version: str = ""
    _days: dict[dt.date, CalendarRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        days = {row.date: row for row in self.rows}
        days.update((row.date, row) for row in self.overrides)
        object.__setattr__(self, "_days", days)

    @cached_property
    def years(self) -> frozenset[int]:
        """The loaded years."""
        dates: dict[int, int] = {}
        for day in {row.date for row in self.rows}:
            dates[day.year] = dates.get(day.year, 0) + 1
        return frozenset(year for year, count in dates.items() if count == _length(year))

    def with_overrides(self, overrides: Iterable[CalendarRow], version: str) -> Calendar:
        """This calendar with more local overrides, as another version."""
        return Calendar(self.rows, (*self.overrides, *overrides), version)

    def day(self, day: dt.date) -> CalendarRow:
        """What `day` is; by weekday alone where nothing is loaded."""
        return self._days.get(day) or CalendarRow(pure_date(day), day.weekday() < 5)

    def is_workday(self, day: dt.date) -> bool:
        """Whether offices work on `day`."""
        row = self._days.get(day)
        return row.is_workday if row else pure_date(day).weekday() < 5

    def is_published(self, day: dt.date) -> bool:
        """Whether what `day` is can still change by a notice to come."""
        if day.year not in self.years:
            return False
        return (day.month, day.day) < LATE_DECEMBER or day.year + 1 in self.years

    def crosses_unpublished(self, after: dt.date, until: dt.date) -> bool:
        """Whether a day after `after`, up to and including `until`, is not settled by a notice yet."""
        if until <= after:
            return False
        first = after + ONE_DAY
        if not (self.is_published(first) and self.is_published(until)):
            return True
        # Both ends are settled; between them only a whole missing year, or a December before one, can hide.
        return any(year not in self.years for year in range(first.year, until.year + 1))

    def add(self, day: dt.date, span: Span) -> Reckoned:
        """The last day of a period of `span` that begins on `day`, which is not counted itself (民法典 Art. 201).

        Nominal end: it is not moved off a holiday. Raises `TypeError` for hours.
        """
        pure_date(day)
        if isinstance(span, Months):
            return Reckoned(add_months(day, span), False)
        if isinstance(span, CalendarDays):
            return Reckoned(day + span.n * ONE_DAY, False)
        if not isinstance(span, WorkingDays):
            raise TypeError(f"{type(span).__name__} cannot be added to a civil date.")
        end, left = day, span.n
        while left:
            end += ONE_DAY
            left -= self.is_workday(end)
        return Reckoned(end, self.crosses_unpublished(day, end))

    def back(self, day: dt.date, span: WorkingDays | CalendarDays) -> Reckoned:
        """The latest day from which `span` still fits before or on `day`: the inverse of `add`."""
        if isinstance(span, CalendarDays):
            return Reckoned(pure_date(day) - span.n * ONE_DAY, False)
        if not isinstance(span, WorkingDays):
            raise TypeError(f"{type(span).__name__} cannot be taken off a civil date.")
        start, left = pure_date(day), span.n
        while left:
            left -= self.is_workday(start)
            start -= ONE_DAY
        return Reckoned(start, self.crosses_unpublished(start, day))

    def count(self, after: dt.date, until: dt.date) -> int:
        """Working days after `after`, up to and including `until`; negative when `until` is the earlier one."""
        if until < after:
            return -self.count(until, after)
        whole = sum(self._worked(year)[-1] for year in range(pure_date(after).year, until.year))
        return whole + self._worked(until.year)[_of_year(until)] - self._worked(after.year)[_of_year(after)]

    def _worked(self, year: int) -> list[int]:
        """How many working days of `year` lie up to and including each of its days, the first first."""
        if year not in self._sums:
            first = dt.date(year, 1, 1)
            self._sums[year] = list(accumulate(self.is_workday(first + n * ONE_DAY) for n in range(_length(year))))
        return self._sums[year]

    @cached_property
    def _sums(self) -> dict[int, list[int]]:
        return {}

    def next_workday(self, day: dt.date) -> Reckoned:
        """`day` itself if offices work, else the first day after it on which they do (民法典 Art. 203)."""
        end = pure_date(day)
        while not self.is_workday(end):
            end += ONE_DAY
        return Reckoned(end, not self.is_published(end) or self.crosses_unpublished(day, end))

    def name(self, day: dt.date) -> Bilingual:
        """What the notice calls `day`; empty for an ordinary day."""
        zh = self.day(day).name
        parts = [_ENGLISH.get(part, part) for part in zh.split("·") if part]
        return Bilingual(zh, ", ".join(parts))


def _of_year(day: dt.date) -> int:
    """0 for the first of January."""
    return day.timetuple().tm_yday - 1


def _length(year: int) -> int:
    return (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days


@lru_cache(maxsize=32)
def state_council_rows(year: int) -> tuple[CalendarRow, ...]:
    """Every day of `year` by the State Council's notice, from `chinesecalendar`. Raises `UnpublishedYear`."""
    from chinese_calendar import constants

    if not any(day.year == year and day.month > 1 for day in constants.holidays):
        raise UnpublishedYear(f"The holidays of {year} are not published.")
    names = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    rows, day, notice = [], dt.date(year, 1, 1), NOTICES.get(year, "")
    while day.year == year:
        if day in constants.holidays:
            rows.append(CalendarRow(day, False, names[constants.holidays[day]], notice))
        elif day in constants.workdays:
            rows.append(CalendarRow(day, True, f"{names[constants.workdays[day]]}·{MAKE_UP}", notice))
        else:
            rows.append(CalendarRow(day, day.weekday() < 5, "", notice))
        day += ONE_DAY
    return tuple(rows)


def notice_rows(
    year: int, holidays: Mapping[dt.date, str], make_up: Mapping[dt.date, str], notice_no: str
) -> tuple[CalendarRow, ...]:
    """Every day of `year` by a notice typed in by hand: its days off and its make-up workdays, each with its name.

    For the days between a notice and the package that carries it. Raises `ValueError` without the notice's number.
    """
    if not notice_no.strip():
        raise ValueError("A year is loaded by a notice; its number is missing.")
    first = dt.date(year, 1, 1)
    rows = [
        CalendarRow(day, day.weekday() < 5, "", notice_no)
        for day in (first + n * ONE_DAY for n in range(_length(year)))
    ]
    named = {day: CalendarRow(day, False, name, notice_no) for day, name in holidays.items()}
    named |= {day: CalendarRow(day, True, f"{name}·{MAKE_UP}", notice_no) for day, name in make_up.items()}
    neighbours = (named[day] for day in sorted(named) if day.year != year)
    return (*neighbours, *(named.get(row.date, row) for row in rows))


@lru_cache(maxsize=32)
def _state_council(years: tuple[int, ...]) -> Calendar:
    rows = tuple(row for year in years for row in state_council_rows(year))
    return Calendar(rows, version=f"state-council-{years[0]}-{years[-1]}" if years else "weekdays")


def state_council_calendar(years: Iterable[int] = range(FIRST_YEAR, LAST_YEAR + 1)) -> Calendar:
    """The national calendar of `years`, built once per process. Raises `UnpublishedYear`."""
    return _state_council(tuple(sorted(set(years))))
