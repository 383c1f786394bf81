"""我的项目: what a project unit has to do next, whose turn it is otherwise, and until when; no other unit's rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from permits import gate
from permits.bars import BARS
from permits.models import Case, Permit, Project, ProjectCode
from permits.queries.projects import phase_label, visible
from permits.queries.words import joined
from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.models import Application, Ball, CorrectionItem
from workflows.operations.core import Actor
from workflows.queries.applications import ApplicationRow, rows_of
from workflows.queries.clockbar import RISK

PAGE = 20


@dataclass(frozen=True)
class Todo:
    """One thing that the unit may do now; the first of a project is its next action."""

    label: str
    line: str
    url: str
    urgent: bool


@dataclass(frozen=True)
class CaseLine:
    """One application: its row as officers see it, and how long it has been whose turn. `turn`: you, office, closed."""

    row: ApplicationRow
    turn: str
    days: int


@dataclass(frozen=True)
class Mine:
    """One project of the unit."""

    project: Project
    code: str
    phase_label: str
    todo: list[Todo]
    openings: list[Todo]
    cases: list[CaseLine]
    permits: list[tuple[Permit, str]]
    gate_open: bool
    missing: str


def my_projects(actor: Actor, now: dt.datetime, after: int = 0) -> tuple[list[Mine], int]:
    """One page of the unit's projects, those of this year first met first, and the key of the next page (0: none).

    A fixed number of statements, whatever the number of projects and applications.
    """
    page = list(visible(actor).filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    projects = page[:PAGE]
    keys = [project.pk for project in projects]
    codes = dict(
        ProjectCode.objects.filter(project__in=keys)
        .exclude(kind=ProjectCode.Kind.SUPERSEDED)
        .values_list("project_id", "code")
    )
    cases = list(Case.objects.filter(project__in=keys).select_related("application").order_by("-pk"))
    rows = {row.pk: row for row in rows_of([case.application for case in cases], now)}
    points = dict(
        CorrectionItem.objects.filter(application__in=list(rows), answered_at__isnull=True)
        .values_list("application")
        .annotate(n=Count("pk"))
    )
    permits: dict[int, list[Permit]] = {}
    for permit in Permit.objects.filter(project__in=keys).order_by("pk"):
        permits.setdefault(permit.project_id, []).append(permit)
    found = [
        _mine(
            project,
            codes.get(project.pk, ""),
            [(case, rows[case.application_id]) for case in cases if case.project_id == project.pk],
            permits.get(project.pk, []),
            points,
            civil_date(now),
        )
        for project in projects
    ]
    return found, page[PAGE - 1].pk if len(page) > PAGE else 0


def _mine(
    project: Project,
    code: str,
    cases: list[tuple[Case, ApplicationRow]],
    permits: list[Permit],
    points: dict[int, int],
    today: dt.date,
) -> Mine:
    standing = {permit.bar for permit in permits if permit.stands}
    running = {case.bar: case.application for case, _row in cases if case.application.is_open}
    lines = sorted((_line(case.application, row, today) for case, row in cases), key=_order)
    left = gate.missing(project, standing)
    return Mine(
        project=project,
        code=code,
        phase_label=phase_label(project),
        todo=[_answer(line, points[line.row.pk]) for line in lines if line.turn == "you" and points.get(line.row.pk)],
        openings=_openings(project, left or [], running),
        cases=lines,
        permits=[(permit, str(BARS[permit.bar].title)) for permit in permits if permit.bar in BARS],
        gate_open=left == [],
        missing=joined(BARS[bar].title for bar in left) if left else "",
    )


def _order(line: CaseLine) -> tuple[Any, ...]:
    return ({"you": 0, "office": 1, "closed": 2}[line.turn], RISK[line.row.times.light], -line.row.pk)


def _line(application: Application, row: ApplicationRow, today: dt.date) -> CaseLine:
    if not application.is_open:
        return CaseLine(row, "closed", 0)
    since = row.since or civil_date(application.received_at)
    days = calendar_for(application.county).count(since, today) if today > since else 0
    return CaseLine(row, "you" if row.ball == Ball.APPLICANT else "office", days)


def _answer(line: CaseLine, points: int) -> Todo:
    label = ngettext("Answer %(n)s point", "Answer %(n)s points", points) % {"n": points}
    url = f"{reverse('application', args=[line.row.pk])}#points"
    return Todo(label, f"{line.row.procedure} · {line.row.number}", url, True)


def _openings(project: Project, left: list[str], running: dict[str, Any]) -> list[Todo]:
    if project.phase in (Project.Phase.CANCELLED, Project.Phase.MERGED, Project.Phase.COMPLETED):
        return []
    bars = [BARS[code] for code in left if code not in running and BARS[code].procedure]
    return [
        Todo(
            str(bar.title),
            _("needed before the start"),
            reverse("permits:open_case", args=[project.pk, bar.code]),
            False,
        )
        for bar in bars
    ]
