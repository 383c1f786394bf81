"""接件: an application comes in at the counter or online."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from workflows.clock.days import civil_date
from workflows.flow import registry
from workflows.flow.graph import start_of
from workflows.flow.nodes import StartActivation
from workflows.flow.procedure import Fact, Procedure
from workflows.models import Application, NumberSeries
from workflows.offices.models import Office, Person
from workflows.operations import refusals
from workflows.operations.content import freeze_content
from workflows.operations.core import Act, Actor, actor_of, motion_for, write_act
from workflows.operations.timekeeping import note_law
from workflows.search import search_text


@dataclass(frozen=True)
class Intake:
    """What comes in. `received_at` is when it reached the counter or the system; None means now (司法解释 Art. 6)."""

    procedure: str
    subject: str
    subject_key: str
    applicant: str
    facts: dict[str, Any] = field(default_factory=dict)
    applicant_post: str = ""
    weight: Decimal = Decimal(0)
    received_at: dt.datetime | None = None
    search: str = ""
    # Called with the inserted application before anything else happens to it, in the same transaction.
    registered: Callable[[Application], None] | None = None


def receive(*, person: Person, intake: Intake, now: dt.datetime, request_id: str = "") -> Application:
    """Register an application and open its first step; returns it saved.

    One transaction. Raises `NotYourStep` when the person sits neither at the procedure's counter nor in the applicant's
    post, `Missing` when a required fact is not there or the receipt lies in the future.
    """
    actor = actor_of(person, now, request_id)
    procedure = registry.procedure(intake.procedure)
    check_facts(procedure, intake.facts)
    if intake.received_at is not None and intake.received_at > now:
        raise refusals.Missing(_("The day of receipt lies in the future."), "received_at")
    with transaction.atomic():
        return _receive(actor, procedure, intake, now)


def check_facts(procedure: Procedure, facts: dict[str, Any]) -> None:
    """Raises `Missing` naming the first fact that is empty though required, not of its kind, or unknown to the form."""
    known = {fact.code for fact in procedure.facts}
    for fact in procedure.facts:
        check_fact(fact, str(facts.get(fact.code, "")))
    for code in facts:
        if code not in known:
            raise refusals.Missing(_("The form has no field “%(field)s”.") % {"field": code}, code)


def check_fact(fact: Fact, text: str) -> None:
    """Raises `Missing` when a required field is empty, or the text is not of the field's kind."""
    text = text.strip()
    if fact.required and not text:
        raise refusals.Missing(_("Fill in “%(field)s”.") % {"field": fact.title}, fact.code)
    if not text:
        return
    if fact.kind == "number" and not _is_amount(text):
        raise refusals.Missing(_("“%(field)s” must be a number, not “%(text)s”.") % _said(fact, text), fact.code)
    if fact.kind == "date" and not _is_date(text):
        raise refusals.Missing(_("“%(field)s” must be a date, not “%(text)s”.") % _said(fact, text), fact.code)
    allowed = ("yes", "no") if fact.kind == "yes_no" else tuple(code for code, _title in fact.choices)
    if allowed and text not in allowed:
        raise refusals.Missing(_("“%(field)s” has no choice “%(text)s”.") % _said(fact, text), fact.code)


def _said(fact: Fact, text: str) -> dict[str, str]:
    return {"field": str(fact.title), "text": text[:60]}


def _is_amount(text: str) -> bool:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return False
    return found.is_finite() and found >= 0


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _receive(actor: Actor, procedure: Procedure, intake: Intake, now: dt.datetime) -> Application:
    person, flow = actor.person, procedure.current
    counter = f"{procedure.office}.window"
    seat = actor.seat(counter) or (actor.seat(intake.applicant_post) if intake.applicant_post else None)
    if seat is None:
        raise refusals.NotYourStep(counter)
    application = Application(
        flow_class=flow,
        status="NEW",
        created=now,
        county=person.county,
        number=next_number(person.county, procedure.series, civil_date(now).year),
        procedure=procedure.code,
        version=flow.version,
        subject=intake.subject,
        subject_key=intake.subject_key,
        applicant=intake.applicant,
        applicant_post=intake.applicant_post,
        office=Office.objects.get(county=person.county, code=procedure.office),
        weight=intake.weight,
        facts={key: str(value) for key, value in intake.facts.items()},
        received_at=intake.received_at or now,
        search=search_text(intake.subject, intake.search),
    )
    version = freeze_content(application, [], now)
    application.save(force_insert=True)
    if version is not None:
        version.save(force_insert=True)
    if intake.registered is not None:
        intake.registered(application)
    motion_for(application, now, actor)
    start = StartActivation.begin(start_of(flow), application)
    start.activate_next()
    filed = application.motion.filed
    act = Act(
        application,
        actor,
        seat,
        filed.code if filed else "received",
        now,
        step=start.task,
        occurred_at=application.received_at,
        details={"number": application.number},
    )
    fields = note_law(application, filed.law, act) if filed and filed.law else set()
    told = registry.tell_decided(application, filed, now) if filed else []
    write_act(act, fields=fields, messages=told)
    return application


def next_number(county: str, series: str, year: int) -> str:
    """The next number of a county's series, `series-year-nnn`; locks the series until the transaction ends."""
    mine = NumberSeries.objects.filter(county=county, series=series, year=year)
    if not mine.update(last=F("last") + 1):
        NumberSeries.objects.get_or_create(county=county, series=series, year=year)
        mine.update(last=F("last") + 1)
    last = mine.values_list("last", flat=True).get()
    return f"{series}-{year}-{last:03d}"
