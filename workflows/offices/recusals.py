"""回避: declare that a person may not act on a matter, and lift it (公务员法 Art. 76-77).

The person must ask, parties may ask, the agency decides, also unasked; the declaration is kept when it is lifted. What
he signed before is not this layer's: `workflows.operations.staffing.declare_recusal` finds it and flags it (E10).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from django.db import transaction

from workflows.offices import refusals
from workflows.offices.models import Person, Recusal
from workflows.offices.records import check_administrator, locked, record

# What a matter is called, and which matters a form may offer, is the domain's: it registers one function of (county).
Subjects = Callable[[str], Sequence[tuple[str, str]]]
_subjects: list[Subjects] = []


def offer_subjects(find: Subjects) -> Subjects:
    """Register who lists the matters (key, name) of a county; may stand as a decorator."""
    if find not in _subjects:
        _subjects.append(find)
    return find


def subjects(county: str) -> list[tuple[str, str]]:
    """Every matter of a county that somebody may be recused from, as (key, name)."""
    return [pair for find in _subjects for pair in find(county)]


def declare_recusal(
    *,
    person_id: int,
    subject_key: str,
    reason: str,
    actor: Person | None,
    now: dt.datetime,
    request_id: str = "",
) -> Recusal:
    """Bar a person from a matter. He declares it himself, or the administrator records the agency's decision.

    Raises `SubjectMissing`, `ReasonMissing`, `RecusedAlready`, `NotTheAdministrator`.
    """
    if not subject_key.strip():
        raise refusals.SubjectMissing
    if not reason.strip():
        raise refusals.ReasonMissing
    with transaction.atomic():
        person = locked(Person, person_id)
        if actor is None or actor.pk != person.pk:
            check_administrator(actor, person.county, now)
        if Recusal.objects.filter(person=person, subject_key=subject_key, lifted_at__isnull=True).exists():
            raise refusals.RecusedAlready(person.display_name)
        recusal = Recusal(
            county=person.county,
            person=person,
            subject_key=subject_key.strip(),
            reason=reason.strip(),
            declared_at=now,
            declared_by=actor or person,
        )
        recusal.save(force_insert=True)
        _record("recusal.declared", recusal, actor, now, request_id)
    return recusal


def lift_recusal(
    *, recusal_id: int, reason: str, actor: Person | None, now: dt.datetime, request_id: str = ""
) -> Recusal:
    """Lift a recusal by decision of the agency; the declaration stays in the record.

    Raises `LiftedAlready`, `LiftedByHimself`, `ReasonMissing`, `NotTheAdministrator`.
    """
    if not reason.strip():
        raise refusals.ReasonMissing
    with transaction.atomic():
        recusal = locked(Recusal, recusal_id, "person")
        if actor is not None and actor.pk == recusal.person_id:
            raise refusals.LiftedByHimself
        check_administrator(actor, recusal.county, now)
        if recusal.lifted_at is not None:
            raise refusals.LiftedAlready
        recusal.lifted_at = now
        recusal.save(update_fields=["lifted_at"])
        _record("recusal.lifted", recusal, actor, now, request_id, lifted_because=reason.strip())
    return recusal


def _record(
    kind: str, recusal: Recusal, actor: Person | None, now: dt.datetime, request_id: str, **more: object
) -> None:
    record(
        kind,
        actor=actor,
        county=recusal.county,
        now=now,
        payload={
            "recusal": recusal.pk,
            "person": recusal.person_id,
            "name": recusal.person.display_name,
            "subject": recusal.subject_key,
            "reason": recusal.reason,
            **more,
        },
        request_id=request_id,
    )
