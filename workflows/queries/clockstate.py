"""The clock of one application as its pages show it: three dates, stops, what is late, who held the ball how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import get_language

from workflows.clock.calendar import Calendar
from workflows.clock.calendars import calendar_for
from workflows.clock.days import ONE_DAY, civil_date
from workflows.clock.due import Due
from workflows.clock.events import events_of
from workflows.clock.history import Stop
from workflows.clock.three_dates import balance
from workflows.models import Application, Ball, ClockRow, SignOff, Step
from workflows.operations.timekeeping import counted
from workflows.queries.clockbar import Times, times
from workflows.queries.deadline import Alternative, ClockNote, alternatives, clock_notes, resumes_after
from workflows.queries.forecasting import forecaster

# Who answers for a day on which several were awaited at once: the office that runs the case before those it asked.
FIRST = (Ball.OFFICE, Ball.OTHER_OFFICE, Ball.COUNTY, Ball.EXPERTS, Ball.NOTICE, Ball.HIGHER, Ball.APPLICANT)
# Whose days a lawful stop are; every other ground is a review by experts.
STOP_BALLS = {"corrections": Ball.APPLICANT, "hearing": Ball.OFFICE}


@dataclass(frozen=True)
class ClockState:
    """What one page shows of one clock. `balance`: (who, working days), the longest first."""

    times: Times
    rows: list[ClockRow]
    alternatives: tuple[Alternative, ...]
    notes: tuple[ClockNote, ...]
    balance: tuple[tuple[str, int], ...]
    stops: tuple[Stop, ...] = ()


def clock_state(application: Application, steps: Sequence[Step], now: dt.datetime) -> ClockState:
    """Read the clock of an application whose steps are loaded: one statement, a second while paces are cold."""
    calendar, today, language = calendar_for(application.county), civil_date(now), get_language() or ""
    rows = list(ClockRow.objects.filter(application=application).order_by("pk"))
    statutory = counted(application, rows, calendar)
    waiting = [step for step in steps if step.finished is None and step.post_key]
    outlook = forecaster(application.county, now, calendar).outlook(
        application, waiting, resumes_after(statutory, today)
    )
    stops = _stops(statutory)
    forecast = outlook.forecast if outlook else None
    return ClockState(
        times=times(application, today, calendar, forecast, stops),
        rows=rows,
        alternatives=alternatives(statutory, language),
        notes=clock_notes(rows, statutory, today, language),
        balance=held(application, steps, stops, today, calendar),
        stops=stops,
    )


def _stops(statutory: Due | None) -> tuple[Stop, ...]:
    return statutory.history.stops if statutory else ()


def mark_late(sign_offs: Iterable[SignOff], rows: Iterable[ClockRow]) -> None:
    """Give every sign-off that entered a fact of the clock late its `late_days`: calendar days after its effect."""
    late = {e.recorded: e.entered_after.n for e in events_of(rows) if e.is_late_entry()}
    for row in sign_offs:
        mine: Any = row
        mine.late_days = late.get(row.signed_at, 0)


def held(
    application: Application, steps: Iterable[Step], stops: Iterable[Stop], today: dt.date, calendar: Calendar
) -> tuple[tuple[str, int], ...]:
    """Working days since receipt by who held the ball, "with us 7, with you 12"; a day has one owner, and no more.

    A lawful stop belongs to whom its ground names; a day on which several were awaited to the first of `FIRST`.
    """
    days = balance(owned(application.decided_at, steps, stops, today), calendar)
    longest = sorted(days.items(), key=lambda item: -item[1].n)
    return tuple((str(Ball(ball).label), n.n) for ball, n in longest if n.n)


# Who held the ball, handed over on, passed on on: the day of the handing over belongs to the one who passes it on.
Holding = tuple[str, dt.date, dt.date]


def owned(decided_at: dt.datetime | None, steps: Iterable[Any], stops: Iterable[Stop], today: dt.date) -> list[Holding]:
    """Who held the ball of one application from when to when; spans do not overlap. Steps as rows of `Step`."""
    end = civil_date(decided_at) if decided_at else today
    spans = []
    for step in steps:
        if step.post_key:
            ball = Ball(step.ball)
            until = civil_date(step.finished) if step.finished else end
            spans.append((FIRST.index(ball) + 1, ball, civil_date(step.created), until))
    for stop in stops:
        spans.append((0, STOP_BALLS.get(stop.ground, Ball.EXPERTS), stop.first - ONE_DAY, stop.last or end))
    return _one_owner([(rank, ball, since, min(until, end)) for rank, ball, since, until in spans])


def together(holdings: Iterable[Holding]) -> list[Holding]:
    """The spans of several applications as those of one matter: a day on which several were awaited has one owner."""
    return _one_owner([(FIRST.index(Ball(ball)), Ball(ball), since, until) for ball, since, until in holdings])


def _one_owner(spans: Sequence[tuple[int, Ball, dt.date, dt.date]]) -> list[Holding]:
    edges = sorted({day for _rank, _ball, *both in spans for day in both})
    found = []
    for since, until in pairwise(edges):
        holding = [(rank, ball) for rank, ball, first, last in spans if first <= since and until <= last]
        if holding:
            found.append((str(min(holding)[1]), since, until))
    return found
