"""交办 and 催办: the leader gives a task to one owner with a due date and evidence; the supervision office urges."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from notifications.models import Message
from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.escalation.models import Directive, Supervision
from workflows.escalation.procedures import DIRECTIVE, SUPERVISION
from workflows.escalation.targets import SUPERVISION_POST
from workflows.legal import State
from workflows.models import Application, SignOff, Step
from workflows.offices.models import Post
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.core import Actor, post_title, write_act
from workflows.operations.own_work import OwnWork, open_own_work


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
        _check(application, owner_post, task, due_on, civil_date(asked.now))
        supervision = Supervision.objects.get(application=application)
        work = OwnWork(
            county=application.county,
            procedure=DIRECTIVE.code,
            subject=application.subject,
            subject_key=application.subject_key,
            about=application.number,
            facts={
                "owner": owner_post,
                "giver": str(application.facts["owner"]),
                "about": application.number,
                "task": task.strip(),
                "due_on": due_on.isoformat(),
                "evidence": evidence.strip(),
            },
            weight=application.weight,
            opened_by=asked.person.pk,
            request_id=asked.request_id,
        )
        given = open_own_work(work, asked.now)
        row = Directive(
            county=application.county,
            supervision=supervision,
            application=given,
            owner_post=owner_post,
            task=task.strip(),
            due_on=due_on,
            given_at=asked.now,
        )
        row.save(force_insert=True)
        act.details = {"directive": given.number, "owner": owner_post, "due_on": due_on.isoformat()}
        return write_act(act)


def _check(application: Application, owner_post: str, task: str, due_on: dt.date, today: dt.date) -> None:
    if not task.strip():
        raise refusals.Missing(_("Write what is to be done."), "task")
    if not Post.objects.filter(county=application.county, key=owner_post, closed_on__isnull=True).exists():
        raise refusals.Missing(_("There is no such post."), "owner_post")
    if due_on <= today:
        raise refusals.Missing(_("The due date lies ahead."), "due_on")
    if not calendar_for(application.county).is_workday(due_on):
        raise refusals.Missing(_("%(day)s is no working day.") % {"day": due_on.isoformat()}, "due_on")


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
