"""交办: open the case of one task of a supervision, inside the act that gives it, whichever act that is."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from workflows.clock.calendars import calendar_for
from workflows.escalation.models import Directive, Supervision
from workflows.models import Application
from workflows.offices.models import Post
from workflows.operations import refusals
from workflows.operations.core import Act
from workflows.operations.own_work import OwnWork, open_own_work


def check_task(application: Application, owner_post: str, task: str, due_on: dt.date, today: dt.date) -> None:
    """Raises `Missing`: no task, no such post, a day that is past or no working day."""
    if not task.strip():
        raise refusals.Missing(_("Write what is to be done."), "task")
    if not Post.objects.filter(county=application.county, key=owner_post, closed_on__isnull=True).exists():
        raise refusals.Missing(_("There is no such post."), "owner_post")
    check_day(application.county, due_on, today)


def check_day(county: str, due_on: dt.date, today: dt.date) -> None:
    """Raises `Missing` for a day that does not lie ahead, or on which nobody works."""
    if due_on <= today:
        raise refusals.Missing(_("The due date lies ahead."), "due_on")
    if not calendar_for(county).is_workday(due_on):
        raise refusals.Missing(_("%(day)s is no working day.") % {"day": due_on.isoformat()}, "due_on")


def open_directive(act: Act, *, owner_post: str, task: str, due_on: dt.date, evidence: str) -> Application:
    """Open the directive's own case and its first step in its owner's inbox; what `check_task` found good."""
    application = act.application
    giver = str(application.facts["owner"])
    work = OwnWork(
        county=application.county,
        procedure="directive",
        subject=application.subject,
        subject_key=application.subject_key,
        about=application.number,
        facts={
            "owner": owner_post,
            "giver": giver,
            "about": application.number,
            "task": task.strip(),
            "due_on": due_on.isoformat(),
            "evidence": evidence.strip(),
        },
        weight=application.weight,
        opened_by=act.actor.person.pk,
        request_id=act.actor.request_id,
    )
    given = open_own_work(work, act.now)
    row = Directive(
        county=application.county,
        supervision=Supervision.objects.get(application=application),
        application=given,
        owner_post=owner_post,
        task=task.strip(),
        due_on=due_on,
        given_at=act.now,
    )
    row.save(force_insert=True)
    return given
