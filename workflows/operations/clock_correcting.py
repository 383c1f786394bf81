"""更正时限记录: correct a fact of the clock that was entered wrongly, with a reason and a second person.

The wrong row stays; a correction names it and says what holds instead, or that it never took effect. The legal state is
not moved by it: a clock that stands is set going by a resume, never by a correction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.due import Due, due
from workflows.clock.events import ClockEvent, EventKind, effective_events, events_of
from workflows.clock.grounds import VOID
from workflows.clock.lawful import REASONS
from workflows.legal import State
from workflows.models import Application, ClockRow, MovedDueDate, SignOff, Step
from workflows.offices.models import localized
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.climbing import place_step
from workflows.operations.clock_acts import rule_of
from workflows.operations.core import Act, Actor, write_act
from workflows.operations.recounting import Move, Standing, recounted_steps, tell_of
from workflows.operations.seating import office_seat
from workflows.operations.timekeeping import law_of, set_dates

PROPOSED, CONFIRMED = "clock_correction_proposed", "clock_corrected"
CORRECTABLE = (EventKind.START, EventKind.STOP, EventKind.RESUME, EventKind.EXTEND)


@dataclass(frozen=True)
class Facts:
    """What holds instead of one event. None and empty fields keep what was recorded; `void`: it never took effect."""

    event_id: int
    effective: dt.date | None = None
    expected_end: dt.date | None = None
    notice: str = ""
    days: int | None = None
    void: bool = False

    def as_details(self) -> dict[str, Any]:
        """As a sign-off keeps it: dates in ISO form, numbers as texts."""
        return {
            "event": str(self.event_id),
            "effective": self.effective.isoformat() if self.effective else "",
            "expected_end": self.expected_end.isoformat() if self.expected_end else "",
            "notice": self.notice,
            "days": "" if self.days is None else str(self.days),
            "void": self.void,
        }

    @classmethod
    def of(cls, details: dict[str, Any]) -> Facts:
        """What `as_details` wrote."""
        return cls(
            int(details["event"]),
            dt.date.fromisoformat(details["effective"]) if details["effective"] else None,
            dt.date.fromisoformat(details["expected_end"]) if details["expected_end"] else None,
            details["notice"],
            int(details["days"]) if details["days"] else None,
            bool(details["void"]),
        )


def standing_events(application: Application) -> list[ClockEvent]:
    """The clock's events as they stand after every correction, those that may be corrected; one statement."""
    rows = ClockRow.objects.filter(application=application).order_by("pk")
    found = effective_events(events_of(rows), rule_of(application).id)
    return [event for event in found if event.kind in CORRECTABLE]


def may_propose(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The handler or the chief, until the decision. Raises `NotYourAct`, `NoClock`, `NothingToCorrect`."""
    seat = office_seat(application, actor)
    rule_of(application)
    if application.decided_at is not None or not application.is_open:
        raise refusals.NothingToCorrect
    return seat


def proposals(application: Application, actor: Actor) -> list[SignOff]:
    """Proposals of colleagues that nobody confirmed yet, newest first."""
    waiting = SignOff.objects.filter(application=application, act=PROPOSED, voided_at__isnull=True)
    rows = list(waiting.exclude(signer=actor.person).order_by("-pk"))
    if not rows:
        return []
    done = SignOff.objects.filter(application=application, act=CONFIRMED).values_list("details__proposal", flat=True)
    confirmed = {str(key) for key in done}
    return [row for row in rows if str(row.pk) not in confirmed]


def may_confirm(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Another person of the handling posts, while a proposal waits. Raises as `may_propose`."""
    seat = may_propose(application, actor, now)
    if not proposals(application, actor):
        raise refusals.NothingToCorrect
    return seat


def propose_clock(asked: Request, *, reason: str, **facts: Any) -> SignOff:
    """Propose what holds instead of an event of the clock; `facts` as `Facts`. Nothing moves before it is confirmed.

    Raises what `may_propose` raises, `StaleScreen`, `Missing`, `NotOnTheClock`.
    """
    if not reason.strip():
        raise refusals.Missing(_("Write the reason."), "reason")
    with transaction.atomic():
        act = begin(asked, PROPOSED, may_propose, opinion=reason.strip())
        wanted = Facts(**facts)
        before, after = _weigh(act.application, wanted, asked.now)
        act.details = {**wanted.as_details(), **_moves(before, after)}
        return write_act(act)


def confirm_clock(asked: Request, *, proposal_id: int, opinion: str = "") -> SignOff:
    """Confirm a colleague's correction as the second hand; the dates move. Raises as `propose_clock`."""
    with transaction.atomic():
        act = begin(asked, CONFIRMED, may_confirm, opinion=opinion.strip())
        found = {row.pk: row for row in proposals(act.application, act.actor)}.get(proposal_id)
        if found is None:
            raise refusals.Missing(_("Choose one of the corrections offered."), "proposal_id")
        wanted = Facts.of(found.details)
        before, after = _weigh(act.application, wanted, asked.now)
        act.corrects = found
        act.details = {"proposal": str(found.pk), **wanted.as_details(), **_moves(before, after)}
        return _write(act, wanted, after)


def _weigh(application: Application, wanted: Facts, now: dt.datetime) -> tuple[Due, Due]:
    """The clock before and after, if the correction would be lawful. Raises `Missing`, `NotOnTheClock`."""
    law, calendar, today = rule_of(application), calendar_for(application.county), civil_date(now)
    rows = list(ClockRow.objects.filter(application=application).order_by("pk"))
    old = {event.id: event for event in standing_events(application)}.get(wanted.event_id)
    if old is None:
        raise refusals.Missing(_("Choose one of the clock's records."), "event_id")
    _refuse_nonsense(application, wanted, old, today)
    before = due(events_of(rows), law, calendar)
    started = wanted.effective if old.kind is EventKind.START and wanted.effective else before.start
    after = due([*events_of(rows), _event(wanted, old, now)], law_of(application, started or today) or law, calendar)
    known = {(event.id, why) for event, why in before.unused}
    # With a stop that never was, the end of that stop has nothing left to end: it stays as a record without effect.
    harmless = "nothing_stopped" if wanted.void and old.kind is EventKind.STOP else ""
    for event, why in after.unused:
        if why != harmless and (event.id, why) not in known:
            raise refusals.NotOnTheClock(localized(REASONS[why].zh, REASONS[why].en), "")
    still_open = any(stop.last is None for stop in after.history.stops)
    if still_open != (application.state == State.STOPPED):
        raise refusals.Missing(
            _("Then the record would not fit the state of the application: end or begin the stop by its own act."),
            "void" if wanted.void else "effective",
        )
    return before, after


def _refuse_nonsense(application: Application, wanted: Facts, old: ClockEvent, today: dt.date) -> None:
    if wanted.void:
        if old.kind is EventKind.START:
            raise refusals.Missing(_("The start of a clock can be moved, but not be undone."), "void")
        return
    effective = wanted.effective or old.effective
    received = civil_date(application.created)
    if effective > today or effective < received:
        raise refusals.Missing(_("The day lies between the receipt of the application and today."), "effective")
    if wanted.expected_end is not None and (old.kind is not EventKind.STOP or wanted.expected_end < effective):
        raise refusals.Missing(_("Only a stop has an announced end, and it lies after its beginning."), "expected_end")
    if wanted.days is not None and old.kind is not EventKind.EXTEND:
        raise refusals.Missing(_("Only an extension has a number of days."), "days")
    kept = replace(
        old,
        effective=effective,
        expected_end=wanted.expected_end or old.expected_end,
        notice=wanted.notice or old.notice,
        days=old.days if wanted.days is None else wanted.days,
    )
    if kept == old:
        raise refusals.Missing(_("This is what the record says already."), "effective")


def _event(wanted: Facts, old: ClockEvent, now: dt.datetime) -> ClockEvent:
    """The correction as an event of the future; ids of rows are smaller."""
    return ClockEvent(
        EventKind.CORRECT,
        wanted.effective or old.effective,
        now,
        id=2**62,
        rule=old.rule,
        notice=wanted.notice,
        expected_end=wanted.expected_end,
        ground=VOID if wanted.void else "",
        days=wanted.days,
        replaces=wanted.event_id,
    )


def _moves(before: Due, after: Due) -> dict[str, str]:
    return {
        "due_before": before.date.isoformat() if before.date else "",
        "due_after": after.date.isoformat() if after.date else "",
    }


def _write(act: Act, wanted: Facts, after: Due) -> SignOff:
    application = act.application
    rows = list(ClockRow.objects.filter(application=application).order_by("pk"))
    old = next(event for event in standing_events(application) if event.id == wanted.event_id)
    made = _event(wanted, old, act.now)
    row = ClockRow(
        application=application,
        kind=ClockRow.Kind.CORRECT,
        effective=made.effective,
        recorded_at=act.now,
        rule=made.rule,
        ground=made.ground,
        notice=made.notice,
        expected_end=made.expected_end,
        days=made.days,
        replaces_id=wanted.event_id,
        actor=act.actor.person,
    )
    row.save(force_insert=True)
    application.motion.clocked.append(row)
    was = application.statutory_due
    application.accepted_on = after.start
    application.extended = bool(after.granted)
    application.stopped_since = next((stop.first for stop in after.history.stops if stop.last is None), None)
    changed = {"accepted_on", "extended", "stopped_since", *set_dates(application, [*rows, row])}
    holders = _move_steps(application, [*rows, row])
    moved = Move(application, MovedDueDate.What.STATUTORY, was, application.statutory_due, holders=holders)
    told = tell_of([moved], act.now) if was != application.statutory_due else []
    return write_act(act, fields=changed, messages=told)


def _move_steps(application: Application, rows: list[ClockRow]) -> tuple[str, ...]:
    """Give the open steps the limits that follow from the corrected stops; the posts on which they wait."""
    steps = list(Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="").order_by("pk"))
    for step, due_on in recounted_steps(Standing(application, rows, steps), calendar_for(application.county)):
        step.due_on = due_on
    for step in steps:
        place_step(step, application)
    if steps:
        Step.objects.bulk_update(steps, ["due_on", "climbs_on"])
    return tuple(dict.fromkeys(step.post_key for step in steps))
