"""Two offices disagree: the deputy in charge is called the next working day; who decides stays who decides."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Message
from tests.cast import WIND_FARM_LAND, County, at
from workflows.audit.refused import Refused
from workflows.escalation.card import escalation_card
from workflows.escalation.models import Escalation, Supervision
from workflows.escalation.open_ends import matter_stands_still
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep
from workflows.models import Application, SignOff
from workflows.operations.beside import Request
from workflows.operations.clock_acts import stop_clock
from workflows.operations.core import actor_of, screen_of
from workflows.operations.ending import withdraw
from workflows.operations.taking_back import take_back

WHY = "占用一级林地二十三亩，不同意选址。"


@pytest.fixture
def asked(county: County, record_fits: None) -> Application:
    """The wind farm's land: forestry, farmland and town were asked on Tuesday 2022-03-01."""
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    return application


def object_to(county: County, asked: Application, node: str = "forestry", who: str = "chief.forestry") -> SignOff:
    county.sign(asked, node, who, "object", reasons=WHY)
    return SignOff.objects.get(application=asked, act="object", node=node, voided_at__isnull=True)


def request(county: County, asked: Application, who: str) -> Request:
    return Request(asked.pk, county[who], screen_of(Application.objects.get(pk=asked.pk)), county.now)


def raised() -> list[tuple[int, str, str]]:
    rows = Escalation.objects.filter(trigger="disagreed").order_by("pk")
    return [(row.rung, row.target, row.on.isoformat()) for row in rows]


def test_an_objection_of_another_bureau_calls_the_deputy_the_next_working_day_once(
    county: County, asked: Application
) -> None:
    object_to(county, asked)
    sweep(at("2022-03-01", "18:00"))
    assert raised() == []
    for _again in range(2):
        sweep(at("2022-03-02"))
    assert raised() == [(3, "deputy.city", "2022-03-02")]
    assert Message.objects.filter(kind="escalated", post_key="deputy.city", params__trigger="disagreed").count() == 1


def test_a_raised_objection_that_still_stands_is_left_alone_without_a_lock(county: County, asked: Application) -> None:
    object_to(county, asked)
    sweep(at("2022-03-02"))
    with CaptureQueriesContext(connection) as caught:
        assert sweep(at("2022-03-02")).total == 0
    assert not [
        row["sql"] for row in caught if row["sql"].startswith(("INSERT", "UPDATE")) or "FOR NO KEY" in row["sql"]
    ]


def test_ten_working_days_later_it_is_before_the_county_head(county: County, asked: Application) -> None:
    object_to(county, asked)
    for day in ("2022-03-02", "2022-03-15", "2022-03-16"):
        sweep(at(day))
    assert raised() == [(3, "deputy.city", "2022-03-02"), (4, "county.head", "2022-03-16")]


def test_a_section_of_the_same_bureau_is_its_directors_affair(county: County, asked: Application) -> None:
    object_to(county, asked, "farmland", "farmland.land")
    sweep(at("2022-03-02"))
    assert raised() == []


def test_an_objection_that_was_taken_back_calls_nobody(county: County, asked: Application) -> None:
    object_to(county, asked)
    take_back(request(county, asked, "chief.forestry"), opinion="误签。")
    sweep(at("2022-03-02"))
    assert raised() == []


def test_nobody_is_called_while_the_clock_stands_lawfully(county: County, asked: Application) -> None:
    object_to(county, asked)
    mine = request(county, asked, "handler.land")
    stop_clock(mine, ground="expert-review", notice="自然资告〔2022〕5号", expected_end=dt.date(2022, 3, 18))
    sweep(at("2022-03-02"))
    assert raised() == []


def test_nobody_is_called_for_a_matter_that_is_over(county: County, asked: Application) -> None:
    object_to(county, asked)
    withdraw(request(county, asked, "window.land"), opinion="企业另行选址", document="撤回申请书")
    sweep(at("2022-03-02"))
    assert raised() == []


def test_the_deputy_reads_the_objection_on_his_card_and_closes_only_what_has_moved(
    county: County, asked: Application
) -> None:
    objection = object_to(county, asked)
    county.now = at("2022-03-02")
    sweep(county.now)
    open_supervisions(county.now)
    matter = Supervision.objects.get(matter=f"application:{asked.pk}", level=3)
    card = escalation_card(
        asked.county, f"objection:{objection.pk}", 3, 1, actor_of(county["deputy.city"], county.now), county.now
    )
    assert card.objection == objection and card.form == "leader"
    assert matter_stands_still(matter.application, county.now.date())
    county.now = at("2022-03-03")
    county.sign(asked, "town", "head.town", "no_objection")
    assert matter_stands_still(matter.application, county.now.date()), "a third office settles nothing"
    county.sign(asked, "farmland", "farmland.land", "no_objection")
    assert matter_stands_still(matter.application, county.now.date()) == ""


def test_the_decision_is_still_the_directors(county: County, asked: Application) -> None:
    object_to(county, asked)
    for node, who in (("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(asked, node, who, "no_objection")
    sweep(at("2022-03-02"))
    with pytest.raises(Refused):
        county.sign(asked, "chief", "deputy.city", "agree")
    county.now = at("2022-03-02")
    county.sign(asked, "chief", "chief.land", "agree")


def told() -> list[Any]:
    return list(Message.objects.filter(kind="corrections_over").order_by("pk"))


def test_e6_the_counter_is_told_once_when_the_local_limit_for_corrections_is_over(
    county: County, record_fits: None
) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件")])
    sweep(at("2022-03-22", "20:00"))
    assert told() == [], "fifteen working days from 2022-03-01 end on 2022-03-22"
    for _again in range(2):
        sweep(at("2022-03-23", "08:00"))
    assert [(row.post_key, row.params["due"]) for row in told()] == [("land.window", "2022-03-22")]
    assert Application.objects.get(pk=application.pk).is_open, "nothing is refused by itself"
    assert Escalation.objects.count() == 0, "the ball is with the applicant"


def test_e6_corrections_that_came_in_time_tell_nobody(county: County, record_fits: None) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件")])
    county.now = at("2022-03-22")
    county.hand_in(application, "basis")
    county.sign(application, "corrections", "window.land", "corrections_in")
    sweep(at("2022-03-23"))
    assert told() == []
