"""项目总览: which projects a reader looks at, in order of risk, a page at a time, and what is on record of each.

The order is worked out by the database, so that a page of two thousand projects costs what a page of fifty-six does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case as Case_
from django.db.models import DateField, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from permits import gate
from permits.models import Case, Lead, Permit, Project
from permits.queries.blocks import PAPERS, Held, held_on, is_held
from permits.queries.feasibility import steps_of
from permits.queries.figures import is_started
from permits.queries.projects import filtered, title_of_lead, visible
from permits.routes import Route
from workflows.clock.days import ONE_DAY
from workflows.legal import State
from workflows.models import Application, Step
from workflows.operations.core import Actor

# Fifty-six projects stand on one page, on the screen and on paper.
PAGE = 60
SOON = 31 * ONE_DAY
NO_PLAN = dt.date(9999, 12, 31)
# Why a project stands where it stands in the list, the worst first.
RISKS = (
    *("early", "past_statute", "past_promise", "blocked", "plan_passed", "held"),
    *("plan_soon", "plan_later", "no_plan", "started"),
)


@dataclass(frozen=True)
class Asked:
    """What the reader chose; empty means all."""

    year: int
    bureau: str = ""
    sector: str = ""
    lead: str = ""
    kind: str = ""
    query: str = ""


@dataclass(frozen=True)
class Dossier:
    """One project and what is on record of it. `open_steps` are those of running applications, by application."""

    project: Project
    risk: str
    route: Route | None
    standing: dict[str, Permit]
    cases: list[Case]
    held: Held | None
    lead: str
    steps: dict[tuple[int, str], Step] = field(default_factory=dict)

    @property
    def running(self) -> dict[str, Application]:
        """The open applications, by bar."""
        return {case.bar: case.application for case in self.cases if case.application.finished is None}

    @property
    def started(self) -> bool:
        """Whether it has started, by a recorded start or by the ledger."""
        return self.project.ledger_started or self.project.started_on is not None

    def open_steps(self, application: Application) -> list[Step]:
        """The acts that are awaited in one application."""
        return [step for (pk, _node), step in self.steps.items() if pk == application.pk and step.finished is None]


def scope(actor: Actor, asked: Asked) -> Any:
    """The projects that the figures and pictures speak of: what this person may see, as filtered; not yet by `kind`."""
    chosen = {"bureau": asked.bureau, "sector": asked.sector, "lead": asked.lead, "query": asked.query}
    return filtered(actor, asked.year, **chosen)


def listed(actor: Actor, asked: Asked) -> Any:
    """The projects whose rows are shown."""
    chosen = {"bureau": asked.bureau, "sector": asked.sector, "lead": asked.lead, "query": asked.query}
    return filtered(actor, asked.year, kind=asked.kind, **chosen)


def choices(actor: Actor, year: int) -> tuple[list[str], list[tuple[str, str]]]:
    """(offices in charge, (title on record, title in the reader's language) of the leads) of a year; two statements."""
    mine = visible(actor).live().filter(year=year)  # type: ignore[attr-defined]
    bureaus = mine.exclude(bureau="").order_by("bureau").values_list("bureau", flat=True).distinct()
    leads = Lead.objects.filter(project__in=mine, ends__isnull=True).annotate(shown=title_of_lead())
    titles = leads.order_by("title", "shown").values_list("title", "shown").distinct()
    return list(bureaus), list(dict(titles).items())


def by_risk(found: Any, today: dt.date) -> Any:
    """These projects with `risk` (a place in `RISKS`) and `plan` (the last planned day), the riskiest first."""
    cases = Case.objects.filter(project=OuterRef("pk"), application__finished__isnull=True)
    cases = cases.exclude(application__state=State.STOPPED)
    ranks = (
        (Q(phase=Project.Phase.STARTED_EARLY), "early"),
        (is_started(), "started"),
        (Q(Exists(cases.filter(application__statutory_due__lt=today))), "past_statute"),
        (Q(Exists(cases.filter(application__promised_due__lt=today))), "past_promise"),
        (is_held(PAPERS), "blocked"),
        (Q(planned_start_to__lt=today), "plan_passed"),
        (is_held(), "held"),
        (Q(planned_start_to__lte=today + SOON), "plan_soon"),
        (Q(planned_start_to__isnull=False), "plan_later"),
    )
    whens = [When(condition, then=Value(RISKS.index(name))) for condition, name in ranks]
    return found.annotate(
        risk=Case_(*whens, default=Value(RISKS.index("no_plan")), output_field=IntegerField()),
        plan=Coalesce("planned_start_to", Value(NO_PLAN), output_field=DateField()),
    ).order_by("risk", "plan", "pk")


def page_of(found: Any, today: dt.date, after: str = "", size: int = PAGE) -> tuple[list[Project], str]:
    """One page in order of risk and the key of the next (empty: none); one statement. A broken key: the first."""
    page = list(by_risk(found, today).filter(_after(after))[: size + 1])
    rows, last = page[:size], page[size - 1] if len(page) > size else None
    return rows, f"{last.risk}_{last.plan.isoformat()}_{last.pk}" if last else ""


def _after(key: str) -> Q:
    try:
        risk, plan, pk = key.split("_")
        number, day, own = int(risk), dt.date.fromisoformat(plan), int(pk)
    except ValueError:
        return Q()
    return Q(risk__gt=number) | Q(risk=number, plan__gt=day) | Q(risk=number, plan=day, pk__gt=own)


def dossiers(projects: Sequence[Project], today: dt.date) -> list[Dossier]:
    """What is on record of these projects (rows of `page_of`), in their order; six statements whatever their number."""
    keys = [project.pk for project in projects]
    standing: dict[int, dict[str, Permit]] = {}
    for permit in Permit.objects.filter(project__in=keys, state__in=[Permit.State.VALID, Permit.State.EXTENDED]):
        standing.setdefault(permit.project_id, {})[permit.bar] = permit
    cases: dict[int, list[Case]] = {}
    for case in Case.objects.filter(project__in=keys).select_related("application").order_by("pk"):
        cases.setdefault(case.project_id, []).append(case)
    running = [case.application for found in cases.values() for case in found if case.application.finished is None]
    steps: dict[int, dict[tuple[int, str], Step]] = {}
    for (process, node), step in steps_of(running).items():
        steps.setdefault(process, {})[process, node] = step
    leads = Lead.objects.filter(project__in=keys, ends__isnull=True).order_by("-co_lead", "starts")
    titles = dict(leads.annotate(shown=title_of_lead()).values_list("project_id", "shown"))
    held = held_on(keys, today)
    return [
        Dossier(
            project=project,
            risk=RISKS[project.risk],  # type: ignore[attr-defined]
            route=gate.route_of(project),
            standing=standing.get(project.pk, {}),
            cases=cases.get(project.pk, []),
            held=held.get(project.pk),
            lead=titles.get(project.pk, ""),
            steps={
                key: step
                for case in cases.get(project.pk, [])
                for key, step in steps.get(case.application_id, {}).items()
            },
        )
        for project in projects
    ]
