"""The pages of people and posts stay usable with ninety people: paged, whole, and as quick as with nine."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.cast import County
from tests.engine.test_query_counts import asked
from tests.factories import AppointmentFactory, OfficeFactory, PersonFactory, PostFactory


def hire(n: int) -> None:
    office = OfficeFactory()
    for _one in range(n):
        AppointmentFactory(person=PersonFactory(), post=PostFactory(office=office))


def client_of(county: County) -> Client:
    client = Client()
    client.force_login(county["admin"])
    return client


def test_ninety_people_are_all_reached_by_paging_and_by_their_names(county: County) -> None:
    hire(90 - len(county.people) if len(county.people) < 90 else 30)
    client, names, address = client_of(county), set(), "/people/"
    while address:
        context: Any = client.get(address).context
        assert len(context["people"]) <= 50
        names |= {row["username"] for row in context["people"]}
        address = f"/people/{context['older_url']}" if context["older_url"] else ""
    assert len(names) >= 90 and set(county.people) <= names
    found = client.get("/people/?q=auditor").context["people"]
    assert [row["username"] for row in found] == ["auditor"]


def test_people_and_posts_ask_as_often_for_ninety_as_for_a_few_more(county: County) -> None:
    client = client_of(county)
    few = [asked(client, address) for address in ("/people/", "/people/offices/", "/people/covers/new/")]
    hire(60)
    assert [asked(client, address) for address in ("/people/", "/people/offices/", "/people/covers/new/")] == few


def test_the_jobs_page_asks_a_fixed_number_of_times(county: County) -> None:
    client = client_of(county)
    few = asked(client, "/operations/")
    hire(30)
    assert asked(client, "/operations/") == few <= 25
