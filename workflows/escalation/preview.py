"""Who would be escalated tomorrow: the same pure ladder, asked for the next working day; nothing is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from workflows.clock.calendars import calendar_for
from workflows.clock.days import ONE_DAY, civil_date
from workflows.clock.ladder import Climb, raised_by
from workflows.escalation.sweep import of_application, superior_of
from workflows.escalation.targets import Directory
from workflows.models import Application, LadderRung, Step
from workflows.offices.titles import post_names
from workflows.operations.climbing import climbs_of_application, climbs_of_step, ladder_for

MOST = 200


@dataclass(frozen=True)
class Tomorrow:
    """One rung that would be raised: what, why, and whom it would call."""

    rung: int
    trigger: str
    subject: str
    number: str
    step: str
    url: str
    target: str


@dataclass(frozen=True)
class Preview:
    """The next working day and what it would raise, at most `MOST` lines; `more` when there are others."""

    day: dt.date
    rows: list[Tomorrow]
    more: bool


def tomorrow(county: str, now: dt.datetime) -> Preview:
    """What the sweep would raise on the next working day if nobody acted until then; at most ten statements."""
    today, calendar, ladder = civil_date(now), calendar_for(county), ladder_for(county)
    day = calendar.next_workday(today + ONE_DAY).date
    directory = Directory.read(county, day)
    steps = Step.objects.filter(county=county, climbs_on__lte=day, finished__isnull=True).select_related("process")
    applications = Application.objects.filter(county=county, climbs_on__lte=day)
    found: list[tuple[Climb, str, Application, Step | None]] = []
    for step in steps.order_by("climbs_on", "pk")[: MOST + 1]:
        due = raised_by(climbs_of_step(step, step.process, ladder, calendar), day)
        found += [(climb, step.post_key, step.process, step) for climb in due if climb.rung]
    for application in applications.order_by("climbs_on", "pk")[: MOST + 1]:
        due = raised_by(climbs_of_application(application, ladder, calendar), day)
        found += [(climb, of_application(application).post, application, None) for climb in due]
    leads = directory.leads(application.subject_key for _climb, _post, application, _step in found)
    calls = [
        directory.call(
            climb.rung, post, superior=superior_of(row) if step else "", leads=leads.get(row.subject_key, ())
        ).target
        for climb, post, row, step in found
    ]
    names = post_names(county, calls)
    rows = [
        Tomorrow(
            rung=climb.rung,
            trigger=str(LadderRung.Reason(climb.trigger).label),
            subject=row.subject,
            number=row.number,
            step=str(step.flow_task.task_title) if step else "",
            url=f"/applications/{row.pk}/",
            target=names.get(target, target),
        )
        for (climb, _post, row, step), target in zip(found, calls, strict=True)
    ]
    rows.sort(key=lambda line: (-line.rung, line.number))
    return Preview(day, rows[:MOST], len(rows) > MOST)
