"""逾期未告知视为受理: five silent working days are acceptance, from the day of receipt (行政许可法 Art. 32(4)).

Nobody signs it: the record has an entry by the system and no sign-off.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from notifications.models import Message
from workflows.audit import entries
from workflows.clock.acceptance import deemed_acceptance
from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.flow.decisions import Answer, Decision
from workflows.flow.nodes import Review, ReviewActivation
from workflows.flow.registry import procedures
from workflows.legal import State
from workflows.models import Application, Step
from workflows.offices.records import SYSTEM
from workflows.operations.climbing import place_application
from workflows.operations.core import motion_for
from workflows.operations.timekeeping import start

# Silence of fewer calendar days cannot be five working days.
AT_LEAST = dt.timedelta(days=5)


def deem_accepted(*, now: dt.datetime) -> list[Application]:
    """Accept by silence whatever is due; one transaction each, safe to run twice or late.

    The clock starts on the day of receipt, however late this runs.
    """
    own_work = [row.code for row in procedures() if row.internal]
    waiting = Application.objects.filter(
        state=State.RECEIVED, finished__isnull=True, correction_round=0, received_at__lt=now - AT_LEAST
    ).exclude(procedure__in=own_work)
    due = [row.pk for row in waiting.only("received_at", "county").order_by("pk") if _is_due(row, now)]
    found = []
    for pk in due:
        with transaction.atomic():
            application = Application.objects.select_for_update(no_key=True).get(pk=pk)
            # Somebody may have answered since the list was read.
            if application.state == State.RECEIVED:
                _accept(application, now)
                found.append(application)
    return found


def _is_due(application: Application, now: dt.datetime) -> bool:
    silence = deemed_acceptance(application.received_at, calendar_for(application.county))
    return silence.holds(civil_date(now), None)


def _accept(application: Application, now: dt.datetime) -> None:
    steps: list[Any] = list(Step.objects.filter(process=application, finished__isnull=True).exclude(post_key=""))
    step = next(row for row in steps if Decision.ACCEPT in getattr(row.flow_task, "answers", {}))
    node: Review = step.flow_task
    motion = motion_for(application, now, None)
    application.move("accept_by_silence")
    application.accepted_by_silence = True
    received = civil_date(application.received_at)
    fields = start(application, _Silence(now), received)
    step.process = application
    activation = ReviewActivation(step)
    activation.choose(Answer(Decision.DEEMED, node.answers[Decision.ACCEPT].to, law="accept_by_silence"))
    activation.complete()
    activation.activate_next()
    motion.write_links()
    _record(application, received, now)
    Message.objects.bulk_create(_messages(application, step, now))
    application.revision += 1
    fields |= place_application(application)
    columns = {"revision", "entry_count", "last_hash", "state", "accepted_by_silence", *fields}
    application.save(update_fields=columns)


class _Silence:
    """What the clock needs to know of an act that nobody made."""

    actor = None

    def __init__(self, now: dt.datetime) -> None:
        self.now = now


def _record(application: Application, received: dt.date, now: dt.datetime) -> None:
    entry, head = entries.draft(
        head=application.head,
        kind="application.deemed_accepted",
        now=now,
        actor=SYSTEM,
        county=application.county,
        payload={
            "accepted_on": received.isoformat(),
            "article": "行政许可法 Art. 32(4)",
            "state": str(application.state),
            "path": application.motion.path(None),
        },
    )
    entries.append([entry])
    application.entry_count, application.last_hash = head.seq, head.last_hash


def _messages(application: Application, step: Step, now: dt.datetime) -> list[Message]:
    about = {"number": application.number, "subject": application.subject, "node": step.node}
    due = [(row.post_key, "step_due", f"/steps/{row.pk}/") for row in application.motion.opened]
    told = [(step.post_key, "deemed_accepted", f"/applications/{application.pk}/"), *due]
    return [
        Message(county=application.county, kind=kind, post_key=key, params=about, url=url, created_at=now)
        for key, kind, url in told
    ]
