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
from permits.trail import entry_of, said_of
from workflows.audit.models import Entry
from workflows.clock.days import CalendarDays, Months, add_months, civil_date
from workflows.flow import registry
from workflows.legal import GRANTED_STATES, State
from workflows.models import Application

say("gate_opened", _("%(subject)s may start lawfully: the last bar, “%(bar)s”, is cleared."), bar=gate.because_label)
say("started_early", _("%(subject)s began on %(on)s, before its approvals were complete."))
say("gate_shut", _("%(subject)s may no longer start: “%(bar)s” fell away."), bar=gate.because_label)


@registry.on_decided
def follow(application: Application, answer: Any, now: dt.datetime) -> list[Message | Entry]:
    """At most five statements: lock the project, read its permits, write the permit, move the gate."""
    if application.state not in (*GRANTED_STATES, State.ANNULLED):
        return []
    case = _locked_case(application, civil_date(now))
    if case is None:
        return []
    project: Any = case.project
    held = gate.standing_permits(project)
    annulled = application.state == State.ANNULLED
    entries = _revoke(held, application, now) if annulled else _grant(held, case, application, now)
    fields, told = gate.weigh(project, held, now, case.bar, case.lead_post or "")
    if fields:
        project.version += 1
        project.updated_at = now
        project.save(update_fields=[*fields, "version", "updated_at"])
    return [*entries, *told]


def _grant(held: dict[str, Permit], case: Any, application: Application, now: dt.datetime) -> list[Entry]:
    """Write the permit; one recorded or imported before for the same bar is superseded and kept."""
    entries = []
    old = held.get(case.bar)
    if old is not None:
        old.supersede()
        old.ended_on, old.end_reason = civil_date(now), application.number
        old.save(update_fields=["state", "ended_on", "end_reason"])
        entries.append(entry_of("permit_superseded", case.project, now, said_of(old)))
    permit = permit_of(case, application, now)
    permit.save(force_insert=True)
    held[case.bar] = permit
    said = {**said_of(permit), "application": application.number}
    return [*entries, entry_of("permit_granted", case.project, now, said)]


def _revoke(held: dict[str, Permit], application: Application, now: dt.datetime) -> list[Entry]:
    permit = next((row for row in held.values() if row.application_id == application.pk), None)
    if permit is None:
        return []
    permit.revoke()
    permit.ended_on, permit.end_reason = civil_date(now), application.number
    permit.save(update_fields=["state", "ended_on", "end_reason"])
    del held[permit.bar]
    return [entry_of("permit_revoked", permit.project, now, {**said_of(permit), "application": application.number})]


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
