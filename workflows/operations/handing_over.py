"""转办: hand an open step to a named colleague who sits on its post, or stands in for it; and take it back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import Message
from workflows.clock.days import civil_date
from workflows.models import Application, SignOff, Step
from workflows.offices.holders import who_may_act
from workflows.offices.models import Person, Recusal
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.core import Actor, entitlement, hands, post_title, write_act
from workflows.operations.seating import HEADS, office_of, seat_in


def _open(application: Application) -> list[Step]:
    return list(Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="").order_by("pk"))


def seat_over(step: Step, actor: Actor) -> Seat | None:
    """The seat from which this person may move the step: on its post, or at the head of its office."""
    return actor.seat(step.post_key) or seat_in(actor, office_of(step.post_key), HEADS)


def movable(application: Application, actor: Actor) -> list[Step]:
    """The open steps that this person may give to somebody: of his own post, or of the office that he heads."""
    return [step for step in _open(application) if seat_over(step, actor) is not None]


def may_hand_over(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Whoever sits on an open step's post, or heads its office. Raises `NotYourAct`, `Closed`."""
    steps = _open(application)
    if not steps:
        raise refusals.Closed(application.state_label())
    for step in steps:
        seat = seat_over(step, actor)
        if seat is not None:
            return seat
    raise refusals.NotYourAct(lambda: post_title(steps[0].post_key, application.county))


def colleagues(application: Application, actor: Actor, now: dt.datetime) -> list[tuple[int, str]]:
    """(person, name) of everybody who may act today on an open step that this person may move."""
    found: dict[int, str] = {}
    for step in movable(application, actor):
        for person in _people(step, now):
            found[person.pk] = person.display_name
    return sorted(found.items(), key=lambda pair: pair[1])


def _people(step: Step, now: dt.datetime) -> list[Person]:
    keys = [found.person_id for found in who_may_act(step.county, step.post_key, civil_date(now))]
    return list(Person.objects.filter(pk__in=keys, is_active=True).order_by("pk"))


def takers(step: Step, now: dt.datetime) -> list[Person]:
    """Who else sits on the step's post today, or stands in, and may sign it; five statements at most."""
    people = _people(step, now)
    mine = step.owner_id or (people[0].pk if len(people) == 1 else None)
    others = [person for person in people if person.pk != mine]
    if not others:
        return []
    recused = Recusal.objects.filter(person__in=others, subject_key=step.process.subject_key, lifted_at__isnull=True)
    barred = set(recused.values_list("person", flat=True))
    if step.flow_task.apart:
        signed = hands(step.process, step.process.applicant_post).exclude(node=step.node)
        barred |= set(signed.values_list("signer", flat=True))
    return [person for person in others if person.pk not in barred]


def hand_over(asked: Request, *, step_id: int, to_id: int | None, opinion: str) -> SignOff:
    """Give the step to one person alone, or (`to_id` None) back to everybody on the post.

    Raises what `may_hand_over` raises, `StaleScreen`, `Missing` (no such step of his, or a taker who may not sign it).
    """
    if not opinion.strip():
        raise refusals.Missing(_("Give the reasons."), "opinion")
    with transaction.atomic():
        act = begin(asked, "hand_over", may_hand_over, opinion=opinion.strip())
        step: Any = next((row for row in movable(act.application, act.actor) if row.pk == step_id), None)
        if step is None:
            raise refusals.Missing(_("Choose an open step."), "step_id")
        taker = next((person for person in _people(step, asked.now) if person.pk == to_id), None)
        if to_id is not None and taker is None:
            raise refusals.Missing(_("This person does not sit on the step's post today."), "to_id")
        if taker is not None:
            _check_taker(step, taker)
        act.seat = seat_over(step, act.actor) or act.seat
        step.owner = taker
        step.save(update_fields=["owner"])
        act.step = step
        act.details = {"to": taker.display_name if taker else ""}
        return write_act(act, messages=[_message(act.application, step, taker, asked.now)])


def _check_taker(step: Step, taker: Person) -> None:
    """Raises `Missing` when the step would strand with somebody whom recusal or four eyes keeps from signing it."""
    found: Any = Step.objects.annotate(**entitlement(taker)).get(pk=step.pk)
    if found.recused or (found.flow_task.apart and found.signed_elsewhere):
        raise refusals.Missing(
            _("%(who)s may not sign this step: recused, or already signed another review step.")
            % {"who": taker.display_name},
            "to_id",
        )


def _message(application: Application, step: Step, taker: Person | None, now: dt.datetime) -> Message:
    return Message(
        county=application.county,
        kind="step_handed_over",
        post_key="" if taker else step.post_key,
        person=taker,
        params={"number": application.number, "subject": application.subject, "node": step.node},
        url=f"/steps/{step.pk}/",
        created_at=now,
    )
