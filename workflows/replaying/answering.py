"""The acts that answer or open steps, and what flow and law allow of each: receipt, answer, silence, taking back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from workflows.flow.decisions import Answer, Decision
from workflows.flow.graph import enclosing, return_targets
from workflows.flow.nodes import Join, Review
from workflows.legal import State
from workflows.operations.co_signing import AGREES, Rule
from workflows.operations.going_back import voided_by
from workflows.operations.signing import DECISIONS, stands_beside_others
from workflows.operations.taking_back import HARMLESS, beside
from workflows.replaying.fold import Fold, Signed
from workflows.replaying.said import Misfit
from workflows.replaying.walking import Placed


def received(fold: Fold) -> None:
    """接件, or a filing that is complete with its receipt."""
    _begin(fold)
    fold.received_at = fold.said.occurred_at
    start = fold.walk.begin()
    if fold.said.kind == Decision.FILE:
        fold.note_law("file")
    fold.number = str(fold.said.payload.get("details", {}).get("number", ""))
    start.owner = fold.said.actor
    fold.sign(start.pk)


def opened(fold: Fold) -> None:
    """The house's own work, by a rule or a leader: nobody signs it."""
    _begin(fold)
    payload = fold.said.payload
    fold.received_at = fold.said.recorded_at
    fold.content = str(payload.get("content", ""))
    fold.number = str(payload.get("number", ""))
    fold.walk.begin()


def _begin(fold: Fold) -> None:
    if fold.begun:
        raise Misfit(_("The application is received a second time."))
    fold.begun = True


def answered(fold: Fold) -> None:
    """A step is answered by the hand that it waits for."""
    said, walk = fold.said, fold.walk
    step = walk.review(fold.way.step)
    node: Review = walk.nodes[step.node]
    answer = node.answers.get(said.kind)
    if answer is None or not answer.offered(fold.application.facts):
        raise Misfit(
            _("“%(node)s” does not offer the answer “%(answer)s”.")
            % {"node": walk.title(step.node), "answer": Decision(said.kind).label}
        )
    if fold.way.closed != [(step.pk, said.kind)]:
        raise Misfit(_("The entry closes other steps than the one it answers."))
    _check_hand(fold, step, node)
    _check_ready(fold, step, node, answer)
    if answer.law is not None:
        walk.move(answer.law)
        fold.note_law(answer.law)
    fold.correction_round += bool(answer.items)
    void: list[Signed] = []
    if answer.decision == Decision.RETURN:
        void = _return(fold, step)
    else:
        walk.answer(step, said.kind, answer.to, said.actor)
    beside_others = stands_beside_others(node) and answer.decision != Decision.RETURN
    signed = fold.sign(step.pk, four_eyes=node.four_eyes, revises=not beside_others)
    for row in void:
        row.voided_at, row.voided_by = said.recorded_at, signed.pk


def _check_hand(fold: Fold, step: Placed, node: Review) -> None:
    """The post, the person to whom it was handed, and different hands where four eyes are asked."""
    said = fold.said
    if said.post not in _posts(fold, said.kind, node):
        raise Misfit(_("“%(node)s” waits for another post than the one that signed.") % {"node": node.task_title})
    if step.owner not in ("", None, said.actor):
        raise Misfit(_("“%(node)s” was in other hands.") % {"node": node.task_title})
    if node.apart:
        same = [row for row in fold.standing() if row.four_eyes and row.node != step.node and row.signer == said.actor]
        if same:
            raise Misfit(
                _("One person signed “%(node)s” and “%(other)s”; two must.")
                % {"node": node.task_title, "other": fold.walk.title(same[0].node)}
            )


def _posts(fold: Fold, decision: str, node: Review) -> tuple[str, ...]:
    """Whose hands may answer: the node's post; the project unit itself where corrections come in (许可法 Art. 32)."""
    post = node.post_of(fold.application)
    if decision == Decision.CORRECTIONS_IN and fold.application.applicant_post:
        return post, fold.application.applicant_post
    return (post,)


def _check_ready(fold: Fold, step: Placed, node: Review, answer: Answer) -> None:
    """What must come with an answer, and what must stand before it."""
    said, payload = fold.said, fold.said.payload
    details = payload.get("details", {})
    if fold.walk.state == State.STOPPED:
        raise Misfit(_("It was signed while the clock was stopped."))
    # The unit answered point by point (application.correction_answered); it writes no officer's opinion on top.
    by_unit = said.post != node.post_of(fold.application)
    if answer.opinion and not by_unit and not payload.get("opinion"):
        raise Misfit(_("The answer has no opinion."))
    if answer.second and not payload.get("second"):
        raise Misfit(_("The answer names no second officer."))
    if answer.items and not details.get("corrections"):
        raise Misfit(_("The answer lists nothing to correct."))
    on_file = {paper.slot for paper in fold.papers}
    if answer.document and answer.document not in on_file:
        raise Misfit(_("The paper on which the answer rests is not on file."))
    if answer.law == "accept" and any(
        slot.required(fold.application.facts) and slot.code not in on_file for slot in fold.procedure.documents
    ):
        raise Misfit(_("It was accepted while a required paper was not in."))
    if answer.law in DECISIONS and any(
        row.four_eyes and row.node != step.node and int(row.said.payload["content_version"]) < fold.basis_version
        for row in fold.standing()
    ):
        raise Misfit(_("It was decided on an opinion that was given on an older content."))
    if said.kind != Decision.RETURN and not _co_signed(fold, step.pk):
        raise Misfit(_("It was signed before its co-signers."))


def _co_signed(fold: Fold, step: int) -> bool:
    rows = [row for row in fold.asked.get(step, ()) if row.removed_at is None]
    rule, count = fold.rules.get(step, (Rule.ALL, 0))
    needed = {Rule.ANY: min(1, len(rows)), Rule.COUNT: min(count, len(rows))}.get(Rule(rule), len(rows))
    return sum(row.answer == AGREES for row in rows) >= needed


def _return(fold: Fold, step: Placed) -> list[Signed]:
    walk, target = fold.walk, str(fold.said.payload.get("details", {}).get("target", ""))
    allowed = {node.name: node for node in return_targets(walk.flow, step.node, walk.state)}
    if target not in allowed:
        raise Misfit(
            _("From “%(node)s” nobody may go back to “%(target)s”.")
            % {"node": walk.title(step.node), "target": walk.title(target)}
        )
    void: Any = voided_by(allowed[target], fold.signed.values())  # type: ignore[arg-type]
    walk.answer(step, fold.said.kind, None, fold.said.actor)
    walk.go_back(step, target, len(enclosing(walk.flow)[target]))
    return list(void)


def deemed(fold: Fold) -> None:
    """Accepted by silence: nobody signs."""
    walk = fold.walk
    if len(fold.way.closed) != 1 or fold.correction_round:
        raise Misfit(_("Silence accepts one application that nobody answered."))
    step = walk.review(fold.way.closed[0][0])
    accept = walk.nodes[step.node].answers.get(Decision.ACCEPT)
    if accept is None or fold.way.closed[0][1] != Decision.DEEMED:
        raise Misfit(_("“%(node)s” is not where an application is accepted.") % {"node": walk.title(step.node)})
    walk.move("accept_by_silence")
    fold.by_silence = True
    fold.note_law("accept_by_silence")
    walk.answer(step, Decision.DEEMED.value, accept.to, "")
    fold.revision += 1
    if fold.said.payload.get("accepted_on") != (fold.accepted_on.isoformat() if fold.accepted_on else ""):
        raise Misfit(_("Silence accepts from the day of receipt."))


def closed_consultation(fold: Fold) -> None:
    """The silent offices' steps are closed without an answer."""
    walk = fold.walk
    if not fold.way.closed or walk.state == State.STOPPED:
        raise Misfit(_("No silent office is named."))
    for pk, decision in fold.way.closed:
        step = walk.review(pk)
        answers = walk.nodes[step.node].answers.values()
        joined = next((answer.to for answer in answers if isinstance(answer.to, Join)), None)
        if joined is None or decision != Decision.SILENT:
            raise Misfit(_("“%(node)s” is no consultation.") % {"node": walk.title(step.node)})
        walk.answer(step, decision, joined, "")
    fold.sign(None)


def taken_back(fold: Fold) -> None:
    """A signer voids his own newest answer; its step opens again."""
    said, walk = fold.said, fold.walk
    old = fold.signed.get(int(said.payload.get("details", {}).get("voids") or 0))
    if old is None or old.voided_at is not None or old.signer != said.actor or old.step is None:
        raise Misfit(_("Only one's own standing answer can be taken back."))
    before = walk.steps[old.step]
    answer = getattr(walk.nodes[before.node], "answers", {}).get(old.act)
    if answer is None or answer.law not in HARMLESS or answer.to is None or not fold.is_open:
        raise Misfit(_("This answer cannot be taken back."))
    later = [row for row in fold.signed.values() if row.said.seq > old.said.seq]
    if not all(row.step is not None and beside(before.token, walk.steps[row.step].token) for row in later):
        raise Misfit(_("An answer was taken back on which somebody had acted."))
    step = walk.undo(before)
    if before.pk in fold.asked:
        fold.asked[step.pk], fold.rules[step.pk] = fold.asked.pop(before.pk), fold.rules.pop(before.pk)
    signed = fold.sign(step.pk)
    old.voided_at, old.voided_by = said.recorded_at, signed.pk
