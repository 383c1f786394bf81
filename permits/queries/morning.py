"""早报: what waits for a leader's answer, what changed, what is late, and what cannot start in time, on one page.

Only what he answers for (`workflows.queries.charge`), read in a fixed number of statements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, Q, When
from django.utils.translation import get_language

from permits import gate
from permits.bars import BARS
from permits.models import GateEvent, Project
from permits.queries.feasibility import WEIGHED, Answer, feasibilities, standing_of
from permits.queries.figures import is_started, newest_year
from workflows.audit.models import NEWS, Entry
from workflows.clock.calendar import Calendar
from workflows.clock.calendars import calendar_for
from workflows.clock.days import ONE_DAY, SHANGHAI, civil_date
from workflows.clock.ladder import DEPUTY
from workflows.clock.minimum import Verdict
from workflows.escalation.models import Directive, Escalation
from workflows.escalation.reading import STILL, Raised, Task, directive_lines, raised_lines
from workflows.escalation.stops import overdue_stops
from workflows.flow import registry
from workflows.labels import label_of
from workflows.models import Application
from workflows.queries.charge import Scope
from workflows.queries.clockbar import Times, times
from workflows.queries.risk import at_risk, late, running

MOST, MOST_NEWS = 20, 12


@dataclass(frozen=True)
class Ask:
    """One matter that waits for this leader's answer; `more` other calls that the same answer settles."""

    line: Raised
    times: Times | None
    weight: Decimal
    key_project: bool
    town: str
    more: int


@dataclass(frozen=True)
class Change:
    """One thing that happened since the page's `since`: an act, a rung, or the gate of a project."""

    at: dt.datetime
    kind: str
    act: str
    subject: str
    detail: str
    url: str
    rung: int = 0


@dataclass(frozen=True)
class Unlawful:
    """A project whose planned start is impossible by law."""

    pk: int
    name: str
    planned: dt.date
    earliest: dt.date
    reason: str
    weight: Any


@dataclass(frozen=True)
class Morning:
    """The page. `since`: the midnight before the last working day; the counts are of `open` running cases."""

    since: dt.date
    asks: list[Ask]
    more_asks: bool
    late: int
    at_risk: int
    stuck: int
    open: int
    changes: list[Change]
    bound: list[Raised]
    directives: list[Task]
    unlawful: list[Unlawful]
    weighed: int


def morning(scope: Scope, now: dt.datetime) -> Morning:
    """Read the page of whoever answers for `scope`."""
    today, calendar = civil_date(now), calendar_for(scope.county)
    since = last_workday(today, calendar)
    lights = _lights(scope, today, calendar)
    asks, more = _asks(scope, now)
    unlawful, weighed = _unlawful(scope, today)
    return Morning(
        since=since,
        asks=asks,
        more_asks=more,
        late=sum(is_late for is_late, _near in lights),
        at_risk=sum(near for _late, near in lights),
        stuck=sum(
            scope.answers_for(stop.application.office_id, stop.application.subject_key)
            for stop in overdue_stops(today, scope.county)
        ),
        open=len(lights),
        changes=_changes(scope, dt.datetime.combine(since, dt.time(), SHANGHAI), now),
        bound=_bound(scope, now),
        directives=_directives(scope, now),
        unlawful=unlawful,
        weighed=weighed,
    )


def _lights(scope: Scope, today: dt.date, calendar: Calendar) -> list[tuple[bool, bool]]:
    """(late, nearly late) of every running case that he answers for; one statement over what is open.

    Whose it is is told here: the subjects that one leads may be too many for a condition of the database.
    """
    rows = Application.objects.filter(running(), county=scope.county)
    rows = rows.annotate(late=_is(late(today)), near=_is(at_risk(today, calendar)))
    found = rows.order_by().values_list("office", "subject_key", "late", "near")
    return [(is_late, near) for office, subject, is_late, near in found if scope.answers_for(office, subject)]


def _is(condition: Q) -> Any:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def last_workday(today: dt.date, calendar: Calendar) -> dt.date:
    """The working day before `today`: on a Monday the page begins with Friday."""
    day = today - ONE_DAY
    while not calendar.is_workday(day):
        day -= ONE_DAY
    return day


# Of what an escalation hangs on, the columns that its line and its light show.
CASE = ("number", "procedure", "county", "state", "accepted_on", "decided_at", "promised_due", "statutory_due")
SHOWN = (
    *(field.name for field in Escalation._meta.concrete_fields),
    *(f"application__{name}" for name in (*CASE, "due_provisional", "weight")),
    *("step__flow_task", "supervision__application__number", "answered_by__name", "answered_by__username"),
)
NEWS_SHOWN = ("subject", "trigger", "raised_at", "source", "rung", "round")


def _rows(scope: Scope) -> Any:
    related = ("application", "step", "answered_by", "supervision__application")
    found = Escalation.objects.filter(county=scope.county, target__in=scope.posts)
    return found.select_related(*related).only(*SHOWN)


def _asks(scope: Scope, now: dt.datetime) -> tuple[list[Ask], bool]:
    """What waits for an answer: the highest rung first, then the longest over, then the heaviest."""
    waiting = Escalation.objects.filter(STILL, county=scope.county, target__in=scope.posts, answered_at__isnull=True)
    names = ("pk", "supervision", "rung", "on", "subject_key", "application__weight")
    found = list(waiting.order_by("-rung", "on", "pk").values_list(*names)[: 3 * MOST + 1])
    projects = _projects(subject for *_rest, subject, _weight in found)
    first: dict[Any, tuple[Any, ...]] = {}
    more: dict[Any, int] = {}
    for pk, supervision, rung, on, subject, weight in found:
        # One answer acknowledges everything that the same supervision gathers.
        key = supervision or f"alone:{pk}"
        project = projects.get(subject)
        first.setdefault(key, (-rung, on, -((project.total_wan if project else None) or weight or Decimal(0)), pk))
        more[key] = more.get(key, -1) + 1
    order = sorted(first, key=lambda key: first[key])[:MOST]
    rows = {row.pk: row for row in _rows(scope).filter(pk__in=[first[key][-1] for key in order])}
    shown = [(key, rows[first[key][-1]]) for key in order if first[key][-1] in rows]
    lines = raised_lines([row for _key, row in shown], scope.county, scope.posts, now)
    asks = [
        _ask(row, line, projects.get(row.subject_key), more[key], now)
        for (key, row), line in zip(shown, lines, strict=True)
    ]
    return asks, len(first) > MOST or len(found) > 3 * MOST


def _ask(row: Escalation, line: Raised, project: Project | None, more: int, now: dt.datetime) -> Ask:
    application = row.application
    shown = application is not None and not registry.procedure(application.procedure).internal
    weight = project.total_wan if project is not None else None
    return Ask(
        line=line,
        times=times(application, civil_date(now), calendar_for(row.county)) if application and shown else None,
        weight=weight or (application.weight if application is not None else Decimal(0)),
        key_project=project is not None,
        town=project.town if project is not None else "",
        more=more,
    )


def _projects(subject_keys: Iterable[str]) -> dict[str, Project]:
    numbers = {int(key.partition(":")[2]) for key in subject_keys if key.startswith("project:")}
    rows = Project.objects.filter(pk__in=numbers).only("pk", "town", "total_wan", "name")
    return {row.key: row for row in rows}


def _bound(scope: Scope, now: dt.datetime) -> list[Raised]:
    """The days that he named and that are not kept yet, the earliest first."""
    rows = _rows(scope).filter(STILL, answered_at__isnull=False, plan_on__isnull=False)
    found: dict[Any, Escalation] = {}
    for row in rows.order_by("plan_on", "-rung", "pk")[: 3 * MOST]:
        found.setdefault(row.supervision_id or f"alone:{row.pk}", row)
    return raised_lines(list(found.values())[:MOST], scope.county, scope.posts, now)


def _directives(scope: Scope, now: dt.datetime) -> list[Task]:
    rows = Directive.objects.filter(county=scope.county, application__finished__isnull=True)
    rows = rows.filter(application__facts__giver__in=list(scope.posts)).select_related("application")
    return list(directive_lines(list(rows.order_by("due_on", "pk")[:MOST]), scope.county, now))


def _changes(scope: Scope, since: dt.datetime, now: dt.datetime) -> list[Change]:
    """What happened since, newest first: acts on cases, calls of the two upper rungs, gates of projects."""
    told = Entry.objects.filter(county=scope.county, recorded_at__gte=since, recorded_at__lte=now, kind__in=NEWS)
    acts = list(told.order_by("-recorded_at", "-id").values_list("chain", "kind", "recorded_at")[:200])
    keys = {int(chain.partition(":")[2]) for chain, _kind, _at in acts if chain.startswith("application:")}
    rows = Application.objects.filter(county=scope.county, pk__in=keys)
    rows = rows.only("procedure", "office_id", "subject", "subject_key")
    cases = {row.pk: row for row in rows if scope.answers_for(row.office_id, row.subject_key)}
    found = []
    for chain, kind, at in acts:
        case = cases.get(int(chain.partition(":")[2]))
        if case is not None and not registry.procedure(case.procedure).internal:
            act = kind.partition(".")[2]
            short = str(registry.procedure(case.procedure).short)
            found.append(Change(at, "act", act, case.subject, short, f"/applications/{case.pk}/"))
    rungs = Escalation.objects.filter(county=scope.county, raised_at__gte=since, raised_at__lte=now, rung__gte=DEPUTY)
    rungs = rungs.only(*NEWS_SHOWN)
    if not scope.everything:
        rungs = rungs.filter(target__in=scope.posts)
    for row in rungs.order_by("-raised_at", "-pk")[:MOST_NEWS]:
        said = label_of(Escalation.Reason, row.trigger)
        found.append(Change(row.raised_at, "rung", "", row.subject, said, row.address, rung=row.rung))
    gates = GateEvent.objects.filter(project__county=scope.county, recorded_at__gte=since, recorded_at__lte=now)
    shown = ("kind", "recorded_at", "project__name", "project__town")
    for event in gates.select_related("project").only(*shown).order_by("-pk")[:200]:
        if scope.everything or event.project.key in scope.subjects:
            url = f"/projects/{event.project_id}/"
            found.append(
                Change(event.recorded_at, f"gate_{event.kind}", "", event.project.name, event.project.town, url)
            )
    return sorted(found, key=lambda change: change.at, reverse=True)[:MOST_NEWS]


def _unlawful(scope: Scope, today: dt.date) -> tuple[list[Unlawful], int]:
    """Projects of the year whose planned start lies ahead and is impossible by law; of how many that were weighed."""
    year = newest_year(scope.county, today.year)
    rows = Project.objects.in_county(scope.county).live().filter(year=year, planned_start_to__gte=today)
    rows = rows.exclude(is_started()).exclude(kind=Project.Kind.EARLY).only("name", "total_wan", *WEIGHED)
    projects = list(rows.order_by("pk"))
    standing = standing_of([row.pk for row in projects])
    mine = [row for row in projects if scope.holds(row.key, offices_awaited(row, standing.get(row.pk, ())))]
    answers = feasibilities(mine, today, standing=standing)
    found = [
        _line(row, answers[row.pk])
        for row in mine
        if row.pk in answers and answers[row.pk].verdict is Verdict.IMPOSSIBLE
    ]
    found.sort(key=lambda line: (line.planned, -(line.weight or 0), line.pk))
    return found, len(answers)


def offices_awaited(project: Project, standing: Collection[str]) -> set[str]:
    """Codes of the offices whose papers a project still lacks; none while its route is not known."""
    found = set()
    for code in gate.missing(project, standing) or ():
        bar = BARS.get(code)
        if bar is not None and bar.procedure is not None:
            found.add(registry.procedure(bar.procedure).office)
    return found


def _line(project: Project, answer: Answer) -> Unlawful:
    reasons = answer.reasons(get_language() or "")
    return Unlawful(
        pk=project.pk,
        name=project.name,
        planned=answer.target,
        earliest=answer.found.next_act,
        reason=reasons[-1] if reasons else "",
        weight=project.total_wan,
    )
