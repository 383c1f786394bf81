"""Stop, resume and extend the statutory clock: only on a ground that the rule knows, with a notice (Art. 45)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workflows.clock.calendars import calendar_for
from workflows.clock.days import WorkingDays, civil_date
from workflows.clock.events import BrokenHistory, ClockEvent, events_of
from workflows.clock.lawful import Unlawful as ClockUnlawful
from workflows.clock.lawful import check
from workflows.clock.rules import Granter, Rule
from workflows.legal import State
from workflows.models import Application, ClockRow, SignOff, Step
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.climbing import place_step
from workflows.operations.core import Act, Actor, write_act
from workflows.operations.seating import deciding_seat, office_seat
from workflows.operations.timekeeping import law_of, set_dates


def rule_of(application: Application) -> Rule:
    """The rule that the application's clock runs on. Raises `NoClock`."""
    law = law_of(application, application.accepted_on) if application.accepted_on else None
    if law is None:
        raise refusals.NoClock
    return law


def may_stop(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The handler or the chief, while the clock runs. Raises `NotYourAct`, `NoClock`, `Unlawful`."""
    seat = office_seat(application, actor)
    rule_of(application)
    if not application.can_move("stop"):
        raise refusals.Unlawful(application.state_label())
    return seat


def may_resume(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The handler or the chief, while the clock is stopped. Raises `NotYourAct`, `NotStopped`."""
    seat = office_seat(application, actor)
    if application.state != State.STOPPED:
        raise refusals.NotStopped
    return seat


def may_extend(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The head who decides, once, where the rule knows an extension. Raises `NotYourAct`, `NoClock`, `NoExtension`."""
    seat = deciding_seat(application, actor)
    law = rule_of(application)
    if law.extension is None or application.extended or not application.is_open:
        raise refusals.NoExtension
    return seat


def stop_clock(asked: Request, *, ground: str, notice: str, expected_end: dt.date, opinion: str = "") -> SignOff:
    """Stop the clock from today on, until about `expected_end`; the applicant has the notice in writing.

    Raises what `may_stop` raises, `StaleScreen`, `NotOnTheClock` (no lawful ground, no notice, no end).
    """
    with transaction.atomic():
        act = begin(asked, "stop_clock", may_stop, opinion=opinion.strip())
        row = _row(act, ClockRow.Kind.STOP, civil_date(asked.now))
        row.ground, row.notice, row.expected_end = ground, notice.strip(), expected_end
        if expected_end < civil_date(asked.now):
            raise refusals.Missing(_("The expected end lies in the past."), "expected_end")
        act.application.move("stop")
        act.application.stopped_since = row.effective
        act.details = {"ground": ground, "notice": row.notice, "expected_end": expected_end.isoformat()}
        # While the clock stands lawfully nobody is called for a step; the stop itself is watched.
        Step.objects.filter(process=act.application, finished__isnull=True).update(climbs_on=None)
        return _write(act, row, None, {"stopped_since"})


def resume_clock(asked: Request, *, last_day: dt.date, notice: str = "", opinion: str = "") -> SignOff:
    """End the stop; `last_day` is the last day that did not count. Raises as `stop_clock`."""
    with transaction.atomic():
        act = begin(asked, "resume_clock", may_resume, opinion=opinion.strip())
        since = act.application.stopped_since
        if last_day > civil_date(asked.now) or (since is not None and last_day < since):
            raise refusals.Missing(_("The last day of the stop lies between its first day and today."), "last_day")
        row = _row(act, ClockRow.Kind.RESUME, last_day)
        row.notice = notice.strip()
        act.application.move("resume")
        act.application.move("go_on")
        act.application.stopped_since = None
        act.details = {"last_day": last_day.isoformat(), "notice": row.notice}
        if since is not None:
            _move_limits(act.application, since, last_day)
        return _write(act, row, None, {"stopped_since"})


def _move_limits(application: Application, since: dt.date, last_day: dt.date) -> None:
    """Move the offices' own limits by the working days on which nobody could sign; what was late before stays late."""
    calendar = calendar_for(application.county)
    lost = WorkingDays(calendar.count(since - dt.timedelta(days=1), last_day))
    steps = list(Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="").order_by("pk"))
    for step in steps:
        if step.due_on is not None and step.due_on >= since:
            step.due_on = calendar.add(step.due_on, lost).date
        place_step(step, application)
    if steps:
        Step.objects.bulk_update(steps, ["due_on", "climbs_on"])


def extend_clock(asked: Request, *, days: int, notice: str, opinion: str) -> SignOff:
    """Extend the limit by working days (Art. 42: at most ten, by the head, reasons to the applicant).

    Raises what `may_extend` raises, `StaleScreen`, `NotOnTheClock`, `Missing`.
    """
    if not opinion.strip():
        raise refusals.Missing(_("Give the reasons: the applicant is told them."), "opinion")
    with transaction.atomic():
        act = begin(asked, "extend_clock", may_extend, opinion=opinion.strip())
        row = _row(act, ClockRow.Kind.EXTEND, civil_date(asked.now))
        row.days, row.notice = WorkingDays(days).n, notice.strip()
        act.application.extended = True
        act.details = {"days": str(days), "notice": row.notice}
        return _write(act, row, Granter.AGENCY_HEAD, {"extended"})


def _row(act: Act, kind: str, effective: dt.date) -> ClockRow:
    return ClockRow(
        application=act.application,
        kind=kind,
        effective=effective,
        recorded_at=act.now,
        rule=rule_of(act.application).id,
        actor=act.actor.person,
    )


def _write(act: Act, row: ClockRow, granter: Granter | None, fields: set[str]) -> SignOff:
    application = act.application
    law = rule_of(application)
    rows = list(ClockRow.objects.filter(application=application).order_by("pk"))
    fresh = _as_event(row)
    try:
        check(fresh, events_of(rows), law, calendar_for(application.county), granter)
    except ClockUnlawful as no:
        raise refusals.NotOnTheClock(no.text.of(get_language() or ""), no.citation.of(get_language() or "")) from no
    except BrokenHistory as no:
        raise refusals.NotOnTheClock(str(no), "") from no
    row.save(force_insert=True)
    application.motion.clocked.append(row)
    changed = set_dates(application, [*rows, row])
    return write_act(act, fields={*fields, *changed})


def _as_event(row: ClockRow) -> ClockEvent:
    """The unsaved row as an event; the check gives it an id of its own."""
    row.pk = 0
    event = events_of([row])[0]
    row.pk = None
    return event
