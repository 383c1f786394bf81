"""项目 list: filtered, keyset paged in the ledger's order; as many statements for three rows as for fifty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Case as Case_
from django.db.models import Exists, F, OuterRef, Q, QuerySet, When
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from permits import gate
from permits.bars import BARS, Group
from permits.models import Block, Lead, Project, ProjectCode
from permits.queries.blocks import PAPERS, Held, held_on, is_held
from permits.queries.feasibility import Answer, Latest, feasibility, running_of, standing_of, stood_of
from permits.queries.figures import is_started
from permits.queries.words import joined
from permits.routes import Route
from permits.routing.table import TABLE
from workflows.clock.calendars import calendar_for
from workflows.clock.minimum import Verdict
from workflows.labels import label_of
from workflows.models import Application
from workflows.operations.core import Actor
from workflows.queries.clockbar import RISK, times
from workflows.queries.sight import is_unit

PAGE = 50
KINDS = ("blocked", "may_start", "started", "early", "neither")
# The list shows the route in three words: land, environment, start.
GROUPS = ((Group.LAND, "land"), (Group.EIA, "eia"), (Group.START, "start"))


@dataclass(frozen=True)
class ProjectRow:
    """One line of the list."""

    pk: int
    name: str
    code: str
    town: str
    sector: str
    total_wan: Any
    plan_wan: Any
    done_wan: Any
    phase: str
    phase_label: str
    bars: list[dict[str, str]]
    lead: str
    block: str
    open_count: int
    light: str
    # Why the planned start cannot be met lawfully, with the earliest honest date; empty when it can, or is past asking.
    unlawful: str


def visible(actor: Actor) -> QuerySet[Project]:
    """The projects that this person may see: an officer the county's, a project unit its own."""
    found = Project.objects.in_county(actor.person.county)
    if is_unit(actor):
        found = found.filter(applicant_post__in=[seat.post_key for seat in actor.seats])
    return found


def filtered(
    actor: Actor,
    year: int,
    *,
    kind: str = "",
    cause: str = "",
    sector: str = "",
    query: str = "",
    bureau: str = "",
    lead: str = "",
) -> Any:
    """The list's projects before paging; `kind` is one of `KINDS`, `cause` a cause of a block that stands.

    `bureau` and `lead` (title of a lead or co-lead of today) as the ledger writes them.
    """
    found = visible(actor).live().filter(year=year)  # type: ignore[attr-defined]
    if bureau:
        found = found.filter(bureau=bureau)
    if lead:
        leads = Lead.objects.filter(project=OuterRef("pk"), ends__isnull=True, title=lead)
        found = found.filter(Exists(leads))
    if sector:
        found = found.filter(sector=sector)
    if cause in Block.Cause.values:
        found = found.filter(is_held([cause]))
    if query.strip():
        found = found.filter(search__contains=query.strip().lower())
    return _of_kind(found, kind)


def _of_kind(found: Any, kind: str) -> Any:
    if kind == "blocked":
        return found.filter(is_held()).exclude(is_started())
    if kind == "may_start":
        return found.filter(phase=Project.Phase.MAY_START)
    if kind == "started":
        return found.filter(is_started())
    if kind == "early":
        return found.filter(started_early=True)
    if kind == "neither":
        return found.exclude(is_started()).exclude(is_held(PAPERS))
    return found


def page_of(found: Any, today: dt.date, after: int = 0) -> tuple[list[ProjectRow], int]:
    """One page and the key of the next (0: none); eight statements."""
    page = list(found.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    return rows_of(page[:PAGE], today), page[PAGE - 1].pk if len(page) > PAGE else 0


def rows_of(projects: list[Project], today: dt.date) -> list[ProjectRow]:
    """Lines of these projects; seven statements, whatever their number."""
    keys = [project.pk for project in projects]
    codes = dict(
        ProjectCode.objects.filter(project__in=keys)
        .exclude(kind=ProjectCode.Kind.SUPERSEDED)
        .values_list("project_id", "code")
    )
    leads = dict(
        Lead.objects.filter(project__in=keys, ends__isnull=True, co_lead=False)
        .order_by("-starts")
        .annotate(shown=title_of_lead())
        .values_list("project_id", "shown")
    )
    blocks = held_on(keys, today)
    standing = standing_of(keys)
    running = running_of(keys)
    steps = stood_of(application for found in running.values() for _bar, application in found)
    alike: dict[Any, Answer] = {}
    return [
        _row(
            project,
            gate.route_of(project),
            codes.get(project.pk, ""),
            leads.get(project.pk, ""),
            blocks.get(project.pk),
            standing.get(project.pk, {}),
            running.get(project.pk, []),
            steps,
            alike,
            today,
        )
        for project in projects
    ]


def title_of_lead() -> Any:
    """The title of a lead in the reader's language; as the ledger wrote it where no post stands behind it."""
    english = (get_language() or "").startswith("en")
    own = F("post__name_en") if english else F("title")
    return Case_(When(Q(post__isnull=False) & ~Q(post__name_en=""), then=own), default=F("title"))


def _row(
    project: Project,
    route: Route | None,
    code: str,
    lead: str,
    block: Held | None,
    standing: Mapping[str, dt.date | None],
    running: list[tuple[str, Application]],
    steps: Latest,
    alike: dict[Any, Answer],
    today: dt.date,
) -> ProjectRow:
    answer = feasibility(project, today, None, standing, dict(running), steps, route, alike) if route else None
    calendar = calendar_for(project.county)
    lights = [times(application, today, calendar).light for _bar, application in running]
    return ProjectRow(
        pk=project.pk,
        name=project.name,
        code=code,
        town=project.town,
        sector=sector_label(project),
        total_wan=project.total_wan,
        plan_wan=project.plan_wan,
        done_wan=project.done_wan,
        phase=project.phase,
        phase_label=phase_label(project),
        bars=group_words(route, standing, {bar for bar, _application in running}),
        lead=lead,
        block=joined(Block.Cause(cause).label for cause in block.causes) if block and not started(project) else "",
        open_count=len(running),
        light=min(lights, key=lambda light: RISK[light]) if lights else "",
        unlawful=_unlawful(answer),
    )


def _unlawful(answer: Answer | None) -> str:
    if answer is None or answer.verdict is not Verdict.IMPOSSIBLE:
        return ""
    words = answer.verdict_words(get_language() or "")
    return _("%(words)s, earliest %(day)s") % {"words": words, "day": answer.found.next_act.isoformat()}


def started(project: Project) -> bool:
    """Whether it has started, by a recorded start or by the ledger."""
    return project.ledger_started or project.started_on is not None


def phase_label(project: Project) -> str:
    """Where the project stands; a start that only the ledger knows is named so."""
    if project.ledger_started and project.phase == Project.Phase.PREPARING:
        return _("started, by the ledger")
    return label_of(Project.Phase, project.phase)


def sector_label(project: Project) -> str:
    """The class of the project in words; empty while it is not known."""
    row = TABLE.get((project.sector, project.site_class))
    return str(row.title) if row else ""


def group_words(route: Route | None, standing: Collection[str], running: set[str]) -> list[dict[str, str]]:
    """Land, environment and start in one word each: cleared, running, missing; empty while the route is not known."""
    if route is None:
        return []
    done, (names, words) = gate.cleared(standing), _group_names(get_language())
    codes: dict[str, list[str]] = {}
    for code in route.codes:
        codes.setdefault(BARS[code].group, []).append(code)
    found = []
    for group, name in GROUPS:
        if group in codes:
            left = [code for code in codes[group] if code not in done]
            state = "cleared" if not left else "running" if running & set(left) else "missing"
            found.append({"title": names[name], "state": state, "word": words[state]})
    return found


@lru_cache(maxsize=8)
def _group_names(_language: str | None) -> tuple[dict[str, str], dict[str, str]]:
    words = {"cleared": "", "running": _("running"), "missing": pgettext("route", "missing")}
    names = {"land": pgettext("route", "land"), "eia": pgettext("route", "EIA"), "start": pgettext("route", "start")}
    return names, words


def search_projects(actor: Actor, query: str, most: int = 20) -> list[Project]:
    """Projects whose name, code or initials hold the words; at most `most`, one statement."""
    words = Q(search__contains=query.strip().lower()) | Q(codes__code=query.strip())
    return list(visible(actor).filter(words).distinct().order_by("pk")[:most])


def named_exactly(project: Project, query: str) -> bool:
    """Whether the words are its whole name or one of its codes."""
    return project.name == query or ProjectCode.objects.filter(project=project, code=query).exists()
