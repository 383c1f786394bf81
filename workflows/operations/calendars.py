"""日历: load a year or lay a local day over it; first which dates move is shown, then all of it in one transaction.

What is confirmed is what was shown: the calendar's version stands in the form, and another version is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.audit.refused import Moved, NotAllowed
from workflows.clock import calendars
from workflows.clock.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    Calendar,
    CalendarRow,
    UnpublishedYear,
    state_council_rows,
)
from workflows.clock.days import ONE_DAY
from workflows.models import MovedDueDate
from workflows.offices.models import Person
from workflows.offices.records import SYSTEM, check_administrator, record
from workflows.operations.recounting import Move, batches, recount, write_moves

MOST_DAYS = 31


class NotPublished(NotAllowed):
    """The State Council's notice for the year is not in the package yet."""

    code = "year_not_published"

    def __init__(self, year: int) -> None:
        super().__init__(
            _("The holidays of %(year)s are not published; nothing is guessed. Dates in it stay provisional.")
            % {"year": year}
        )


class OrderMissing(NotAllowed):
    """A local holiday or make-up day needs the order that makes it one."""

    code = "order_missing"

    def __init__(self) -> None:
        super().__init__(_("Give the number of the order that makes the day a holiday or a workday, and its name."))


class BadPeriod(NotAllowed):
    """Days that end before they begin, or too many at once."""

    code = "bad_period"

    def __init__(self) -> None:
        super().__init__(
            _("The last day is not before the first, and at most %(n)s days are changed at once.") % {"n": MOST_DAYS}
        )


class NothingChanges(NotAllowed):
    """The calendar says so already."""

    code = "nothing_changes"

    def __init__(self) -> None:
        super().__init__(_("The calendar says so already; nothing would change."))


class CalendarMoved(Moved):
    """Somebody changed the calendar between the preview and the confirmation."""

    code = "calendar_moved"

    def __init__(self) -> None:
        super().__init__(_("The calendar was changed meanwhile. Look at the preview again."))


@dataclass(frozen=True)
class Change:
    """What is to be loaded: years of the State Council's notices, or local days with their order."""

    years: tuple[int, ...] = ()
    days: tuple[CalendarRow, ...] = ()

    @property
    def rows(self) -> tuple[CalendarRow, ...]:
        """Every day that it says something about. Raises `NotPublished`."""
        if self.days:
            return self.days
        rows: list[CalendarRow] = []
        for year in self.years:
            try:
                rows += state_council_rows(year)
            except UnpublishedYear:
                raise NotPublished(year) from None
        return tuple(rows)


def years_change(years: Iterable[int]) -> Change:
    """Load these years. Raises `NotPublished`, `NothingChanges` for no year at all."""
    change = Change(years=tuple(sorted(set(years))))
    if not change.rows:
        raise NothingChanges
    return change


def days_change(first: dt.date, last: dt.date | None, *, is_workday: bool, name: str, order: str) -> Change:
    """Local days by an order of the county. Raises `OrderMissing`, `BadPeriod`."""
    last = last or first
    if not order.strip() or not name.strip():
        raise OrderMissing
    count = (last - first).days + 1
    if not 1 <= count <= MOST_DAYS:
        raise BadPeriod
    days = (first + n * ONE_DAY for n in range(count))
    return Change(days=tuple(CalendarRow(day, is_workday, name.strip(), order.strip()) for day in days))


def version_of(county: str) -> str:
    """The version in force, as the confirmation sends it back."""
    return str(calendars.loaded_version(county))


def preview(county: str, change: Change) -> Iterator[Move]:
    """Every date that `change` would move, in one pass over the open applications; nothing is written.

    Raises `NotPublished`.
    """
    calendar = _calendar_with(county, change)
    for batch in batches(county):
        for standing in batch:
            yield from recount(standing, calendar)


def _calendar_with(county: str, change: Change) -> Calendar:
    rows = change.rows
    if change.days:
        return calendars.preview(county, rows)
    # A national notice does not repeal a county order.
    return calendars.preview(county, calendars.without_overridden(county, rows))


@dataclass(frozen=True)
class Applied:
    """What was done: the new version, the days that changed, and how many dates moved in how many applications."""

    version: int
    days: int
    dates: int
    applications: int


def apply(
    county: str,
    change: Change,
    *,
    actor: Person | None,
    now: dt.datetime,
    seen: str | None = None,
    request_id: str = "",
) -> Applied:
    """Load the days and move every date that follows from them, all or nothing.

    `actor` None is a command on the server; `seen`: the version that the preview stood on. Clicks that accept an
    application in the same instant may still count by the old calendar; the nightly comparison finds those.
    Raises `NotTheAdministrator`, `CalendarMoved`, `NotPublished`, `NothingChanges`.
    """
    check_administrator(actor, county, now)
    who: dict[str, Any] = {"actor": actor, "county": county, "now": now, "request_id": request_id}
    with transaction.atomic():
        if seen is not None and seen != version_of(county):
            raise CalendarMoved
        loaded = _load(county, change, now)
        if not loaded.changed:
            raise NothingChanges
        if seen not in (None, "0", str(loaded.version - 1)):
            # Somebody else loaded while we waited for the calendar's lock.
            raise CalendarMoved
        calendar = calendars.calendar_for(county)
        dates = applications = 0
        for batch in batches(county, lock=True):
            found = [moves for standing in batch if (moves := recount(standing, calendar))]
            dates, applications = dates + sum(map(len, found)), applications + len(found)
            write_moves(
                [move for moves in found for move in moves],
                because=MovedDueDate.Because.CALENDAR,
                calendar_version=calendar.version,
                now=now,
                actor=str(actor.pk) if actor else SYSTEM,
                request_id=request_id,
            )
        record("calendar.loaded", payload=_payload(change, loaded, dates, applications), **who)
    return Applied(loaded.version, len(loaded.changed), dates, applications)


def _load(county: str, change: Change, now: dt.datetime) -> calendars.Loaded:
    if change.days:
        return calendars.override_days(county, change.days, now)
    if not calendars.loaded_version(county):
        # Until now the national calendar counted: one year alone would leave the others unpublished.
        return calendars.load_calendar(county, now, {*range(FIRST_YEAR, LAST_YEAR + 1), *change.years})
    return calendars.load_calendar(county, now, change.years)


def _payload(change: Change, loaded: calendars.Loaded, dates: int, applications: int) -> dict[str, Any]:
    return {
        "version": str(loaded.version),
        "years": [str(year) for year in change.years],
        "days": [
            {"date": row.date.isoformat(), "workday": row.is_workday, "name": row.name, "order": row.notice_no}
            for row in change.days
        ],
        "changed": len(loaded.changed),
        "dates_moved": dates,
        "applications": applications,
    }
