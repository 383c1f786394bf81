"""The due date of a clock, computed from its events, its rule and a calendar: nothing else.

The start day is not counted (民法典 Art. 201). Stopped days, first and last included, are not counted, and once only
where stops overlap. A calendar period that ends on a holiday ends on the next working day (Art. 203); a minimum wait
does not move, only the act after it does. Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from workflows.clock.calendar import Calendar
from workflows.clock.days import ONE_DAY, CalendarDays, Months, Span, WorkingDays, add_months
from workflows.clock.events import ClockEvent
from workflows.clock.history import History, Stop, replay
from workflows.clock.rules import Kind, Rule


@dataclass(frozen=True)
class Count:
    """One way of counting a period: from `start`, in working or in all days, up to `total` of them."""

    calendar: Calendar
    start: dt.date
    total: int
    working: bool
    stops: tuple[Stop, ...]
    moves: bool

    @property
    def open_from(self) -> dt.date | None:
        """The first day that nobody knows how to count, because a stop has no end yet."""
        return min((stop.first for stop in self.stops if stop.last is None), default=None)

    def stop_on(self, day: dt.date) -> Stop | None:
        """The stop that covers `day`."""
        return next((stop for stop in self.stops if stop.covers(day)), None)

    def counts(self, day: dt.date) -> bool:
        """Whether `day` is one of the period's days."""
        return day > self.start and self.stop_on(day) is None and (not self.working or self.calendar.is_workday(day))

    def used(self, until: dt.date) -> int:
        """Days counted after the start, up to and including `until`."""
        return sum(self.counts(day) for day in days_between(self.start, until))

    def end(self) -> tuple[dt.date | None, dt.date | None]:
        """(the day on which the count is full, the day on which the period ends); `None` while a stop hides it."""
        day, left, unknown = self.start, self.total, self.open_from
        if not self.stops and not self.working:
            day, left = day + left * ONE_DAY, 0
        while left:
            day += ONE_DAY
            if unknown is not None and day >= unknown:
                return None, None
            left -= self.counts(day)
        full = day
        while self.moves and (self.stop_on(day) or not self.calendar.is_workday(day)):
            if unknown is not None and day >= unknown:
                return full, None
            day += ONE_DAY
        return full, day

    def is_provisional(self, full: dt.date, end: dt.date) -> bool:
        """Whether a notice still to come can move the end."""
        if self.working:
            return self.calendar.crosses_unpublished(self.start, end)
        return self.moves and self.calendar.crosses_unpublished(full - ONE_DAY, end)


def days_between(after: dt.date, until: dt.date) -> Iterator[dt.date]:
    """Each day after `after`, up to and including `until`."""
    for n in range(1, (until - after).days + 1):
        yield after + n * ONE_DAY


@dataclass(frozen=True)
class Due:
    """When a period ends, and how that was counted.

    `date` is `None` when the clock has not started or an open stop makes it unknown (`if_resumed` tells what it would
    be). `unit` is the unit of `total`. `alternatives`: the date in both units where practice is split; `warns_on` the
    earlier. `granted`: extensions that count; `unused`: events without effect, with the reason's code
    (`lawful.REASONS`). `full_on`: the day on which the count was full, before it was moved off a holiday. `cut`: a
    promise that a holiday would have carried past the statutory day was cut back to it.
    """

    rule: Rule
    date: dt.date | None
    provisional: bool
    unit: str
    total: int
    history: History
    full_on: dt.date | None = None
    granted: tuple[ClockEvent, ...] = ()
    unused: tuple[tuple[ClockEvent, str], ...] = ()
    alternatives: dict[str, dt.date | None] = field(default_factory=dict)
    cut: bool = False
    count: Count | None = field(default=None, repr=False, compare=False)

    @property
    def start(self) -> dt.date | None:
        """The day from which it runs, itself not counted."""
        return self.history.start

    @property
    def finish(self) -> dt.date | None:
        """The day on which the clock was ended."""
        return self.history.finish

    @property
    def warns_on(self) -> dt.date | None:
        """The earliest date that any reading of the law gives: warnings run on this one."""
        return min((date for date in (self.date, *self.alternatives.values()) if date), default=None)

    @property
    def moved(self) -> bool:
        """Whether the end was moved off a holiday (民法典 Art. 203)."""
        return self.date is not None and self.full_on is not None and self.date > self.full_on

    @property
    def is_late(self) -> bool:
        """Whether it was finished after the period had ended."""
        return self.date is not None and self.finish is not None and self.finish > self.date

    def used(self, as_of: dt.date) -> int:
        """Days of the period used up to and including `as_of`; a finished clock uses no more."""
        if self.count is None:
            return 0
        until = min(as_of, self.finish) if self.finish else as_of
        used = self.count.used(until)
        return min(used, self.total) if self.date and until <= self.date else used

    def left(self, as_of: dt.date) -> int:
        """Days of the period left after `as_of`; negative once it is past."""
        return self.total - self.used(as_of)

    def working_days_left(self, as_of: dt.date) -> int | None:
        """Working days after `as_of` up to the end, whatever the unit; negative once past, `None` while unknown."""
        if self.date is None or self.count is None:
            return None
        return self.count.calendar.count(as_of, self.date)

    def is_past(self, as_of: dt.date) -> bool:
        """Whether the period ended before `as_of`, or before the clock was finished."""
        return self.date is not None and (self.finish or as_of) > self.date

    def stopped(self, as_of: dt.date) -> bool:
        """Whether the clock stands still, lawfully, on `as_of`."""
        return self.stop_on(as_of) is not None

    def stop_on(self, as_of: dt.date) -> Stop | None:
        """The stop that covers `as_of`."""
        return self.count.stop_on(as_of) if self.count and not self.finish else None

    def overdue_stops(self, as_of: dt.date) -> tuple[Stop, ...]:
        """The stops still open after the end that the applicant was told."""
        return tuple(stop for stop in self.history.stops if stop.is_overdue(as_of))

    def if_resumed(self, on: dt.date) -> dt.date | None:
        """The due date if every open stop had `on` as its last day."""
        return self._with(self.history.ending_open_stops(on))

    @property
    def if_as_announced(self) -> dt.date | None:
        """The due date if every open stop ends on the day that the applicant was told."""
        return self._with(self.history.ending_open_stops())

    @property
    def if_refused_stops_counted(self) -> dt.date | None:
        """The due date if a court excluded also the stops that lack their ground or notice (DOMAIN E3)."""
        return self._with(self.history.stops + self.history.refused_stops)

    def _with(self, stops: tuple[Stop, ...]) -> dt.date | None:
        return replace(self.count, stops=stops).end()[1] if self.count else None


def _total(start: dt.date, limit: Span, granted: Iterable[ClockEvent]) -> int:
    """The whole length in days: months are turned into the days they have here, each extension from the last end."""
    added = [event.days or 0 for event in granted]
    if not isinstance(limit, Months):
        return limit.n + sum(added)
    end = add_months(start, limit)
    for months in added:
        end = add_months(end, Months(months))
    return (end - start).days


def _count(history: History, rule: Rule, limit: Span, granted: Iterable[ClockEvent], calendar: Calendar) -> Count:
    if history.start is None:
        raise ValueError("A clock that has not started counts nothing.")
    working = isinstance(limit, WorkingDays)
    moves = not working and rule.kind is not Kind.MINIMUM
    return Count(calendar, history.start, _total(history.start, limit, granted), working, history.stops, moves)


def _grant(
    history: History, rule: Rule, calendar: Calendar
) -> tuple[tuple[ClockEvent, ...], tuple[tuple[ClockEvent, str], ...]]:
    """The recorded extensions that are lawful, and the others with the reason's code."""
    granted: list[ClockEvent] = []
    refused: list[tuple[ClockEvent, str]] = []
    for event in history.extensions:
        full, end = _count(history, rule, rule.limit, granted, calendar).end()
        why = why_no_extension(event, rule, len(granted), full, end, calendar)
        if why:
            refused.append((event, why))
        else:
            granted.append(event)
    return tuple(granted), tuple(refused)


def why_no_extension(
    event: ClockEvent, rule: Rule, granted: int, full: dt.date | None, end: dt.date | None, calendar: Calendar
) -> str:
    """The code of what makes an extension unlawful, empty if nothing; `granted` so many before, period ending `end`."""
    extension = rule.extension
    if extension is None:
        return "no_extension"
    if granted >= extension.times:
        return "extended_already"
    if not event.days or event.days > extension.amount.n:
        return "extension_too_long"
    if end is not None and event.effective > end:
        return "extension_after_expiry"
    if extension.ask_before and full and event.effective > calendar.back(full, extension.ask_before).date:
        return "extension_asked_too_late"
    return ""


def due(events: Iterable[ClockEvent], rule: Rule, calendar: Calendar) -> Due:
    """The statutory due date of `rule` over `events`. Total: unlawful events move nothing and are listed as `unused`.

    Raises `events.BrokenHistory` if the events contradict each other.
    """
    history = replay(events, rule)
    if history.start is None:
        return Due(rule, None, False, rule.limit.unit, 0, history, unused=history.unused)
    granted, refused = _grant(history, rule, calendar)
    found = _due(history, rule, rule.limit, granted, calendar)
    return replace(found, unused=history.unused + refused, alternatives=_alternatives(found, calendar))


def _due(history: History, rule: Rule, limit: Span, granted: tuple[ClockEvent, ...], calendar: Calendar) -> Due:
    count = _count(history, rule, limit, granted, calendar)
    full, end = count.end()
    provisional = bool(full and end and count.is_provisional(full, end))
    unit = limit.unit if isinstance(limit, WorkingDays) else CalendarDays(0).unit
    return Due(rule, end, provisional, unit, count.total, history, full, granted, count=count)


def _alternatives(found: Due, calendar: Calendar) -> dict[str, dt.date | None]:
    if not found.rule.split_practice or found.count is None:
        return {}
    n, dates = found.total, {}
    for limit in (CalendarDays(n), WorkingDays(n)):
        dates[limit.unit] = _count(found.history, found.rule, limit, (), calendar).end()[1]
    return dates


def promised_due(statutory: Due, days: WorkingDays | CalendarDays) -> Due:
    """The promised date on the same events as `statutory`: same stops, same extensions, never after it."""
    if statutory.count is None or statutory.start is None:
        return replace(statutory, unit=days.unit, alternatives={})
    found = _due(statutory.history, statutory.rule, days, statutory.granted, statutory.count.calendar)
    if statutory.date and (found.date is None or found.date > statutory.date):
        return replace(found, date=statutory.date, full_on=statutory.date, cut=True)
    return found
