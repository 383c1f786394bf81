"""Reads for the people pages: the list, one person, the tree of offices, sessions, the demo accounts.

Each is a fixed number of SQL statements, whatever the number of rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from workflows.offices.models import (
    Appointment,
    Charge,
    Cover,
    Office,
    Person,
    Post,
    Recusal,
    Session,
    in_period,
)
from workflows.offices.seats import VACANT
from workflows.offices.sessions import SessionStore
from workflows.offices.staff import title_of

PAGE = 50
# From this many posts on, an office has its own column among the demo accounts.
COLUMN = 4


@dataclass(frozen=True)
class PeoplePage:
    """One page of the list: rows as `templates/people.html` asks for them, and whether there are more."""

    rows: list[dict[str, Any]]
    more: bool


@dataclass(frozen=True)
class SignedIn:
    """One signed-in browser of a person; the key names it to the sign-out, `here` is the one that asks."""

    key: str
    device: str
    address: str
    since: dt.datetime | None
    until: dt.datetime
    here: bool


def people_page(
    county: str, day: dt.date, query: str = "", office: str = "", state: str = "", page: int = 0
) -> PeoplePage:
    """People of a county by name: filtered by words, office code and state (`active`, `deactivated`)."""
    found = Person.objects.in_county(county)
    words = query.strip()
    if words:
        found = found.filter(Q(name__icontains=words) | Q(username__icontains=words) | Q(name_en__icontains=words))
    if office:
        found = found.filter(
            pk__in=Appointment.objects.filter(in_period(day), post__office__code=office, post__county=county).values(
                "person"
            )
        )
    if state in ("active", "deactivated"):
        found = found.filter(is_active=state == "active")
    people = list(_with_posts(found, day).order_by("-is_active", "name", "pk")[page * PAGE : page * PAGE + PAGE + 1])
    shut = locked_usernames([person.username for person in people])
    return PeoplePage([_row(person, shut) for person in people[:PAGE]], len(people) > PAGE)


def everybody(
    county: str, day: dt.date, query: str = "", office: str = "", state: str = ""
) -> Iterator[dict[str, Any]]:
    """Every line of the filtered list, a page at a time."""
    page = 0
    while True:
        found = people_page(county, day, query, office, state, page)
        yield from found.rows
        if not found.more:
            return
        page += 1


def locked_usernames(usernames: list[str]) -> set[str]:
    """Which of these accounts are locked out after wrong passwords now (lower case). One SQL statement.

    django-axes counts in real time, so the demo county's clock plays no part.
    """
    cool_off = get_cool_off() or dt.timedelta(days=36500)  # no cool-off set: locked until unlocked
    return set(
        AccessAttempt.objects.filter(
            username__in=[name.lower() for name in usernames],
            failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
            attempt_time__gt=timezone.now() - cool_off,
        ).values_list("username", flat=True)
    )


def person_page(person: Person, day: dt.date) -> dict[str, Any]:
    """Everything about one person: posts of all times, covers both ways, recusals, sessions, lock-out."""
    appointments = list(person.appointments.select_related("post__office").order_by("-starts", "-pk"))
    stands_in = person.covers.select_related("post__office", "principal__person").order_by("-starts", "-pk")
    stood_in_for = (
        Cover.objects.filter(principal__person=person)
        .select_related("post__office", "stand_in")
        .order_by("-starts", "-pk")
    )
    return {
        "person": person,
        "appointments": [(row, row.holds_on(day)) for row in appointments],
        "running": [row for row in appointments if row.withdrawn_at is None and (row.ends is None or row.ends >= day)],
        "covers": [(row, row.holds_on(day), _principal_name(row)) for row in stands_in],
        "stood_in_for": [(row, row.holds_on(day)) for row in stood_in_for],
        "recusals": list(Recusal.objects.filter(person=person).order_by("-declared_at", "-pk")),
        "sessions": len(sessions_of(person)),
        "locked": bool(locked_usernames([person.username])),
    }


def sessions_of(person: Person, here: str = "") -> list[SignedIn]:
    """The browsers in which a person is signed in now, the newest use first. One SQL statement."""
    store = SessionStore()
    rows = Session.objects.filter(person=person, expire_date__gt=timezone.now()).order_by("-expire_date", "pk")
    return [_signed_in(row, store.decode(row.session_data), here) for row in rows]


def post_choices(county: str, day: dt.date) -> list[tuple[int, str]]:
    """Open posts of a county, by office. One SQL statement."""
    posts = (
        Post.objects.in_county(county)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))
        .select_related("office")
        .order_by("office__code", "key")
    )
    return [(post.pk, title_of(post)) for post in posts]


def principal_choices(county: str, day: dt.date) -> list[tuple[str, str]]:
    """Who may be stood in for: holders (`a` and the appointment's key) and vacant posts (`p` and the post's key)."""
    running = list(
        Appointment.objects.filter(post__county=county, withdrawn_at__isnull=True, person__is_active=True)
        .filter(Q(ends__isnull=True) | Q(ends__gte=day))
        .select_related("post__office", "person")
        .order_by("post__office__code", "post__key", "starts", "pk")
    )
    held = {row.post_id for row in running}
    choices = [(f"a{row.pk}", f"{title_of(row.post)} · {row.person.display_name}") for row in running]
    return choices + [(f"p{pk}", f"{title} · {VACANT}") for pk, title in post_choices(county, day) if pk not in held]


def officer_choices(county: str) -> list[tuple[int, str]]:
    """Active people of a county, by name. One SQL statement."""
    people = Person.objects.in_county(county).filter(is_active=True).order_by("name", "pk")
    return [(person.pk, f"{person.display_name} ({person.username})") for person in people]


def office_choices(county: str) -> list[tuple[str, str]]:
    """Offices of a county as (code, name). One SQL statement."""
    return [(office.code, office.label) for office in Office.objects.in_county(county).order_by("code")]


def office_tree(county: str, day: dt.date) -> list[dict[str, Any]]:
    """Every office, indented by its depth, its posts with who may act today, and who is in charge of it."""
    posts = Post.objects.order_by("key").prefetch_related(
        Prefetch(
            "appointments",
            Appointment.objects.filter(in_period(day), person__is_active=True)
            .select_related("person")
            .order_by("starts", "pk"),
        ),
        Prefetch(
            "covers",
            Cover.objects.filter(in_period(day), stand_in__is_active=True)
            .filter(Q(principal__isnull=True) | in_period(day, "principal__"))
            .select_related("stand_in", "principal__person")
            .order_by("starts", "pk"),
        ),
    )
    charges = Charge.objects.filter(in_period(day)).select_related("post__office").order_by("starts", "pk")
    offices = list(
        Office.objects.in_county(county)
        .prefetch_related(Prefetch("posts", posts), Prefetch("charges", charges))
        .order_by("code")
    )
    below: dict[int | None, list[Office]] = {}
    for office in offices:
        below.setdefault(office.parent_id, []).append(office)
    rows: list[dict[str, Any]] = []
    _walk(below, None, 0, rows)
    return rows


def demo_accounts(county: str, day: dt.date) -> dict[str, list[Any]]:
    """Who can sign in to the demo county, as its sign-in page shows it: offices with many posts apart."""
    held = (
        Appointment.objects.filter(in_period(day), post__county=county, person__is_active=True)
        .select_related("post__office", "person")
        .order_by("post__office__code", "post__key", "pk")
    )
    groups: dict[Office, list[tuple[str, str]]] = {}
    for row in held:
        groups.setdefault(row.post.office, []).append((row.post.label, row.person.username))
    return {
        "demo_offices": [(office.label, found) for office, found in groups.items() if len(found) >= COLUMN],
        "demo_others": [(office.label, found) for office, found in groups.items() if len(found) < COLUMN],
    }


def _with_posts(found: Any, day: dt.date) -> Any:
    return found.prefetch_related(
        Prefetch(
            "appointments",
            Appointment.objects.filter(in_period(day)).select_related("post__office").order_by("starts", "pk"),
            to_attr="posts_today",
        ),
        Prefetch(
            "covers",
            Cover.objects.filter(in_period(day))
            .filter(Q(principal__isnull=True) | in_period(day, "principal__"))
            .select_related("post__office", "principal__person")
            .order_by("starts", "pk"),
            to_attr="covers_today",
        ),
    )


def _row(person: Any, shut: set[str]) -> dict[str, Any]:
    return {
        "pk": person.pk,
        "name": person.name,
        "username": person.username,
        "active": person.is_active,
        "locked": person.username.lower() in shut,
        "url": reverse("offices:person", args=[person.pk]),
        "posts": [
            {"title": title_of(row.post), "starts": row.starts, "ends": row.ends, "document_no": row.document_no}
            for row in person.posts_today
        ],
        "covers": [
            {
                "title": title_of(row.post),
                "principal": _principal_name(row),
                "until": row.ends,
                "authority_no": row.authority_no,
            }
            for row in person.covers_today
        ],
    }


def _principal_name(cover: Cover) -> str:
    return cover.principal.person.display_name if cover.principal else VACANT


def _signed_in(row: Any, data: dict[str, Any], here: str) -> SignedIn:
    since = data.get("since")
    return SignedIn(
        key=row.session_key,
        device=data.get("device", ""),
        address=data.get("address", ""),
        since=dt.datetime.fromisoformat(since) if since else None,
        until=row.expire_date,
        here=row.session_key == here,
    )


def _walk(below: dict[int | None, list[Office]], parent: int | None, depth: int, rows: list[dict[str, Any]]) -> None:
    for office in below.get(parent, []):
        rows.append(
            {
                "office": office,
                "indent": "　" * depth,
                "posts": list(office.posts.all()),
                "charges": list(office.charges.all()),
            }
        )
        _walk(below, office.pk, depth + 1, rows)
