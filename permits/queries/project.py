"""One project on one page: its route with the reason of every bar, its gate, its three dates, its applications."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from permits import gate, refusals
from permits.bars import BARS
from permits.models import Block, Case, GateEvent, Lead, Permit, Project, ProjectCode
from permits.queries.blocks import Held, held_on
from permits.queries.feasibility import feasibility, stood_of
from permits.queries.projects import phase_label, sector_label, title_of_lead, visible
from permits.queries.words import joined, why_of
from permits.routes import downgrading
from workflows.clock.days import civil_date
from workflows.models import Application
from workflows.operations.core import Actor
from workflows.queries.applications import ApplicationRow, rows_of


@dataclass(frozen=True)
class RouteLine:
    """One bar of the page. `state`: cleared, running, missing, lapsed, not_needed."""

    code: str
    title: str
    law: str
    state: str
    word: str
    number: str = ""
    issued_on: dt.date | None = None
    valid_until: dt.date | None = None
    application_id: int | None = None
    application_number: str = ""
    why: str = ""
    source: str = ""
    shown_id: int | None = None
    procedure: str = ""
    file_name: str = ""


@dataclass(frozen=True)
class ProjectPage:
    """Everything that the project's page shows."""

    project: Project
    phase_label: str
    code: str
    codes: list[ProjectCode]
    lead: str
    facts: list[tuple[str, Any, str]]
    dates: list[tuple[str, dt.date | None, str]]
    gate: dict[str, Any]
    standing_block: dict[str, Any] | None
    route: list[RouteLine]
    applications: list[ApplicationRow]
    feasible: dict[str, Any] | None


def load_project(actor: Actor, project_id: int) -> Project:
    """The project, if this person may see it. Raises `NoSuchProject`."""
    found = visible(actor).filter(pk=project_id).order_by("pk").first()
    if found is None:
        raise refusals.NoSuchProject
    return found


def project_page(actor: Actor, project_id: int, now: dt.datetime) -> ProjectPage:
    """Read one project for its page: a fixed number of statements. Raises `NoSuchProject`."""
    project = load_project(actor, project_id)
    codes = list(ProjectCode.objects.filter(project=project).order_by("-pk"))
    permits = list(Permit.objects.filter(project=project).order_by("pk"))
    cases = list(Case.objects.filter(project=project).select_related("application").order_by("pk"))
    leads = Lead.objects.filter(project=project, ends__isnull=True).order_by("co_lead", "pk")
    standing = {permit.bar: permit.issued_on for permit in permits if permit.stands}
    current = next((code for code in codes if code.kind != ProjectCode.Kind.SUPERSEDED), None)
    return ProjectPage(
        project=project,
        phase_label=phase_label(project),
        code=current.code if current else "",
        codes=codes,
        lead=joined(leads.annotate(shown=title_of_lead()).values_list("shown", flat=True)),
        facts=_facts(project),
        dates=_dates(project),
        gate=_gate(project, standing),
        standing_block=_block(held_on([project.pk], civil_date(now)).get(project.pk)),
        route=_route(project, permits, cases),
        applications=rows_of([case.application for case in reversed(cases)], now),
        feasible=_feasible(project, standing, cases, civil_date(now)),
    )


def _feasible(
    project: Project, standing: Mapping[str, dt.date | None], cases: list[Case], today: dt.date
) -> dict[str, Any] | None:
    """Whether the planned start can be met lawfully; None when it has started, or nobody knows. One statement."""
    running = {case.bar: case.application for case in cases if case.application.finished is None}
    answer = feasibility(project, today, None, standing, running, stood_of(running.values()))
    if answer is None:
        return None
    language = get_language() or ""
    return {
        "answer": answer,
        "verdict": str(answer.verdict),
        "words": answer.verdict_words(language),
        "reasons": answer.reasons(language),
        "latest": [(row.title, row.on, row.is_past, row.citation.of(language)) for row in answer.latest_inputs],
        "untimed": joined(BARS[code].title for code in answer.untimed),
    }


def _facts(project: Project) -> list[tuple[str, Any, str]]:
    wan = pgettext("after a number", "× 10,000 yuan")
    return [
        (_("Class"), sector_label(project) or _("not settled yet"), ""),
        (_("Kind"), project.get_kind_display(), ""),
        (_("Content and scale"), project.content, ""),
        (_("Bureau in charge"), project.bureau, ""),
        (_("Contact"), project.contact, ""),
        (_("Total investment"), _wan(project.total_wan), wan),
        (_("Plan of the year"), _wan(project.plan_wan), wan),
        (_("Done this year"), _wan(project.done_wan), wan),
        (_("Planned start"), _planned(project), ""),
    ]


def _wan(amount: Any) -> str:
    return f"{amount:,.2f}".removesuffix(".00") if amount is not None else ""


def _planned(project: Project) -> str:
    if project.planned_start_from is None:
        return project.planned_start_text
    day = project.planned_start_from.isoformat()
    if project.planned_start_from == project.planned_start_to:
        return day
    return f"{project.planned_start_text} ({day} – {project.planned_start_to})"


def _dates(project: Project) -> list[tuple[str, dt.date | None, str]]:
    early = _("before its approvals") if project.started_early else ""
    ledger = _("by the ledger, without a date") if project.ledger_started and project.started_on is None else ""
    listed = _("by the ledger, without a date") if project.in_statistics and project.in_statistics_on is None else ""
    return [
        (_("May start since"), project.may_start_on, ""),
        (_("Actual start"), project.started_on, early or ledger),
        (_("In statistics since"), project.in_statistics_on, listed),
    ]


def _gate(project: Project, standing: Collection[str]) -> dict[str, Any]:
    left = gate.missing(project, standing)
    return {
        "open": left == [],
        "on": project.may_start_on,
        "missing": joined(BARS[code].title for code in left)
        if left is not None
        else _("the class of the project, which decides its route"),
        "events": [
            {"get_kind_display": row.get_kind_display(), "because": gate.because_label(row.because), "on": row.on}
            for row in GateEvent.objects.filter(project=project).order_by("-pk")
        ],
    }


def _block(block: Held | None) -> dict[str, Any] | None:
    if block is None:
        return None
    causes = [str(Block.Cause(cause).label) for cause in block.causes]
    return {"text": block.text, "causes": joined(causes), "since": block.since}


def _route(project: Project, permits: list[Permit], cases: list[Case]) -> list[RouteLine]:
    route = gate.route_of(project)
    newest = {permit.bar: permit for permit in permits}
    newest |= {permit.bar: permit for permit in permits if permit.stands}
    running = {case.bar: case.application for case in cases if case.application.finished is None}
    done = gate.cleared({permit.bar for permit in permits if permit.stands})
    lines = []
    needed = [(line.bar.code, why_of(route, line)) for line in route.needed] if route else []
    for code, why in needed:
        lines.append(_line(code, why, code in done, newest.get(code), running.get(code)))
    for code in [code for code in newest if code in BARS and code not in dict(needed)]:
        line = _line(code, "", code in done, newest[code], running.get(code))
        weak = downgrading(route, code) if route and newest[code].stands else None
        lines.append(replace(line, state="lapsed", word=_("gives no right"), why=str(weak)) if weak else line)
    return lines


def _line(code: str, why: str, cleared: bool, permit: Permit | None, running: Application | None) -> RouteLine:
    bar = BARS[code]
    state, word = "missing", pgettext("route", "missing")
    if cleared:
        state, word = "cleared", _("cleared")
    elif running is not None:
        state, word = "running", _("running")
    elif permit is not None:
        state, word = "lapsed", str(permit.get_state_display())
    shown = permit if permit is not None and running is None else permit if cleared else None
    return RouteLine(
        code=code,
        title=str(bar.title),
        law=bar.article,
        state=state,
        word=word,
        number=shown.number if shown else "",
        issued_on=shown.issued_on if shown else None,
        valid_until=shown.valid_until if shown else None,
        application_id=running.pk if running else permit.application_id if permit else None,
        application_number=running.number if running else "",
        why=why,
        source=str(shown.get_source_display()) if shown else "",
        shown_id=shown.pk if shown else None,
        procedure=bar.procedure or "",
        file_name=shown.file_name if shown else "",
    )
