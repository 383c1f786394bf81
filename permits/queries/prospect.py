"""计划与预计: when a project was to start, when the law lets it start at the earliest, and when it will probably start.

Three dates that are never mixed. Planned: the ledger's words, with their first and last day. Legal minimum: the lower
bound of `feasibility`. Forecast: every bar that is left, each after what the law puts before it, at the usual pace of
its steps (`workflows.queries.forecasting`), as if what is stopped or not yet handed in went on today; never before the
minimum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import get_language

from permits import gate
from permits.bars import BARS
from permits.queries.feasibility import Answer, LatestInput, feasibility
from permits.queries.portfolio import Dossier
from permits.queries.words import slip
from workflows.clock.calendars import calendar_for
from workflows.clock.days import WorkingDays, civil_date
from workflows.clock.minimum import Verdict
from workflows.flow import registry
from workflows.queries.forecasting import Forecaster, forecaster


@dataclass(frozen=True)
class Leg:
    """One bar of the way: from when to when, and whether that has happened (`done`), runs, or is forecast."""

    bar: str
    first: dt.date
    last: dt.date
    state: str


@dataclass(frozen=True)
class Prospect:
    """Where a project's start stands. A date that nobody knows is None.

    `starts` is the actual start, else the forecast. `late`: calendar days from the last planned day to `starts`,
    negative when earlier. `earliest` is the legal minimum; `impossible` says that it lies after the plan.
    """

    planned_from: dt.date | None
    planned_to: dt.date | None
    started: bool
    starts: dt.date | None
    late: int | None
    earliest: dt.date | None = None
    impossible: bool = False
    reasons: tuple[str, ...] = ()
    filing: dict[str, LatestInput] = field(default_factory=dict)
    legs: tuple[Leg, ...] = ()

    @property
    def slip(self) -> str:
        """How late or early, in words."""
        return slip(self.late)

    @property
    def is_vague(self) -> bool:
        """Whether the plan names a span of days: its last day counts."""
        return self.planned_from is not None and self.planned_from != self.planned_to


def prospects(found: Sequence[Dossier], now: dt.datetime) -> dict[int, Prospect]:
    """The prospects of these projects, by key; no statement while the paces are warm, one when they are cold."""
    if not found:
        return {}
    county = found[0].project.county
    pace = forecaster(county, now, calendar_for(county))
    return {one.project.pk: _prospect(one, pace) for one in found}


def _prospect(one: Dossier, pace: Forecaster) -> Prospect:
    project, today = one.project, pace.today
    first, last = project.planned_start_from, project.planned_start_to or project.planned_start_from
    legs = _happened(one, today)
    if one.started:
        on = project.started_on
        return Prospect(first, last, True, on, (on - last).days if on and last else None, legs=tuple(legs))
    answer = _answer(one, last or today, today)
    if one.route is None or answer is None:
        return Prospect(first, last, False, None, None, legs=tuple(legs))
    way = _Way(one, pace)
    for code in way.left:
        way.end(code)
    # What is only recorded here has no pace; where nothing else is left, there is nothing to forecast from.
    forecast = max([answer.found.next_act, *way.ends.values()]) if way.legs else None
    return Prospect(
        planned_from=first,
        planned_to=last,
        started=False,
        starts=forecast,
        late=(forecast - last).days if forecast and last else None,
        earliest=answer.found.next_act,
        impossible=last is not None and answer.verdict is Verdict.IMPOSSIBLE,
        reasons=tuple(answer.reasons(get_language() or "")),
        filing={row.bar: row for row in answer.latest_inputs} if last else {},
        legs=(*legs, *way.legs),
    )


def _answer(one: Dossier, target: dt.date, today: dt.date) -> Answer | None:
    issued = {bar: permit.issued_on for bar, permit in one.standing.items()}
    return feasibility(one.project, today, target, issued, one.running, one.steps, one.route)


def _happened(one: Dossier, today: dt.date) -> list[Leg]:
    """What the record dates: every application from its receipt to its decision, or to today."""
    found = []
    for case in one.cases:
        application = case.application
        end = application.decided_at or application.finished
        done = end is not None
        last = civil_date(end) if end else today
        found.append(Leg(case.bar, civil_date(application.received_at), last, "done" if done else "running"))
    return found


class _Way:
    """The bars that are left, each placed after what the law puts before it, at the usual pace."""

    def __init__(self, one: Dossier, pace: Forecaster) -> None:
        self.one, self.pace = one, pace
        assert one.route is not None  # noqa: S101 - the caller has a route; said for the type checker
        self.route = one.route
        cleared = gate.cleared(set(one.standing))
        self.left = [line.bar.code for line in self.route.missing(cleared)]
        self.ends: dict[str, dt.date] = {}
        self.legs: list[Leg] = []

    def end(self, code: str) -> dt.date:
        """When this bar will probably be cleared."""
        if code not in self.ends:
            self.ends[code] = self.pace.today  # two bars that wait for each other: a matter for a conference (E21)
            before = [self.end(rule.first) for rule in self.route.first(code) if rule.first in self.left]
            self.ends[code] = self._place(code, max(before, default=self.pace.today))
        return self.ends[code]

    def _place(self, code: str, ready: dt.date) -> dt.date:
        application, procedure = self.one.running.get(code), BARS[code].procedure
        if procedure is None:
            return ready  # only recorded here: nobody knows its pace, as nobody knows its legal minimum
        if application is not None:
            ways = self.pace.to_go(application.flow_class, application.facts, self.one.open_steps(application))
            begin = self.pace.today
        else:
            ways = self.pace.to_go(registry.procedure(procedure).current, dict(self.route.facts))
            begin = ready
        days = sum(leg.pace.usual.n for leg in ways)
        # What runs is not held up by what comes before it, its decision is.
        last = max(ready, self.pace.calendar.add(begin, WorkingDays(days)).date)
        self.legs.append(Leg(code, begin, last, "forecast"))
        return last
