"""能否如期开工: the legal minimum of what a project still has to clear before a target date (DOMAIN.md E15).

Every bar of the route that is not cleared is taken apart into what the law makes wait: the minimum waits of its
notices, as its published flow has them, and its decision, which may come on any working day within its limit. What
runs already counts from the day on which it began. The answer is a lower bound: what no law gives a time
for takes none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from permits import gate
from permits.bars import BARS, RECHECKED
from permits.models import Case, Permit, Project
from permits.routes import Route
from workflows.clock.acceptance import eia_recheck_needed
from workflows.clock.calendar import Calendar
from workflows.clock.calendars import calendar_for
from workflows.clock.citing import cite
from workflows.clock.days import Bilingual, CalendarDays, Months, WorkingDays, civil_date
from workflows.clock.minimum import VERDICT_WORDS, Feasibility, Verdict, Wait, latest_start, legal_minimum
from workflows.clock.rules import Expiry, Kind, NoSuchRule, Rule
from workflows.clock.rules import rule as rule_on
from workflows.flow import registry
from workflows.flow.decisions import Decision
from workflows.flow.graph import start_of
from workflows.flow.nodes import Review
from workflows.models import Application, Step
from workflows.operations.timekeeping import DECIDES

# Bars that are only recorded here, but whose decision a rule limits.
RECORDED_RULES = {"enterprise_approval": "enterprise-approval"}
_POSTED_FROM = ("公告发布之日", "the day of posting")


@dataclass(frozen=True)
class LatestInput:
    """The last day on which one bar can be filed so that its office may use its whole limit before the target."""

    bar: str
    on: dt.date
    citation: Bilingual
    is_past: bool

    @property
    def title(self) -> str:
        """The bar in the reader's language."""
        return str(BARS[self.bar].title)


@dataclass(frozen=True)
class Answer:
    """Whether a project can lawfully start by a target. `found` holds earliest date, legs and reasons in two languages.

    `untimed`: bars without any legal time; they are missing too, and take at least the day on which they are given.
    """

    target: dt.date
    found: Feasibility
    latest_inputs: tuple[LatestInput, ...]
    untimed: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Possible, tight, or impossible by law."""
        return self.found.verdict

    def verdict_words(self, language: str) -> str:
        """The verdict in the reader's words."""
        return VERDICT_WORDS[self.verdict].of(language)

    def reasons(self, language: str) -> list[str]:
        """What forces the earliest date, each leg with its article, in the reader's words."""
        return [text.of(language) for text in self.found.reasons]


def standing_of(keys: Sequence[int]) -> dict[int, dict[str, dt.date | None]]:
    """The bars that these projects have cleared, each with its day of issue, by project; one statement."""
    found: dict[int, dict[str, dt.date | None]] = {}
    rows = Permit.objects.filter(project__in=keys, state__in=[Permit.State.VALID, Permit.State.EXTENDED])
    for pk, bar, issued in rows.values_list("project_id", "bar", "issued_on"):
        found.setdefault(pk, {})[bar] = issued
    return found


def feasibilities(
    projects: Sequence[Project],
    as_of: dt.date,
    target: dt.date | None = None,
    standing: Mapping[int, Mapping[str, dt.date | None]] | None = None,
) -> dict[int, Answer]:
    """The answers for these projects, by key; three statements whatever their number, two with `standing`.

    Left out: who has started, whose route is not known, and, without `target`, who has no planned start.
    `standing`: what `standing_of` says of them, if the caller has asked already.
    """
    keys = [project.pk for project in projects]
    standing = standing_of(keys) if standing is None else standing
    running = running_of(keys)
    steps = stood_of(application for cases in running.values() for _bar, application in cases)
    found: dict[int, Answer] = {}
    alike: dict[Any, Answer] = {}
    for project in projects:
        known = gate.route_of(project)
        if known is None:
            continue
        own = standing.get(project.pk, {}), dict(running.get(project.pk, []))
        answer = feasibility(project, as_of, target, *own, steps, known, alike)
        if answer is not None:
            found[project.pk] = answer
    return found


class Stood(NamedTuple):
    """What counts of a step for the law's minimum; a `Step` has it too."""

    created: dt.datetime
    finished: dt.datetime | None
    decision: str


Latest = Mapping[tuple[int, str], Stood | Step]


def steps_of(applications: Iterable[Application]) -> Mapping[tuple[int, str], Step]:
    """The newest step of every node of these applications; one statement."""
    return {(step.process_id, step.node): step for step in _steps(applications)}


def stood_of(applications: Iterable[Application]) -> Mapping[tuple[int, str], Stood]:
    """The same, but only what counts here; one statement."""
    rows = _steps(applications).values_list("process_id", "node", "created", "finished", "decision")
    return {(process, node): Stood(created, finished, decision) for process, node, created, finished, decision in rows}


def _steps(applications: Iterable[Application]) -> QuerySet[Step]:
    keys = [application.pk for application in applications]
    return Step.objects.filter(process__in=keys).exclude(post_key="").order_by("pk")


# Of a project, the columns that its minimum needs.
WEIGHED = (
    "county",
    "sector",
    "site_class",
    "facts",
    "planned_start_from",
    "planned_start_to",
    "started_on",
    "ledger_started",
)
# Of what runs, the columns that its minimum and its light need.
RUNNING = tuple(
    f"application__{name}"
    for name in (
        "flow_class",
        "procedure",
        "county",
        "state",
        "facts",
        "accepted_on",
        "decided_at",
        "finished",
        "promised_due",
        "statutory_due",
        "due_provisional",
    )
)


def running_of(keys: Sequence[int]) -> dict[int, list[tuple[str, Application]]]:
    """(bar, application) of what runs, by project (keys given), in the order of filing; one statement.

    Of an application only the columns `RUNNING` are read.
    """
    found: dict[int, list[tuple[str, Application]]] = {}
    cases = Case.objects.filter(project__in=keys, application__finished__isnull=True).select_related("application")
    for case in cases.only("project", "bar", *RUNNING).order_by("pk"):
        found.setdefault(case.project_id, []).append((case.bar, case.application))
    return found


def feasibility(
    project: Project,
    as_of: dt.date,
    target: dt.date | None,
    standing: Mapping[str, dt.date | None],
    running: Mapping[str, Application],
    steps: Latest,
    known: Route | None = None,
    alike: dict[Any, Answer] | None = None,
) -> Answer | None:
    """The answer for one project from rows read before; None when it has started, or has no route or no target.

    `standing`: the bars that are cleared, each with its day of issue.
    `known`: its route, if the caller has worked it out already.
    `alike`: answers of this reading (one `as_of`); of projects for which nothing runs, those that are alike share one.
    """
    target = target or project.planned_start_to or project.planned_start_from
    if target is None or project.started_on is not None or project.ledger_started:
        return None
    route = known or gate.route_of(project)
    if route is None:
        return None
    if alike is None or running:
        return _answer(project.county, route, target, as_of, standing, running, steps)
    key = (project.county, route, target, *sorted(standing.items()))
    if key not in alike:
        alike[key] = _answer(project.county, route, target, as_of, standing, running, steps)
    return alike[key]


def _answer(
    county: str,
    route: Route,
    target: dt.date,
    as_of: dt.date,
    standing: Mapping[str, dt.date | None],
    running: Mapping[str, Application],
    steps: Latest,
) -> Answer:
    left = [line.bar.code for line in route.missing(gate.cleared(standing))]
    calendar = calendar_for(county)
    plan = _Plan(route, left, running, steps, as_of)
    for code in left:
        plan.place(code)
    for code, approved in standing.items():
        if code in RECHECKED and approved and eia_recheck_needed(approved, max(target, as_of)):
            plan.recheck(code)
    found = legal_minimum(plan.waits, target, as_of, calendar)
    return Answer(target, found, _latest_inputs(plan, target, as_of, calendar), tuple(plan.untimed))


class _Plan:
    """The waits of one project's missing bars, each bar after what the law puts before it."""

    def __init__(
        self, route: Route, left: list[str], running: Mapping[str, Application], steps: Latest, as_of: dt.date
    ) -> None:
        self.route, self.left, self.running, self.steps, self.as_of = route, left, running, steps, as_of
        self.waits: list[Wait] = []
        self.untimed: list[str] = []
        self._ends: dict[str, tuple[str, ...]] = {}

    def place(self, code: str) -> tuple[str, ...]:
        """Place the waits of a bar; the keys of those that must be over before it is cleared."""
        if code not in self._ends:
            self._ends[code] = ()  # two bars that wait for each other are a matter for a conference (E21)
            first = [rule.first for rule in self.route.first(code) if rule.first in self.left]
            before = [key for bar in first for key in self.place(bar)]
            self._ends[code] = self._bar(code, tuple(dict.fromkeys(before)))
        return self._ends[code]

    def _bar(self, code: str, before: tuple[str, ...]) -> tuple[str, ...]:
        application = self.running.get(code)
        notices, last = self._notices(code, application, before)
        rule = self._limit(code, application)
        if rule is None:
            if not notices:
                self.untimed.append(code)
            return last or before
        key, started = f"{code}:decision", application.accepted_on if application else None
        self.waits.append(Wait(key, rule, _both(code), started, after=tuple(dict.fromkeys((*last, *before)))))
        return (key,)

    def recheck(self, code: str) -> None:
        """Place the re-check of an EIA approval that will be over five years old at the start (E12)."""
        rule = rule_on("eia-recheck", self.as_of)
        self.waits.append(Wait(f"{code}:decision", rule, _words(code, _("re-check after five years"))))

    def _notices(
        self, code: str, application: Application | None, before: tuple[str, ...]
    ) -> tuple[list[Wait], tuple[str, ...]]:
        """The minimum waits of the bar's flow. What runs is not held up by what comes before; its decision is."""
        procedure = BARS[code].procedure
        if procedure is None:
            return [], ()
        flow = application.flow_class if application else registry.procedure(procedure).current
        found, last = notices_of(flow, application.facts) if application else _notices_ahead(flow, self.route)
        waits = []
        for name, after in found.items():
            node = flow.node_map()[name]
            started, done = self._stands(application, name)
            first = before if application is None and not after else ()
            keys = (*(f"{code}:{key}" for key in after), *first)
            waits.append(Wait(f"{code}:{name}", _minimum(code, node), _both(code, node), started, done, keys))
        self.waits += waits
        return waits, tuple(f"{code}:{key}" for key in last)

    def _stands(self, application: Application | None, name: str) -> tuple[dt.date | None, dt.date | None]:
        step = self.steps.get((application.pk, name)) if application else None
        if step is None:
            return None, None
        posted = civil_date(step.created)
        if step.finished is None:
            return posted, None
        over = step.decision not in ("", Decision.SILENT, Decision.RETURN)
        return (posted, civil_date(step.finished)) if over else (None, None)

    def _limit(self, code: str, application: Application | None) -> Rule | None:
        procedure = BARS[code].procedure
        rule_id = registry.procedure(procedure).rule if procedure else RECORDED_RULES.get(code)
        if rule_id is None:
            return None
        started = application.accepted_on if application else None
        try:
            return rule_on(rule_id, started or self.as_of)
        except NoSuchRule:
            return None


def notices_of(flow: Any, facts: dict[str, Any]) -> tuple[dict[str, set[str]], set[str]]:
    """The minimum waits on a flow's way to its decision: {name: names of the waits right before it}, and the last ones.

    The way is that of the main answers that these facts offer; a Split's branches all count.
    """
    found: dict[str, set[str]] = {}
    last: set[str] = set()

    def walk(node: Any, after: frozenset[str], seen: frozenset[str]) -> None:
        if node.name in seen:
            return
        seen |= {node.name}
        if isinstance(node, Review):
            if node.wait is not None:
                found.setdefault(node.name, set()).update(after)
                after = frozenset({node.name})
            main = next((answer for answer in node.answers.values() if answer.main and answer.offered(facts)), None)
            if main is None or main.to is None or main.law in DECIDES:
                last.update(after)
                return
            walk(main.to, after, seen)
            return
        following = [edge.dst for edge in node._outgoing()]
        if not following:
            last.update(after)
        for target in following:
            walk(target, after, seen)

    walk(start_of(flow), frozenset(), frozenset())
    return found, last


@lru_cache(maxsize=1024)
def _notices_ahead(flow: Any, route: Route) -> tuple[dict[str, set[str]], set[str]]:
    """The waits of a flow that nobody has begun, by what the route knows; a route is kept for all that are alike."""
    return notices_of(flow, dict(route.facts))


def _minimum(code: str, node: Review) -> Rule:
    """The wait of a published step as a rule with its article."""
    wait = node.wait
    if wait is None:
        raise ValueError(f"{node.name} makes nobody wait.")
    span = WorkingDays(wait.days) if wait.working else CalendarDays(wait.days)
    return Rule(
        id=f"{code}:{node.name}",
        law=Bilingual(cite(wait.article, "zh-hans"), cite(wait.article, "en")),
        article=Bilingual("", ""),
        limit=span,
        text=Bilingual("", ""),
        starts_from=Bilingual(*_POSTED_FROM),
        effective_from=dt.date.min,
        kind=Kind.MINIMUM,
        on_expiry=Expiry.WAIT_OVER,
    )


@lru_cache(maxsize=256)
def _words(code: str, title: Any) -> Bilingual:
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append(f"{BARS[code].title} · {title}" if title else str(BARS[code].title))
    return Bilingual(*said)


def _both(code: str, node: Review | None = None) -> Bilingual:
    return _words(code, node.task_title if node else "")


def _latest_inputs(plan: _Plan, target: dt.date, as_of: dt.date, calendar: Calendar) -> tuple[LatestInput, ...]:
    found = []
    for wait in plan.waits:
        code, _colon, what = wait.key.partition(":")
        if what != "decision" or wait.started is not None or isinstance(wait.rule.limit, Months):
            continue
        on = latest_start(wait.rule, target, calendar).date
        found.append(LatestInput(code, on, wait.rule.citation, on < as_of))
    return tuple(sorted(found, key=lambda row: row.on))
