"""各单位对比: how the offices of a county work, side by side, never as a ranking alone.

What is counted of an office are its own days: working days on which one of its steps waited, each day once however many
steps, without the days of a lawful stop; what waits for the applicant, a notice, experts or a higher authority belongs
to nobody here. Denominators stand beside every share; fewer than `FEW` cases have no share and no percentile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from workflows.clock.calendar import Calendar
from workflows.clock.calendars import calendar_for
from workflows.clock.days import ONE_DAY, SHANGHAI, civil_date
from workflows.clock.ladder import DEPUTY
from workflows.escalation.models import Escalation
from workflows.flow import registry
from workflows.models import Application, Ball, ClockRow, Step
from workflows.offices.models import Office, Post
from workflows.queries.charge import Scope

FEW = 5
# The newest decided cases of a period that are counted; the page says so when there are more.
MOST = 5000
PERIODS = ("month", "last_month", "quarter", "last_quarter", "year", "last_year")
OWN = (Ball.OFFICE, Ball.OTHER_OFFICE, Ball.COUNTY)


@dataclass
class Tally:
    """One office's work in a period. `days`: its net working days in each case that it worked on."""

    code: str
    name: str
    days: list[int] = field(default_factory=list)
    steps: int = 0
    steps_in_time: int = 0
    decided: int = 0
    in_statute: int = 0
    statutes: int = 0
    in_promise: int = 0
    promises: int = 0
    raised: int = 0
    false_alarms: int = 0
    answer_days: list[int] = field(default_factory=list)
    upper: set[str] = field(default_factory=set)

    @property
    def handled(self) -> int:
        """How many cases of the period it worked on."""
        return len(self.days)

    @property
    def few(self) -> bool:
        """Too few cases for a share or a percentile."""
        return self.handled < FEW

    @property
    def half(self) -> float | None:
        """The median of its net working days in a case."""
        return None if self.few else float(median(self.days))

    @property
    def most(self) -> int | None:
        """Nine of ten cases took at most so many net working days."""
        return None if self.few else percentile(self.days, 90)

    @property
    def answered(self) -> float | None:
        """The median of working days until a call was answered."""
        return float(median(self.answer_days)) if len(self.answer_days) >= FEW else None


@dataclass(frozen=True)
class Comparison:
    """The offices, by their code; `cut` when the period holds more decided cases than are counted."""

    first: dt.date
    last: dt.date
    rows: list[Tally]
    counted: int
    cut: bool

    @property
    def scale(self) -> float:
        """What the longest bar stands for, working days; never 0."""
        return float(max([row.most or 0 for row in self.rows] + [row.half or 0 for row in self.rows] + [1]))


def period_of(code: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of a period of `PERIODS`; one that still runs ends today."""
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    if code == "month":
        return month, today
    if code == "last_month":
        return (month - ONE_DAY).replace(day=1), month - ONE_DAY
    if code == "last_quarter":
        end = quarter - ONE_DAY
        return end.replace(month=(end.month - 1) // 3 * 3 + 1, day=1), end
    if code == "last_year":
        return year.replace(year=year.year - 1), year - ONE_DAY
    return (quarter, today) if code == "quarter" else (year, today)


def percentile(values: Iterable[int], share: int) -> int:
    """The smallest value that at least `share` per cent of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def compare(scope: Scope, first: dt.date, last: dt.date) -> Comparison:
    """Count the decided cases and the calls of a period; six statements, whatever their number."""
    calendar = calendar_for(scope.county)
    since = dt.datetime.combine(first, dt.time(), SHANGHAI)
    until = dt.datetime.combine(last + ONE_DAY, dt.time(), SHANGHAI)
    offices = Office.objects.filter(county=scope.county).exclude(kind=Office.Kind.UNIT).order_by("code")
    tallies = {row.pk: Tally(row.code, row.label) for row in offices if scope.everything or row.pk in scope.offices}
    of_post = dict(Post.objects.filter(county=scope.county).values_list("key", "office"))
    internal = [row.code for row in registry.procedures() if row.internal]
    decided = Application.objects.filter(county=scope.county, decided_at__gte=since, decided_at__lt=until)
    cases = list(
        decided.exclude(procedure__in=internal)
        .order_by("-decided_at", "-pk")
        .values_list("pk", "office", "decided_at", "statutory_due", "promised_due")[: MOST + 1]
    )
    counted = cases[:MOST]
    _days(tallies, of_post, [row[0] for row in counted], calendar)
    _limits(tallies, counted)
    _calls(tallies, of_post, scope, since, until, calendar)
    rows = [row for row in tallies.values() if row.handled or row.raised or row.decided]
    return Comparison(first, last, rows, len(counted), len(cases) > MOST)


def _days(tallies: dict[int, Tally], of_post: dict[str, int], keys: list[int], calendar: Calendar) -> None:
    stops = _stops(keys)
    spans: dict[tuple[int, int], list[tuple[dt.date, dt.date]]] = {}
    rows = Step.objects.filter(process__in=keys, ball__in=OWN, finished__isnull=False).exclude(decision="")
    columns = ("process", "post_key", "created", "finished", "due_on")
    for case, post, created, finished, due_on in rows.values_list(*columns):
        tally = tallies.get(of_post.get(post, 0))
        if tally is None:
            continue
        span = civil_date(created), civil_date(finished)
        spans.setdefault((of_post[post], case), []).append(span)
        if due_on is not None:
            tally.steps += 1
            tally.steps_in_time += span[1] <= due_on
    for (office, case), line in spans.items():
        tallies[office].days.append(net_days(line, stops.get(case, []), calendar))


def net_days(
    spans: Iterable[tuple[dt.date, dt.date]], stops: Iterable[tuple[dt.date, dt.date]], calendar: Calendar
) -> int:
    """Working days in any of the spans (the first day not counted), each once, without those of a stop (both in)."""
    days: set[dt.date] = set()
    for since, until in spans:
        day = since + ONE_DAY
        while day <= until:
            if calendar.is_workday(day):
                days.add(day)
            day += ONE_DAY
    return len([day for day in days if not any(first <= day <= last for first, last in stops)])


def _stops(keys: list[int]) -> dict[int, list[tuple[dt.date, dt.date]]]:
    """{case: its stops, first and last day that did not count}; one statement."""
    found: dict[int, list[tuple[dt.date, dt.date]]] = {}
    begun: dict[int, dt.date] = {}
    kinds = (ClockRow.Kind.STOP, ClockRow.Kind.RESUME)
    rows = ClockRow.objects.filter(application__in=keys, kind__in=kinds).order_by("pk")
    for case, kind, on in rows.values_list("application", "kind", "effective"):
        if kind == ClockRow.Kind.STOP:
            begun[case] = on
        elif case in begun:
            found.setdefault(case, []).append((begun.pop(case), on))
    return found


def _limits(tallies: dict[int, Tally], cases: Iterable[Any]) -> None:
    for _pk, office, decided_at, statutory, promised in cases:
        tally = tallies.get(office)
        if tally is None:
            continue
        on = civil_date(decided_at)
        tally.decided += 1
        if statutory is not None:
            tally.statutes += 1
            tally.in_statute += on <= statutory
        if promised is not None:
            tally.promises += 1
            tally.in_promise += on <= promised


def _calls(
    tallies: dict[int, Tally],
    of_post: dict[str, int],
    scope: Scope,
    since: dt.datetime,
    until: dt.datetime,
    calendar: Calendar,
) -> None:
    """The rungs raised in the period, by the office in which the matter stood; a project's belong to nobody."""
    rows = Escalation.objects.filter(county=scope.county, raised_at__gte=since, raised_at__lt=until)
    columns = ("rung", "matter", "raised_at", "answered_at", "step__post_key", "step__finished", "application__office")
    for rung, matter, raised, answered, post, finished, office in rows.values_list(*columns):
        tally = tallies.get(of_post.get(post or "", office or 0))
        if tally is None:
            continue
        tally.raised += 1
        # 误报: the step was done within a day of the call; it would have been done without it.
        tally.false_alarms += finished is not None and finished - raised <= dt.timedelta(days=1)
        if answered is not None:
            tally.answer_days.append(calendar.count(civil_date(raised), civil_date(answered)))
        if rung >= DEPUTY:
            tally.upper.add(matter)
