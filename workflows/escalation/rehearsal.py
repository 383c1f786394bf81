"""试算: which rungs of the last quarter another ladder would have raised, against the one in force; nothing is written.

By the same pure ladder. What is read are the newest applications that were open in the quarter, with their dates as
they stand today; stops, objections and projects have sources of their own and are not rehearsed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflows.clock.calendar import Calendar
from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.ladder import (
    RUNGS,
    ApplicationStanding,
    Climb,
    Ladder,
    StepStanding,
    Threshold,
    application_climbs,
    step_climbs,
)
from workflows.escalation.targets import Directory
from workflows.models import Application, LadderRung, Step
from workflows.offices.titles import post_names
from workflows.operations.climbing import promised_days

QUARTER = dt.timedelta(days=91)
MOST_APPLICATIONS = 2000
MOST = 200


@dataclass(frozen=True)
class Difference:
    """One rung that only one of the two ladders raises. `change`: new, gone."""

    change: str
    rung: int
    on: dt.date
    reason: str
    subject: str
    number: str
    application_id: int
    step: str
    target: str


@dataclass(frozen=True)
class Rehearsal:
    """The quarter, how often each rung would have been raised by both ladders, and the differences, newest first."""

    since: dt.date
    until: dt.date
    counts: list[tuple[int, int, int]]
    rows: list[Difference]
    more: bool
    cut: bool


Key = tuple[int, int, int]


@dataclass(frozen=True)
class _Raised:
    climb: Climb
    application: Application
    step: Step | None


def rehearse(county: str, now: dt.datetime, ours: Sequence[Threshold], other: Sequence[Threshold]) -> Rehearsal:
    """Compare the ladder in force (`ours`) with `other` on the last 91 days; at most nine statements."""
    until = civil_date(now)
    since, calendar = until - QUARTER, calendar_for(county)
    rows = Application.objects.filter(county=county, received_at__lt=now).order_by("-received_at", "-pk")
    read = list(rows.defer("search", "facts")[: MOST_APPLICATIONS + 1])
    applications = {row.pk: row for row in read[:MOST_APPLICATIONS] if _was_open(row, since)}
    steps = list(Step.objects.filter(process__in=applications).exclude(post_key="").order_by("pk"))
    before, after = (_raised(applications, steps, Ladder(ladder), calendar, since, until) for ladder in (ours, other))
    only = [("new", key, after[key]) for key in after.keys() - before.keys()]
    only += [("gone", key, before[key]) for key in before.keys() - after.keys()]
    only.sort(key=lambda item: (item[2].climb.on, item[2].climb.rung, item[1]), reverse=True)
    shown = _lines(county, until, only[:MOST])
    counts = [(rung, _count(before, rung), _count(after, rung)) for rung in RUNGS]
    return Rehearsal(since, until, counts, shown, len(only) > MOST, len(read) > MOST_APPLICATIONS)


def _was_open(row: Application, since: dt.date) -> bool:
    return row.finished is None or civil_date(row.finished) >= since


def _count(raised: dict[Key, _Raised], rung: int) -> int:
    return sum(found.climb.rung == rung for found in raised.values())


def _raised(
    applications: dict[int, Application],
    steps: Iterable[Step],
    ladder: Ladder,
    calendar: Calendar,
    since: dt.date,
    until: dt.date,
) -> dict[Key, _Raised]:
    """Every rung by (application, step or 0, rung), by its first reason."""
    found: dict[Key, _Raised] = {}

    def note(climbs: list[Climb], application: Application, step: Step | None, end: dt.date) -> None:
        for climb in climbs:
            key = (application.pk, step.pk if step else 0, climb.rung)
            if since <= climb.on <= end and key not in found:
                found[key] = _Raised(climb, application, step)

    for step in steps:
        application = applications[step.process_id]
        standing = StepStanding(civil_date(step.created), step.due_on, step.not_before, step.ball)
        end = min(until, civil_date(step.finished)) if step.finished else until
        note(step_climbs(standing, ladder.of(application.procedure, step.node), calendar), application, step, end)
    for application in applications.values():
        if application.accepted_on is None:
            continue
        promise = promised_days(application, calendar)
        whole = ApplicationStanding(application.promised_due, application.statutory_due, promise)
        end = min(until, civil_date(application.decided_at)) if application.decided_at else until
        note(application_climbs(whole, ladder.of(application.procedure), calendar), application, None, end)
    return found


def _lines(county: str, day: dt.date, only: list[tuple[str, Key, _Raised]]) -> list[Difference]:
    directory = Directory.read(county, day)
    calls = [
        directory.call(found.climb.rung, found.step.post_key if found.step else _post(found.application)).target
        for _change, _key, found in only
    ]
    names = post_names(county, calls)
    return [
        Difference(
            change=change,
            rung=found.climb.rung,
            on=found.climb.on,
            reason=str(LadderRung.Reason(found.climb.trigger).label),
            subject=found.application.subject,
            number=found.application.number,
            application_id=found.application.pk,
            step=str(found.step.flow_task.task_title) if found.step else "",
            target=names.get(target, target),
        )
        for (change, _key, found), target in zip(only, calls, strict=True)
    ]


def _post(application: Application) -> str:
    from workflows.escalation.sweep import of_application

    return of_application(application).post
