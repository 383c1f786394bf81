"""催办 and 投诉 by the project unit: once a limit of the office has passed, to the office's head and the supervision.

It moves nothing in the case and asks for no answer of the law; it stands in the record, and two superiors are told.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import Message
from workflows.clock.days import civil_date
from workflows.clock.ladder import DIRECTOR
from workflows.escalation.targets import SUPERVISION_POST, Directory
from workflows.flow.registry import procedure
from workflows.legal import State
from workflows.models import Application, Ball, SignOff, Step
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.core import Actor, post_title, write_act

# What a project unit may write; the code is the act on record.
KINDS = {
    "remind": gettext_lazy("Reminder: please decide"),
    "complain": gettext_lazy("Complaint about how it is handled"),
}


def may_remind(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The project unit, once a day, while the office is late. Raises `NotYourAct`, `Closed`, `NotLate`,
    `RemindedToday`."""
    seat = actor.seat(application.applicant_post) if application.applicant_post else None
    if seat is None:
        raise refusals.NotYourAct(lambda: post_title(application.applicant_post, application.county))
    if not application.is_open:
        raise refusals.Closed(application.state_label())
    today = civil_date(now)
    if late_since(application, _waiting(application), today) is None:
        raise refusals.NotLate
    written = SignOff.objects.filter(application=application, act__in=KINDS).order_by("-pk").first()
    if written is not None and civil_date(written.signed_at) == today:
        raise refusals.RemindedToday(written.signed_at)
    return seat


def late_since(application: Application, waiting: list[Step], today: dt.date) -> dt.date | None:
    """The earliest limit of the office that has passed: a step's own, the promised or the statutory day.

    None while the applicant himself is awaited, the clock is lawfully stopped, or nothing has passed. No statement.
    """
    if not application.is_open or application.state in (State.STOPPED, State.CORRECTING):
        return None
    limits = [application.promised_due, application.statutory_due]
    limits += [step.due_on for step in waiting if step.ball != Ball.APPLICANT]
    passed = [day for day in limits if day is not None and day < today]
    return min(passed, default=None)


def _waiting(application: Application) -> list[Step]:
    return list(Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="").order_by("pk"))


def remind(asked: Request, *, kind: str, opinion: str) -> SignOff:
    """Write it, and tell the head of the office and the supervision office; once a day and case.

    Raises what `may_remind` raises, `StaleScreen`, `Missing`.
    """
    if kind not in KINDS:
        raise refusals.Missing(_("Choose a reminder or a complaint."), "kind")
    if not opinion.strip():
        raise refusals.Missing(_("Write what you wait for, or what you complain about."), "opinion")
    with transaction.atomic():
        act = begin(asked, kind, may_remind, opinion=opinion.strip())
        application, today = act.application, civil_date(asked.now)
        waiting = _waiting(application)
        since = late_since(application, waiting, today)
        told = heads(application, waiting, today)
        act.details = {"late_since": since.isoformat() if since else "", "told": told}
        params = {"number": application.number, "subject": application.subject, "unit": application.applicant}
        return write_act(
            act,
            messages=[
                Message(
                    county=application.county,
                    kind=f"unit_{kind}",
                    post_key=post,
                    params=params,
                    url=f"/applications/{application.pk}/",
                    urgent=kind == "complain",
                    created_at=asked.now,
                )
                for post in told
            ],
        )


def heads(application: Application, waiting: list[Step], today: dt.date) -> list[str]:
    """The head of the office that runs the case, then the supervision office; each once. Five statements."""
    directory = Directory.read(application.county, today)
    office = f"{procedure(application.procedure).office}."
    posts = [step.post_key for step in waiting if step.post_key.startswith(office)] or [f"{office}window"]
    return list(dict.fromkeys(post for post in (directory.call(DIRECTOR, posts[0]).target, SUPERVISION_POST) if post))
