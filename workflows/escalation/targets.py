"""Whom a rung calls: by post, office, division of duty (分管) and lead (包抓), as they stand on that day.

A post without anybody, and without a stand-in with authority, is passed over and named; the matter goes on upwards.
Only the problem climbs: who decides the case stays who decides it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from workflows.clock.ladder import CHIEF, DEPUTY, DIRECTOR, PROMPT
from workflows.offices.models import Appointment, Charge, Cover, Office, Post, in_period

HEAD_POST = "county.head"
SUPERVISION_POST = "county.supervision"
COUNTY_OFFICE_POST = "county.office"
# Who is above whom inside one office; a post that is not named here stands at the bottom, a lone head at the top.
_RANK = {"chief": 1, "vice": 2, "director": 3, "head": 3}

# {subject key: posts of its lead and co-leads on the day}, from the domain.
Leads = Callable[[Iterable[str], dt.date], dict[str, list[str]]]
_leads: list[Leads] = []


def ask_leads(leads: Leads) -> None:
    """Let the domain say who leads a subject (包抓领导)."""
    _leads.append(leads)


@dataclass(frozen=True)
class Call:
    """Whom a rung calls. `target` is empty when nobody was found; `passed_over` are the posts that were vacant."""

    target: str
    copies: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()


@dataclass
class Directory:
    """Who sits where on one day: read once for a batch, five statements; answers without asking again."""

    county: str
    day: dt.date
    office_of: dict[str, int] = field(default_factory=dict)
    occupied: set[str] = field(default_factory=set)
    above: dict[int, int | None] = field(default_factory=dict)
    by_office: dict[int, list[str]] = field(default_factory=dict)
    charge: dict[int, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)

    @classmethod
    def read(cls, county: str, day: dt.date) -> Directory:
        """Read the county as it stands on `day`."""
        found = cls(county, day)
        standing = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
        for key, office in Post.objects.filter(standing, county=county).values_list("key", "office"):
            found.office_of[key] = office
            found.by_office.setdefault(office, []).append(key)
        held = Appointment.objects.filter(in_period(day), post__county=county, person__is_active=True)
        found.occupied |= set(held.values_list("post__key", flat=True))
        covers = Cover.objects.filter(in_period(day), post__county=county, stand_in__is_active=True)
        covers = covers.filter(Q(principal__isnull=True) | in_period(day, "principal__"))
        found.occupied |= set(covers.values_list("post__key", flat=True))
        for pk, parent, code in Office.objects.filter(county=county).values_list("pk", "parent", "code"):
            found.above[pk], found.codes[pk] = parent, code
        charges = Charge.objects.filter(in_period(day), office__county=county).order_by("starts", "pk")
        found.charge = dict(charges.values_list("office", "post__key"))
        return found

    def leads(self, subject_keys: Iterable[str]) -> dict[str, list[str]]:
        """The posts that lead these subjects today."""
        keys = list(dict.fromkeys(subject_keys))
        found: dict[str, list[str]] = {}
        for ask in _leads:
            found.update(ask(keys, self.day))
        return found

    def call(self, rung: int, post: str, *, superior: str = "", leads: Iterable[str] = ()) -> Call:
        """Whom `rung` calls for something that waits at `post`; `superior` is who gave the task, if somebody did."""
        if rung == PROMPT:
            return Call(post)
        if rung in (CHIEF, DIRECTOR):
            return self._inside(rung, post)
        deputy = superior or self.deputy(post)
        if rung == DEPUTY:
            return self._upwards([deputy], (*leads, SUPERVISION_POST))
        top = self._inside(DIRECTOR, post).target
        return self._upwards([HEAD_POST], (deputy, *leads, top, SUPERVISION_POST))

    def deputy(self, post: str) -> str:
        """The leader in charge of the post's office or of the nearest one above it; empty when nobody is."""
        office = self.office_of.get(post)
        while office is not None:
            if office in self.charge:
                return self.charge[office]
            office = self.above.get(office)
        return ""

    def _inside(self, rung: int, post: str) -> Call:
        """The superior inside the house: the section chief first, or the head of the bureau first."""
        ranked = self._superiors(post)
        wanted = ranked if rung == CHIEF else list(reversed(ranked))
        found = [key for key in wanted if key in self.occupied]
        if not found:
            # The head of his own house has nobody above him in it: he is called himself, the county office with him.
            return Call(post if post in self.occupied else "", (COUNTY_OFFICE_POST,), tuple(wanted))
        copies = [key for key in found[1:] if _rank(key) == _RANK["vice"]] if rung == DIRECTOR else []
        return Call(found[0], tuple(copies), tuple(wanted[: wanted.index(found[0])]))

    def _superiors(self, post: str) -> list[str]:
        """Posts above this one in its office, lowest first; those of the office above when it has none."""
        office, rank = self.office_of.get(post), _rank(post)
        while office is not None and self.codes.get(office) != "county":
            found = sorted((key for key in self.by_office.get(office, ()) if _rank(key) > rank), key=_rank)
            if found:
                return found
            office, rank = self.above.get(office), 0
        return []

    def _upwards(self, wanted: list[str], copies: Iterable[str]) -> Call:
        named = [key for key in wanted if key]
        target = next((key for key in named if key in self.occupied), "")
        passed = tuple(key for key in named if key not in self.occupied)
        told = tuple(dict.fromkeys(key for key in copies if key and key != target and key in self.occupied))
        return Call(target, told, passed)


def _rank(post: str) -> int:
    return _RANK.get(post.partition(".")[2], 0)
