"""When the next rung of a ladder is due: computed with every act, kept in one indexed column, found by the sweep."""

from __future__ import annotations

import datetime as dt
import time
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from workflows.clock.calendar import Calendar
from workflows.clock.calendars import calendar_for
from workflows.clock.days import WorkingDays, civil_date
from workflows.clock.ladder import (
    DEFAULT_LADDER,
    ApplicationStanding,
    Climb,
    Ladder,
    StepStanding,
    Threshold,
    Trigger,
    application_climbs,
    next_day,
    step_climbs,
)
from workflows.legal import AFTER_ACCEPTANCE, State
from workflows.models import Application, LadderRung, Step
from workflows.operations.timekeeping import promise_of
from workflows.rows import update_rows

RECHECK_SECONDS = 60.0


class _Kept(NamedTuple):
    version: int
    ladder: Ladder
    checked: float


_kept: dict[str, _Kept] = {}


def ladder_for(county: str) -> Ladder:
    """The county's ladder, the default one where it set none. Warm it costs no query; asked again after a minute."""
    kept = _kept.get(county)
    if kept is not None and time.monotonic() - kept.checked < RECHECK_SECONDS:
        return kept.ladder
    version = LadderRung.objects.filter(county=county).aggregate(newest=Max("version"))["newest"] or 0
    if kept is None or kept.version != version:
        kept = _Kept(version, _read(county, version) if version else DEFAULT_LADDER, 0.0)
    _kept[county] = kept._replace(checked=time.monotonic())
    return kept.ladder


def forget_ladders() -> None:
    """Drop what is kept; the next reader reads the rows again."""
    _kept.clear()


def _read(county: str, version: int) -> Ladder:
    rows = LadderRung.objects.filter(county=county, version=version).order_by("pk")
    return Ladder(
        [Threshold(row.rung, Trigger(row.trigger), row.value, row.procedure, row.node) for row in rows], str(version)
    )


def promised_days(application: Application, calendar: Calendar) -> int | None:
    """The promised length in working days; a promise in calendar days is as long as the working days that it holds."""
    started, promised = application.accepted_on, application.promised_due
    if started is None or promised is None:
        return None
    days = promise_of(application, started)
    return days.n if isinstance(days, WorkingDays) else calendar.count(started, promised)


def climbs_of_step(step: Step, application: Application, ladder: Ladder, calendar: Calendar) -> list[Climb]:
    """The rungs that are still before an open step."""
    standing = StepStanding(
        opened=civil_date(step.created),
        due_on=step.due_on,
        not_before=step.not_before,
        ball=step.ball,
        stopped=application.state == State.STOPPED,
        rung=step.rung,
        rung_on=step.rung_on,
        prompted=step.prompted,
    )
    return step_climbs(standing, ladder.of(application.procedure, step.node), calendar)


def climbs_of_application(application: Application, ladder: Ladder, calendar: Calendar) -> list[Climb]:
    """The rungs that are still before an application; none before acceptance and after the decision."""
    if application.state not in AFTER_ACCEPTANCE:
        return []
    standing = ApplicationStanding(
        promised_due=application.promised_due,
        statutory_due=application.statutory_due,
        promise=promised_days(application, calendar),
        stopped=application.state == State.STOPPED,
        rung=application.rung,
        rung_on=application.rung_on,
    )
    return application_climbs(standing, ladder.of(application.procedure), calendar)


def place_step(step: Step, application: Application) -> None:
    """Set the day on which an open step's next rung is due."""
    county = application.county
    climbs = climbs_of_step(step, application, ladder_for(county), calendar_for(county))
    step.climbs_on = next_day(climbs, step.rung, step.prompted or step.rung > 0)


def place_application(application: Application) -> set[str]:
    """Set the day on which the application's next rung is due; the changed columns."""
    county = application.county
    on = next_day(climbs_of_application(application, ladder_for(county), calendar_for(county)), application.rung)
    if on == application.climbs_on:
        return set()
    application.climbs_on = on
    return {"climbs_on"}


def place_open_steps(application: Application) -> None:
    """Set the days of every open step anew, after the clock stopped or went on: a read and at most one write."""
    steps = list(Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="").order_by("pk"))
    before: dict[int, dt.date | None] = {step.pk: step.climbs_on for step in steps}
    for step in steps:
        place_step(step, application)
    moved = [step for step in steps if step.climbs_on != before[step.pk]]
    if moved:
        Step.objects.bulk_update(moved, ["climbs_on"])


def recount(now: dt.datetime, batch: int = 500) -> int:
    """Compare every open case's next rungs with their recomputation and mend what differs; how many rows differed.

    Runs nightly, and after a county changed its ladder. One transaction for each batch, applications locked by id.
    """
    mended, last = 0, 0
    while True:
        with transaction.atomic():
            wanted = Application.objects.filter(pk__gt=last, finished__isnull=True).order_by("pk")
            rows = list(wanted.select_for_update(no_key=True)[:batch])
            if not rows:
                return mended
            last = rows[-1].pk
            mended += _recount(rows)


def _recount(rows: list[Application]) -> int:
    known = {row.pk: row for row in rows}
    moved = [(row.pk, row.climbs_on) for row in rows if place_application(row)]
    steps = Step.objects.filter(process__in=known, finished__isnull=True).exclude(post_key="").order_by("pk")
    changed = []
    for step in steps:
        before = step.climbs_on
        place_step(step, known[step.process_id])
        if step.climbs_on != before:
            changed.append((step.pk, step.climbs_on))
    update_rows(Application, ["climbs_on"], moved)
    update_rows(Step, ["climbs_on"], changed)
    return len(moved) + len(changed)
