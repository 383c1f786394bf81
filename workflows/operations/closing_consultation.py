"""Close a consultation: who has not answered in time is named as silent; silence is never agreement."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from workflows.clock.days import civil_date
from workflows.flow.decisions import Answer, Decision
from workflows.flow.nodes import Join, Review, ReviewActivation
from workflows.legal import State
from workflows.models import Application, SignOff, Step
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.core import Actor, post_title, write_act
from workflows.operations.seating import office_seat


def silent_steps(application: Application, today: dt.date) -> list[Step]:
    """Open steps of a parallel part whose time for an answer is over."""
    rows = Step.objects.filter(process=application, finished__isnull=True, due_on__lt=today).exclude(post_key="")
    return [step for step in rows.order_by("pk") if _joined(step) is not None]


def _joined(step: Any) -> Join | None:
    node = step.flow_task
    answers = node.answers.values() if isinstance(node, Review) else ()
    return next((answer.to for answer in answers if isinstance(answer.to, Join)), None)


def may_close(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The handler or the chief, once an office is past its time.

    Raises `NotYourAct`, `Conflicted`, `NobodySilent`, `ClockStopped`.
    """
    seat = office_seat(application, actor)
    if not silent_steps(application, civil_date(now)):
        raise refusals.NobodySilent
    if application.state == State.STOPPED:
        # Nobody could answer while the clock stands still.
        raise refusals.ClockStopped
    return seat


def close_consultation(asked: Request, *, opinion: str = "") -> SignOff:
    """Go on without those who are silent; the record names them. Raises what `may_close` raises, `StaleScreen`."""
    with transaction.atomic():
        act = begin(asked, "close_consultation", may_close, opinion=opinion.strip())
        application, motion = act.application, act.application.motion
        steps: list[Any] = silent_steps(application, motion.today)
        # Nobody signed these: they are closed without an owner.
        signer, motion.owner_id = motion.owner_id, None
        for step in steps:
            step.process = application
            activation = ReviewActivation(step)
            activation.choose(Answer(Decision.SILENT, _joined(step)))
            activation.complete()
            activation.activate_next()
        motion.owner_id = signer
        act.details = {"silent": [post_title(step.post_key, application.county) for step in steps]}
        return write_act(act)
