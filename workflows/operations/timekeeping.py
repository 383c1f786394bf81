"""The clock of an application: which legal moves start and finish it, and the cached dates that follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workflows.clock.calendar import Calendar
from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.due import Due, due, promised_due
from workflows.clock.events import ClockEvent, EventKind, effective_events, events_of
from workflows.clock.promises import Days, promise_on
from workflows.clock.rules import Rule
from workflows.clock.rules import rule as rule_on
from workflows.flow.registry import procedure
from workflows.models import Application, ClockRow

DECIDES = frozenset({"grant", "grant_with_gaps", "refuse", "withdraw", "end_as_moot"})


def note_law(application: Application, law: str, act: Any) -> set[str]:
    """Write what a legal move means for the clock; returns the application's changed columns."""
    if law in ("accept", "accept_by_silence"):
        return start(application, act)
    if law in DECIDES or law == "file":
        return finish(application, act)
    return set()


def start(application: Application, act: Any, effective: dt.date | None = None) -> set[str]:
    """Start the clock on the day of acceptance: one INSERT. The day itself is not counted (民法典 Art. 201)."""
    application.accepted_on = effective or civil_date(act.now)
    found = procedure(application.procedure)
    if found.rule is None:
        return {"accepted_on"}
    row = ClockRow(
        application=application,
        kind=ClockRow.Kind.START,
        effective=application.accepted_on,
        recorded_at=act.now,
        rule=found.rule,
        actor=act.actor.person if act.actor else None,
    )
    row.save(force_insert=True)
    application.motion.clocked.append(row)
    return {"accepted_on", *set_dates(application, [row])}


def finish(application: Application, act: Any) -> set[str]:
    """Finish the clock with the decision: one INSERT when it ever ran."""
    application.decided_at = act.now
    if application.accepted_on is not None and application.statutory_due is not None:
        row = ClockRow(
            application=application,
            kind=ClockRow.Kind.FINISH,
            effective=civil_date(act.now),
            recorded_at=act.now,
            rule=procedure(application.procedure).rule or "",
            actor=act.actor.person if act.actor else None,
        )
        row.save(force_insert=True)
        application.motion.clocked.append(row)
    return {"decided_at"}


def law_of(application: Application, started: dt.date) -> Rule | None:
    """The rule in force on the day on which the clock started; None when no rule limits the procedure."""
    found = procedure(application.procedure)
    return rule_on(found.rule, started) if found.rule else None


@dataclass(frozen=True)
class Dates:
    """What the cached columns of a clock are; dates are `None` while an open stop hides them."""

    statutory: dt.date | None
    promised: dt.date | None
    provisional: bool


def promise_of(application: Application, started: dt.date) -> Days | None:
    """The promise that binds an application whose clock started on `started`; warm, it costs no query."""
    default = procedure(application.procedure).promise
    return promise_on(application.county, application.procedure, started, default)


def counted(application: Application, rows: Iterable[ClockRow], calendar: Calendar) -> Due | None:
    """The statutory due date of an application's clock under `calendar`; None when no rule limits it.

    Raises `BrokenHistory`.
    """
    events = events_of(rows)
    started = started_on(application, events)
    law = law_of(application, started) if started else None
    return due(events, law, calendar) if law else None


def started_on(application: Application, events: Iterable[ClockEvent]) -> dt.date | None:
    """The day on which the clock started, as it stands after every correction. Raises `BrokenHistory`."""
    named = procedure(application.procedure).rule
    standing = effective_events(events, named) if named else ()
    return min((event.effective for event in standing if event.kind is EventKind.START), default=None)


def dates_of(application: Application, rows: Iterable[ClockRow], calendar: Calendar) -> Dates | None:
    """The dates that the columns should hold; None when no rule limits the procedure. Raises `BrokenHistory`."""
    statutory = counted(application, rows, calendar)
    if statutory is None or statutory.start is None:
        return None
    promise = promise_of(application, statutory.start)
    promised = None
    if promise is not None and statutory.date is not None:
        on = promised_due(statutory, promise).date
        # Where the unit of the law is disputed, the promise keeps to the earlier reading.
        promised = min(on, statutory.warns_on or on) if on else None
    return Dates(statutory.date, promised, statutory.provisional)


def set_dates(application: Application, rows: list[ClockRow]) -> set[str]:
    """Recompute the cached dates from all clock rows; returns the changed columns."""
    found = dates_of(application, rows, calendar_for(application.county))
    if found is None:
        return set()
    application.statutory_due, application.promised_due = found.statutory, found.promised
    application.due_provisional = found.provisional
    return {"statutory_due", "promised_due", "due_provisional"}
