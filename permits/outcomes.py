"""What follows from a decision: a grant becomes a permit, an annulment ends it, and the start gate is weighed again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from notifications.models import Message
from notifications.texts import say
from permits import gate
from permits.models import Case, Lead, Permit, ProjectCode
from workflows.clock.days import CalendarDays, Months, add_months, civil_date
from workflows.flow import registry
from workflows.legal import GRANTED_STATES, State
from workflows.models import Application

say("gate_opened", _("%(subject)s may start lawfully: the last bar, “%(bar)s”, is cleared."))
say("gate_shut", _("%(subject)s may no longer start: “%(bar)s” fell away."))


@registry.on_decided
def follow(application: Application, answer: Any, now: dt.datetime) -> list[Message]:
    """At most four statements: lock the project, read its permits, write the permit, move the gate."""
    if application.state not in (*GRANTED_STATES, State.ANNULLED):
        return []
    case = _locked_case(application, civil_date(now))
    if case is None:
        return []
    project: Any = case.project
    standing = gate.standing_codes(project)
    if application.state == State.ANNULLED:
        standing -= _revoke(application, now)
    elif case.bar not in standing:
        permit_of(case, application, now).save(force_insert=True)
        standing.add(case.bar)
    fields, messages = gate.weigh(project, standing, now, case.bar, case.lead_post or "")
    if fields:
        project.version += 1
        project.updated_at = now
        project.save(update_fields=[*fields, "version", "updated_at"])
    return messages


def _locked_case(application: Application, today: dt.date) -> Any:
    lead = Lead.objects.filter(project=OuterRef("project"), co_lead=False, starts__lte=today).filter(
        Q(ends__isnull=True) | Q(ends__gte=today)
    )
    code = ProjectCode.objects.filter(project=OuterRef("project")).exclude(kind=ProjectCode.Kind.SUPERSEDED)
    return (
        Case.objects.select_related("project")
        .select_for_update(of=("project",), no_key=True)
        .annotate(
            lead_post=Subquery(lead.order_by("-starts").values("post__key")[:1]),
            code=Subquery(code.values("code")[:1]),
        )
        .filter(application=application)
        .order_by("pk")
        .first()
    )


def permit_of(case: Any, application: Application, now: dt.datetime) -> Permit:
    """The permit that a grant makes: numbered after its application, valid as the procedure says."""
    procedure = registry.procedure(application.procedure)
    today = civil_date(now)
    return Permit(
        county=application.county,
        project=case.project,
        bar=case.bar,
        number=permit_number(procedure.permit_series, application),
        project_code=case.code or "",
        issued_on=today,
        valid_until=valid_until(procedure.permit_valid, today),
        source=Permit.Source.DECIDED,
        application=application,
        recorded_at=now,
    )


def permit_number(series: str, application: Application) -> str:
    """`用字第620799-2022-003号`: the application's own year and number, so that no second series has to be locked."""
    year, serial = application.number.rsplit("-", 2)[-2:]
    return f"{series}{application.county}-{year}-{serial}号"


def valid_until(validity: str, issued: dt.date) -> dt.date | None:
    """The last day of a validity such as `3y`, `3m`, `90d`; None when the permit does not lapse by time."""
    if not validity:
        return None
    count, unit = int(validity[:-1]), validity[-1]
    if unit == "d":
        return issued + dt.timedelta(days=CalendarDays(count).n)
    return add_months(issued, Months(count * 12 if unit == "y" else count))


def _revoke(application: Application, now: dt.datetime) -> set[str]:
    permit = Permit.objects.filter(
        application=application, state__in=[Permit.State.VALID, Permit.State.EXTENDED]
    ).first()
    if permit is None:
        return set()
    permit.revoke()
    permit.ended_on = civil_date(now)
    permit.end_reason = application.number
    permit.save(update_fields=["state", "ended_on", "end_reason"])
    return {permit.bar}
