"""The tokens of one application, moved by the rules of its pinned flow alone: no row is read, none is written.

The same game as `workflows.flow.nodes` and `operations.going_back` play on rows; that the two agree is what the random
flows of the tests compare after every click.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow import STATUS, Token

from workflows.flow.graph import start_of
from workflows.flow.nodes import End, Filing, Join, Review, Split
from workflows.flow.procedure import ProcedureFlow
from workflows.legal import State, moves
from workflows.models import Application
from workflows.replaying.said import Misfit
from workflows.replaying.way import Way


@dataclass
class Placed:
    """A step as the record makes it stand. `owner` is a person's key, empty for nobody, None where not recorded."""

    pk: int
    node: str
    token: str
    opened_at: dt.datetime
    review: bool
    parents: set[int] = field(default_factory=set)
    status: str = STATUS.NEW
    decision: str = ""
    owner: str | None = ""
    closed_at: dt.datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still awaited, or a Join that still waits."""
        return self.closed_at is None


class Walk:
    """Where every token of an application stands, and its legal state."""

    def __init__(self, application: Application, flow: type[ProcedureFlow]) -> None:
        self.application, self.flow = application, flow
        self.nodes = flow.node_map()
        self.state = int(State.RECEIVED)
        self.steps: dict[int, Placed] = {}
        self.ended: dt.datetime | None = None
        self.status: str = STATUS.NEW
        self.way = Way()
        self.now = application.received_at
        self.actor = ""

    def open_steps(self) -> list[Placed]:
        """Every step that is not closed."""
        return [step for step in self.steps.values() if step.is_open]

    def title(self, node: str) -> str:
        """A node as a person reads it: its title, and its name in the flow."""
        found = self.nodes.get(node)
        return f"{found.task_title} ({node})" if found is not None else node

    def begin(self) -> Placed:
        """The receipt, and what follows it."""
        node = start_of(self.flow)
        step = self._place(node, "start", None)
        self._close(step)
        self.enter(node._next, step.token, step)
        return step

    def move(self, law: str) -> None:
        """Make a legal move. Raises `Misfit` when the law does not know it from here."""
        target = moves(Application).get(law, {}).get(self.state)
        if target is None:
            raise Misfit(
                _("The law knows no move “%(law)s” from “%(state)s”.")
                % {"law": law, "state": State(self.state).label if self.state in State.values else self.state}
            )
        self.state = target

    def enter(self, node: Any, token: str, parent: Placed) -> None:
        """Open what a token reaches, and go on through gates. Raises `Misfit`."""
        if isinstance(node, Join):
            self._join(node, token, parent)
            return
        step = self._place(node, token, parent)
        if isinstance(node, Split):
            self._close(step)
            here: Any = SimpleNamespace(process=self.application, task=step, flow_task=node)
            tokens = Token.split_token_source(token, step.pk)
            for branch, condition, _source in node._branches:
                if condition is None or condition(here):
                    self.enter(branch, next(tokens).token, step)
        elif isinstance(node, Filing):
            self._close(step, node.answer.code, self.actor)
            self.move(str(node.answer.law))
            self.enter(node._next, token, step)
        elif isinstance(node, End):
            self._close(step)
            self.cancel()
            self.ended, self.status = self.now, STATUS.DONE

    def _join(self, node: Any, token: str, parent: Placed) -> None:
        base = token.rsplit("/", 1)[0] if "/" in token else token
        step = next((s for s in self.open_steps() if s.node == node.name and s.token == base), None)
        if step is None:
            step = self._place(node, base, parent)
        step.parents.add(parent.pk)
        part = f"{token.rsplit('_', 1)[0]}_"
        if not any(other.token.startswith(part) for other in self.open_steps()):
            self._close(step)
            self.enter(node._next, base, step)

    def _place(self, node: Any, token: str, parent: Placed | None) -> Placed:
        step = Placed(self.way.claim(node.name, token), node.name, token, self.now, isinstance(node, Review))
        if step.pk in self.steps:
            raise Misfit(_("The record opens a step that was open already."))
        if parent is not None:
            step.parents.add(parent.pk)
        self.steps[step.pk] = step
        return step

    def _close(self, step: Placed, decision: str = "", owner: str = "") -> None:
        step.status, step.decision, step.closed_at = STATUS.DONE, decision, self.now
        step.owner = owner

    def review(self, pk: int | None) -> Placed:
        """An open step that somebody may act on. Raises `Misfit`."""
        step = self.steps.get(pk) if pk is not None else None
        if step is None or not step.review:
            raise Misfit(_("The act stands on a step that the record never opened."))
        if not step.is_open:
            raise Misfit(_("The act stands on “%(node)s”, which was closed before.") % {"node": self.title(step.node)})
        return step

    def answer(self, step: Placed, decision: str, to: Any, owner: str) -> None:
        """Close a step with an answer and open what the answer leads to; `to` None opens nothing."""
        self._close(step, decision, owner)
        if to is not None:
            self.enter(to, step.token, step)

    def cancel(self, below: str = "") -> None:
        """Cancel every open step below a token."""
        for step in self.open_steps():
            if step.token.startswith(below):
                step.status, step.closed_at = STATUS.CANCELED, self.now

    def go_back(self, came_from: Placed, target: str, depth: int) -> None:
        """Cancel what stands beside, and open an earlier step at its own depth."""
        base = "/".join(came_from.token.split("/")[: depth + 1])
        self.cancel(base)
        self._place(self.nodes[target], base, came_from)

    def undo(self, old: Placed) -> Placed:
        """Close what an answer opened and open its step again. Raises `Misfit` when somebody acted since."""
        waiting, found = {old.pk}, []
        while waiting:
            rows = [step for step in self.steps.values() if step.parents & waiting]
            if any(step.review and not step.is_open for step in rows):
                raise Misfit(_("An answer was taken back on which somebody had acted."))
            # A Join that still waits belongs to the other branches too.
            found += [step for step in rows if step.review or not step.is_open]
            waiting = {step.pk for step in rows if not step.review and not step.is_open}
        for step in found:
            step.status, step.closed_at = STATUS.CANCELED, self.now
        return self._place(self.nodes[old.node], old.token, old)
