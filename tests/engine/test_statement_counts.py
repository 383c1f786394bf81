"""How many SQL statements a click costs, BEGIN, COMMIT, session and user included: a committed file that only falls.

`statements.json` holds the figures; the budgets are DESIGN.md 4 and issue 2: plain ≤ 12, the dear ones ≤ 18.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import WIND_FARM_LAND, County, at, county_of_people
from tests.factories import COUNTY
from workflows import operations
from workflows.clock.promises import promises_of
from workflows.models import Application, Step

FILE = Path(__file__).with_name("statements.json")
PLAIN, DEAR = 12, 18


@pytest.fixture
def standing(transactional_db: None) -> County:
    """Committed rows: BEGIN and COMMIT are real and counted. A running process keeps the county's promises."""
    promises_of(COUNTY)
    return county_of_people()


def click(county: County, application: Application, node: str, username: str, decision: str, **form: str) -> int:
    """Sign over HTTP; the number of statements of the whole request."""
    step = county.open_step(application, node)
    fresh = Application.objects.get(pk=application.pk)
    client = Client()
    client.force_login(county[username])
    body = {"decision": decision, "opinion": "同意。", "seen": operations.screen_of(fresh), **form}
    with CaptureQueriesContext(connection) as caught:
        response = client.post(reverse("sign", args=[step.pk]), body)
    assert response.status_code == 302, response.content.decode()
    assert not Step.objects.get(pk=step.pk).is_open
    return len(caught)


def special(county: County, application: Application, code: str, username: str, **form: str) -> int:
    """Do an act beside the steps over HTTP; the number of statements of the whole request."""
    fresh = Application.objects.get(pk=application.pk)
    client = Client()
    client.force_login(county[username])
    body = {"seen": operations.screen_of(fresh), **form}
    with (
        time_machine.travel(county.now, tick=False),
        CaptureQueriesContext(connection) as caught,
    ):
        response = client.post(reverse("special_act", args=[application.pk, code]), body)
    assert response.status_code == 302, response.content.decode()
    return len(caught)


def compare(name: str, found: int, budget: int) -> None:
    known = json.loads(FILE.read_text())
    assert found <= budget
    assert known[name] == found, f"{name}: {found} statements, the file says {known[name]}"


def test_each_click_of_the_land_pre_review_keeps_its_count(standing: County) -> None:
    county = standing
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    compare("accept, starts the clock", click(county, application, "intake", "window.land", "accept"), DEAR)
    compare(
        "opens three offices at once",
        click(county, application, "examination", "handler.land", "agree", second_name="李梅"),
        DEAR,
    )
    compare("answers into a Join", click(county, application, "forestry", "chief.forestry", "no_objection"), DEAR)
    click(county, application, "farmland", "farmland.land", "no_objection")
    compare("closes a Join", click(county, application, "town", "head.town", "no_objection"), DEAR)
    compare("plain sign-off", click(county, application, "chief", "chief.land", "agree"), PLAIN)
    returned = click(county, application, "vice", "vice.land", "return", target="chief", reasons="请补充说明。")
    compare("returns to an earlier step", returned, DEAR)
    click(county, application, "chief", "chief.land", "agree")
    click(county, application, "vice", "vice.land", "agree")
    compare("grants, ends the clock", click(county, application, "decision", "director.land", "grant"), DEAR)
    compare("delivers, ends the case", click(county, application, "delivery", "window.land", "delivered"), DEAR)


def test_an_act_on_the_clock_keeps_its_count_with_one_open_step_and_with_three(standing: County) -> None:
    county = standing
    for offices in (1, 3):
        county.now = at("2022-03-01")
        application = county.apply("land_pre_review", WIND_FARM_LAND)
        county.sign(application, "intake", "window.land", "accept")
        if offices == 3:
            county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
        assert len(county.open_nodes(application)) == offices
        stop = {"ground": "expert-review", "notice": "自然资告〔2022〕5号", "expected_end": "2022-03-18"}
        compare("stops the clock", special(county, application, "stop", "handler.land", **stop), DEAR)
        county.now = at("2022-03-16")
        resumed = special(county, application, "resume", "chief.land", last_day="2022-03-15")
        compare("resumes the clock", resumed, DEAR)
        extend = {"days": "10", "notice": "自然资延〔2022〕1号", "opinion": "情况复杂。"}
        compare("extends the limit", special(county, application, "extend", "director.land", **extend), DEAR)
