"""Who holds which post: appoint, end an appointment, transfer, put in charge.

Each function is one transaction and writes its audit entries. Days are civil dates of Asia/Shanghai, both ends
included. Work in an officer's hands belongs to the engine: see `workflows.operations.staffing`.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from workflows.clock.days import ONE_DAY, civil_date
from workflows.offices import refusals
from workflows.offices.models import Appointment, Charge, Cover, Office, Person, Post, overlapping
from workflows.offices.records import check_administrator, dates, locked, record


def appoint(
    *,
    person_id: int,
    post_id: int,
    starts: dt.date,
    actor: Person | None,
    now: dt.datetime,
    ends: dt.date | None = None,
    document_no: str = "",
    request_id: str = "",
) -> Appointment:
    """Appoint a person to a post from `starts` to `ends` (None: open).

    Whoever acted on the post while it was vacant stops the day before. Raises `PeriodBackwards`, `PostClosed`,
    `HoldsItAlready`, `AlreadyDeactivated`, `OtherCounty`, `NotTheAdministrator`.
    """
    with transaction.atomic():
        post = locked(Post, post_id, "office")
        check_administrator(actor, post.county, now)
        person = Person.objects.get(pk=person_id)
        _check_fits(person, post, starts, ends)
        appointment = Appointment(post=post, person=person, starts=starts, ends=ends, document_no=document_no.strip())
        appointment.save(force_insert=True)
        _end_vacancy_covers(post, starts, actor, now, request_id)
        _record_appointment("appointment.made", appointment, actor, now, request_id)
    return appointment


def end_appointment(
    *, appointment_id: int, last_day: dt.date, actor: Person | None, now: dt.datetime, request_id: str = ""
) -> Appointment:
    """End an appointment after `last_day`; one that has not begun by then is withdrawn.

    A stand-in (B角) of the leaver goes on acting, for the vacancy, until his own last day or a successor's first
    (DOMAIN.md E8). Raises `PeriodBackwards`, `AlreadyEnded`, `Withdrawn`, `OtherCounty`, `NotTheAdministrator`.
    """
    with transaction.atomic():
        appointment = locked(Appointment, appointment_id, "post__office", "person")
        check_administrator(actor, appointment.post.county, now)
        if appointment.withdrawn_at is not None:
            raise refusals.Withdrawn
        if appointment.ends is not None and appointment.ends <= last_day:
            raise refusals.AlreadyEnded(appointment.ends)
        if last_day >= appointment.starts:
            appointment.ends = last_day
        elif appointment.starts > civil_date(now):
            appointment.withdrawn_at = now
        else:
            raise refusals.PeriodBackwards(appointment.starts, last_day)
        appointment.save(update_fields=["ends", "withdrawn_at"])
        _carry_covers_on(appointment, last_day, actor, now, request_id)
        kind = "appointment.withdrawn" if appointment.withdrawn_at else "appointment.ended"
        _record_appointment(kind, appointment, actor, now, request_id)
    return appointment


def transfer(
    *,
    appointment_id: int,
    to_post_id: int,
    first_day: dt.date,
    actor: Person | None,
    now: dt.datetime,
    document_no: str = "",
    request_id: str = "",
) -> Appointment:
    """Move a person to another post: the old appointment ends the day before `first_day`, the new one begins on it.

    Raises `SamePost` and what `end_appointment` and `appoint` raise.
    """
    with transaction.atomic():
        left = Appointment.objects.select_related("post").get(pk=appointment_id)
        if left.post_id == to_post_id:
            raise refusals.SamePost
        end_appointment(
            appointment_id=left.pk, last_day=first_day - ONE_DAY, actor=actor, now=now, request_id=request_id
        )
        return appoint(
            person_id=left.person_id,
            post_id=to_post_id,
            starts=first_day,
            actor=actor,
            now=now,
            document_no=document_no,
            request_id=request_id,
        )


def put_in_charge(
    *,
    post_id: int,
    office_id: int,
    starts: dt.date,
    actor: Person | None,
    now: dt.datetime,
    ends: dt.date | None = None,
    request_id: str = "",
) -> Charge:
    """分管: put an office, and what is below it, in the charge of a leader's post.

    Raises `PeriodBackwards`, `InChargeAlready`, `OtherCounty`, `NotTheAdministrator`.
    """
    _check_period(starts, ends)
    with transaction.atomic():
        office = locked(Office, office_id)
        check_administrator(actor, office.county, now)
        post = Post.objects.select_related("office").get(pk=post_id)
        if post.county != office.county:
            raise refusals.OtherCounty
        clash = (
            Charge.objects.filter(overlapping(starts, ends), office=office)
            .select_related("post__office")
            .order_by("starts", "pk")
            .first()
        )
        if clash is not None:
            raise refusals.InChargeAlready(office.label, title_of(clash.post))
        charge = Charge(post=post, office=office, starts=starts, ends=ends)
        charge.save(force_insert=True)
        _record_charge("charge.given", charge, actor, now, request_id)
    return charge


def end_charge(
    *, charge_id: int, last_day: dt.date, actor: Person | None, now: dt.datetime, request_id: str = ""
) -> Charge:
    """End a charge after `last_day`; one that has not begun by then is withdrawn.

    Raises `AlreadyEnded`, `Withdrawn`, `PeriodBackwards`, `NotTheAdministrator`.
    """
    with transaction.atomic():
        charge = locked(Charge, charge_id, "post__office", "office")
        check_administrator(actor, charge.office.county, now)
        if charge.withdrawn_at is not None:
            raise refusals.Withdrawn
        if charge.ends is not None and charge.ends <= last_day:
            raise refusals.AlreadyEnded(charge.ends)
        if last_day >= charge.starts:
            charge.ends = last_day
        elif charge.starts > civil_date(now):
            charge.withdrawn_at = now
        else:
            raise refusals.PeriodBackwards(charge.starts, last_day)
        charge.save(update_fields=["ends", "withdrawn_at"])
        _record_charge("charge.ended", charge, actor, now, request_id)
    return charge


def title_of(post: Post) -> str:
    """Office and post in the reader's language."""
    return post.title


def _check_period(starts: dt.date, ends: dt.date | None) -> None:
    if ends is not None and ends < starts:
        raise refusals.PeriodBackwards(starts, ends)


def _check_fits(person: Person, post: Post, starts: dt.date, ends: dt.date | None) -> None:
    _check_period(starts, ends)
    if person.county != post.county:
        raise refusals.OtherCounty
    if not person.is_active:
        raise refusals.AlreadyDeactivated(person.display_name)
    if post.closed_on is not None and (ends is None or ends >= post.closed_on):
        raise refusals.PostClosed(title_of(post), post.closed_on)
    clash = (
        Appointment.objects.filter(overlapping(starts, ends), post=post, person=person).order_by("starts", "pk").first()
    )
    if clash is not None:
        raise refusals.HoldsItAlready(person.display_name, title_of(post), clash.starts)


def _end_vacancy_covers(post: Post, starts: dt.date, actor: Person | None, now: dt.datetime, request_id: str) -> None:
    """A successor comes: whoever acted for the vacancy stops the day before."""
    acting = Cover.objects.filter(overlapping(starts, None), post=post, principal__isnull=True)
    for cover in acting.select_related("stand_in").order_by("pk"):
        if cover.starts < starts:
            cover.ends = starts - ONE_DAY
        else:
            cover.withdrawn_at = now
        cover.save(update_fields=["ends", "withdrawn_at"])
        record_cover("cover.ended", cover, actor, now, request_id)


def _carry_covers_on(
    left: Appointment, last_day: dt.date, actor: Person | None, now: dt.datetime, request_id: str
) -> None:
    """The leaver's stand-ins act for the vacancy from the next day on, unless somebody else holds the post by then."""
    covers = list(
        Cover.objects.filter(overlapping(last_day + ONE_DAY, None), principal=left)
        .select_related("stand_in")
        .order_by("starts", "pk")
    )
    for cover in covers:
        until, begins = cover.ends, max(cover.starts, last_day + ONE_DAY)
        if cover.starts <= last_day:
            cover.ends = last_day
        else:
            cover.withdrawn_at = now
        cover.save(update_fields=["ends", "withdrawn_at"])
        record_cover("cover.ended", cover, actor, now, request_id)
        until = _until_successor(left.post, begins, until)
        if until is not None:
            acting = Cover(
                post=left.post,
                stand_in=cover.stand_in,
                authority_no=cover.authority_no,
                reason=cover.reason,
                starts=begins,
                ends=until,
            )
            acting.save(force_insert=True)
            record_cover("cover.carried_on", acting, actor, now, request_id)


def _until_successor(post: Post, begins: dt.date, until: dt.date | None) -> dt.date | None:
    """The last day of the vacancy within begins..until; None when the post is held on the first of these days."""
    held = Appointment.objects.filter(overlapping(begins, until), post=post, person__is_active=True)
    first = held.order_by("starts").values_list("starts", flat=True).first()
    if first is None:
        return until
    return None if first <= begins else first - ONE_DAY


def record_cover(kind: str, cover: Cover, actor: Person | None, now: dt.datetime, request_id: str) -> None:
    """The entry of anything that happens to a cover."""
    record(
        kind,
        actor=actor,
        county=cover.post.county,
        now=now,
        payload={
            "cover": cover.pk,
            "post": cover.post.key,
            "stand_in": cover.stand_in_id,
            "stand_in_name": cover.stand_in.display_name,
            "principal": cover.principal.person_id if cover.principal else None,
            "authority": cover.authority_no,
            "reason": cover.reason,
            "withdrawn": cover.withdrawn_at is not None,
            **dates(cover.starts, cover.ends),
        },
        request_id=request_id,
    )


def _record_appointment(
    kind: str, appointment: Appointment, actor: Person | None, now: dt.datetime, request_id: str
) -> None:
    record(
        kind,
        actor=actor,
        county=appointment.post.county,
        now=now,
        payload={
            "appointment": appointment.pk,
            "person": appointment.person_id,
            "name": appointment.person.display_name,
            "post": appointment.post.key,
            "title": f"{appointment.post.office.name} {appointment.post.name}",
            "document": appointment.document_no,
            **dates(appointment.starts, appointment.ends),
        },
        request_id=request_id,
    )


def _record_charge(kind: str, charge: Charge, actor: Person | None, now: dt.datetime, request_id: str) -> None:
    record(
        kind,
        actor=actor,
        county=charge.office.county,
        now=now,
        payload={
            "charge": charge.pk,
            "post": charge.post.key,
            "office": charge.office.code,
            "withdrawn": charge.withdrawn_at is not None,
            **dates(charge.starts, charge.ends),
        },
        request_id=request_id,
    )


def appointments_now(person_id: int, day: dt.date) -> list[Appointment]:
    """A person's appointments that hold on `day` or begin later, in order of their first day. One SQL statement."""
    return list(
        Appointment.objects.filter(person_id=person_id, withdrawn_at__isnull=True)
        .filter(Q(ends__isnull=True) | Q(ends__gte=day))
        .select_related("post__office")
        .order_by("starts", "pk")
    )
