"""Open an application for one bar of a project's route."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from permits import refusals
from permits.bars import BARS
from permits.models import Case, Permit, Project, ProjectCode
from permits.operations.core import locked_project
from workflows.flow import registry
from workflows.models import Application
from workflows.offices.models import Person
from workflows.operations.core import Actor, post_title
from workflows.operations.opening import Intake, receive
from workflows.operations.refusals import NotYourStep


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


def may_open(actor: Actor, project: Project, bar: str) -> bool:
    """Whether this person may open a case of `bar`: its office's counter, or the project unit; no statement.

    One question for the button, the form and the write.
    """
    procedure = registry.procedure(_procedure_of(bar))
    return bool(
        actor.seat(f"{procedure.office}.window") or (project.applicant_post and actor.seat(project.applicant_post))
    )


def check_opener(actor: Actor, project: Project, bar: str) -> str:
    """The code of the procedure that clears `bar`. Raises `BarNotHere`, `NotYourStep`."""
    code = _procedure_of(bar)
    if not may_open(actor, project, bar):
        raise NotYourStep(post_title(f"{registry.procedure(code).office}.window", project.county))
    return code


def _procedure_of(bar: str) -> str:
    found = BARS.get(bar)
    if found is None or found.procedure is None:
        raise refusals.BarNotHere(str(found.title) if found else bar)
    return found.procedure


def _check_open(project: Project, bar: str) -> str:
    procedure = _procedure_of(bar)
    if project.phase in (Project.Phase.CANCELLED, Project.Phase.MERGED, Project.Phase.COMPLETED):
        raise refusals.NotInThisPhase(project.get_phase_display())
    running = Case.objects.filter(project=project, bar=bar, application__finished__isnull=True)
    number = running.values_list("application__number", flat=True).first()
    if number is not None:
        raise refusals.CaseRuns(number)
    permit = Permit.objects.filter(project=project, bar=bar, state__in=["valid", "extended"]).first()
    if permit is not None:
        raise refusals.PermitStands(permit.number or str(BARS[bar].title))
    return procedure


def _register(application: Application, project: Project, bar: str, person: Person) -> None:
    Case(application=application, project=project, bar=bar, recorded_by=person).save(force_insert=True)
