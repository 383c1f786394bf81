"""Open an application for one bar of a project's route."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from permits import refusals
from permits.bars import BARS
from permits.models import Case, Permit, Project, ProjectCode
from permits.operations.core import locked_project
from workflows.models import Application
from workflows.offices.models import Person
from workflows.operations.opening import Intake, receive


def open_case(
    *,
    project_id: int,
    bar: str,
    person: Person,
    facts: dict[str, Any],
    now: dt.datetime,
    received_at: dt.datetime | None = None,
    request_id: str = "",
) -> Application:
    """Register an application for `bar`, by the counter of its office or by the project unit; one transaction.

    Raises `NoSuchProject`, `BarNotHere`, `CaseRuns`, `PermitStands`, and what `receive` raises.
    """
    with transaction.atomic():
        project = locked_project(project_id, person.county)
        procedure = _check_open(project, bar)
        code = ProjectCode.objects.filter(project=project).exclude(kind=ProjectCode.Kind.SUPERSEDED).first()
        intake = Intake(
            procedure=procedure,
            subject=project.name,
            subject_key=project.key,
            applicant=project.unit or project.name,
            facts=facts,
            applicant_post=project.applicant_post,
            weight=project.total_wan or 0,  # type: ignore[arg-type]
            received_at=received_at,
            search=code.code if code else "",
            registered=lambda application: _register(application, project, bar, person),
        )
        return receive(person=person, intake=intake, now=now, request_id=request_id)


def _check_open(project: Project, bar: str) -> str:
    found = BARS.get(bar)
    if found is None or found.procedure is None:
        raise refusals.BarNotHere(str(found.title) if found else bar)
    if project.phase in (Project.Phase.CANCELLED, Project.Phase.MERGED, Project.Phase.COMPLETED):
        raise refusals.NotInThisPhase(project.get_phase_display())
    running = Case.objects.filter(project=project, bar=bar, application__finished__isnull=True)
    number = running.values_list("application__number", flat=True).first()
    if number is not None:
        raise refusals.CaseRuns(number)
    permit = Permit.objects.filter(project=project, bar=bar, state__in=["valid", "extended"]).first()
    if permit is not None:
        raise refusals.PermitStands(permit.number or str(found.title))
    return found.procedure


def _register(application: Application, project: Project, bar: str, person: Person) -> None:
    Case(application=application, project=project, bar=bar, recorded_by=person).save(force_insert=True)
