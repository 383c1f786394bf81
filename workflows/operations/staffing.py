"""What happens to open work when people move (DOMAIN.md E8-E10): transfer, cover, deactivation, recusal mid-step.

A step waits for a post; only `Step.owner` ties it to one person. Whoever leaves, is away, is deactivated or recused
loses it: it goes to his stand-in (B角) if he has one, else back to the post, with a handover record that the taker
acknowledges within one working day. The clock runs on; old signatures keep name and post.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from notifications.models import Message
from workflows.audit import entries
from workflows.audit.refused import Moved
from workflows.clock.days import ONE_DAY, SHANGHAI, civil_date
from workflows.models import Application, SignOff, Step
from workflows.offices import accounts, covers, recusals, staff
from workflows.offices.models import Appointment, Cover, Handover, Person, Recusal
from workflows.offices.records import SYSTEM, record
from workflows.offices.refusals import SignedSince
from workflows.offices.seats import seat_for, seats
from workflows.operations import refusals
from workflows.operations.handovers import (
    OPEN_AND_HANDED,
    Moving,
    advance,
    fresh_heads,
    give_back,
    handed,
    lock,
    settle,
    why_stranded,
    work_key,
    write,
)

Cause = Handover.Cause


class NothingToAcknowledge(Moved):
    """The handover was acknowledged, or there is none."""

    code = "nothing_to_acknowledge"

    def __init__(self) -> None:
        super().__init__(_("There is no handover of this step to acknowledge; somebody may have done it already."))


@dataclass(frozen=True)
class Recused:
    """A declared recusal, the steps taken out of that person's hands, and his earlier sign-offs to be done again."""

    recusal: Recusal
    released: list[Handover]
    to_redo: list[SignOff] = field(default_factory=list)


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
    """Move an officer to another post from `first_day` on; what he leaves open goes to his B角 or the post (E8).

    When `first_day` lies ahead, `release_stranded` gives the work back on that day. Raises `SignedSince` and what
    `staff.transfer` raises.
    """
    by = Moving(actor, now, request_id)
    with transaction.atomic():
        left = _leaving(appointment_id, first_day - ONE_DAY)
        new = staff.transfer(
            appointment_id=appointment_id,
            to_post_id=to_post_id,
            first_day=first_day,
            actor=actor,
            now=now,
            document_no=document_no,
            request_id=request_id,
        )
        settle(Q(owner=left.person_id), by, Cause.TRANSFER)
        settle(Q(post_key=new.post.key, county=new.post.county), by, Cause.LEFT)
    return new


def end_appointment(
    *, appointment_id: int, last_day: dt.date, actor: Person | None, now: dt.datetime, request_id: str = ""
) -> Appointment:
    """End an appointment; what the leaver has open goes to his B角 or the post. Raises as `transfer` does."""
    with transaction.atomic():
        _leaving(appointment_id, last_day)
        ended = staff.end_appointment(
            appointment_id=appointment_id, last_day=last_day, actor=actor, now=now, request_id=request_id
        )
        settle(Q(owner=ended.person_id), Moving(actor, now, request_id), Cause.LEFT)
    return ended


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
    """Appoint; what an acting officer had open on the vacant post goes to the post, where the successor finds it.

    Raises as `staff.appoint` does.
    """
    with transaction.atomic():
        made = staff.appoint(
            person_id=person_id,
            post_id=post_id,
            starts=starts,
            ends=ends,
            actor=actor,
            now=now,
            document_no=document_no,
            request_id=request_id,
        )
        settle(Q(post_key=made.post.key, county=made.post.county), Moving(actor, now, request_id), Cause.LEFT)
    return made


def deactivate(
    *, person_id: int, actor: Person | None, now: dt.datetime, reason: str = "", request_id: str = ""
) -> list[Handover]:
    """Close an account, and give back every step in that person's hands. Raises as `accounts.deactivate` does."""
    with transaction.atomic():
        lock(Q(owner=person_id))
        accounts.deactivate(person_id=person_id, actor=actor, now=now, reason=reason, request_id=request_id)
        return settle(Q(owner=person_id), Moving(actor, now, request_id), Cause.DEACTIVATED)


def add_cover(
    *,
    principal_id: int,
    stand_in_id: int,
    starts: dt.date,
    ends: dt.date,
    authority_no: str,
    actor: Person | None,
    now: dt.datetime,
    reason: str = "",
    request_id: str = "",
) -> Cover:
    """Let somebody stand in; from its first day on, what the absent officer has open is in the stand-in's hands (E9).

    Raises as `covers.add_cover` does.
    """
    with transaction.atomic():
        absent = Appointment.objects.select_related("post").get(pk=principal_id)
        lock(Q(owner=absent.person_id))
        cover = covers.add_cover(
            principal_id=principal_id,
            stand_in_id=stand_in_id,
            starts=starts,
            ends=ends,
            authority_no=authority_no,
            actor=actor,
            now=now,
            reason=reason,
            request_id=request_id,
        )
        settle(Q(owner=absent.person_id), Moving(actor, now, request_id), Cause.ABSENT)
    return cover


def end_cover(
    *, cover_id: int, last_day: dt.date, actor: Person | None, now: dt.datetime, request_id: str = ""
) -> Cover:
    """End a cover early; what the stand-in had open goes back to the post.

    Raises `SignedSince` when he signed by that authority after `last_day`, and what `covers.end_cover` raises.
    """
    with transaction.atomic():
        cover = Cover.objects.select_related("post", "stand_in").get(pk=cover_id)
        lock(Q(owner=cover.stand_in_id))
        _check_unsigned(
            Q(signer=cover.stand_in_id, post_key=cover.post.key, authority_no=cover.authority_no),
            cover.stand_in,
            last_day,
        )
        ended = covers.end_cover(cover_id=cover_id, last_day=last_day, actor=actor, now=now, request_id=request_id)
        settle(Q(owner=cover.stand_in_id), Moving(actor, now, request_id), Cause.LEFT)
    return ended


def declare_recusal(
    *,
    person_id: int,
    subject_key: str,
    reason: str,
    actor: Person | None,
    now: dt.datetime,
    request_id: str = "",
) -> Recused:
    """Bar a person from a matter: his open steps of it go back to the post, his sign-offs on it are flagged (E10).

    A flagged sign-off stays valid until its post corrects or repeats it; the flag is an entry in the application's
    chain and a message to the post. Raises as `recusals.declare_recusal` does.
    """
    by = Moving(actor, now, request_id)
    with transaction.atomic():
        concerned = Application.objects.filter(subject_key=subject_key)
        applications = {row.pk: row for row in concerned.select_for_update(no_key=True).order_by("pk")}
        recusal = recusals.declare_recusal(
            person_id=person_id, subject_key=subject_key, reason=reason, actor=actor, now=now, request_id=request_id
        )
        steps = handed(Q(owner=person_id, process__in=list(applications)))
        released = give_back(steps, by, Cause.RECUSED, to_stand_in=False)
        to_redo = list(
            SignOff.objects.filter(signer=person_id, application__in=list(applications), voided_at__isnull=True)
            .select_related("application")
            .order_by("application", "signed_at", "pk")
        )
        _flag(to_redo, recusal, by)
    return Recused(recusal, released, to_redo)


def release_stranded(*, now: dt.datetime) -> list[Handover]:
    """Give back every open step whose person left its post, is away, or was deactivated; for the scheduler, daily.

    Idempotent: a second run finds nothing. One transaction for each person and post.
    """
    by = Moving(None, now)
    done: list[Handover] = []
    pairs = Step.objects.filter(OPEN_AND_HANDED).values_list("owner", "post_key", "county").distinct()
    for owner, post_key, county in pairs.order_by("owner", "post_key", "county"):
        with transaction.atomic():
            mine = Q(owner=owner, post_key=post_key, county=county)
            if why_stranded(owner, post_key, county, by.today) is not None:
                lock(mine)
                done += settle(mine, by, None)
    return done


def acknowledge(*, step_id: int, person: Person, now: dt.datetime, request_id: str = "") -> Handover:
    """Take note of a step that was handed over: whoever may act on it. Raises `NothingToAcknowledge`, `NotYourStep`."""
    with transaction.atomic():
        handover = (
            Handover.objects.select_for_update(no_key=True)
            .filter(work_key=work_key(step_id), county=person.county, acknowledged_at__isnull=True)
            .order_by("-handed_at", "-pk")
            .first()
        )
        if handover is None:
            raise NothingToAcknowledge
        seat = seat_for(seats(person.pk, civil_date(now)), handover.post_key)
        if seat is None:
            raise refusals.NotYourStep(handover.post_key)
        handover.acknowledged_at, handover.acknowledged_by = now, person
        handover.save(update_fields=["acknowledged_at", "acknowledged_by"])
        record(
            "handover.acknowledged",
            actor=person,
            county=handover.county,
            now=now,
            payload={"handover": handover.pk, "work": handover.work_key, "post": handover.post_key},
            request_id=request_id,
        )
    return handover


def _leaving(appointment_id: int, last_day: dt.date) -> Appointment:
    """The appointment that ends, its work locked. Raises `SignedSince`."""
    left = Appointment.objects.select_related("post", "person").get(pk=appointment_id)
    lock(Q(owner=left.person_id))
    _check_unsigned(Q(signer=left.person_id, post_key=left.post.key, authority_no=""), left.person, last_day)
    return left


def _check_unsigned(signed: Q, person: Person, last_day: dt.date) -> None:
    """Refuse a last day that would leave a later signature without its post. Raises `SignedSince`."""
    after = dt.datetime.combine(last_day + ONE_DAY, dt.time(), tzinfo=SHANGHAI)
    latest = SignOff.objects.filter(signed, signed_at__gte=after).order_by("-signed_at", "-pk").first()
    if latest is not None:
        raise SignedSince(person.display_name, civil_date(latest.signed_at))


def _flag(to_redo: list[SignOff], recusal: Recusal, by: Moving) -> None:
    """Flag sign-offs of a conflicted person, in each application's chain, and ask their posts to do them again."""
    heads = fresh_heads({sign_off.application_id for sign_off in to_redo})
    drafts: list[Any] = []
    messages: list[Message] = []
    for sign_off in to_redo:
        application = heads[sign_off.application_id]
        entry, head = entries.draft(
            head=application.head,
            kind="application.sign_off_flagged",
            now=by.now,
            actor=str(by.actor.pk) if by.actor else SYSTEM,
            county=application.county,
            payload={"sign_off": str(sign_off.pk), "signer": sign_off.signer_id, "recusal": recusal.pk},
            request_id=by.request_id,
        )
        drafts.append(entry)
        advance(application, head)
        messages.append(
            Message(
                county=application.county,
                kind="sign_off_flagged",
                post_key=sign_off.post_key,
                params={"number": application.number, "subject": application.subject, "node": sign_off.node},
                url=f"/applications/{application.pk}/",
                created_at=by.now,
            )
        )
    write(heads.values(), drafts, messages)
