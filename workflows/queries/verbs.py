"""One answer to one question: which decisions are open to this person on this step, and if not, why not.

Buttons, sheets and the write all follow it: what it calls are the same checks that the operation makes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from workflows.audit.refused import Refused
from workflows.flow import registry
from workflows.flow.decisions import Answer, Decision
from workflows.flow.nodes import End, Join, Review, Split
from workflows.offices.models import localized
from workflows.operations import refusals
from workflows.operations.core import Actor, check_entitled, check_open
from workflows.operations.going_back import legal_targets
from workflows.operations.signing import refuse_unready


@dataclass(frozen=True)
class Verb:
    """One button. `why_off` is the reason in the reader's language, empty when it is on; `effect` what it will do."""

    code: str
    label: str
    effect: str
    why_off: str
    main: bool
    opinion: bool
    items: bool
    reasons: bool
    second: bool
    returns: bool
    record: tuple[Any, ...] = ()

    @property
    def on(self) -> bool:
        """Whether it may be pressed."""
        return not self.why_off


def verbs(step: Any, actor: Actor, now: dt.datetime) -> list[Verb]:
    """The step's decisions for this person, in the order of the flow. `step` is read by `locked_step`'s columns."""
    node: Review = step.flow_task
    barred = why_barred(step, actor)
    offered = [answer for answer in node.answers.values() if answer.offered(step.process.facts)]
    return [_verb(step, node, answer, barred, now) for answer in offered]


def why_barred(step: Any, actor: Actor) -> str:
    """Why this person may not answer the step at all; empty when he may."""
    try:
        check_open(step, actor.person)
        check_entitled(step, actor, apart=step.flow_task.apart)
    except Refused as refused:
        return str(refused)
    return ""


def _verb(step: Any, node: Review, answer: Answer, barred: str, now: dt.datetime) -> Verb:
    return Verb(
        code=answer.code,
        label=answer.label,
        effect=effect(answer, clocked=registry.procedure(step.process.procedure).rule is not None),
        why_off=barred or _why_not(step, answer, now),
        main=answer.main,
        opinion=answer.opinion,
        items=answer.items,
        reasons=answer.reasons,
        second=answer.second,
        returns=answer.decision == Decision.RETURN,
        record=answer.record,
    )


def _why_not(step: Any, answer: Answer, now: dt.datetime) -> str:
    application = step.process
    try:
        refuse_unready(step, answer, now)
        if answer.law is not None and not application.can_move(answer.law):
            raise refusals.Unlawful(application.state_label())
    except Refused as refused:
        return str(refused)
    if answer.decision == Decision.RETURN and not legal_targets(step):
        return _("There is no earlier step to return to.")
    return ""


def effect(answer: Answer, *, clocked: bool = True) -> str:
    """What the button will do, in one line; `clocked`: a statutory clock runs on the procedure."""
    if answer.decision == Decision.RETURN:
        return _("Goes back to a step that you choose; the clock runs on.")
    words = [_next_words(answer.to)]
    if clocked and answer.law in ("accept", "accept_by_silence"):
        words.append(_("The clock starts today."))
    if clocked and answer.law in ("grant", "refuse"):
        words.append(_("The clock ends."))
    if answer.law == "ask_corrections":
        words.append(_("The applicant gets this list; it is the only one."))
    # Chinese sentences follow each other without a space.
    return localized("", " ").join(word for word in words if word)


def _next_words(node: Any) -> str:
    if isinstance(node, Review):
        return _("Next: %(step)s.") % {"step": node.task_title}
    if isinstance(node, Split):
        names = localized("、", ", ").join(str(edge.dst.task_title) for edge in node._outgoing())
        return _("Next, at the same time: %(steps)s.") % {"steps": names}
    if isinstance(node, Join):
        return _("Waits until every office has answered.")
    if isinstance(node, End):
        return _("The application is closed.")
    return ""
