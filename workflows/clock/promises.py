"""The county's promised limits in the database, read back once per process; a new one begins tomorrow at the earliest.

Because no promise ever changes what binds today, a process that reads its kept rows for a minute too long is not wrong.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import NamedTuple

from django.db import transaction

from workflows.clock.days import CalendarDays, WorkingDays
from workflows.clock.models import PromisedLimit

RECHECK_SECONDS = 60.0
Days = WorkingDays | CalendarDays


class Promised(NamedTuple):
    """One promise on record: from which day it binds, how long, by which document."""

    effective_from: dt.date
    days: Days
    document_no: str


class _Kept(NamedTuple):
    rows: dict[str, tuple[Promised, ...]]
    checked: float


_kept: dict[str, _Kept] = {}


def promises_of(county: str) -> dict[str, tuple[Promised, ...]]:
    """{procedure: its promises, oldest first} on record; warm, it costs no query."""
    kept = _kept.get(county)
    if kept is not None and time.monotonic() - kept.checked < RECHECK_SECONDS:
        return kept.rows
    rows = _read(county)
    _kept[county] = _Kept(rows, time.monotonic())
    return rows


def promise_on(county: str, procedure: str, day: dt.date, default: int | None) -> Days | None:
    """The promise that binds an application accepted on `day`; `default` in working days where none is on record."""
    binding = [row for row in promises_of(county).get(procedure, ()) if row.effective_from <= day]
    if binding:
        return binding[-1].days
    return WorkingDays(default) if default is not None else None


def days_in(unit: str, n: int) -> Days:
    """`n` days of a unit's code. Raises `KeyError`, `ValueError` below zero."""
    units: dict[str, type[Days]] = {"working_day": WorkingDays, "calendar_day": CalendarDays}
    return units[unit](n)


def add_promise(row: PromisedLimit) -> None:
    """Write one promise; inside a transaction. Whether it may be made is the operation's to say."""
    row.save(force_insert=True)
    forget_promises(row.county)
    transaction.on_commit(lambda: forget_promises(row.county))


def forget_promises(county: str | None = None) -> None:
    """Drop what is kept of `county`, or everything; the next reader reads the rows again."""
    if county is None:
        _kept.clear()
    else:
        _kept.pop(county, None)


def _read(county: str) -> dict[str, tuple[Promised, ...]]:
    found: dict[str, tuple[Promised, ...]] = {}
    rows = PromisedLimit.objects.filter(county=county).order_by("effective_from", "pk")
    for row in rows:
        promised = Promised(row.effective_from, days_in(row.unit, row.days), row.document_no)
        found[row.procedure] = (*found.get(row.procedure, ()), promised)
    return found
