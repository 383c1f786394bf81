"""等待天数归谁: the working days of projects that have not started, by who held the ball; every day has one owner.

Inside one application the owner of a day is that of its page (`clockstate.owned`); where several applications of a
project were open, the day belongs to the first of `clockstate.FIRST`: a project never waits more days than passed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from permits.models import Case, Project
from permits.queries.figures import is_started
from permits.queries.portfolio import Asked, by_risk, listed
from workflows.clock.calendar import Calendar
from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.history import Stop
from workflows.clock.three_dates import balance
from workflows.models import Application, Ball, ClockRow, Step
from workflows.operations.core import Actor
from workflows.operations.timekeeping import counted
from workflows.queries.clockstate import Holding, owned, together

# How many projects are added up at most, the riskiest first.
MOST = 300
# The owners in the order in which they are drawn: that of a case, from its unit to the county.
OWNERS = (
    *(Ball.APPLICANT, Ball.OFFICE, Ball.OTHER_OFFICE, Ball.EXPERTS),
    *(Ball.NOTICE, Ball.HIGHER, Ball.COUNTY),
)


@dataclass(frozen=True)
class Waiting:
    """One project: working days by owner, in the order of `OWNERS`, and their sum."""

    pk: int
    name: str
    days: tuple[int, ...]
    since: dt.date

    @property
    def total(self) -> int:
        """All its days."""
        return sum(self.days)


@dataclass(frozen=True)
class Waits:
    """The projects, the longest wait first, and the sums by owner. `more`: there are projects beyond `MOST`."""

    rows: tuple[Waiting, ...]
    sums: tuple[int, ...]
    more: bool

    @property
    def total(self) -> int:
        """All days of all projects."""
        return sum(self.sums)


def waiting(actor: Actor, asked: Asked, now: dt.datetime) -> Waits:
    """The waiting days of the reader's projects that have not started; four statements."""
    today, calendar = civil_date(now), calendar_for(actor.person.county)
    with_cases = listed(actor, asked).exclude(is_started()).filter(Exists(Case.objects.filter(project=OuterRef("pk"))))
    projects = list(by_risk(with_cases, today)[: MOST + 1])
    rows = [row for row in _rows(projects[:MOST], today, calendar) if row.total]
    sums = tuple(sum(row.days[n] for row in rows) for n in range(len(OWNERS)))
    return Waits(tuple(sorted(rows, key=lambda row: (-row.total, row.pk))), sums, len(projects) > MOST)


def _rows(projects: Sequence[Project], today: dt.date, calendar: Calendar) -> list[Waiting]:
    cases: dict[int, list[Application]] = {}
    keys = [project.pk for project in projects]
    for case in Case.objects.filter(project__in=keys).select_related("application").order_by("pk"):
        cases.setdefault(case.project_id, []).append(case.application)
    applications = [application for found in cases.values() for application in found]
    steps: dict[int, list[Any]] = {}
    named = Step.objects.filter(process__in=[one.pk for one in applications]).exclude(post_key="").order_by("pk")
    for step in named.values_list("process_id", "post_key", "ball", "created", "finished", named=True):
        steps.setdefault(step.process_id, []).append(step)
    stops = _stops(applications, calendar)
    found = []
    for project in projects:
        holdings = [
            holding
            for application in cases.get(project.pk, [])
            for holding in owned(
                application.decided_at, steps.get(application.pk, []), stops.get(application.pk, ()), today
            )
        ]
        if holdings:
            found.append(_waiting(project, together(holdings), calendar))
    return found


def _waiting(project: Project, holdings: Iterable[Holding], calendar: Calendar) -> Waiting:
    spans = list(holdings)
    days = balance(spans, calendar)
    counts = tuple(days[str(ball)].n if str(ball) in days else 0 for ball in OWNERS)
    since = min((first for _ball, first, _last in spans), default=dt.date.max)
    return Waiting(project.pk, project.name, counts, since)


def _stops(applications: Sequence[Application], calendar: Calendar) -> dict[int, tuple[Stop, ...]]:
    """The lawful stops of these applications, by key; one statement."""
    rows: dict[int, list[ClockRow]] = {}
    for row in ClockRow.objects.filter(application__in=[one.pk for one in applications]).order_by("pk"):
        rows.setdefault(row.application_id, []).append(row)
    found = {}
    for application in applications:
        mine = rows.get(application.pk, [])
        if any(row.kind == ClockRow.Kind.STOP for row in mine):
            due = counted(application, mine, calendar)
            found[application.pk] = due.history.stops if due else ()
    return found
