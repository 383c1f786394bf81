"""Open work changes hands: which steps a person may not keep, who takes them, and the record of it (DOMAIN.md E8).

Called inside the transactions of `workflows.operations.staffing`, which says why people move.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from notifications.models import Message
from workflows.audit import entries
from workflows.clock.calendars import calendar_for
from workflows.clock.days import WorkingDays, civil_date
from workflows.models import Application, Step
from workflows.offices.holders import covers_in_force, who_may_act
from workflows.offices.models import Handover, Person
from workflows.offices.records import ADMINISTRATOR_POST, SYSTEM
from workflows.offices.seats import seat_for, seats

Cause = Handover.Cause


@dataclass(frozen=True)
class Moving:
    """Who moves people and when: what every function here passes on."""

    actor: Person | None
    now: dt.datetime
    request_id: str = ""

    @property
    def today(self) -> dt.date:
        """The civil date of the instant, Asia/Shanghai."""
        return civil_date(self.now)


OPEN_AND_HANDED = Q(finished__isnull=True, owner__isnull=False) & ~Q(post_key="")


def work_key(step_id: int) -> str:
    """How a handover names a step."""
    return f"step:{step_id}"


def lock(whose: Q) -> None:
    """Lock the applications of these open steps, by id: before any row about people (lock order)."""
    found = Step.objects.filter(OPEN_AND_HANDED, whose).values("process")
    list(Application.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk").values_list("pk"))


def handed(whose: Q) -> list[Step]:
    """Open steps in one person's hands, with application and owner; one SQL statement."""
    return list(
        Step.objects.filter(OPEN_AND_HANDED, whose).select_related("process", "owner").order_by("process", "pk")
    )


def why_stranded(owner: int, post_key: str, county: str, today: dt.date) -> Handover.Cause | None:
    """Why a step of this post may not stay in this person's hands today; None when it may."""
    seat = seat_for(seats(owner, today), post_key)
    if seat is None:
        active = Person.objects.filter(pk=owner, is_active=True).exists()
        return Cause.LEFT if active else Cause.DEACTIVATED
    if seat.stands_in:
        return None
    away = (
        cover.principal and cover.principal.person_id == owner for cover in covers_in_force(county, post_key, today)
    )
    return Cause.ABSENT if any(away) else None


def settle(whose: Q, by: Moving, cause: Handover.Cause | None) -> list[Handover]:
    """Give back those of these open steps whose person may not keep them today."""
    known: dict[tuple[int, str, str], Handover.Cause | None] = {}
    done: list[Handover] = []
    stranded: dict[Handover.Cause, list[Step]] = {}
    for step in handed(whose):
        asked = (_owner(step), step.post_key, step.county)
        if asked not in known:
            known[asked] = why_stranded(*asked, by.today)
        why = known[asked]
        if why is not None:
            stranded.setdefault(cause or why, []).append(step)
    for why, steps in stranded.items():
        done += give_back(steps, by, why, to_stand_in=True)
    return done


def give_back(steps: list[Step], by: Moving, cause: Handover.Cause, *, to_stand_in: bool) -> list[Handover]:
    """Take steps out of a person's hands, record it in each application's chain, and tell who takes over."""
    handovers: list[Handover] = []
    messages: list[Message] = []
    drafts: list[Any] = []
    heads = fresh_heads({step.process_id for step in steps})
    for step in steps:
        leaver = _owner(step)
        taker = _stand_in_of(step, by.today) if to_stand_in else None
        Step.objects.filter(pk=step.pk).update(owner=taker)
        handover = _handover(step, leaver, taker, cause, by)
        handovers.append(handover)
        entry, head = entries.draft(
            head=heads[step.process_id].head,
            kind="application.handed_over",
            now=by.now,
            actor=str(by.actor.pk) if by.actor else SYSTEM,
            county=step.county,
            payload={
                "step": step.pk,
                "node": step.node,
                "post": step.post_key,
                "from": leaver,
                "to": taker,
                "cause": str(cause),
                "acknowledge_by": handover.acknowledge_by.isoformat(),
            },
            request_id=by.request_id,
        )
        drafts.append(entry)
        advance(heads[step.process_id], head)
        messages += _told(step, taker, by)
    write(heads.values(), drafts, messages)
    Handover.objects.bulk_create(handovers)
    return handovers


def _owner(step: Step) -> int:
    if step.owner_id is None:
        raise RuntimeError("Only a step in somebody's hands changes hands.")
    return step.owner_id


def _stand_in_of(step: Step, today: dt.date) -> int | None:
    """The person who stands in for the step's owner on its post, or acts on it when it is vacant."""
    for cover in covers_in_force(step.county, step.post_key, today):
        if cover.principal is None or cover.principal.person_id == step.owner_id:
            return cover.stand_in_id
    return None


def _handover(step: Step, leaver: int, taker: int | None, cause: Handover.Cause, by: Moving) -> Handover:
    return Handover(
        county=step.county,
        work_key=work_key(step.pk),
        post_key=step.post_key,
        from_person_id=leaver,
        to_person_id=taker,
        cause=cause,
        handed_at=by.now,
        acknowledge_by=calendar_for(step.county).add(by.today, WorkingDays(1)).date,
    )


def _told(step: Step, taker: int | None, by: Moving) -> list[Message]:
    """The message to whoever takes over; to the administrator too when nobody may act on the post."""
    about = {"number": step.process.number, "subject": step.process.subject, "node": step.node, "post": step.post_key}
    told = [
        Message(
            county=step.county,
            kind="step_handed_over",
            post_key="" if taker else step.post_key,
            person_id=taker,
            params=about,
            url=f"/steps/{step.pk}/",
            created_at=by.now,
        )
    ]
    if taker is None and not who_may_act(step.county, step.post_key, by.today):
        told.append(
            Message(
                county=step.county,
                kind="post_vacant",
                post_key=ADMINISTRATOR_POST,
                params=about,
                url=f"/steps/{step.pk}/",
                created_at=by.now,
            )
        )
    return told


def fresh_heads(application_ids: set[int]) -> dict[int, Application]:
    """The applications, read again: their chains' heads may have moved since their steps were read."""
    rows = Application.objects.select_for_update(no_key=True).filter(pk__in=application_ids).order_by("pk")
    return {row.pk: row for row in rows}


def advance(application: Application, head: Any) -> None:
    """Move an application's chain head on, in memory; `write` stores it."""
    application.entry_count, application.last_hash = head.seq, head.last_hash


def write(applications: Iterable[Application], drafts: list[Any], messages: list[Message]) -> None:
    """Write entries, messages and the applications' chain heads."""
    if not drafts:
        return
    entries.append(drafts)
    Message.objects.bulk_create(messages)
    for application in applications:
        application.save(update_fields=["entry_count", "last_hash"])
