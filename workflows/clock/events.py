"""Clock events: append-only facts from which every date is computed again at will.

Replay does not depend on the order of insertion: events are ordered by (effective, kind, recorded, id), and a
correction names the event that it replaces. A civil day is the smallest unit: a stop includes both its first and its
last day. Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from workflows.clock.days import CalendarDays, civil_date, pure_date
from workflows.clock.grounds import VOID

LATE_ENTRY = CalendarDays(3)


class EventKind(StrEnum):
    """What happened to the clock."""

    START = "start"
    STOP = "stop"
    RESUME = "resume"
    EXTEND = "extend"
    CORRECT = "correct"
    FINISH = "finish"


# The order of kinds inside one day: a stop and a resume of the same day leave that day uncounted.
_ORDER = {
    EventKind.START: 0,
    EventKind.STOP: 1,
    EventKind.RESUME: 2,
    EventKind.EXTEND: 3,
    EventKind.CORRECT: 4,
    EventKind.FINISH: 5,
}


class RecordedEvent(Protocol):
    """A stored row of a clock, e.g. the engine's."""

    pk: int
    kind: str
    effective: dt.date
    recorded_at: dt.datetime
    rule: str
    ground: str
    notice: str
    expected_end: dt.date | None
    days: int | None
    replaces_id: int | None


class BrokenHistory(ValueError):
    """The recorded events contradict each other; no date can honestly be computed from them."""


@dataclass(frozen=True)
class ClockEvent:
    """One fact about one clock of one application.

    `effective`: civil date of Asia/Shanghai; of a resume it is the last day that did not count; of an extension of a
    validity, the day on which it was asked for. `recorded`: UTC instant. `rule`: the clock's rule, e.g. `xkf-42`; empty
    means whichever rule is asked. `ground`: of a stop (`grounds`). `notice`: number of the written notice.
    `expected_end`: last day a stop is announced to take. `days`: of an extension, in its rule's unit. `replaces`: of a
    correction, the id of the event whose facts it corrects; its empty fields keep the old facts, and the ground `void`
    says that the event never took effect. `actor`: who recorded it.

    Raises `TypeError` for a naive instant or a datetime as civil date, `BrokenHistory` for a correction of nothing.
    """

    kind: EventKind
    effective: dt.date
    recorded: dt.datetime
    id: int = 0
    rule: str = ""
    notice: str = ""
    expected_end: dt.date | None = None
    ground: str = ""
    days: int | None = None
    replaces: int | None = None
    actor: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", EventKind(self.kind))
        pure_date(self.effective)
        civil_date(self.recorded)
        if (self.kind is EventKind.CORRECT) != (self.replaces is not None):
            raise BrokenHistory(f"Event {self.id}: a correction, and only a correction, names the event it replaces.")

    @property
    def order(self) -> tuple[dt.date, int, dt.datetime, int]:
        """The canonical place in the history."""
        return (self.effective, _ORDER[self.kind], self.recorded, self.id)

    @property
    def entered_after(self) -> CalendarDays:
        """How long after its effect it was recorded; zero when recorded in advance."""
        return CalendarDays(max(0, (civil_date(self.recorded) - self.effective).days))

    def is_late_entry(self, threshold: CalendarDays = LATE_ENTRY) -> bool:
        """Whether it was recorded more than `threshold` after its effect: shown to the supervisor, never silent."""
        return self.entered_after > threshold


def events_of(rows: Iterable[RecordedEvent]) -> list[ClockEvent]:
    """Stored rows as events. Raises `BrokenHistory`, see `ClockEvent`."""
    return [
        ClockEvent(
            EventKind(row.kind),
            row.effective,
            row.recorded_at,
            row.pk,
            row.rule,
            row.notice,
            row.expected_end,
            row.ground,
            row.days,
            row.replaces_id,
        )
        for row in rows
    ]


def effective_events(events: Iterable[ClockEvent], rule_id: str) -> list[ClockEvent]:
    """The events of one rule as they stand after all corrections, in canonical order.

    Raises `BrokenHistory` for two different events with one id, a correction of an unknown event, or of itself.
    """
    by_id: dict[int, ClockEvent] = {}
    for event in events:
        if event.rule not in ("", rule_id):
            continue
        if by_id.setdefault(event.id, event) != event:
            raise BrokenHistory(f"Two events have the id {event.id}.")
    corrections: dict[int, list[ClockEvent]] = {}
    for event in by_id.values():
        if event.replaces is not None:
            _refuse_endless(event, by_id)
            corrections.setdefault(event.replaces, []).append(event)
    for several in corrections.values():
        several.sort(key=lambda e: (e.recorded, e.id), reverse=True)
    standing = (_standing(event, event, corrections) for event in by_id.values() if event.replaces is None)
    return sorted((event for event in standing if event is not None), key=lambda e: e.order)


def _refuse_endless(event: ClockEvent, by_id: dict[int, ClockEvent]) -> None:
    seen: set[int] = set()
    step: ClockEvent | None = event
    while step is not None and step.replaces is not None:
        if step.id in seen:
            raise BrokenHistory(f"Correction {event.id} corrects itself.")
        seen.add(step.id)
        if step.replaces not in by_id:
            raise BrokenHistory(f"Correction {step.id} replaces the unknown event {step.replaces}.")
        step = by_id[step.replaces]


def _standing(event: ClockEvent, facts: ClockEvent, corrections: dict[int, list[ClockEvent]]) -> ClockEvent | None:
    """The facts of `event` after the latest correction of it that itself still stands; `None` if it was voided."""
    for correction in corrections.get(event.id, ()):
        if correction.ground == VOID:
            if not _is_voided(correction, corrections):
                return None
            continue
        after = _standing(correction, _merge(facts, correction), corrections)
        if after is not None:
            return after
    return facts


def _is_voided(event: ClockEvent, corrections: dict[int, list[ClockEvent]]) -> bool:
    return any(
        correction.ground == VOID and not _is_voided(correction, corrections)
        for correction in corrections.get(event.id, ())
    )


def _merge(facts: ClockEvent, correction: ClockEvent) -> ClockEvent:
    return replace(
        facts,
        effective=correction.effective,
        recorded=correction.recorded,
        ground=correction.ground or facts.ground,
        notice=correction.notice or facts.notice,
        expected_end=correction.expected_end or facts.expected_end,
        days=facts.days if correction.days is None else correction.days,
        actor=correction.actor or facts.actor,
    )
