"""Sign one step: the click that everything stands on (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.clock.days import civil_date
from workflows.flow import registry
from workflows.flow.decisions import Answer, Decision
from workflows.flow.graph import enclosing
from workflows.flow.motion import Overtaken
from workflows.flow.nodes import Review, ReviewActivation
from workflows.legal import State
from workflows.models import Application, CorrectionItem, SignOff, Step
from workflows.offices.models import Person
from workflows.operations import refusals
from workflows.operations.co_signing import check_complete
from workflows.operations.core import (
    Act,
    Actor,
    actor_of,
    check_entitled,
    check_open,
    check_screen,
    locked_step,
    motion_for,
    write_act,
)
from workflows.operations.corrections import receive_items, write_items
from workflows.operations.documents import check_on_file, missing_papers
from workflows.operations.going_back import lawful_target, reroute
from workflows.operations.opening import check_fact
from workflows.operations.timekeeping import note_law

# Legal moves that decide the case: they need every opinion on the content that stands.
DECISIONS = frozenset({"grant", "grant_with_gaps", "refuse"})


@dataclass(frozen=True)
class Form:
    """What the officer filled in. `items` are correction lines (slot, text); `target` a node to return to; `record`
    the fields of the answer's record by their code."""

    decision: str
    opinion: str = ""
    items: Sequence[tuple[str, str]] = ()
    reasons: str = ""
    second_name: str = ""
    target: str = ""
    record: dict[str, str] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Signed:
    """The result of a click: the sign-off, and the steps that it opened."""

    application: Application
    sign_off: SignOff
    opened: list[Step]


def sign(*, step_id: int, person: Person, form: Form, seen: str, now: dt.datetime, request_id: str = "") -> Signed:
    """Answer one step.

    `seen` is `screen_of` the page that was signed; `now` an aware instant. One transaction: lock, check, change,
    sign-off, entry, outbox. Raises the kinds of `Refused` in `refusals`.
    """
    actor = actor_of(person, now, request_id)
    try:
        return _sign(step_id, actor, form, seen, now)
    except Overtaken:
        check_open(Step.objects.select_related("owner").get(pk=step_id), person)
        raise


def _sign(step_id: int, actor: Actor, form: Form, seen: str, now: dt.datetime) -> Signed:
    person = actor.person
    with transaction.atomic():
        step: Any = locked_step(step_id, person, person.county)
        check_screen(step, seen, person)
        node: Review = step.flow_task
        seat = check_entitled(step, actor, apart=node.apart)
        answer = check_answer(step, node, form, now)
        act = Act(
            application=step.process,
            actor=actor,
            seat=seat,
            kind=answer.code,
            now=now,
            step=step,
            opinion=form.opinion.strip(),
            details=_details(form, answer),
            second_name=form.second_name.strip(),
            distinct_hand=node.four_eyes,
            beside_others=stands_beside_others(node) and answer.decision != Decision.RETURN,
        )
        return perform(act, answer, form)


def stands_beside_others(node: Review) -> bool:
    """Whether other offices answer at the same time, and this answer changes nothing that they look at."""
    return bool(enclosing(node.flow_class)[node.name]) and not node.four_eyes


def perform(act: Act, answer: Answer, form: Form) -> Signed:
    """Move the locked application by an answer that has been checked, and write the act."""
    application, step = act.application, act.step
    if step is None:
        raise RuntimeError("An answer belongs to a step.")
    motion = motion_for(application, act.now, act.actor)
    fields: set[str] = set()
    if answer.law is not None:
        application.move(answer.law)
        fields |= note_law(application, answer.law, act)
    activation = ReviewActivation(step)
    activation.choose(answer)
    activation.complete()
    if answer.items:
        fields |= write_items(application, form.items, act.now)
    if answer.law == "receive_corrections":
        receive_items(application, act.now)
    void: list[SignOff] = []
    if answer.decision == Decision.RETURN:
        void = reroute(application, lawful_target(step, form.target), step)
    else:
        activation.activate_next()
    opened = list(motion.opened)
    told = answer.then(act) if answer.then is not None else []
    told += registry.tell_decided(application, answer, act.now) if answer.law is not None else []
    sign_off = write_act(act, fields=fields, messages=told)
    _void(void, sign_off, act.now)
    return Signed(application, sign_off, opened)


def check_answer(step: Any, node: Review, form: Form, now: dt.datetime) -> Answer:
    """The answer, with all that must come with it. Raises `NotOffered`, `Missing`, `TooEarly`, `Unlawful`, …"""
    answer = node.answers.get(form.decision)
    application: Application = step.process
    if answer is None or not answer.offered(application.facts):
        raise refusals.NotOffered(form.decision)
    refuse_unready(step, answer, now)
    if answer.law is not None and not application.can_move(answer.law):
        raise refusals.Unlawful(application.state_label())
    if answer.opinion and not form.opinion.strip():
        raise refusals.Missing(_("Write an opinion: it goes into the record."), "opinion")
    if answer.reasons and not (form.reasons.strip() or form.opinion.strip()):
        raise refusals.Missing(_("Give the reasons."), "reasons")
    if answer.items and not any(text.strip() for _slot, text in form.items):
        raise refusals.Missing(_("List at least one thing to correct: this is the only list you may send."), "items")
    if answer.second and not form.second_name.strip():
        raise refusals.Missing(
            _("Name the second officer on site: a visit needs two (Licensing Law, Art. 34)."), "second_name"
        )
    if answer.document:
        check_on_file(application, answer.document)
    for fact in answer.record:
        check_fact(fact, form.record.get(fact.code, ""))
    if answer.decision == Decision.RETURN:
        lawful_target(step, form.target)
    return answer


def refuse_unready(step: Any, answer: Answer, now: dt.datetime) -> None:
    """Refuse what cannot be answered yet. Raises `ClockStopped`, `TooEarly`, `WaitsForCoSigners`."""
    if step.process.state == State.STOPPED:
        raise refusals.ClockStopped
    if step.not_before is not None and civil_date(now) < step.not_before and answer.decision != Decision.RETURN:
        raise refusals.TooEarly(step.not_before, step.flow_task.wait.article if step.flow_task.wait else "")
    if answer.barred is not None and (why := answer.barred(step.process, civil_date(now))):
        raise refusals.NotYet(why)
    if answer.law == "accept" and (missing := missing_papers(step.process)):
        raise refusals.PapersMissing("、".join(missing))
    if step.stale_opinion and answer.law in DECISIONS:
        raise refusals.StaleOpinion(stale_names(step))
    if step.waits_for_others and answer.decision != Decision.RETURN:
        check_complete(step)


def stale_names(step: Any) -> str:
    """Who signed an older content, for a sentence."""
    names = (
        SignOff.objects.filter(application=step.process, distinct_hand=True, voided_at__isnull=True)
        .filter(content_version__lt=step.process.basis_version)
        .values_list("signer_name", flat=True)
    )
    return "、".join(sorted(set(names)))


def _details(form: Form, answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = dict(form.details)
    if form.reasons.strip():
        found["reasons"] = form.reasons.strip()
    if answer.items:
        found["corrections"] = [{"slot": slot, "text": text.strip()} for slot, text in form.items if text.strip()]
    if form.target:
        found["target"] = form.target
    if answer.record:
        found["record"] = {fact.code: form.record.get(fact.code, "").strip() for fact in answer.record}
    if answer.decision == Decision.REFUSE:
        # 行政许可法 Art. 38; 行政复议法 Art. 20; 行政诉讼法 Art. 46.
        found["remedies"] = {"review_days": 60, "lawsuit_months": 6}
    return found


def _void(old: list[SignOff], by: SignOff, now: dt.datetime) -> None:
    if old:
        SignOff.objects.filter(pk__in=[row.pk for row in old]).update(voided_at=now, voided_by=by)


__all__ = ["Actor", "CorrectionItem", "Form", "Signed", "perform", "sign"]
