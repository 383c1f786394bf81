"""The clock of an application: which legal moves start and finish it, and the cached dates that follow."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workflows.clock.calendars import calendar_for
from workflows.clock.days import WorkingDays, civil_date
from workflows.clock.due import due, promised_due
from workflows.clock.events import events_of
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
    return {"accepted_on", *set_dates(application, [row])}


def finish(application: Application, act: Any) -> set[str]:
    """Finish the clock with the decision: one INSERT when it ever ran."""
    application.decided_at = act.now
    if application.accepted_on is not None and application.statutory_due is not None:
        ClockRow(
            application=application,
            kind=ClockRow.Kind.FINISH,
            effective=civil_date(act.now),
            recorded_at=act.now,
            rule=procedure(application.procedure).rule or "",
            actor=act.actor.person if act.actor else None,
        ).save(force_insert=True)
    return {"decided_at"}


def law_of(application: Application, started: dt.date) -> Rule | None:
    """The rule in force on the day on which the clock started; None when no rule limits the procedure."""
    found = procedure(application.procedure)
    return rule_on(found.rule, started) if found.rule else None


def set_dates(application: Application, rows: list[ClockRow]) -> set[str]:
    """Recompute the cached dates from all clock rows; returns the changed columns."""
    law = law_of(application, next(row.effective for row in rows if row.kind == ClockRow.Kind.START))
    if law is None:
        return set()
    promise = procedure(application.procedure).promise
    statutory = due(events_of(rows), law, calendar_for(application.county))
    application.statutory_due = statutory.date
    application.due_provisional = statutory.provisional
    application.promised_due = None
    if promise is not None and statutory.date is not None:
        promised = promised_due(statutory, WorkingDays(promise)).date
        application.promised_due = min(promised, statutory.date) if promised else None
    return {"statutory_due", "promised_due", "due_provisional"}
