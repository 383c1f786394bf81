"""事项 pages: what is approved, by which steps, on which version; and what a new version changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.html import escape

from permits.procedures.land_pre_review import V1
from tests.cast import WIND_FARM_LAND, County
from workflows.clock.days import civil_date
from workflows.flow import registry
from workflows.queries.procedures import StepLine, changes, procedure_lines, procedure_page


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def chief(county: County) -> Client:
    client = Client()
    client.cookies["kaigong_language"] = "en"
    client.force_login(county["chief.land"])
    return client


def test_every_procedure_stands_on_the_list_with_its_limits_and_open_cases(county: County, chief: Client) -> None:
    county.apply("land_pre_review", WIND_FARM_LAND)
    lines = {line.code: line for line in procedure_lines(county["chief.land"].county, civil_date(county.now), "en")}
    assert set(lines) == {found.code for found in registry.procedures()}
    land = lines["land_pre_review"]
    assert (land.statutory, land.promised, land.open) == ("20 working days", "10 working days", 1)
    page = chief.get("/procedures/").content.decode()
    assert [line.title for line in lines.values() if escape(line.title) not in page] == []


def test_a_procedure_shows_each_step_with_its_post_its_answers_and_where_they_lead(
    county: County, chief: Client
) -> None:
    response = chief.get("/procedures/land_pre_review/")
    page = response.context["page"]
    decision = next(step for step in page.steps if step.node == "decision")
    assert decision.four_eyes and "Natural Resources Bureau" in decision.post
    told = {answer.label: (answer.leads_to, answer.becomes) for answer in decision.answers}
    assert told["Grant"] == ("Certificate and delivery", "granted")
    assert told["Refuse"] == ("Delivery of the refusal", "refused")
    assert told["Return"][0] == "an earlier step, chosen by the officer"
    assert len(page.steps) == len([node for node in V1.node_map().values() if hasattr(node, "answers")])


def test_a_version_that_was_never_published_is_no_page(chief: Client) -> None:
    assert chief.get("/procedures/land_pre_review/?version=V9").status_code == 404
    assert chief.get("/procedures/no-such/").status_code == 404


def test_the_pages_ask_as_often_for_one_case_as_for_many(county: County, chief: Client) -> None:
    def asked(address: str) -> int:
        chief.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert chief.get(address).status_code == 200
        return len(caught)

    addresses = ("/procedures/", "/procedures/land_pre_review/")
    few = [asked(address) for address in addresses]
    for _n in range(5):
        county.apply("land_pre_review", WIND_FARM_LAND)
    assert [asked(address) for address in addresses] == few


def test_what_a_new_version_changed_is_told_step_by_step(county: County) -> None:
    old = list(procedure_page(county["chief.land"].county, "land_pre_review", "", civil_date(county.now), "en").steps)
    new: list[StepLine] = []
    for step in old:
        if step.node == "town":
            continue
        new.append(StepLine(**{**step.__dict__, "limit": 2}) if step.node == "vice" else step)
    new.append(StepLine("notice", "Notice", "", None, "", False, "", "", ()))
    told = [(change.kind, change.title, change.before, change.after) for change in changes(old, new)]
    assert told == [
        ("added", "Notice", "", ""),
        ("gone", "Reply of the town", "", ""),
        ("other", "Vice director's review · limit", "1 working day", "2 working days"),
    ]
    assert changes(old, old) == []
