"""The county's calendar in the database: load a year, override a day, read it back once per process and version.

Loading is append-only: what changes gets a new version, earlier versions stay. The stored due dates that move are found
with `recount.moved_dates(clocks, calendar_for(county), preview(county, rows))` before anything is written.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max, QuerySet, Subquery

from workflows.clock.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    Calendar,
    CalendarRow,
    state_council_calendar,
    state_council_rows,
)
from workflows.clock.models import CalendarDay

RECHECK_SECONDS = 60.0


class UnnoticedDay(ValueError):
    """A local holiday or make-up day needs the number of the order that makes it one."""


class Loaded(NamedTuple):
    """What a load did: the version now in force, and the days that differ from the version before."""

    version: int
    changed: tuple[CalendarRow, ...]


class _Kept(NamedTuple):
    token: tuple[int, dt.datetime | None]
    calendar: Calendar
    checked: float


_kept: dict[str, _Kept] = {}
# Counties loaded in a transaction of this thread that may still roll back: what it reads then must not be kept.
_unsettled = threading.local()


def calendar_for(county: str, known_version: int | None = None) -> Calendar:
    """The county's newest calendar; the national one, version `state-council-…`, where nothing was loaded yet.

    Warm, it costs no query. Another process's load is noticed at once if the caller passes `known_version`, which a
    query that it makes anyway can carry (`newest_version`), else within a minute by one small query.
    """
    if _is_unsettled(county):
        return _calendar(_rows(county))
    kept = _kept.get(county)
    if kept is not None:
        fresh = time.monotonic() - kept.checked < RECHECK_SECONDS
        if known_version == kept.token[0] or (known_version is None and fresh):
            return kept.calendar
        token = _token(county)
        if token == kept.token:
            _kept[county] = kept._replace(checked=time.monotonic())
            return kept.calendar
    return _read(county)


def newest_version(county: object) -> Subquery:
    """The county's newest version (null if none) as a subquery, for a row that is loaded anyway.

    `county` is a code or an `F`.
    """
    newest = CalendarDay.objects.filter(county=county).order_by("-version")
    return Subquery(newest.values("version")[:1])


def forget_calendars(county: str | None = None) -> None:
    """Drop the kept calendar of `county`, or every one; the next reader reads the rows again."""
    if county is None:
        _kept.clear()
    else:
        _kept.pop(county, None)


def load_calendar(county: str, now: dt.datetime, years: Iterable[int] = range(FIRST_YEAR, LAST_YEAR + 1)) -> Loaded:
    """Fill the county's calendar of `years` from the State Council's notices; only days that differ are written.

    Local overrides of those years are kept: a national notice does not repeal a county order.
    Raises `calendar.UnpublishedYear`.
    """
    rows = [row for year in sorted(set(years)) for row in state_council_rows(year)]
    return _write(county, rows, now, national=True)


def override_days(county: str, rows: Iterable[CalendarRow], now: dt.datetime) -> Loaded:
    """Lay local days over the calendar as a new version; each names its order. Raises `UnnoticedDay`."""
    rows = list(rows)
    for row in rows:
        if not row.notice_no.strip():
            raise UnnoticedDay(f"{row.date.isoformat()} has no order that makes it a holiday or a workday.")
    if not _token(county)[0]:
        # An override alone would leave the county with no loaded year.
        load_calendar(county, now)
    return _write(county, rows, now, national=False)


def preview(county: str, rows: Iterable[CalendarRow]) -> Calendar:
    """The calendar as it would be with `rows`, nothing written: to show first which due dates move."""
    days = _days(_rows(county)) or {row.date: row for row in state_council_calendar().rows}
    days.update((row.date, row) for row in rows)
    return Calendar(tuple(days[date] for date in sorted(days)), version="preview")


def without_overridden(county: str, rows: Iterable[CalendarRow]) -> list[CalendarRow]:
    """`rows` without the days that a county order rules: what a national load would really write."""
    ruled = _overridden(_days(_rows(county)).values())
    return [row for row in rows if row.date not in ruled]


def loaded_version(county: str) -> int:
    """The newest version in the database itself, past what this process keeps; 0 when nothing was loaded yet."""
    return _token(county)[0]


def versions(county: str) -> list[dict[str, Any]]:
    """The loads of a county, newest first: version, when, how many days, first and last of them, by which notices."""
    found: dict[int, dict[str, Any]] = {}
    rows = _rows(county).order_by("-version", "date").values_list("version", "loaded_at", "date", "notice_no")
    for version, loaded_at, date, notice in rows.iterator(chunk_size=2000):
        row = found.setdefault(
            version, {"version": version, "loaded_at": loaded_at, "days": 0, "first": date, "last": date, "notices": {}}
        )
        row["days"], row["last"] = row["days"] + 1, date
        if notice:
            row["notices"][notice] = True
    return [{**row, "notices": list(row["notices"])} for row in found.values()]


def calendar_at(county: str, version: int) -> Calendar:
    """The county's calendar as it was in `version`, to explain an old date."""
    return _calendar(_rows(county).filter(version__lte=version))


@transaction.atomic
def _write(county: str, rows: list[CalendarRow], now: dt.datetime, national: bool) -> Loaded:
    # One loader at a time: the second waits here and then sees the first one's version.
    list(CalendarDay.objects.select_for_update().filter(county=county).order_by("-version", "-date")[:1])
    days = _days(_rows(county))
    overridden = _overridden(days.values()) if national else set()
    changed = tuple(row for row in rows if days.get(row.date) != row and row.date not in overridden)
    version = _token(county)[0]
    if changed:
        version += 1
        CalendarDay.objects.bulk_create(
            [CalendarDay(county=county, loaded_at=now, version=version, **row._asdict()) for row in changed],
            batch_size=500,
        )
        forget_calendars(county)
        _unsettled.__dict__[county] = _outermost()
        transaction.on_commit(lambda: forget_calendars(county))
    return Loaded(version, changed)


def _outermost() -> Any:
    """The transaction on which this thread's writes depend; a test's own does not count."""
    blocks = (block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False))
    return next(blocks, None)


def _is_unsettled(county: str) -> bool:
    block = _unsettled.__dict__.get(county)
    if block is None:
        return False
    if block is _outermost():
        return True
    del _unsettled.__dict__[county]
    return False


def _overridden(rows: Iterable[CalendarRow]) -> set[dt.date]:
    """The days that a county order, and no notice of the State Council, makes what they are."""
    return {row.date for row in rows if row.notice_no and not row.notice_no.startswith("国办发明电")}


def _read(county: str) -> Calendar:
    # The token first: rows that arrive in between only make the next check read again.
    token = _token(county)
    calendar = _calendar(_rows(county)) if token[0] else state_council_calendar()
    _kept[county] = _Kept(token, calendar, time.monotonic())
    return calendar


def _calendar(rows: QuerySet[CalendarDay]) -> Calendar:
    days, newest = _days(rows), rows.order_by("-version").values_list("version", flat=True).first()
    return Calendar(tuple(days[date] for date in sorted(days)), version=str(newest or 0))


def _rows(county: str) -> QuerySet[CalendarDay]:
    return CalendarDay.objects.filter(county=county)


def _days(rows: QuerySet[CalendarDay]) -> dict[dt.date, CalendarRow]:
    listed = rows.order_by("version").values_list("date", "is_workday", "name", "notice_no")
    return {row[0]: CalendarRow(*row) for row in listed.iterator(chunk_size=2000)}


def _token(county: str) -> tuple[int, dt.datetime | None]:
    newest = _rows(county).aggregate(version=Max("version"), at=Max("loaded_at"))
    return (newest["version"] or 0, newest["at"])
