"""分管 and 包抓: what a county leader answers for on a day: the offices in his charge, the subjects that he leads.

The county head and the supervision office see all of it. Whoever stands in for one of them sees what he would see: the
seats of the day decide, here as everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q

from workflows.offices.models import Charge, Office, in_period
from workflows.offices.seats import Seat

EVERYTHING = ("county.head", "county.supervision")
LEADERS = ("deputy.", *EVERYTHING)

# (posts, day) → the keys of the subjects that these posts lead, from the domain.
Led = Callable[[Iterable[str], dt.date], set[str]]
_led: list[Led] = []


def ask_led(led: Led) -> None:
    """Let the domain say which subjects a post leads (包抓)."""
    if led not in _led:
        _led.append(led)


@dataclass(frozen=True)
class Scope:
    """What is looked at: everything of a county, or some offices and subjects of it. `names` are those offices'."""

    county: str
    posts: tuple[str, ...]
    everything: bool
    offices: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    subjects: frozenset[str] = frozenset()

    def applications(self, path: str = "") -> Q:
        """The condition on applications (behind `path`, e.g. `application__`)."""
        county = Q(**{f"{path}county": self.county})
        if self.everything:
            return county
        mine = Q(**{f"{path}office__in": self.offices}) | Q(**{f"{path}subject_key__in": self.subjects})
        return county & mine

    def answers_for(self, office: int | None, subject_key: str) -> bool:
        """What `applications` asks of the database, of one application of the county whose row is at hand."""
        return self.everything or office in self.offices or subject_key in self.subjects

    def holds(self, subject_key: str, office_codes: Iterable[str]) -> bool:
        """Whether a subject is looked at: led, or waiting for one of the offices (codes) in charge."""
        return self.everything or subject_key in self.subjects or not self.codes.isdisjoint(office_codes)


def scope_of(county: str, seats: Iterable[Seat], day: dt.date) -> Scope | None:
    """What these seats answer for on `day`; None for who leads nothing. At most three statements."""
    posts = tuple(seat.post_key for seat in seats if seat.post_key.startswith(LEADERS))
    if not posts:
        return None
    if any(post in EVERYTHING for post in posts):
        return Scope(county, posts, everything=True)
    charges = Charge.objects.filter(in_period(day), office__county=county).order_by("starts", "pk")
    charged = dict(charges.values_list("office", "post__key"))
    rows = list(Office.objects.filter(county=county).order_by("code"))
    above = {row.pk: row.parent_id for row in rows}
    mine = [row for row in rows if _in_charge(row.pk, above, charged) in posts]
    subjects: set[str] = set()
    for ask in _led:
        subjects |= ask(posts, day)
    return Scope(
        county,
        posts,
        everything=False,
        offices=frozenset(row.pk for row in mine),
        codes=frozenset(row.code for row in mine),
        names=tuple(row.label for row in mine),
        subjects=frozenset(subjects),
    )


def _in_charge(office: int | None, above: dict[int, int | None], charged: dict[int, str]) -> str:
    """The post in charge of an office: its own charge, else that of the nearest office above it."""
    seen: set[int] = set()
    while office is not None and office not in seen:
        if office in charged:
            return charged[office]
        seen.add(office)
        office = above.get(office)
    return ""
