"""预计: when a case will probably be decided, from the usual pace of the steps that are left; no legal date.

The usual pace of a step is the median of the finished steps of the same node in the last twelve months, else its
planned limit. One bounded statement reads them for a county; a process keeps the answer for ten minutes.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median_high
from typing import Any, NamedTuple

from workflows.clock.calendar import Calendar
from workflows.clock.days import CalendarDays, WorkingDays, civil_date
from workflows.clock.three_dates import Forecast, Pace, forecast
from workflows.flow.decisions import Decision
from workflows.flow.graph import start_of
from workflows.flow.nodes import Join, Review, Split
from workflows.models import Application, Step
from workflows.operations.timekeeping import DECIDES

KEPT_SECONDS = 600.0
SAMPLE = 20_000
YEAR = dt.timedelta(days=365)

# {(procedure, node): (median of working days, how many steps were seen)}
Paces = Mapping[tuple[str, str], tuple[int, int]]


class _Kept(NamedTuple):
    day: dt.date
    at: float
    paces: Paces


_kept: dict[str, _Kept] = {}


def usual_paces(county: str, now: dt.datetime, calendar: Calendar) -> Paces:
    """How long each step usually takes, from the newest 20,000 that were signed in twelve months; kept, no query."""
    kept, day = _kept.get(county), civil_date(now)
    if kept is not None and kept.day == day and time.monotonic() - kept.at < KEPT_SECONDS:
        return kept.paces
    taken: dict[tuple[str, str], list[int]] = {}
    rows = (
        Step.objects.filter(county=county, finished__gte=now - YEAR, finished__lte=now)
        .exclude(decision__in=["", Decision.SILENT])
        .order_by("-finished")
        .values_list("process__procedure", "node", "created", "finished")[:SAMPLE]
    )
    for procedure, node, created, finished in rows:
        days = calendar.count(civil_date(created), civil_date(finished))
        taken.setdefault((procedure, node), []).append(days)
    paces = {key: (median_high(days), len(days)) for key, days in taken.items()}
    _kept[county] = _Kept(day, time.monotonic(), paces)
    return paces


def forget_paces() -> None:
    """Drop what is kept; the next reader counts again."""
    _kept.clear()


@dataclass(frozen=True)
class Leg:
    """One step still to come on the longest way to the decision."""

    title: str
    pace: Pace


@dataclass(frozen=True)
class Outlook:
    """The forecast and the steps that it was added up from."""

    forecast: Forecast
    legs: tuple[Leg, ...]


class Forecaster:
    """Forecasts for the cases of one page: paces, calendar and day are the same for all of them."""

    def __init__(self, paces: Paces, calendar: Calendar, today: dt.date) -> None:
        self.paces, self.calendar, self.today = paces, calendar, today
        self._ways: dict[str, tuple[Leg, ...]] = {}
        self._facts: dict[str, Any] = {}

    def outlook(
        self, application: Application, open_steps: Iterable[Step], resumes_after: dt.date | None = None
    ) -> Outlook | None:
        """The forecast of an accepted, undecided case; None for any other, and while a stop has no announced end."""
        if application.accepted_on is None or application.decided_at is not None or not application.is_open:
            return None
        if application.stopped_since is not None and resumes_after is None:
            return None
        self._ways, self._facts = {}, application.facts
        ways = [self._from(step) for step in open_steps if isinstance(step.flow_task, Review)]
        if not ways:
            return None
        longest = max(ways, key=_length)
        found = forecast(self.today, [leg.pace for leg in longest], self.calendar, resumes_after)
        return Outlook(found, longest)

    def to_go(self, flow: Any, facts: dict[str, Any], open_steps: Iterable[Step] = ()) -> tuple[Leg, ...]:
        """The longest way that is left to the decision of a flow: from its open steps, else from its beginning.

        Unlike `outlook` it also answers for what is not accepted, stopped, or not even handed in: as if it went on now.
        """
        self._ways, self._facts = {}, facts
        ways = [self._from(step) for step in open_steps if isinstance(step.flow_task, Review)]
        if not ways:
            ways = [self._way(edge.dst) for edge in start_of(flow)._outgoing()]
        return max(ways, key=_length, default=())

    def _from(self, step: Step) -> tuple[Leg, ...]:
        """The way from an open step: what it has used already is taken off, but it is never done before tomorrow."""
        node: Any = step.flow_task
        usual = self._pace(node)
        if step.not_before is not None:
            left = max(0, self.calendar.count(self.today, step.not_before))
        else:
            used = self.calendar.count(civil_date(step.created), self.today)
            left = max(1, usual.usual.n - used)
        own = Leg(str(node.task_title), Pace(node.name, WorkingDays(left), usual.seen))
        return (own, *self._after(node))

    def _after(self, node: Any) -> tuple[Leg, ...]:
        if not isinstance(node, Review):
            nexts = [edge.dst for edge in node._outgoing()] if isinstance(node, Join | Split) else []
            return max((self._way(target) for target in nexts), key=_length, default=())
        main = next((answer for answer in node.answers.values() if answer.main and answer.offered(self._facts)), None)
        if main is None or main.to is None or main.law in DECIDES or node.decides:
            return ()
        return self._way(main.to)

    def _way(self, node: Any) -> tuple[Leg, ...]:
        if node.name not in self._ways:
            self._ways[node.name] = ()  # a circle ends here
            own = (Leg(str(node.task_title), self._pace(node)),) if isinstance(node, Review) else ()
            self._ways[node.name] = (*own, *self._after(node))
        return self._ways[node.name]

    def _pace(self, node: Review) -> Pace:
        median, seen = self.paces.get((node.flow_class.procedure.code, node.name), (0, 0))
        if seen:
            return Pace(node.name, WorkingDays(median), seen)
        return Pace(node.name, WorkingDays(self._planned(node)))

    def _planned(self, node: Review) -> int:
        if node.wait is None:
            return node.limit or 0
        if node.wait.working:
            return node.wait.days
        return self.calendar.count(self.today, self.calendar.add(self.today, CalendarDays(node.wait.days)).date)


def _length(way: tuple[Leg, ...]) -> int:
    return sum(leg.pace.usual.n for leg in way)


def forecaster(county: str, now: dt.datetime, calendar: Calendar) -> Forecaster:
    """A forecaster for the cases of one page."""
    return Forecaster(usual_paces(county, now, calendar), calendar, civil_date(now))
