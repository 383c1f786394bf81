"""立项: whatever reached the deputy or the county head becomes a supervised matter with a number, once.

Opening follows the sweep in transactions of its own: the escalation stands already, and one that has no supervision yet
is found again however often this was interrupted.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Max

from workflows.audit import entries
from workflows.clock.calendars import calendar_for
from workflows.clock.days import WorkingDays, civil_date
from workflows.escalation.models import Directive, Escalation, Supervision
from workflows.escalation.procedures import DIRECTIVE, SUPERVISION
from workflows.flow.registry import procedure
from workflows.models import Application
from workflows.offices.models import Post
from workflows.offices.records import SYSTEM
from workflows.operations.own_work import OwnWork, open_own_work

# Conference or visit on the spot within five working days (DOMAIN.md 3.3).
CONFERENCE_DAYS = 5


def open_supervisions(now: dt.datetime, most: int = 200) -> list[Supervision]:
    """Give every escalation of rung 3 or 4 its supervision: an open one of the same matter, else a new one."""
    waiting = Escalation.objects.filter(rung__gte=3, supervision__isnull=True).exclude(target="").order_by("pk")
    opened = []
    for pk in list(waiting.values_list("pk", flat=True)[:most]):
        try:
            with transaction.atomic():
                found = _supervise(pk, now)
        except IntegrityError:
            # Another worker opened the same matter in this moment; the escalation joins it on the next round.
            continue
        if found is not None:
            opened.append(found)
    return opened


def _supervise(pk: int, now: dt.datetime) -> Supervision | None:
    escalation = Escalation.objects.select_related("application").get(pk=pk)
    about = escalation.application
    if about is not None:
        about = Application.objects.select_for_update(no_key=True).get(pk=about.pk)
    # Locked after the application, as everywhere; whoever was here first has given it its supervision.
    escalation = Escalation.objects.select_for_update(no_key=True).get(pk=pk)
    if escalation.supervision_id is not None:
        return None
    matter, parent = escalation.matter, _parent(about)
    if parent is not None:
        if escalation.rung <= parent.level:
            Escalation.objects.filter(pk=pk).update(supervision=parent)
            return None
        matter, about = parent.matter, parent.about
    standing = Supervision.objects.filter(
        county=escalation.county, matter=matter, level=escalation.rung, closed_at__isnull=True
    ).first()
    opened = None if standing else _open(escalation, matter, about, now)
    Escalation.objects.filter(pk=pk).update(supervision=standing or opened)
    return opened


def _parent(about: Application | None) -> Supervision | None:
    """The supervision to which a case of the house's own work belongs."""
    if about is None or not procedure(about.procedure).internal:
        return None
    if about.procedure == DIRECTIVE.code:
        return Directive.objects.select_related("supervision__about").get(application=about).supervision
    return Supervision.objects.select_related("about").filter(application=about).first()


def _open(escalation: Escalation, matter: str, about: Application | None, now: dt.datetime) -> Supervision:
    county, today = escalation.county, civil_date(now)
    rounds = Supervision.objects.filter(county=county, matter=matter, level=escalation.rung)
    title = Post.objects.select_related("office").get(county=county, key=escalation.target)
    facts = {
        "owner": escalation.target,
        "giver": escalation.target,
        "about": about.number if about is not None else escalation.subject,
        "trigger": str(escalation.trigger),
        "since": escalation.on.isoformat(),
        "level_name": title.name,
        "conference_by": calendar_for(county).add(today, WorkingDays(CONFERENCE_DAYS)).date.isoformat(),
    }
    work = OwnWork(
        county=county,
        procedure=SUPERVISION.code,
        subject=escalation.subject,
        subject_key=escalation.subject_key,
        about=facts["about"],
        facts=facts,
        weight=about.weight if about is not None else OwnWork.weight,
    )
    application = open_own_work(work, now)
    supervision = Supervision(
        county=county,
        matter=matter,
        level=escalation.rung,
        round=(rounds.aggregate(last=Max("round"))["last"] or 0) + 1,
        application=application,
        about=about,
        url=escalation.url,
        opened_at=now,
    )
    supervision.save(force_insert=True)
    if about is not None:
        _record(about, supervision, application, now)
    return supervision


def _record(about: Application, supervision: Supervision, application: Application, now: dt.datetime) -> None:
    about = Application.objects.select_for_update(no_key=True).get(pk=about.pk)
    entry, head = entries.draft(
        head=about.head,
        kind="application.supervised",
        now=now,
        actor=SYSTEM,
        county=about.county,
        payload={"supervision": application.number, "level": supervision.level, "round": supervision.round},
    )
    entries.append([entry])
    about.entry_count, about.last_hash = head.seq, head.last_hash
    about.save(update_fields=["entry_count", "last_hash"])
