"""The county's calendar as a page shows it: a year of months, what is special in it, and its versions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from workflows.clock.calendar import FIRST_YEAR, LAST_YEAR, Calendar
from workflows.clock.calendars import calendar_for, versions
from workflows.clock.days import ONE_DAY
from workflows.models import MovedDueDate

MOVED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the year view. `kind`: work, weekend, holiday, make_up."""

    date: dt.date
    kind: str
    name: str
    notice: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Days in a row that one notice calls the same: a holiday, or make-up workdays."""

    name: str
    notice: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday to Sunday; None where the week reaches into another month."""

    number: int
    weeks: list[list[DayCell | None]]
    workdays: int


@dataclass(frozen=True)
class CalendarYear:
    """Everything that the page shows of one year."""

    year: int
    years: list[int]
    published: bool
    version: str
    months: list[Month]
    special: list[SpecialDays]
    workdays: int
    versions: list[dict[str, Any]]
    moved: list[MovedDueDate]


def calendar_year(county: str, year: int | None, today: dt.date, language: str) -> CalendarYear:
    """One year of the county's calendar; three statements. A year out of reach becomes the nearest one shown."""
    calendar = calendar_for(county)
    first, last = min({FIRST_YEAR, *calendar.years}), max({LAST_YEAR, *calendar.years}) + 1
    shown = min(max(year or today.year, first), last)
    months = [_month(calendar, shown, number, today, language) for number in range(1, 13)]
    cells = [cell for month in months for week in month.weeks for cell in week if cell]
    moved = MovedDueDate.objects.filter(county=county).select_related("application", "step")
    return CalendarYear(
        year=shown,
        years=list(range(first, last + 1)),
        published=shown in calendar.years,
        version=calendar.version,
        months=months,
        special=_in_rows(cells),
        workdays=sum(month.workdays for month in months),
        versions=versions(county),
        moved=list(moved.order_by("-recorded_at", "-pk")[:MOVED_SHOWN]),
    )


def _in_rows(cells: list[DayCell]) -> list[SpecialDays]:
    rows: list[SpecialDays] = []
    for cell in cells:
        if not cell.name:
            continue
        if rows and (rows[-1].name, rows[-1].notice, rows[-1].last + ONE_DAY) == (cell.name, cell.notice, cell.date):
            rows[-1] = replace(rows[-1], last=cell.date)
        else:
            rows.append(SpecialDays(cell.name, cell.notice, cell.date, cell.date))
    return rows


def _month(calendar: Calendar, year: int, number: int, today: dt.date, language: str) -> Month:
    day = dt.date(year, number, 1)
    cells: list[DayCell | None] = [None] * day.weekday()
    while day.month == number:
        cells.append(_cell(calendar, day, today, language))
        day += ONE_DAY
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    return Month(number, weeks, sum(1 for cell in cells if cell and cell.kind in ("work", "make_up")))


def _cell(calendar: Calendar, day: dt.date, today: dt.date, language: str) -> DayCell:
    row = calendar.day(day)
    weekend = day.weekday() >= 5
    free = "holiday" if row.name or not weekend else "weekend"
    kind = free if not row.is_workday else "make_up" if weekend else "work"
    return DayCell(day, kind, calendar.name(day).of(language), row.notice_no if row.name else "", day == today)
