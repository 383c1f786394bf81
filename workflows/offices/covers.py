"""代理 (A/B角): who stands in for an absent holder, or acts on a vacant post, by which authority and until when.

Decided: an authority cannot be passed on. A cover is for a holder of a post or for a vacancy, never for somebody who
himself stands in, and nobody stands in on days on which he himself is away. One stand-in for one holder at a time. The
law asks for a written, dated authority and the own name with 代 (DOMAIN.md 4, E9), no more.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from workflows.clock.days import ONE_DAY, civil_date
from workflows.offices import refusals
from workflows.offices.models import Appointment, Cover, Office, Person, Post, overlapping
from workflows.offices.records import check_administrator, locked
from workflows.offices.staff import record_cover, title_of

# A longer absence is a vacancy in fact: the office appoints.
MOST_DAYS = 366


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
    """Let a person stand in for the holder of appointment `principal_id` from `starts` to `ends`, both included.

    Raises `StandsInForHimself`, `NoAuthority`, `PeriodBackwards`, `BackdatedCover`, `CoverTooLong`,
    `OutsideTheAppointment`, `CoveredAlready`, `AwayHimself`, `NoPost`, `AlreadyDeactivated`, `OtherCounty`,
    `NotTheAdministrator`.
    """
    with transaction.atomic():
        principal = locked(Appointment, principal_id, "post__office", "person")
        post = principal.post
        check_administrator(actor, post.county, now)
        if principal.person_id == stand_in_id:
            raise refusals.StandsInForHimself
        _check_authority(authority_no, starts, ends, now)
        outside = principal.starts > starts or (principal.ends is not None and principal.ends < ends)
        if outside or principal.withdrawn_at is not None:
            raise refusals.OutsideTheAppointment(principal.person.display_name, title_of(post))
        _check_single(Q(principal=principal), principal.person.display_name, starts, ends)
        return _write(post, principal, stand_in_id, starts, ends, authority_no, reason, actor, now, request_id)


def act_for_vacancy(
    *,
    post_id: int,
    stand_in_id: int,
    starts: dt.date,
    ends: dt.date,
    authority_no: str,
    actor: Person | None,
    now: dt.datetime,
    reason: str = "",
    request_id: str = "",
) -> Cover:
    """Let a person act on a vacant post (主持工作) from `starts` to `ends`; a successor's first day ends it.

    Raises `NotVacant` and what `add_cover` raises.
    """
    with transaction.atomic():
        post = locked(Post, post_id, "office")
        check_administrator(actor, post.county, now)
        _check_authority(authority_no, starts, ends, now)
        holder = (
            Appointment.objects.filter(overlapping(starts, ends), post=post, person__is_active=True)
            .select_related("person")
            .order_by("starts", "pk")
            .first()
        )
        if holder is not None:
            raise refusals.NotVacant(title_of(post), holder.person.display_name)
        _check_single(Q(post=post, principal__isnull=True), title_of(post), starts, ends)
        return _write(post, None, stand_in_id, starts, ends, authority_no, reason, actor, now, request_id)


def end_cover(
    *, cover_id: int, last_day: dt.date, actor: Person | None, now: dt.datetime, request_id: str = ""
) -> Cover:
    """End a cover early, after `last_day`; one that has not begun by then is withdrawn.

    Raises `AlreadyEnded`, `Withdrawn`, `PeriodBackwards`, `NotTheAdministrator`.
    """
    with transaction.atomic():
        cover = locked(Cover, cover_id, "post__office", "stand_in")
        check_administrator(actor, cover.post.county, now)
        if cover.withdrawn_at is not None:
            raise refusals.Withdrawn
        if cover.ends is not None and cover.ends <= last_day:
            raise refusals.AlreadyEnded(cover.ends)
        if last_day >= cover.starts:
            cover.ends = last_day
        elif cover.starts > civil_date(now):
            cover.withdrawn_at = now
        else:
            raise refusals.PeriodBackwards(cover.starts, last_day)
        cover.save(update_fields=["ends", "withdrawn_at"])
        record_cover("cover.ended", cover, actor, now, request_id)
    return cover


def _check_authority(authority_no: str, starts: dt.date, ends: dt.date, now: dt.datetime) -> None:
    if not authority_no.strip():
        raise refusals.NoAuthority
    if ends < starts:
        raise refusals.PeriodBackwards(starts, ends)
    if starts < civil_date(now):
        raise refusals.BackdatedCover(civil_date(now))
    if ends - starts + ONE_DAY > dt.timedelta(days=MOST_DAYS):
        raise refusals.CoverTooLong(MOST_DAYS)


def _check_single(whose: Q, name: str, starts: dt.date, ends: dt.date) -> None:
    clash = (
        Cover.objects.filter(whose, overlapping(starts, ends))
        .select_related("stand_in")
        .order_by("starts", "pk")
        .first()
    )
    if clash is not None:
        raise refusals.CoveredAlready(name, clash.stand_in.display_name, clash.starts, clash.ends)


def _check_stand_in(stand_in: Person, post: Post, starts: dt.date, ends: dt.date) -> None:
    if stand_in.county != post.county:
        raise refusals.OtherCounty
    if not stand_in.is_active:
        raise refusals.AlreadyDeactivated(stand_in.display_name)
    own = (
        Appointment.objects.filter(person=stand_in, starts__lte=starts, withdrawn_at__isnull=True)
        .filter(Q(ends__isnull=True) | Q(ends__gte=ends))
        .exclude(post__office__kind=Office.Kind.UNIT)
    )
    if not own.exists():
        raise refusals.NoPost(stand_in.display_name)
    if Cover.objects.filter(overlapping(starts, ends), principal__person=stand_in).exists():
        raise refusals.AwayHimself(stand_in.display_name)


def _write(
    post: Post,
    principal: Appointment | None,
    stand_in_id: int,
    starts: dt.date,
    ends: dt.date,
    authority_no: str,
    reason: str,
    actor: Person | None,
    now: dt.datetime,
    request_id: str,
) -> Cover:
    stand_in = locked(Person, stand_in_id)
    _check_stand_in(stand_in, post, starts, ends)
    cover = Cover(
        post=post,
        principal=principal,
        stand_in=stand_in,
        starts=starts,
        ends=ends,
        authority_no=authority_no.strip(),
        reason=reason.strip(),
    )
    cover.save(force_insert=True)
    record_cover("cover.given", cover, actor, now, request_id)
    return cover
