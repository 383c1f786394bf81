"""The frame around every page: who I am, where I may go, what stands over me. Asked lazily: cheap pages stay cheap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.inbox import unread
from workflows.clock.days import civil_date
from workflows.escalation.heartbeat import SWEEP, silent_since
from workflows.escalation.targets import SUPERVISION_POST
from workflows.offices.access import RULES, my_seats
from workflows.offices.seats import Seat
from workflows.queries.inbox import InboxRow, counts
from workflows.queries.inbox_page import next_item
from workflows.touring import Tour, tour_of

MOST_PLACES = 6


@dataclass(frozen=True)
class Place:
    """One place of the top bar."""

    name: str
    url: str
    here: bool
    count: int | None = None


class Frame:
    """What the base template asks for."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def now(self) -> Any:
        """The instant of this request."""
        return getattr(self.request, "now", None)

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """The signed-in person's seats today."""
        return my_seats(self.request) if self.now else ()

    @property
    def own_seat(self) -> Seat | None:
        """The first post of his own, else the first that he stands in for."""
        return self.seats[0] if self.seats else None

    @property
    def covers(self) -> list[Seat]:
        """The posts that he stands in for; always written in the top bar."""
        return [seat for seat in self.seats if seat.stands_in]

    @cached_property
    def places(self) -> list[Place]:
        """At most six places, those that this role may open."""
        user = self.request.user
        if not user.is_authenticated:
            return []
        known = getattr(self.request, "waiting", None)
        waiting = counts(user.pk, self.seats, user.county, civil_date(self.now))["mine"] if known is None else known
        ledger = reverse("permits:import")
        offered = [
            (_("Morning"), reverse("morning"), "supervision", None),
            # The second place of whoever answers for all projects: behind the morning, or behind the inbox.
            (_("Portfolio"), reverse("permits:portfolio"), "supervision", None),
            (_("My projects"), reverse("permits:mine"), "unit", None),
            (_("Inbox"), reverse("inbox"), "officer", waiting),
            (_("Portfolio"), reverse("permits:portfolio"), "oversees", None),
            (_("Escalations"), reverse("escalations"), "officer", None),
            (_("Applications"), reverse("applications"), "signed_in", None),
            (_("Projects"), reverse("permits:projects"), "officer", None),
            (_("Ledger"), ledger, "ledger", None),
            (_("People"), reverse("offices:people"), "administrator", None),
            (_("Audit trail"), reverse("audit"), "audits", None),
        ]
        # The ledger lies below the projects: the longest address that fits is the place where one is.
        here = max((url for _name, url, *_rest in offered if self.request.path.startswith(url)), key=len, default="")
        open_to: dict[str, Place] = {}
        for name, url, rule, count in offered:
            if url not in open_to and RULES[rule](self.request):
                open_to[url] = Place(name, url, url == here, count)
        found = list(open_to.values())
        # Whoever sees all projects opens the ledger seldom: the menu of the person has it too.
        return found if len(found) <= MOST_PLACES else [place for place in found if place.url != ledger]

    @property
    def reads_ledger(self) -> bool:
        """Whether this person may open the ledger."""
        return RULES["ledger"](self.request)

    @property
    def administers(self) -> bool:
        """Whether this person keeps the county's people and machines."""
        return RULES["administrator"](self.request)

    @cached_property
    def tour(self) -> Tour | None:
        """The first-day card of this role, until it is put away."""
        return tour_of(self.request) if self.now else None

    @cached_property
    def next_item(self) -> InboxRow | None:
        """What to open after a signature; read only by the message that follows one."""
        user: Any = self.request.user
        return next_item(person_id=user.pk, seats=self.seats, county=user.county, now=self.now)

    @cached_property
    def unread(self) -> int:
        """How many messages are new since this person last looked; 100 stands for more."""
        user = self.request.user
        return unread(user.pk, {seat.post_key for seat in self.seats}, user.county) if user.is_authenticated else 0

    @cached_property
    def silent_since(self) -> Any:
        """Since when the sweep has been silent for too long, for those who can mend it; None for everybody else."""
        request = self.request
        if not request.user.is_authenticated or not self.now:
            return None
        if not (RULES["administrator"](request) or any(seat.post_key == SUPERVISION_POST for seat in self.seats)):
            return None
        return silent_since(SWEEP, timezone.now())

    @property
    def languages(self) -> list[tuple[str, str, bool]]:
        """(code, name in itself, active)."""
        active = getattr(self.request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
        return [("zh-hans", "中文", active == "zh-hans"), ("en", "English", active == "en")]
