"""A new project code, a split, a merger (DOMAIN.md E18): nothing is overwritten, no money is counted twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from permits import refusals
from permits.ledger.words import name_key
from permits.models import Project, ProjectCode
from permits.operations.codes import new_code
from permits.operations.core import By, by, locked_project, record, save
from workflows.clock.days import civil_date
from workflows.offices.models import Person
from workflows.search import search_text


def give_new_code(
    *,
    project_id: int,
    code: str,
    reason: str,
    person: Person,
    now: dt.datetime,
    version: int | None = None,
    request_id: str = "",
) -> ProjectCode:
    """Replace the code after a new approval; the old one is kept as superseded, permits keep the code of their day.

    `version` is the one that the page showed. Raises `NotAKeeper`, `NoSuchProject`, `ProjectMoved`, `Wrong`.
    """
    who = by(person, now, request_id)
    if not reason.strip():
        raise refusals.Wrong(_("Give the reasons."), "reason")
    with transaction.atomic():
        project = locked_project(project_id, who.county, version)
        today = civil_date(now)
        new = new_code(project, code, today)
        old = list(ProjectCode.objects.filter(project=project).exclude(kind=ProjectCode.Kind.SUPERSEDED))
        for row in old:
            row.kind, row.until = ProjectCode.Kind.SUPERSEDED, today
            row.save(update_fields=["kind", "until"])
        new.reason = reason.strip()[:200]
        new.save(force_insert=True)
        project.search = search_text(project.name, project.unit, new.code, *(row.code for row in old))
        record("new_code", project, who, {"code": new.code, "old": [row.code for row in old], "reason": new.reason})
        save(project, now, "search")
    return new


def split_project(
    *,
    project_id: int,
    parts: Sequence[tuple[str, Decimal]],
    version: int,
    person: Person,
    now: dt.datetime,
    request_id: str = "",
) -> list[Project]:
    """Split a project into phases (name, total in 万元); the parent leaves the figures, its permits stay with it.

    The parts' money must add up to the parent's. Raises `NotAKeeper`, `NoSuchProject`, `ProjectMoved`, `Wrong`.
    """
    who = by(person, now, request_id)
    if len(parts) < 2 or len({name_key(name) for name, _wan in parts}) < len(parts):
        raise refusals.Wrong(_("Name at least two different parts."), "parts")
    with transaction.atomic():
        project = locked_project(project_id, who.county, version)
        total = sum((wan for _name, wan in parts), Decimal(0))
        if project.total_wan is not None and total != project.total_wan:
            raise refusals.Wrong(
                _("The parts add up to %(parts)s, the project has %(whole)s (10,000 yuan).")
                % {"parts": total, "whole": project.total_wan},
                "parts",
            )
        _leave(project)
        children = [_child(project, name, wan, now) for name, wan in parts]
        record("split", project, who, {"parts": [{"name": row.name, "wan": str(row.total_wan)} for row in children]})
        save(project, now, "phase")
    return children


def merge_projects(
    *,
    project_ids: Sequence[int],
    name: str,
    person: Person,
    now: dt.datetime,
    version: int | None = None,
    request_id: str = "",
) -> Project:
    """Pack projects into one parent (打包): the parts live on as its children and leave the figures.

    `version` is that of the first. Raises `NotAKeeper`, `NoSuchProject`, `ProjectMoved`, `Wrong`, `NotInThisPhase`.
    """
    who = by(person, now, request_id)
    if len(set(project_ids)) < 2:
        raise refusals.Wrong(_("Choose at least two projects."), "projects")
    if not name.strip():
        raise refusals.Wrong(_("Give the project's name."), "name")
    with transaction.atomic():
        shown = {project_ids[0]: version}
        parts = [locked_project(pk, who.county, shown.get(pk)) for pk in sorted(set(project_ids))]
        for part in parts:
            _leave(part)
        parent = _parent(parts, name.strip(), now)
        _tie(parts, parent, who)
        record("merged", parent, who, {"parts": [str(part.pk) for part in parts]})
    return parent


def _leave(project: Project) -> None:
    if project.phase not in (Project.Phase.PREPARING, Project.Phase.MAY_START, Project.Phase.STARTED):
        raise refusals.NotInThisPhase(project.get_phase_display())
    project.merge_away()


def _child(project: Project, name: str, wan: Decimal, now: dt.datetime) -> Project:
    child = Project(
        county=project.county,
        name=name.strip(),
        name_key=name_key(name),
        parent=project,
        total_wan=wan,
        created_at=now,
        updated_at=now,
        search=search_text(name, project.name),
        facts=dict(project.facts),
        **{key: getattr(project, key) for key in ("kind", "sector", "site_class", "town", "unit", "bureau", "year")},
    )
    child.applicant_post = project.applicant_post
    child.latitude, child.longitude = project.latitude, project.longitude
    child.save(force_insert=True)
    return child


def _parent(parts: list[Project], name: str, now: dt.datetime) -> Project:
    first = parts[0]
    parent = Project(
        county=first.county,
        name=name,
        name_key=name_key(name),
        created_at=now,
        updated_at=now,
        search=search_text(name, *(part.name for part in parts)),
        **{key: getattr(first, key) for key in ("kind", "sector", "site_class", "town", "unit", "bureau", "year")},
    )
    for key in ("total_wan", "plan_wan", "done_wan"):
        setattr(parent, key, sum((getattr(part, key) or Decimal(0) for part in parts), Decimal(0)))
    parent.save(force_insert=True)
    return parent


def _tie(parts: list[Project], parent: Project, who: By) -> None:
    for part in parts:
        part.parent = parent
        save(part, who.now, "phase", "parent")
