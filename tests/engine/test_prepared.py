"""The badge and the bell are asked in compiled form, and answer as the ORM does (notifications/prepared.py)."""

from __future__ import annotations

import datetime as dt

import pytest

from notifications.inbox import mark_read, told, unread
from notifications.models import Message
from notifications.prepared import Prepared
from tests.cast import WIND_FARM_LAND, County
from tests.factories import COUNTY
from workflows.clock.days import civil_date
from workflows.models import Step
from workflows.offices.seats import seats
from workflows.queries.inbox import counts, inbox


@pytest.mark.parametrize("username", ["window.land", "handler.land", "chief.land", "deputy.city"])
def test_badge_and_bell_count_what_the_pages_list(county: County, username: str) -> None:
    for n in range(4):
        application = county.apply("land_pre_review", WIND_FARM_LAND)
        if n % 2:
            county.sign(application, "intake", "window.land", "accept")
    Step.objects.filter(post_key="land.window").update(due_on=dt.date(2022, 3, 2))
    person, today = county[username], civil_date(county.now)
    held = seats(person.pk, today)
    listed = {
        tab: inbox(person_id=person.pk, seats=held, county=COUNTY, now=county.now, tab=tab).rows
        for tab in ("mine", "waiting", "soon")
    }
    found = counts(person.pk, held, COUNTY, today)
    assert found == {tab: len(rows) for tab, rows in listed.items()}
    assert found == counts(person.pk, held, COUNTY, today), "the second answer comes from the kept statement"
    keys = {seat.post_key for seat in held}
    assert unread(person.pk, keys, COUNTY) == len(told(person.pk, keys, COUNTY)[0])
    assert counts(person.pk, (), COUNTY, today) == {"mine": 0, "waiting": 0, "soon": 0}


def test_each_list_length_has_its_own_statement_and_a_forgotten_value_is_refused(county: County) -> None:
    county.apply("land_pre_review", WIND_FARM_LAND)
    asked = Prepared(lambda posts: Step.objects.filter(post_key__in=posts).order_by("pk").values_list("post_key"))
    assert asked.rows(["land.window"]) == asked.rows(["land.window", "nobody"]) == [("land.window",)]
    assert asked.rows(["nobody"]) == []
    with pytest.raises(ValueError, match="no values"):
        asked.rows([])
    with pytest.raises(ValueError, match="nowhere"):
        Prepared(lambda _post: Step.objects.values_list("pk")).rows("land.window")


def test_the_bell_counts_every_address_once_no_further_than_a_hundred_and_only_what_is_new(county: County) -> None:
    chief, keys = county["chief.land"], {"land.chief", "land.handler"}

    def tell(many: int, **to: object) -> list[int]:
        rows = [Message(county=COUNTY, kind="gate_opened", created_at=county.now, **to) for _n in range(many)]
        return [row.pk for row in Message.objects.bulk_create(rows)]

    tell(3, post_key="land.chief")
    read = tell(1, person=chief)[-1]
    tell(2, post_key="land.handler")
    tell(1, person=chief, post_key="land.chief")
    tell(4, post_key="eia.chief")
    tell(5, post_key="land.chief", person=county["chief.eia"])
    assert unread(chief.pk, keys, COUNTY) == 12
    mark_read(chief.pk, read)
    assert unread(chief.pk, keys, COUNTY) == 8
    assert unread(chief.pk, (), COUNTY) == 1
    tell(120, post_key="land.handler")
    assert unread(chief.pk, keys, COUNTY) == 100
