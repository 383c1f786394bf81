"""The question from the post's side: who sits on it, who may act for it, and who is in charge of an office.

`seats` starts from a person; these start from a post or an office. Used to tell somebody, to name a vacancy, and to
find the deputy whom a stalled matter goes to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from workflows.offices.models import Appointment, Charge, Cover, NeverDeleted, Office, Person, Post, in_period
from workflows.offices.seats import VACANT


@dataclass(frozen=True, slots=True)
class Occupant:
    """A person who may act for a post on a day; `authority_no` is set when he stands in."""

    person_id: int
    name: str
    principal_id: int | None = None
    principal_name: str = ""
    authority_no: str = ""
    until: dt.date | None = None

    @property
    def stands_in(self) -> bool:
        """Whether he acts in another's stead, or for a vacant post."""
        return self.authority_no != ""


@dataclass(frozen=True, slots=True)
class InCharge:
    """Who is in charge of an office: the leader's post, the office that the charge names, and who may act for it.

    `occupants` is empty when the post is vacant and nobody stands in: the matter then goes one rung up (DOMAIN.md E9).
    """

    post: Post
    through: Office
    occupants: tuple[Occupant, ...]

    @property
    def vacant(self) -> bool:
        """Whether nobody may act."""
        return not self.occupants


def holders(county: str, post_key: str, day: dt.date) -> list[Person]:
    """People appointed to a post on `day`, the longest there first; deactivated ones are absent. One SQL statement."""
    held = _appointments(county, post_key, day).select_related("person").order_by("starts", "pk")
    return [appointment.person for appointment in held]


def is_vacant(county: str, post_key: str, day: dt.date) -> bool:
    """Whether nobody is appointed to the post on `day`; somebody may still stand in."""
    return not _appointments(county, post_key, day).exists()


def who_may_act(county: str, post_key: str, day: dt.date) -> tuple[Occupant, ...]:
    """Everybody who may act for a post on `day`: holders first, then those who stand in. Two SQL statements.

    Says the same as `seats` says for each of these people.
    """
    own = [
        Occupant(appointment.person_id, appointment.person.display_name, until=appointment.ends)
        for appointment in _appointments(county, post_key, day).select_related("person").order_by("starts", "pk")
    ]
    return (*own, *(_stand_in(cover) for cover in covers_in_force(county, post_key, day)))


def people_on(county: str, post_keys: Iterable[str], day: dt.date) -> dict[str, list[int]]:
    """{post key: people who hold it or stand in on `day`, holders first}; two SQL statements."""
    keys = list(post_keys)
    held = Appointment.objects.filter(
        in_period(day), _open_post(day), post__county=county, post__key__in=keys, person__is_active=True
    )
    covers = Cover.objects.filter(
        in_period(day), _open_post(day), post__county=county, post__key__in=keys, stand_in__is_active=True
    ).filter(Q(principal__isnull=True) | in_period(day, "principal__"))
    found: dict[str, list[int]] = {}
    for key, person in (
        *held.order_by("starts", "pk").values_list("post__key", "person"),
        *covers.order_by("starts", "pk").values_list("post__key", "stand_in"),
    ):
        found.setdefault(key, []).append(person)
    return found


def covers_in_force(county: str, post_key: str, day: dt.date) -> list[Cover]:
    """Covers on a post that hold on `day`, for an absent holder or for a vacancy. One SQL statement."""
    found = (
        Cover.objects.filter(in_period(day), _open_post(day), post__county=county, post__key=post_key)
        .filter(stand_in__is_active=True)
        .filter(Q(principal__isnull=True) | in_period(day, "principal__"))
        .select_related("stand_in", "principal__person", "post")
        .order_by("starts", "pk")
    )
    return list(found)


def deputy_in_charge(office: Office, day: dt.date) -> InCharge | None:
    """The leader in charge (分管) of an office on `day`: its own charge, else that of the nearest office above it.

    None when no office up to the root is in anybody's charge. At most four SQL statements, however deep the tree.
    """
    path = _path_up(office)
    charges = {
        charge.office_id: charge
        for charge in Charge.objects.filter(in_period(day), office__in=path)
        .select_related("post__office")
        .order_by("-starts", "-pk")
    }
    for step in path:
        charge = charges.get(step.pk)
        if charge is not None:
            return InCharge(charge.post, step, who_may_act(office.county, charge.post.key, day))
    return None


def _path_up(office: Office) -> list[Office]:
    offices = {row.pk: row for row in Office.objects.filter(county=office.county)}
    path, step = [], offices.get(office.pk)
    while step is not None and step not in path:
        path.append(step)
        step = offices.get(step.parent_id) if step.parent_id else None
    return path


def _appointments(county: str, post_key: str, day: dt.date) -> NeverDeleted:
    return Appointment.objects.filter(
        in_period(day), _open_post(day), post__county=county, post__key=post_key, person__is_active=True
    )


def _open_post(day: dt.date) -> Q:
    return Q(post__closed_on__isnull=True) | Q(post__closed_on__gt=day)


def _stand_in(cover: Cover) -> Occupant:
    principal = cover.principal.person if cover.principal else None
    return Occupant(
        cover.stand_in_id,
        cover.stand_in.display_name,
        principal.pk if principal else None,
        principal.display_name if principal else VACANT,
        cover.authority_no,
        cover.ends,
    )
