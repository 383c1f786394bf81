"""Our nodes on viewflow's: Start, Review, Filing, Split, Join, End.

They subclass viewflow's and replace what writes: create, complete and activate_next touch only named columns, at the
motion's `now`. Nothing here checks authority or law; operations did that before they moved anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from viewflow import this
from viewflow.workflow import STATUS, Activation, Node, Token
from viewflow.workflow.activation import Activation as BaseActivation
from viewflow.workflow.base import Edge
from viewflow.workflow.nodes.end import End as ViewflowEnd
from viewflow.workflow.nodes.join import Join as ViewflowJoin
from viewflow.workflow.nodes.join import JoinActivation as ViewflowJoinActivation
from viewflow.workflow.nodes.mixins import NextNodeActivationMixin, NextNodeMixin
from viewflow.workflow.nodes.split import Split as ViewflowSplit
from viewflow.workflow.nodes.start import StartHandle, StartHandleActivation

from workflows.flow.decisions import Answer, Decision
from workflows.flow.motion import Overtaken, motion_of
from workflows.models import Ball, Step

SETTLED = (STATUS.DONE, STATUS.CANCELED, STATUS.REVIVED)


@dataclass(frozen=True)
class Wait:
    """A legal minimum before a step may be signed: `days` working days, or calendar days, after it opened."""

    days: int
    working: bool
    article: str

    def earliest(self, opened: dt.date, due_on: Callable[[dt.date, int], dt.date]) -> dt.date:
        """The first day on which the step may be signed: the day after the period's last."""
        last = due_on(opened, self.days) if self.working else opened + dt.timedelta(days=self.days)
        return last + dt.timedelta(days=1)


def new_step(flow_task: Any, application: Any, token: Any, status: str) -> Step:
    """An unsaved step of a node, with every engine column that does not depend on the node's kind."""
    return Step(
        process=application,
        flow_task=flow_task,
        flow_task_type=flow_task.task_type,
        status=status,
        token=token,
        county=application.county,
        node=flow_task.name,
    )


class GateActivation(BaseActivation):
    """A step nobody awaits: written once, already done."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        """Insert the gate as passed."""
        motion = motion_of(prev_activation.process)
        step = new_step(flow_task, prev_activation.process, token, STATUS.DONE)
        step.started = step.finished = motion.now
        motion.open_step(step, prev_activation.task)
        return cls(step)


class StartActivation(StartHandleActivation):
    """Receipt: the first row of an application."""

    @classmethod
    def begin(cls, flow_task: Any, application: Any) -> StartActivation:
        """Insert the start, done, by whoever received the application; the caller then activates the next."""
        motion = motion_of(application)
        step = new_step(flow_task, application, Token("start"), STATUS.DONE)
        step.started = step.finished = motion.now
        step.owner_id = motion.owner_id
        motion.open_step(step, None)
        return cls(step)


class Start(StartHandle):
    """接件: an application comes in."""

    activation_class = StartActivation
    task_title = "Receipt"

    def __init__(self) -> None:
        super().__init__(func=None)


class ReviewActivation(BaseActivation):
    """A human step with several answers; `answer` is the one chosen by the operation."""

    answer: Answer | None = None

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        """Open the step for its post: one INSERT."""
        motion = motion_of(prev_activation.process)
        step = new_step(flow_task, prev_activation.process, token, STATUS.NEW)
        motion.place(step, flow_task)
        motion.open_step(step, prev_activation.task)
        return cls(step)

    @Activation.status.super()
    def activate(self) -> None:
        """Wait for a person."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def choose(self, answer: Answer) -> None:
        """Take the officer's answer; nothing is written yet."""
        self.answer = answer

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        """Close the step: one UPDATE of named columns, of a row that is still open. Raises `Overtaken`.

        Behind a waited-for lock the row may have been read before somebody else closed it.
        """
        motion = motion_of(self.process)
        answer = self.answer
        if answer is None:
            raise RuntimeError("A step closes only with an answer.")
        self.task.decision = answer.code
        self.task.owner_id = motion.owner_id
        self.task.started = self.task.finished = motion.now
        closed = Step.objects.filter(pk=self.task.pk, finished__isnull=True).update(
            status=STATUS.DONE,
            decision=answer.code,
            owner_id=motion.owner_id,
            started=motion.now,
            finished=motion.now,
        )
        if not closed:
            raise Overtaken
        motion.closed.append(self.task)

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Any]:
        """Open what the answer leads to; an answer that returns opens nothing here (see reroute)."""
        answer = self.answer
        if answer is not None and answer.to is not None:
            yield answer.to._create(self, self.task.token)


class Review(Node):
    """A human step. Reads like the office's own chart: who, what may be answered, and where each answer leads.

    `post` is a role of the procedure's office (`chief`) or a full key (`forestry.chief`). `limit` is the office's own
    limit in working days. A post `@name` is the one that the case itself names in its fact `name`; a `due_fact` names
    the fact that holds the last day, while that lies ahead. `four_eyes`: whoever signs here may sign no other four-eyes
    step of the same application. `apart`: whoever signs here has signed none of those.
    """

    activation_class = ReviewActivation
    task_type = "HUMAN"
    bpmn_element = "userTask"
    shape: Any = {"width": 150, "height": 100, "text-align": "middle", "svg": ""}

    def __init__(
        self,
        *,
        title: Any,
        post: str,
        limit: int | None = None,
        ball: Ball | None = None,
        four_eyes: bool = False,
        apart: bool = False,
        wait: Wait | None = None,
        checks: tuple[Any, ...] = (),
        prefill: Any = "",
        records: tuple[str, ...] = (),
        decides: bool = False,
        due_fact: str = "",
    ) -> None:
        super().__init__()
        self.task_title = title
        # viewflow gives a node without a title the words of its name; the agreement check must still see the gap.
        self.titled = bool(str(title).strip())
        self.post = post
        self.limit = limit
        self.ball = ball
        self.four_eyes = four_eyes
        self.apart = apart or four_eyes
        self.wait = wait
        self.checks = checks
        self.prefill = prefill
        self.records = records
        self.decides = decides
        self.due_fact = due_fact
        self.answers: dict[str, Answer] = {}

    def Answer(self, decision: Decision, to: Any = None, **options: Any) -> Review:
        """Offer `decision`, leading to node `to`; options are the fields of `Answer`."""
        self.answers[decision.value] = Answer(decision, to, **options)
        return self

    def Return(self) -> Review:
        """Offer to return to an earlier step that the officer picks among the legal ones."""
        return self.Answer(Decision.RETURN, None, reasons=True)

    @property
    def post_key(self) -> str:
        """The key of the post that is awaited; `@name` when each case names its own."""
        fixed = "." in self.post or self.named_by_case
        return self.post if fixed else f"{self.flow_class.procedure.office}.{self.post}"

    @property
    def named_by_case(self) -> bool:
        """Whether the post is a fact of the case."""
        return self.post.startswith("@")

    def post_of(self, application: Any) -> str:
        """The key of the post that is awaited in this case."""
        return str(application.facts[self.post[1:]]) if self.named_by_case else self.post_key

    def _resolve(self, instance: Any) -> None:
        # The node was copied by viewflow; the copy must not share its table with the class it came from.
        self.answers = {
            code: Answer(**{**answer.__dict__, "to": this.resolve(instance, answer.to)})
            for code, answer in self.answers.items()
        }

    def _outgoing(self) -> Iterator[Edge]:
        for answer in self.answers.values():
            if answer.to is not None:
                yield Edge(src=self, dst=answer.to, edge_class="next", label=answer.label)


class SplitActivation(GateActivation):
    """Opens every branch, each with its own token."""

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Any]:
        """One step for each branch whose condition holds."""
        tokens = Token.split_token_source(self.task.token, self.task.pk)
        for node, condition, _source in self.flow_task._branches:
            if condition is None or condition(self):
                yield node._create(self, next(tokens))


class Split(ViewflowSplit):
    """并联: several steps at once."""

    activation_class = SplitActivation
    task_title = "Split"


class JoinActivation(ViewflowJoinActivation):
    """Waits for every branch. The application row is locked, so nobody else can complete it."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        """Find the half-filled Join of this Split, or insert it."""
        application = prev_activation.process
        motion = motion_of(application)
        base = token.get_base_split_token() if token.is_split_token() else token
        step = Step.objects.filter(
            process=application, flow_task=flow_task, token=base, status__in=[STATUS.NEW, STATUS.STARTED]
        ).first()
        if step is None:
            step = new_step(flow_task, application, base, STATUS.NEW)
            step.started = motion.now
            motion.open_step(step, prev_activation.task)
        else:
            step.process = application
            motion.links.append((step.pk, prev_activation.task.pk))
        activation = cls(step)
        activation.prefix = f"{token.token.rsplit('_', 1)[0]}_"
        return activation

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    @Activation.status.transition(source=STATUS.STARTED)
    def activate(self) -> None:
        """Nothing is written while branches are open."""

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE, conditions=[this.is_done])
    def complete(self) -> None:
        """Close the Join: one UPDATE."""
        self.task.finished = motion_of(self.process).now
        self.task.save(update_fields=["status", "finished"])

    def is_done(self) -> bool:
        """Whether no branch of this Split is open."""
        open_branches = Step.objects.filter(process=self.process, token__startswith=self.prefix).exclude(
            status__in=SETTLED
        )
        return not open_branches.exists()


class Join(ViewflowJoin):
    """汇总: goes on when every branch has answered, and shows the most severe answer."""

    activation_class = JoinActivation
    task_title = "Join"


class FilingActivation(NextNodeActivationMixin, GateActivation):
    """A filing is complete when it is in: the receipt itself makes the legal move."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        """Insert the step as passed and move the application; the operation writes clock and sign-off."""
        application = prev_activation.process
        motion = motion_of(application)
        step = new_step(flow_task, application, token, STATUS.DONE)
        step.started = step.finished = motion.now
        step.owner_id = motion.owner_id
        step.decision = flow_task.answer.code
        motion.open_step(step, prev_activation.task)
        activation = cls(step)
        activation.process.move(flow_task.answer.law)
        motion.filed = flow_task.answer
        return activation


class Filing(NextNodeMixin, Node):
    """备案: filed at once by whoever sent it in, no officer decides (建设项目环境影响登记表备案管理办法 Art. 9, 12)."""

    activation_class = FilingActivation
    task_type = "FILING"
    bpmn_element = "serviceTask"
    shape: Any = {"width": 150, "height": 100, "text-align": "middle", "svg": ""}
    answer = Answer(Decision.FILE, law="file")

    def __init__(self, *, title: Any) -> None:
        super().__init__()
        self.task_title = title


class EndActivation(GateActivation):
    """Closes everything."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        """Insert the end; cancel what parallel branches left open; the operation saves the application."""
        activation = super().create(flow_task, prev_activation, token)
        application = activation.process
        motion = motion_of(application)
        if flow_task.flow_class.has_split:
            motion.cancelled += cancel_open(application, motion.now)
        application.status = STATUS.DONE
        application.finished = motion.now
        motion.ended = True
        return activation

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> list[Any]:
        """Nothing follows."""
        return []


class End(ViewflowEnd):
    """The application is closed."""

    activation_class = EndActivation
    task_title = "End"


def cancel_open(application: Any, now: dt.datetime, token_prefix: str = "") -> int:
    """Cancel every open step and half-filled Join (below a token, if given): one UPDATE; how many were open."""
    condition = Q(process=application, finished__isnull=True)
    if token_prefix:
        condition &= Q(token__startswith=token_prefix)
    return Step.objects.filter(condition).update(status=STATUS.CANCELED, finished=now)
