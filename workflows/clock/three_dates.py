"""Statutory, promised and forecast: three dates, always apart, and the light that follows from them.

Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflows.clock.calendar import Calendar
from workflows.clock.days import Bilingual, WorkingDays
from workflows.clock.due import Due, due, promised_due
from workflows.clock.events import ClockEvent
from workflows.clock.rules import Promise, Rule

YELLOW_PER_CENT = 90


class Light(StrEnum):
    """The state of a clock in one word, worst last but one; text goes with every colour."""

    NOT_STARTED = "not_started"
    ON_TRACK = "on_track"
    DUE_SOON = "due_soon"
    STOPPED = "stopped"
    PAST_PROMISE = "past_promise"
    PAST_STATUTE = "past_statute"
    CLOSED = "closed"


class Sureness(StrEnum):
    """How far a forecast can be trusted."""

    PLANNED = "planned"
    WEAK = "weak"
    FAIR = "fair"


SURENESS_WORDS = {
    Sureness.PLANNED: Bilingual("仅按计划天数估算，尚无历史数据", "planned days only, no cases seen yet"),
    Sureness.WEAK: Bilingual("历史案例少，把握小", "few cases seen, weak"),
    Sureness.FAIR: Bilingual("有历史案例，把握一般", "enough cases seen, fair"),
}
FEW_CASES = 20


@dataclass(frozen=True)
class Pace:
    """How long one remaining step usually takes, from `seen` finished cases (0: a planned figure)."""

    step: str
    usual: WorkingDays
    seen: int = 0


@dataclass(frozen=True)
class Forecast:
    """When the application will probably be decided, and how sure that is: no promise and no legal date."""

    date: dt.date
    provisional: bool
    sureness: Sureness

    @property
    def words(self) -> Bilingual:
        """How sure, in words."""
        return SURENESS_WORDS[self.sureness]


@dataclass(frozen=True)
class ThreeDates:
    """The three dates of one clock. Without a promise the promised date is the statutory one."""

    statutory: Due
    promised: Due
    forecast: Forecast | None

    def light(self, as_of: dt.date) -> Light:
        """The light at the end of day `as_of`."""
        return light(as_of, self.statutory, self.promised, self.forecast.date if self.forecast else None)


def forecast(
    as_of: dt.date, remaining: Sequence[Pace], calendar: Calendar, resumes_after: dt.date | None = None
) -> Forecast:
    """`remaining` steps one after another at their usual pace, from `as_of` or from the expected end of a stop.

    As sure as its least known step.
    """
    start = max(as_of, resumes_after) if resumes_after else as_of
    end = calendar.add(start, WorkingDays(sum(pace.usual.n for pace in remaining)))
    least = min((pace.seen for pace in remaining), default=0)
    sureness = Sureness.PLANNED if not least else Sureness.WEAK if least < FEW_CASES else Sureness.FAIR
    return Forecast(end.date, end.provisional, sureness)


def three_dates(
    events: Iterable[ClockEvent],
    rule: Rule,
    promise: Promise | None,
    calendar: Calendar,
    forecast: Forecast | None = None,
) -> ThreeDates:
    """All three dates on the same events. Raises `events.BrokenHistory`, `ValueError` for a promise of another rule."""
    if promise is not None and promise.rule.id != rule.id:
        raise ValueError(f"A promise for {promise.rule.id} says nothing about {rule.id}.")
    statutory = due(events, rule, calendar)
    promised = promised_due(statutory, promise.days) if promise else statutory
    return ThreeDates(statutory, promised, forecast)


def shade(used: int, total: int, working_days_left: int) -> Light:
    """The light of a running, unbroken promise: due soon from 90 % of it used, or with one working day left or less.

    Total over all integers.
    """
    soon = used * 100 >= total * YELLOW_PER_CENT or working_days_left <= 1
    return Light.DUE_SOON if soon else Light.ON_TRACK


def light(
    as_of: dt.date, statutory: Due, promised: Due | None = None, forecast: dt.date | None = None, closed: bool = False
) -> Light:
    """The light at the end of day `as_of`: a total function, one colour for every day and every clock.

    A broken limit stays broken while the clock is stopped afterwards: a stop mends nothing. Yellow comes from the
    promise, or from the earlier reading of a law whose unit is disputed, or from a forecast after the promise.
    """
    promised = promised or statutory
    if closed or statutory.finish is not None:
        return Light.CLOSED
    if statutory.start is None or as_of < statutory.start:
        return Light.NOT_STARTED
    if statutory.is_past(as_of):
        return Light.PAST_STATUTE
    if promised.is_past(as_of):
        return Light.PAST_PROMISE
    if statutory.stopped(as_of) or promised.date is None:
        return Light.STOPPED
    if forecast is not None and forecast > promised.date:
        return Light.DUE_SOON
    left = promised.working_days_left(as_of)
    early = statutory.warns_on
    if promised.count is not None and early is not None and early < promised.date:
        left = promised.count.calendar.count(as_of, early)
    return shade(promised.used(as_of), promised.total, left if left is not None else 0)


def balance(holdings: Iterable[tuple[str, dt.date, dt.date]], calendar: Calendar) -> dict[str, WorkingDays]:
    """Working days by who held the ball: "with us 7, with you 12". Each holding is (owner, handed over on, passed on
    on).

    The day of a handing over belongs to the one who passes it on, so that no day counts twice.
    """
    days: dict[str, int] = {}
    for owner, since, until in holdings:
        days[owner] = days.get(owner, 0) + max(0, calendar.count(since, until))
    return {owner: WorkingDays(n) for owner, n in days.items()}
