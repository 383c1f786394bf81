"""A page asks the database as often for three rows as for thirty (DESIGN.md; issue 2, 6)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import WIND_FARM_LAND, County
from workflows.models import Note, Step

FILE = Path(__file__).with_name("queries.json")


def asked(client: Client, address: str) -> int:
    client.get(address)  # calendars and content types are warm in a running process
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.fixture
def chief(county: County) -> Client:
    client = Client()
    client.force_login(county["window.land"])
    return client


def test_lists_ask_as_often_for_three_cases_as_for_thirty(county: County, chief: Client) -> None:
    known = json.loads(FILE.read_text())
    addresses = ("/inbox/", "/inbox/?tab=unit", "/inbox/?tab=done", "/applications/")
    for _n in range(3):
        county.apply("land_pre_review", WIND_FARM_LAND)
    few = {address: asked(chief, address) for address in addresses}
    for _n in range(27):
        county.apply("land_pre_review", WIND_FARM_LAND)
    assert {address: asked(chief, address) for address in addresses} == few
    assert few == {address: known[address] for address in addresses}


def test_a_case_asks_as_often_with_many_steps_notes_and_versions(county: County, chief: Client) -> None:
    known = json.loads(FILE.read_text())
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    step = county.open_step(application, "intake")
    addresses = {"step": f"/steps/{step.pk}/", "application": f"/applications/{application.pk}/"}
    few = {name: asked(chief, address) for name, address in addresses.items()}
    for n in range(20):
        county.hand_in(application, "boundary", body=b"%PDF-1.4 " + str(n).encode())
        Note.objects.create(
            application=application,
            text="留言",
            author=county["window.land"],
            author_title="窗口",
            written_at=county.now,
        )
    assert Step.objects.filter(process=application).count() == 2
    assert {name: asked(chief, address) for name, address in addresses.items()} == few
    assert few == {name: known[name] for name in addresses}
