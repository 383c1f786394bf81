"""The dates and the light of an application, as pages show them. Pure arithmetic over columns loaded anyway."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from workflows.clock.calendar import Calendar
from workflows.clock.days import ONE_DAY, WorkingDays
from workflows.clock.history import Stop
from workflows.clock.three_dates import Forecast
from workflows.legal import State
from workflows.models import Application


@dataclass(frozen=True, slots=True)
class Times:
    """Where an application stands in time, on `today`; lengths in working days.

    `used` counts from the day after acceptance to today or the decision; `left_*` is negative when over.
    """

    light: str
    over: int
    accepted: dt.date | None
    promised: dt.date | None
    statutory: dt.date | None
    provisional: bool
    today: dt.date
    used: int
    left_promised: int | None
    left_statutory: int | None
    stopped: bool
    forecast: dt.date | None = None
    forecast_left: int | None = None
    sure: str = ""
    stops: tuple[tuple[int, int, dt.date, dt.date | None, str], ...] = ()


def left(calendar: Calendar, today: dt.date, due: dt.date | None) -> int | None:
    """Working days from tomorrow up to and including `due`; negative: working days past it; None without a date."""
    if due is None:
        return None
    return calendar.count(today, due) if due >= today else -calendar.count(due, today)


def times(
    application: Application,
    today: dt.date,
    calendar: Calendar,
    forecast: Forecast | None = None,
    stops: Sequence[Stop] = (),
) -> Times:
    """Dates, light and lengths of one application (≥ 90 % of the promise, or ≤ 1 day left, warns).

    Where nothing is promised the statutory date warns. `forecast` and the clock's `stops` are drawn when given.
    """
    closed = application.decided_at is not None or not application.is_open
    end = min(today, application.decided_at.date()) if application.decided_at else today
    accepted = application.accepted_on
    used = calendar.count(accepted, end) if accepted and end > accepted else 0
    promised, statutory = left(calendar, end, application.promised_due), left(calendar, end, application.statutory_due)
    stopped = application.state == State.STOPPED
    light, over = _light(closed, stopped, accepted, used, promised, statutory)
    return Times(
        light=light,
        over=over,
        accepted=accepted,
        promised=application.promised_due,
        statutory=application.statutory_due,
        provisional=application.due_provisional,
        today=today,
        used=used,
        left_promised=promised,
        left_statutory=statutory,
        stopped=stopped,
        forecast=forecast.date if forecast else None,
        forecast_left=left(calendar, end, forecast.date) if forecast else None,
        sure=forecast.words.of(get_language() or "") if forecast else "",
        stops=_on_axis(stops, accepted, end, calendar) if accepted else (),
    )


def _on_axis(
    stops: Sequence[Stop], accepted: dt.date, end: dt.date, calendar: Calendar
) -> tuple[tuple[int, int, dt.date, dt.date | None, str], ...]:
    """The stops in working days after acceptance, in order; where they overlap the later one begins later."""
    placed: list[tuple[int, int, dt.date, dt.date | None, str]] = []
    at = 0
    for stop in sorted(stops, key=lambda stop: stop.first):
        start = max(at, calendar.count(accepted, stop.first - ONE_DAY))
        until = max(start, calendar.count(accepted, min(stop.last or end, end)))
        if until > start:
            placed.append((start, until, stop.first, stop.last, stop.ground))
        at = max(at, until)
    return tuple(placed)


def _light(
    closed: bool, stopped: bool, accepted: dt.date | None, used: int, promised: int | None, statutory: int | None
) -> tuple[str, int]:
    if closed:
        return "closed", 0
    if accepted is None:
        return "not_started", 0
    if stopped:
        return "stopped", 0
    if statutory is not None and statutory < 0:
        return "past_statute", -statutory
    if promised is not None and promised < 0:
        return "past_promise", -promised
    limit = promised if promised is not None else statutory
    if limit is not None and (limit <= 1 or used * 10 >= (used + limit) * 9):
        return "due_soon", 0
    return "on_track", 0


RISK = {"past_statute": 0, "past_promise": 1, "due_soon": 2, "on_track": 3, "stopped": 4, "not_started": 5, "closed": 6}


def step_over(calendar: Calendar, today: dt.date, due_on: dt.date | None) -> int:
    """Working days by which a step's own limit is passed; 0 when it is not."""
    found = left(calendar, today, due_on)
    return -found if found is not None and found < 0 else 0


def plus(calendar: Calendar, day: dt.date, days: int) -> dt.date:
    """The date `days` working days after `day`."""
    return calendar.add(day, WorkingDays(days)).date
