"""签收: who was called on rung 1 or 2 says what holds the matter up, and on rung 2 until when it will move."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.audit import entries
from workflows.audit.refused import Moved
from workflows.clock.days import civil_date
from workflows.clock.ladder import DIRECTOR
from workflows.escalation.models import CauseClass, Escalation
from workflows.models import Application
from workflows.offices.models import Person
from workflows.operations import refusals
from workflows.operations.core import actor_of, post_title


class AnsweredAlready(Moved):
    """Somebody answered this escalation before."""

    code = "escalation_answered"

    def __init__(self, who: str, at: dt.datetime) -> None:
        said = {"who": who, "time": refusals.clock_time(at)}
        super().__init__(_("%(who)s answered this at %(time)s.") % said)


def answer_escalation(
    *,
    escalation_id: int,
    person: Person,
    cause: str,
    now: dt.datetime,
    plan_on: dt.date | None = None,
    text: str = "",
    request_id: str = "",
) -> Escalation:
    """Answer an escalation of rung 1 or 2; inside one transaction with its entry.

    Raises `NoSuchStep`, `NotYourStep`, `AnsweredAlready`, `Missing` (no cause; no plan date on rung 2; a plan that lies
    behind), `NotYet` for rungs 3 and 4: those are answered by acknowledging the supervision.
    """
    actor = actor_of(person, now, request_id)
    with transaction.atomic():
        found = Escalation.objects.filter(pk=escalation_id, county=person.county).first()
        if found is None:
            raise refusals.NoSuchStep
        application = None
        if found.application_id is not None:
            application = Application.objects.select_for_update(no_key=True).get(pk=found.application_id)
        found = Escalation.objects.select_related("answered_by").get(pk=escalation_id)
        seat = actor.seat(found.target)
        if seat is None:
            raise refusals.NotYourStep(post_title(found.target, found.county))
        if found.answered_at is not None and found.answered_by is not None:
            raise AnsweredAlready(found.answered_by.display_name, found.answered_at)
        _check(found, cause, plan_on, civil_date(now))
        found.answered_at, found.answered_by = now, person
        found.cause, found.plan_on, found.answer = cause, plan_on, text.strip()
        found.save(update_fields=["answered_at", "answered_by", "cause", "plan_on", "answer"])
        entry, head = entries.draft(
            head=application.head if application else None,
            kind="application.escalation_answered" if application else "matter.escalation_answered",
            now=now,
            actor=str(person.pk),
            on_behalf_of=str(seat.principal_id) if seat.principal_id else None,
            post=seat.post_key,
            county=found.county,
            payload={
                "source": found.source,
                "rung": found.rung,
                "round": found.round,
                "cause": cause,
                "plan_on": plan_on.isoformat() if plan_on else "",
                "text": text.strip(),
            },
            request_id=request_id,
        )
        entries.append([entry])
        if application is not None:
            application.entry_count, application.last_hash = head.seq, head.last_hash
            application.save(update_fields=["entry_count", "last_hash"])
    return found


def _check(found: Escalation, cause: str, plan_on: dt.date | None, today: dt.date) -> None:
    if found.rung > DIRECTOR:
        raise refusals.NotYet(_("This is answered by acknowledging the supervision in your inbox."))
    if cause not in CauseClass.values:
        raise refusals.Missing(_("Name what holds it up."), "cause")
    if found.rung == DIRECTOR and plan_on is None:
        raise refusals.Missing(_("Name the day on which it will move."), "plan_on")
    if plan_on is not None and plan_on < today:
        raise refusals.Missing(_("The planned day lies behind."), "plan_on")
