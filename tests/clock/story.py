"""Short words for clock stories: days of 2022, one case's events, the national calendar."""

from __future__ import annotations

import datetime as dt
from itertools import count

from workflows.clock.calendar import Calendar, state_council_calendar
from workflows.clock.days import SHANGHAI
from workflows.clock.events import ClockEvent, EventKind
from workflows.clock.rules import Rule, rule


def day(text: str) -> dt.date:
    """`2022-01-17`, or `01-17` of 2022."""
    return dt.date.fromisoformat(text if len(text) > 5 else f"2022-{text}")


def noon(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(12), SHANGHAI).astimezone(dt.UTC)


def national() -> Calendar:
    return state_council_calendar()


def law(rule_id: str, on: str = "01-17") -> Rule:
    return rule(rule_id, day(on))


class Case:
    """The clock events of one case, numbered as they are recorded."""

    def __init__(self, start: str | None = None, recorded: str | None = None) -> None:
        self.events: list[ClockEvent] = []
        self._ids = count(1)
        if start:
            self.add(EventKind.START, start, recorded=recorded)

    def add(self, kind: EventKind, on: str, recorded: str | None = None, **more: object) -> ClockEvent:
        event = ClockEvent(kind, day(on), noon(day(recorded or on)), next(self._ids), **more)  # type: ignore[arg-type]
        self.events.append(event)
        return event

    def stop(self, first: str, last: str | None = None, ground: str = "expert-review", **more: object) -> ClockEvent:
        end = more.pop("expected_end", None) or day(last or first)
        notice = more.pop("notice", "告知书1号")
        event = self.add(EventKind.STOP, first, ground=ground, notice=notice, expected_end=end, **more)
        if last:
            self.add(EventKind.RESUME, last)
        return event

    def extend(self, on: str, days: int) -> ClockEvent:
        return self.add(EventKind.EXTEND, on, days=days, notice="延期告知书1号")

    def correct(self, wrong: ClockEvent, on: str, recorded: str, **more: object) -> ClockEvent:
        return self.add(EventKind.CORRECT, on, recorded, replaces=wrong.id, **more)
