"""Many items change hands at once; what an office agreed to with conditions is not signed in bulk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import WIND_FARM_LAND, County
from tests.factories import AppointmentFactory
from tests.journeys.forms import FACTS
from workflows.models import Application, SignOff, Step
from workflows.offices.models import Post
from workflows.operations import screen_of
from workflows.operations.bulk import sign_many

FILE = Path(__file__).with_name("queries.json")
ADDRESS = "/inbox/hand-over/"


@pytest.fixture
def counter(county: County) -> Client:
    """The counter of the land bureau, with a colleague on the same post."""
    post = Post.objects.get(key="land.window", county=county["window.land"].county)
    AppointmentFactory(post=post, person=county["handler.land"])
    client = Client()
    client.force_login(county["window.land"])
    return client


def waiting(county: County, number: int) -> list[Step]:
    """Forms at the counter."""
    cases = [county.apply("land_pre_review", WIND_FARM_LAND, subject=f"第{n}件") for n in range(number)]
    return [county.open_step(case, "intake") for case in cases]


def chosen(steps: list[Step]) -> list[str]:
    """As the page sends them."""
    return [f"{step.pk}|{screen_of(Application.objects.get(pk=step.process_id))}" for step in steps]


def test_three_items_go_to_a_colleague_and_each_tells_so(county: County, counter: Client) -> None:
    steps = waiting(county, 3)
    taker = county["handler.land"]
    given = {"step": chosen(steps), "to_id": str(taker.pk), "opinion": "外出培训"}
    assert counter.post(ADDRESS, given).status_code == 302
    assert Step.objects.filter(owner=taker, finished__isnull=True).count() == 3
    assert SignOff.objects.filter(act="hand_over", opinion="外出培训").count() == 3
    # The old screen is no screen any more: each is refused by name.
    page = counter.post(ADDRESS, given, follow=True).content.decode()
    assert "已转办 0 件" in page and "第0件：" in page


def test_from_the_inbox_leads_an_address_that_can_be_opened_again(county: County, counter: Client) -> None:
    steps = waiting(county, 2)
    answer = counter.post(ADDRESS, {"step": chosen(steps), "opinion": ""})
    assert answer.status_code == 302 and answer["Location"] == f"{ADDRESS}?step={steps[0].pk}&step={steps[1].pk}"
    page = counter.get(answer["Location"]).content.decode()
    assert "第0件" in page and "第1件" in page and county["handler.land"].display_name in page


def test_anothers_steps_are_left_out_and_not_named(county: County, counter: Client) -> None:
    other = county.apply("eia_form", FACTS["eia_form"], subject="别的科室的件")
    step = county.open_step(other, "intake")
    page = counter.get(f"{ADDRESS}?step={step.pk}&step=abc").content.decode()
    assert "没有选中事项" in page and "别的科室的件" not in page
    given = {"step": chosen([step]), "to_id": "", "opinion": "试试"}
    assert counter.post(ADDRESS, given).status_code == 302
    assert not SignOff.objects.filter(act="hand_over").exists()


def test_without_reasons_nothing_moves(county: County, counter: Client) -> None:
    steps = waiting(county, 1)
    answer = counter.post(ADDRESS, {"step": chosen(steps), "to_id": "", "opinion": " "})
    assert answer.status_code == 422
    assert not SignOff.objects.filter(act="hand_over").exists()


def test_the_page_asks_as_often_for_three_as_for_thirty(county: County, counter: Client) -> None:
    steps = waiting(county, 30)

    def asked(number: int) -> int:
        address = ADDRESS + "?" + "&".join(f"step={step.pk}" for step in steps[:number])
        counter.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert counter.get(address).status_code == 200
        return len(caught)

    assert asked(3) == asked(30) == json.loads(FILE.read_text())[ADDRESS]


def test_what_was_agreed_with_conditions_is_opened_before_it_is_signed(county: County) -> None:
    case = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(case, "intake", "window.land", "accept")
    county.sign(case, "examination", "handler.land", "agree", second_name="李梅")
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(case, node, username, "conditions" if node == "town" else "no_objection")
    step = county.open_step(case, "chief")
    seen = screen_of(Application.objects.get(pk=case.pk))
    (result,) = sign_many(person=county["chief.land"], chosen=[(step.pk, seen)], opinion="", now=county.now)
    assert result.refused is not None and "条件" in result.refused
    assert Step.objects.get(pk=step.pk).finished is None
