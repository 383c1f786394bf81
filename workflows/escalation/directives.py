"""交办 and 催办: the leader gives a task to one owner with a due date and evidence; the supervision office urges."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from notifications.models import Message
from workflows.clock.days import civil_date
from workflows.escalation.giving import check_task, open_directive
from workflows.escalation.models import Directive
from workflows.escalation.procedures import DIRECTIVE, SUPERVISION
from workflows.escalation.targets import SUPERVISION_POST
from workflows.legal import State
from workflows.models import Application, SignOff, Step
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.core import Actor, post_title, write_act


def may_direct(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The leader whose matter it is, once the conference was held. Raises `NotYourAct`, `NotYet`."""
    if application.procedure != SUPERVISION.code:
        raise refusals.NotYourAct(lambda: post_title(SUPERVISION_POST, application.county))
    owner = str(application.facts["owner"])
    seat = actor.seat(owner)
    if seat is None:
        raise refusals.NotYourAct(lambda: post_title(owner, application.county))
    if not application.is_open:
        raise refusals.Closed(application.state_label())
    if application.state != State.IN_REVIEW:
        raise refusals.NotYet(_("Directives follow from the conference: record it first."))
    return seat


def give_directive(asked: Request, *, owner_post: str, task: str, due_on: dt.date, evidence: str) -> SignOff:
    """Give one task to one post until a working day; opens its own case in that post's inbox.

    Raises what `may_direct` raises, `StaleScreen`, `Missing` (no such post, a day that is past or no working day).
    """
    with transaction.atomic():
        act = begin(asked, "directive", may_direct, opinion=task.strip())
        application = act.application
        check_task(application, owner_post, task, due_on, civil_date(asked.now))
        given = open_directive(act, owner_post=owner_post, task=task, due_on=due_on, evidence=evidence)
        act.details = {"directive": given.number, "owner": owner_post, "due_on": due_on.isoformat()}
        return write_act(act)


def may_urge(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The supervision office, or the leader who gave it, while the directive is open. Raises `NotYourAct`, `Closed`."""
    giver = str(application.facts.get("giver", "")) if application.procedure == DIRECTIVE.code else ""
    seat = (actor.seat(SUPERVISION_POST) or actor.seat(giver)) if giver else None
    if seat is None:
        raise refusals.NotYourAct(lambda: post_title(SUPERVISION_POST, application.county))
    if not application.is_open:
        raise refusals.Closed(application.state_label())
    return seat


def urge(asked: Request, *, opinion: str) -> SignOff:
    """催办: remind the owner in writing; it stands in the record. Raises what `may_urge` raises, `Missing`."""
    if not opinion.strip():
        raise refusals.Missing(_("Write what you urge."), "opinion")
    with transaction.atomic():
        act = begin(asked, "urge", may_urge, opinion=opinion.strip())
        application = act.application
        Directive.objects.filter(application=application).update(urged=F("urged") + 1)
        open_posts = Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="")
        told = [
            Message(
                county=application.county,
                kind="directive_urged",
                post_key=post,
                params={
                    "number": application.number,
                    "subject": application.subject,
                    "due": application.facts["due_on"],
                },
                url=f"/applications/{application.pk}/",
                created_at=asked.now,
            )
            for post in open_posts.values_list("post_key", flat=True)
        ]
        return write_act(act, messages=told)
