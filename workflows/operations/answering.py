"""补正答复: the project unit answers one point of the correction list online; the last answer hands the list in.

What reaches the system has reached the authority: with the last answer the corrections are in, and the counter's five
days begin (行政许可法 Art. 32; 司法解释 Art. 6). Whether an answer is enough is for the counter to say.
"""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.flow.decisions import Decision
from workflows.flow.registry import procedure
from workflows.legal import State
from workflows.models import Application, CorrectionItem, Step
from workflows.offices.models import Person
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.core import Act, Actor, actor_of, append_entry, locked_application, post_title
from workflows.operations.documents import put_in, stored
from workflows.operations.signing import Form, perform

MOST_WORDS = 1000


@dataclass(frozen=True)
class Answered:
    """The point, and how many are still open; `left == 0`: the list was handed in."""

    item: CorrectionItem
    left: int


def may_answer(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The project unit itself, while corrections are asked. Raises `NotYourAct`, `NoCorrectionsAsked`."""
    seat = actor.seat(application.applicant_post) if application.applicant_post else None
    if seat is None:
        raise refusals.NotYourAct(lambda: post_title(application.applicant_post, application.county))
    if application.state != State.CORRECTING:
        raise refusals.NoCorrectionsAsked(application.state_label())
    return seat


def answer_point(
    *, application_id: int, item_id: int, person: Person, text: str, upload: Any, now: dt.datetime, request_id: str = ""
) -> Answered:
    """Answer one point with a paper, with words, or with both; one transaction.

    A point that names a line of the checklist needs the paper. Raises `NoSuchStep`, `NotYourAct`, `NoCorrectionsAsked`,
    `PointAnswered`, `Missing`.
    """
    actor, words = actor_of(person, now, request_id), text.strip()[:MOST_WORDS]
    with stored(upload, now) if upload is not None else nullcontext() as brought, transaction.atomic():
        application = locked_application(application_id, person.county)
        seat = may_answer(application, actor, now)
        item = CorrectionItem.objects.filter(application=application, pk=item_id).order_by("pk").first()
        if item is None:
            raise refusals.NoSuchStep
        if item.answered_at is not None:
            raise refusals.PointAnswered(item.answered_at)
        _check(item, application, words, brought)
        if brought is not None:
            item.document = put_in(Act(application, actor, seat, "document_added", now), item.slot, brought)
        item.answered_at, item.answered_by, item.answer = now, person, words
        item.save(update_fields=["answered_at", "answered_by", "answer", "document"])
        said = {"point": str(item.pk), "text": item.text, "answer": words, "document": str(item.document_id or "")}
        append_entry(Act(application, actor, seat, "correction_answered", now), None, said)
        left = CorrectionItem.objects.filter(application=application, answered_at__isnull=True).count()
        if left:
            application.revision += 1
            application.save(update_fields=["revision", "entry_count", "last_hash"])
        else:
            _hand_in(Act(application, actor, seat, str(Decision.CORRECTIONS_IN), now))
    return Answered(item, left)


def _check(item: CorrectionItem, application: Application, words: str, brought: Any) -> None:
    line = procedure(application.procedure).slot(item.slot) if item.slot else None
    if line is not None and brought is None:
        raise refusals.Missing(_("Add the paper “%(title)s”: this point asks for it.") % {"title": line.title}, "file")
    if line is None and brought is not None:
        raise refusals.Missing(
            _("This point names no line of the checklist: add the paper under “Documents”, and answer in words."),
            "file",
        )
    if line is None and not words:
        raise refusals.Missing(_("Write how the point was settled."), "text")


def _hand_in(act: Act) -> None:
    """Answer the step that waits for the applicant, from his own seat."""
    application = act.application
    waiting = Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="").order_by("pk")
    for step in waiting:
        answer = step.flow_task.answers.get(Decision.CORRECTIONS_IN)
        if answer is not None:
            step.process, act.step = application, step
            perform(act, answer, Form(decision=str(Decision.CORRECTIONS_IN)))
            return
    raise RuntimeError(f"{application.number} waits for corrections, but no step does.")
