"""Count the dates of open applications and their open steps again, many at once, and write what moved.

Three reads for a batch, whatever is in it; a batch locks its applications in the order of their keys. Every moved date
leaves its old and its new value in a row, one entry in the application's chain, and a message for whoever has the step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from notifications.models import Message
from workflows.audit import entries
from workflows.clock.calendar import Calendar
from workflows.clock.days import ONE_DAY, WorkingDays, civil_date
from workflows.clock.events import BrokenHistory, events_of
from workflows.clock.history import Stop, replay
from workflows.flow.nodes import Review
from workflows.models import Application, ClockRow, MovedDueDate, Step
from workflows.offices.records import SYSTEM
from workflows.operations.climbing import place_application, place_step
from workflows.operations.timekeeping import dates_of, law_of, started_on

BATCH = 500


@dataclass(frozen=True)
class Move:
    """One date that differs from its recount; `step` is None for the dates of the application itself.

    `holders`: keys of the posts on which its open steps wait.
    """

    application: Application
    what: str
    old: dt.date | None
    new: dt.date | None
    was_provisional: bool = False
    is_provisional: bool = False
    step: Step | None = None
    holders: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What moves, in the reader's language."""
        return str(MovedDueDate.What(self.what).label)


@dataclass
class Standing:
    """One open application with its clock rows and its open steps, as read in a batch."""

    application: Application
    rows: list[ClockRow] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """The stops as they stand after every correction; none where no rule limits the procedure or events clash."""
        try:
            events = events_of(self.rows)
            started = started_on(self.application, events)
            law = law_of(self.application, started) if started else None
            return replay(events, law).stops if law else ()
        except BrokenHistory:
            return ()


def batches(county: str, *, lock: bool = False, only: Collection[int] | None = None) -> Iterator[list[Standing]]:
    """Every open application of a county, at most 500 at a time, by key; three statements each.

    `lock`: inside a transaction, with the applications' rows locked. `only`: keys of those that are wanted.
    """
    after = 0
    wanted = {} if only is None else {"pk__in": only}
    while True:
        found = Application.objects.filter(county=county, finished__isnull=True, pk__gt=after, **wanted).order_by("pk")
        page = list((found.select_for_update(no_key=True) if lock else found)[:BATCH])
        if not page:
            return
        after = page[-1].pk
        standing = {row.pk: Standing(row) for row in page}
        for clock in ClockRow.objects.filter(application__in=list(standing)).order_by("pk"):
            standing[clock.application_id].rows.append(clock)
        steps = Step.objects.filter(process__in=list(standing), finished__isnull=True).exclude(post_key="")
        for step in steps.order_by("pk"):
            standing[step.process_id].steps.append(step)
        yield list(standing.values())


def is_broken(standing: Standing, calendar: Calendar) -> bool:
    """Whether the events of the clock contradict each other, so that no date can honestly be computed."""
    try:
        dates_of(standing.application, standing.rows, calendar)
    except BrokenHistory:
        return True
    return False


def recount(standing: Standing, calendar: Calendar) -> list[Move]:
    """What of an application and its open steps is not as `calendar` counts it; nothing is changed.

    A decided application keeps the dates of its decision. A clock whose events contradict each other moves nothing:
    no date can honestly be computed from it.
    """
    moves = _clock_moves(standing, calendar)
    for step in standing.steps:
        moves += _step_moves(standing, step, calendar)
    holders = tuple(dict.fromkeys(step.post_key for step in standing.steps))
    return [replace(move, holders=holders) for move in moves]


def _clock_moves(standing: Standing, calendar: Calendar) -> list[Move]:
    row = standing.application
    if row.decided_at is not None:
        return []
    try:
        found = dates_of(row, standing.rows, calendar)
    except BrokenHistory:
        return []
    if found is None:
        return []
    moves = []
    was = (row.due_provisional, found.provisional)
    if (row.statutory_due, row.due_provisional) != (found.statutory, found.provisional):
        moves.append(Move(row, MovedDueDate.What.STATUTORY, row.statutory_due, found.statutory, *was))
    if row.promised_due != found.promised:
        moves.append(Move(row, MovedDueDate.What.PROMISED, row.promised_due, found.promised, *was))
    return moves


def _step_moves(standing: Standing, step: Step, calendar: Calendar) -> list[Move]:
    node: Any = step.flow_task
    if not isinstance(node, Review):
        return []
    opened = civil_date(step.created)
    moves = []
    # A limit that the case itself names is a date that somebody set, not one that a calendar gives.
    if node.limit is not None and not node.due_fact:
        due = _with_stops(calendar.add(opened, WorkingDays(node.limit)).date, step, standing, calendar)
        if due != step.due_on:
            moves.append(Move(standing.application, MovedDueDate.What.STEP, step.due_on, due, step=step))
    if node.wait is not None:
        free = node.wait.earliest(opened, lambda first, days: calendar.add(first, WorkingDays(days)).date)
        if free != step.not_before:
            moves.append(Move(standing.application, MovedDueDate.What.WAIT, step.not_before, free, step=step))
    return moves


def recounted_steps(standing: Standing, calendar: Calendar) -> Iterator[tuple[Step, dt.date | None]]:
    """(open step, the limit that it should have) where the two differ."""
    for step in standing.steps:
        for move in _step_moves(standing, step, calendar):
            if move.what == MovedDueDate.What.STEP:
                yield step, move.new


def _with_stops(due: dt.date, step: Step, standing: Standing, calendar: Calendar) -> dt.date:
    """The step's own limit, moved by every stop that ended while it was open, as `resume_clock` moved it."""
    recorded: dict[int, dt.datetime] = {row.pk: row.recorded_at for row in standing.rows}
    for stop in standing.stops:
        if stop.last is not None and recorded[stop.event_id] >= step.created and due >= stop.first:
            due = calendar.add(due, WorkingDays(calendar.count(stop.first - ONE_DAY, stop.last))).date
    return due


_COLUMNS = {MovedDueDate.What.STEP: "due_on", MovedDueDate.What.WAIT: "not_before"}


def write_moves(
    moves: list[Move],
    *,
    because: str,
    calendar_version: str,
    now: dt.datetime,
    actor: str = SYSTEM,
    request_id: str = "",
) -> None:
    """Write what `recount` found for locked applications: columns, old and new, entries, messages; all in bulk.

    Inside the transaction that holds the locks.
    """
    if not moves:
        return
    by_application: dict[int, list[Move]] = {}
    for move in moves:
        by_application.setdefault(move.application.pk, []).append(move)
    drafted, told = [], []
    for found in by_application.values():
        application = found[0].application
        _place(found)
        entry, head = entries.draft(
            head=application.head,
            kind="application.due_dates_moved",
            now=now,
            actor=actor,
            county=application.county,
            payload={"because": because, "calendar": calendar_version, "moved": [_told(move) for move in found]},
            request_id=request_id,
        )
        application.entry_count, application.last_hash = head.seq, head.last_hash
        drafted.append(entry)
        told += tell_of(found, now)
    entries.append(drafted)
    MovedDueDate.objects.bulk_create([_row(move, because, calendar_version, now) for move in moves])
    applications = [found[0].application for found in by_application.values()]
    for application in applications:
        place_application(application)
    columns = ["statutory_due", "promised_due", "due_provisional", "climbs_on", "entry_count", "last_hash"]
    Application.objects.bulk_update(applications, columns)
    steps = list({move.step.pk: move.step for move in moves if move.step is not None}.values())
    for step in steps:
        place_step(step, by_application[step.process_id][0].application)
    if steps:
        Step.objects.bulk_update(steps, ["due_on", "not_before", "climbs_on"])
    Message.objects.bulk_create(told)


def _place(moves: list[Move]) -> None:
    for move in moves:
        if move.step is not None:
            setattr(move.step, _COLUMNS[MovedDueDate.What(move.what)], move.new)
            continue
        move.application.due_provisional = move.is_provisional
        if move.what == MovedDueDate.What.STATUTORY:
            move.application.statutory_due = move.new
        else:
            move.application.promised_due = move.new


def _told(move: Move) -> dict[str, Any]:
    return {
        "what": str(move.what),
        "node": move.step.node if move.step else "",
        "old": move.old.isoformat() if move.old else "",
        "new": move.new.isoformat() if move.new else "",
        "provisional": move.is_provisional,
    }


def _row(move: Move, because: str, calendar_version: str, now: dt.datetime) -> MovedDueDate:
    return MovedDueDate(
        county=move.application.county,
        application=move.application,
        step=move.step,
        what=move.what,
        old=move.old,
        new=move.new,
        was_provisional=move.was_provisional,
        is_provisional=move.is_provisional,
        because=because,
        calendar_version=calendar_version,
        recorded_at=now,
    )


def tell_of(moves: list[Move], now: dt.datetime) -> list[Message]:
    """One message about an application's moved dates for every post on which it waits, and for the unit."""
    first = moves[0]
    application = first.application
    about = {
        "number": application.number,
        "subject": application.subject,
        "old": first.old.isoformat() if first.old else "—",
        "new": first.new.isoformat() if first.new else "—",
    }
    concerned = dict.fromkeys(post for post in (*first.holders, application.applicant_post) if post)
    return [
        Message(
            county=application.county,
            kind="due_dates_moved",
            post_key=post,
            params=about,
            url=f"/applications/{application.pk}/",
            created_at=now,
        )
        for post in concerned
    ]
