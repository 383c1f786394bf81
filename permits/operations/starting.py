"""Three dates, kept apart: may start (the gate's), started, in statistics (DOMAIN.md E16)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from permits import refusals
from permits.models import Project
from permits.operations.core import STATISTICIANS, by, locked_project, record, save
from workflows.clock.days import civil_date
from workflows.offices.models import Person


def record_start(
    *, project_id: int, on: dt.date, evidence: str, version: int, person: Person, now: dt.datetime, request_id: str = ""
) -> Project:
    """Record that work began, with the evidence. Before the gate was open it is recorded as what it is: 未批先建.

    Raises `NotAKeeper`, `NoSuchProject`, `ProjectMoved`, `Wrong`, `NotInThisPhase`.
    """
    who = by(person, now, request_id)
    if not evidence.strip():
        raise refusals.Wrong(_("Name the evidence: photographs, the supervisor's log, the order to start."), "evidence")
    if on > civil_date(now):
        raise refusals.Wrong(_("The day lies in the future."), "on")
    with transaction.atomic():
        project = locked_project(project_id, who.county, version)
        if project.phase not in (Project.Phase.PREPARING, Project.Phase.MAY_START):
            raise refusals.NotInThisPhase(project.get_phase_display())
        lawful = project.may_start_on is not None and on >= project.may_start_on
        if lawful:
            project.start()
        else:
            papers_came_since = project.phase == Project.Phase.MAY_START
            if papers_came_since:
                project.shut_gate()
            project.start_early()
            project.started_early = True
            if papers_came_since:
                project.regularise()
        project.started_on, project.start_evidence = on, evidence.strip()[:300]
        save(project, now, "phase", "started_on", "start_evidence", "started_early")
        record("started", project, who, {"on": on.isoformat(), "lawful": lawful, "evidence": project.start_evidence})
    return project


def put_into_statistics(
    *, project_id: int, on: dt.date, version: int, person: Person, now: dt.datetime, request_id: str = ""
) -> Project:
    """Record the day on which the project entered the statistics (入库). Raises as `record_start`."""
    who = by(person, now, request_id, STATISTICIANS)
    if on > civil_date(now):
        raise refusals.Wrong(_("The day lies in the future."), "on")
    with transaction.atomic():
        project = locked_project(project_id, who.county, version)
        project.in_statistics, project.in_statistics_on = True, on
        save(project, now, "in_statistics", "in_statistics_on")
        record("in_statistics", project, who, {"on": on.isoformat()})
    return project
