"""Which dates move when a year is loaded or a day is overridden: shown before it is done, recorded after.

Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from workflows.clock.calendar import Calendar
from workflows.clock.due import due
from workflows.clock.events import ClockEvent
from workflows.clock.rules import Rule

Key = TypeVar("Key")


@dataclass(frozen=True)
class MovedDate(Generic[Key]):
    """One statutory date under the old and under the new calendar; `None` while an open stop hides it."""

    key: Key
    old: dt.date | None
    new: dt.date | None
    was_provisional: bool
    is_provisional: bool


def moved_dates(
    clocks: Iterable[tuple[Key, Iterable[ClockEvent], Rule]], old: Calendar, new: Calendar
) -> list[MovedDate[Key]]:
    """The clocks whose date, or its being provisional, differs between the calendars, in the order given.

    Each clock is (key, events, rule). Raises `events.BrokenHistory`.
    """
    moved = []
    for key, events, rule in clocks:
        history = list(events)
        before, after = due(history, rule, old), due(history, rule, new)
        if (before.date, before.provisional) != (after.date, after.provisional):
            moved.append(MovedDate(key, before.date, after.date, before.provisional, after.provisional))
    return moved
