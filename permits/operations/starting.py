"""Three dates, kept apart: may start (the gate's), started, in statistics (DOMAIN.md E16)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import Message
from permits import refusals
from permits.models import Project
from permits.operations.core import STATISTICIANS, by, lead_post, locked_project, record, save, tell
from permits.operations.papers import stored
from workflows.clock.days import civil_date
from workflows.escalation.targets import SUPERVISION_POST
from workflows.offices.models import Person


def record_start(
    *,
    project_id: int,
    on: dt.date,
    evidence: str,
    version: int,
    person: Person,
    now: dt.datetime,
    upload: Any = None,
    request_id: str = "",
) -> Project:
    """Record that work began, with the evidence. Before the gate was open it is recorded as what it is: 未批先建.

    An early start is told to the leader in charge and to the supervision office. Raises `NotAKeeper`, `NoSuchProject`,
    `ProjectMoved`, `Wrong`, `NotInThisPhase`, `Missing` (of the file).
    """
    who = by(person, now, request_id)
    if not evidence.strip():
        raise refusals.Wrong(_("Name the evidence: photographs, the supervisor's log, the order to start."), "evidence")
    if on > civil_date(now):
        raise refusals.Wrong(_("The day lies in the future."), "on")
    with stored(upload, now, "starts") as paper, transaction.atomic():
        project = locked_project(project_id, who.county, version)
        if project.phase not in (Project.Phase.PREPARING, Project.Phase.MAY_START):
            raise refusals.NotInThisPhase(project.get_phase_display())
        lawful = project.may_start_on is not None and on >= project.may_start_on
        _begin(project, lawful)
        project.started_on, project.start_evidence = on, evidence.strip()[:300]
        project.start_file, project.start_file_name, project.start_sha256 = paper.path, paper.name, paper.sha256
        save(project, now, "phase", "started_early", *STARTED)
        said = {"on": on.isoformat(), "lawful": lawful, "evidence": project.start_evidence, "sha256": paper.sha256}
        record("started", project, who, said)
        if not lawful:
            tell(_early(project, on, now))
    return project


STARTED = ("started_on", "start_evidence", "start_file", "start_file_name", "start_sha256")


def _begin(project: Project, lawful: bool) -> None:
    if lawful:
        project.start()
        return
    papers_came_since = project.phase == Project.Phase.MAY_START
    if papers_came_since:
        project.shut_gate()
    project.start_early()
    project.started_early = True
    if papers_came_since:
        project.regularise()


def _early(project: Project, on: dt.date, now: dt.datetime) -> list[Message]:
    lead = lead_post(project)
    return [
        Message(
            county=project.county,
            kind="started_early",
            post_key=post,
            params={"subject": project.name, "on": on.isoformat()},
            url=f"/projects/{project.pk}/",
            created_at=now,
        )
        for post in dict.fromkeys([SUPERVISION_POST, *([lead] if lead else [])])
    ]


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
