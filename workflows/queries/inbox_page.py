"""The page around the inbox's rows: what happened last on each, who has it, my saved filters, counts of the tabs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max

from notifications.inbox import unread
from workflows.clock.days import civil_date
from workflows.models import SavedFilter, SignOff, Step
from workflows.offices.models import Appointment, Cover, in_period
from workflows.offices.seats import Seat
from workflows.offices.titles import post_names
from workflows.operations.seating import HEADS
from workflows.queries.inbox import BADGE, Inbox, InboxRow, counts, inbox, of_unit


@dataclass(frozen=True)
class Holder:
    """Who has a step of my office: the post, and the people who may act for it or the one to whom it was given."""

    post: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class InboxPage:
    """One tab with what stands around it. `last` by application, `who` by step (the tab of my office only).

    `heads`: this person heads an office, so he may hand over what its people hold.
    """

    inbox: Inbox
    unit: int
    saved: list[SavedFilter]
    heads: bool
    last: dict[int, SignOff] = field(default_factory=dict)
    who: dict[int, Holder] = field(default_factory=dict)

    @property
    def known(self) -> str:
        """The counts as this page shows them, for the next pulse to compare."""
        return _known(self.inbox.counts, self.unit)

    @property
    def can_pick(self) -> bool:
        """Whether rows may be ticked: my own open ones, and those of an office that I head."""
        return self.inbox.tab != "done" and (self.inbox.tab != "unit" or self.heads)

    @property
    def first_simple(self) -> InboxRow | None:
        """The first row that needs nothing but an opinion; a newcomer begins with it."""
        rows = (row for row in self.inbox.rows if row.simple and row.seat and not row.not_before)
        return next(rows, None) if self.inbox.tab == "mine" else None


@dataclass(frozen=True)
class Pulse:
    """The counts of the tabs and of unread messages."""

    counts: dict[str, int]
    unit: int
    unread: int

    @property
    def known(self) -> str:
        """As `InboxPage.known`."""
        return _known(self.counts, self.unit)


def _known(found: dict[str, int], unit: int) -> str:
    return "-".join(str(found[tab]) for tab in ("mine", "waiting", "soon")) + f"-{unit}"


def pulse_counts(person_id: int, seats: Iterable[Seat], county: str, now: dt.datetime) -> Pulse:
    """What an open page asks once a minute; three statements."""
    held = tuple(seats)
    return Pulse(
        counts=counts(person_id, held, county, civil_date(now)),
        unit=_in_unit(held, county),
        unread=unread(person_id, {seat.post_key for seat in held}, county),
    )


def _in_unit(held: tuple[Seat, ...], county: str) -> int:
    return len(of_unit(held, county).values_list("pk")[: BADGE + 1])


def inbox_page(*, person_id: int, seats: Iterable[Seat], county: str, now: dt.datetime, **wanted: Any) -> InboxPage:
    """A page of one tab: takes what `inbox` takes. A fixed number of statements for any number of rows."""
    held = tuple(seats)
    found = inbox(person_id=person_id, seats=held, county=county, now=now, **wanted)
    return InboxPage(
        inbox=found,
        unit=_in_unit(held, county),
        saved=list(SavedFilter.objects.filter(person=person_id).order_by("name")),
        heads=any(seat.post_key.partition(".")[2] in HEADS for seat in held),
        last=last_acts(found.rows) if found.tab != "done" else {},
        who=_who_has(found.rows, county, civil_date(now)) if found.tab == "unit" else {},
    )


def last_acts(rows: Iterable[InboxRow]) -> dict[int, SignOff]:
    """{application: its newest sign-off} for the rows of a page; one statement."""
    mine = SignOff.objects.filter(application__in=[row.application_id for row in rows])
    newest = mine.order_by().values("application").annotate(last=Max("pk")).values("last")
    return {found.application_id: found for found in SignOff.objects.filter(pk__in=newest)}


def _who_has(rows: Iterable[InboxRow], county: str, day: dt.date) -> dict[int, Holder]:
    steps = list(Step.objects.filter(pk__in=[row.step_id for row in rows]).select_related("owner"))
    keys = {step.post_key for step in steps}
    names = post_names(county, keys)
    sitting: dict[str, list[str]] = {}
    of_post = {"post__county": county, "post__key__in": keys}
    for held in Appointment.objects.filter(in_period(day), **of_post).select_related("post", "person").order_by("pk"):
        sitting.setdefault(held.post.key, []).append(held.person.display_name)
    for cover in Cover.objects.filter(in_period(day), **of_post).select_related("post", "stand_in").order_by("pk"):
        sitting.setdefault(cover.post.key, []).append(cover.stand_in.display_name)
    return {
        step.pk: Holder(
            names.get(step.post_key, step.post_key),
            (step.owner.display_name,) if step.owner else tuple(sitting.get(step.post_key, ())),
        )
        for step in steps
    }


def next_item(*, person_id: int, seats: Iterable[Seat], county: str, now: dt.datetime) -> InboxRow | None:
    """What to open next: the first row of "mine", in order of risk; None when nothing waits."""
    rows = inbox(person_id=person_id, seats=seats, county=county, now=now).rows
    return rows[0] if rows else None
