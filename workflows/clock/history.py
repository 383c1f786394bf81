"""Replay: what the events of one clock amount to, lawful or not. Pure: no Django, no clock of the machine, no I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from workflows.clock.events import ClockEvent, EventKind, effective_events
from workflows.clock.rules import Rule


@dataclass(frozen=True)
class Stop:
    """A span of civil days that does not count, both ends included; `last` is `None` while it is open."""

    first: dt.date
    last: dt.date | None
    ground: str
    notice: str = ""
    expected_end: dt.date | None = None
    event_id: int = 0

    def covers(self, day: dt.date) -> bool:
        """Whether `day` lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)

    def is_overdue(self, as_of: dt.date) -> bool:
        """Whether it is open beyond the end that the applicant was told: a stop can itself stall."""
        return self.last is None and self.expected_end is not None and as_of > self.expected_end


@dataclass(frozen=True)
class History:
    """One clock, replayed.

    `stops` are the lawful ones; `refused_stops` lack a ground, a notice or an expected end and move no date.
    `extensions` are as recorded: whether each is lawful depends on the due date of its day (`due`).
    `unused` are events without effect, each with the code of the reason: kept and shown, never silently dropped.
    """

    start: dt.date | None = None
    finish: dt.date | None = None
    stops: tuple[Stop, ...] = ()
    refused_stops: tuple[Stop, ...] = ()
    extensions: tuple[ClockEvent, ...] = ()
    unused: tuple[tuple[ClockEvent, str], ...] = ()

    def ending_open_stops(self, on: dt.date | None = None) -> tuple[Stop, ...]:
        """The stops as if each open one ended on `on`, or, without it, on the end that was announced."""
        ended = []
        for stop in self.stops:
            last = stop.last or on or stop.expected_end
            ended.append(replace(stop, last=max(last, stop.first) if last else None))
        return tuple(ended)


@dataclass
class _Replay:
    rule: Rule
    start: dt.date | None = None
    finish: dt.date | None = None
    stops: list[tuple[Stop, bool]] = field(default_factory=list)
    extensions: list[ClockEvent] = field(default_factory=list)
    unused: list[tuple[ClockEvent, str]] = field(default_factory=list)

    def take(self, event: ClockEvent) -> None:
        if event.kind is EventKind.START:
            self._start(event)
        elif self.finish is not None:
            self.unused.append((event, "after_finish"))
        elif event.kind is EventKind.STOP:
            # Even before the start: a correction may move the start back and forth across a stop.
            self._stop(event)
        elif event.kind is EventKind.RESUME:
            self._resume(event)
        elif self.start is None:
            self.unused.append((event, "not_started"))
        elif event.kind is EventKind.EXTEND:
            self.extensions.append(event)
        else:
            self.finish = event.effective

    def _start(self, event: ClockEvent) -> None:
        if self.start is not None and self.finish is None:
            self.unused.append((event, "already_started"))
            return
        if self.finish is not None:
            self.stops, self.extensions = [], []
        self.start, self.finish = event.effective, None

    def _stop(self, event: ClockEvent) -> None:
        why = why_no_stop(event, self.rule)
        if why:
            self.unused.append((event, why))
        stop = Stop(event.effective, None, event.ground, event.notice, event.expected_end, event.id)
        self.stops.append((stop, not why))

    def _resume(self, event: ClockEvent) -> None:
        running = [(i, stop, lawful) for i, (stop, lawful) in enumerate(self.stops) if stop.last is None]
        if not running:
            self.unused.append((event, "nothing_stopped"))
            return
        named = [entry for entry in running if event.ground and entry[1].ground == event.ground]
        place, stop, lawful = (named or [entry for entry in running if entry[2]] or running)[0]
        self.stops[place] = (replace(stop, last=event.effective), lawful)


def why_no_stop(event: ClockEvent, rule: Rule) -> str:
    """The code of what a stop lacks to be lawful under `rule`; empty if nothing."""
    if rule.ground(event.ground) is None:
        return "no_ground"
    if not event.notice.strip():
        return "no_notice"
    if event.expected_end is None or event.expected_end < event.effective:
        return "no_expected_end"
    return ""


def replay(events: Iterable[ClockEvent], rule: Rule) -> History:
    """The events of `rule`, corrected and in canonical order, as one history. Raises `events.BrokenHistory`.

    The first start counts; a second start counts only after a finish (a new round), and then alone. A resume ends the
    stop whose ground it names, else the earliest open one. A finish ends what is still open.
    """
    state = _Replay(rule)
    for event in effective_events(events, rule.id):
        state.take(event)
    if state.finish is not None:
        end = state.finish
        state.stops = [(replace(s, last=max(end, s.first)) if s.last is None else s, ok) for s, ok in state.stops]
    return History(
        state.start,
        state.finish,
        tuple(stop for stop, lawful in state.stops if lawful),
        tuple(stop for stop, lawful in state.stops if not lawful),
        tuple(state.extensions),
        tuple(state.unused),
    )
