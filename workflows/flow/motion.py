"""What one operation moves: the given `now`, and what has to be written once at its end.

viewflow reads the clock and saves whole rows in many places; our activations ask the motion instead, so that one
operation has one instant and each row is written once, by named columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workflows.models import Ball, Step

if TYPE_CHECKING:
    from workflows.flow.decisions import Answer
    from workflows.flow.nodes import Review
    from workflows.models import Application, ClockRow


class Overtaken(Exception):
    """Somebody closed the step while this operation waited for the application's lock."""


@dataclass
class Motion:
    """One operation on one locked application.

    `due_on(first_day, working_days)` gives the last day of a step's limit; `climb(step)` sets the day of its first
    rung; `today` is the civil date of `now` in Asia/Shanghai.
    """

    now: dt.datetime
    today: dt.date
    due_on: Callable[[dt.date, int], dt.date]
    climb: Callable[[Step], None]
    owner_id: int | None = None
    opened: list[Step] = field(default_factory=list)
    placed: list[Step] = field(default_factory=list)
    closed: list[Step] = field(default_factory=list)
    clocked: list[ClockRow] = field(default_factory=list)
    links: list[tuple[int, int]] = field(default_factory=list)
    cancelled: int = 0
    ended: bool = False
    filed: Answer | None = None

    def open_step(self, step: Step, came_from: Step | None) -> None:
        """Insert a step that just became due, by one INSERT; remember where it came from."""
        step.created = self.now
        if step.post_key:
            self.climb(step)
        step.save(force_insert=True)
        self.placed.append(step)
        if came_from is not None:
            self.links.append((step.pk, came_from.pk))
        if step.post_key:
            self.opened.append(step)

    def place(self, step: Step, node: Review) -> None:
        """Fill what a waiting step carries: whose turn it is, its limit, the earliest day it may be signed."""
        step.post_key = node.post_of(step.process)
        step.ball = node.ball or Ball.OFFICE
        asked = dt.date.fromisoformat(step.process.facts[node.due_fact]) if node.due_fact else None
        if asked is not None and asked >= self.today:
            step.due_on = asked
        elif node.limit is not None:
            step.due_on = self.due_on(self.today, node.limit)
        if node.wait is not None:
            step.not_before = node.wait.earliest(self.today, self.due_on)

    def path(self, step: Step | None) -> dict[str, Any]:
        """What the act's entry says of its way: the step acted on and in whose hands it is, what it answered, what it
        opened (gates too), what it wrote to the clock. With it the record alone can be replayed (workflows.replaying).
        """
        found: dict[str, Any] = {}
        if step is not None:
            found["step"], found["owner"] = str(step.pk), str(step.owner_id or "")
        if self.closed:
            found["closed"] = [{"step": str(row.pk), "decision": row.decision} for row in self.closed]
        if self.placed:
            found["opened"] = [{"step": str(r.pk), "node": r.node, "token": str(r.token)} for r in self.placed]
        if self.clocked:
            found["clock"] = [
                {"event": str(row.pk), "kind": str(row.kind), "on": row.effective.isoformat(), "rule": row.rule}
                for row in self.clocked
            ]
        return found

    def write_links(self) -> None:
        """Write viewflow's causal graph: one INSERT for all links of the operation."""
        if self.links:
            through = Step.previous.through
            through.objects.bulk_create(
                [through(from_step_id=child, to_step_id=parent) for child, parent in self.links]
            )
            self.links.clear()


def motion_of(application: Application) -> Motion:
    """The motion under way. Raises `RuntimeError` outside an operation: nothing moves an application by itself."""
    motion = getattr(application, "motion", None)
    if motion is None:
        raise RuntimeError("An application moves only inside an operation (workflows.operations).")
    return motion
