"""单位对比: own days, each once; without stops and the applicant's days; no share of few."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import WIND_FARM_LAND, County, at
from workflows.clock.calendar import state_council_calendar
from workflows.escalation.comparing import FEW, Tally, net_days, percentile, period_of
from workflows.models import Application

CALENDAR = state_council_calendar()
DAY = dt.date


def test_days_of_two_steps_at_once_count_once_and_a_stop_counts_for_nobody() -> None:
    two = [(DAY(2022, 3, 1), DAY(2022, 3, 8)), (DAY(2022, 3, 3), DAY(2022, 3, 10))]
    assert net_days(two, [], CALENDAR) == 7
    assert net_days(two, [(DAY(2022, 3, 4), DAY(2022, 3, 7))], CALENDAR) == 5
    assert net_days([(DAY(2022, 3, 4), DAY(2022, 3, 6))], [], CALENDAR) == 0, "a weekend is nobody's day"


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_nine_of_ten_are_at_most_the_percentile_and_fewer_are_below_it(values: list[int]) -> None:
    found = percentile(values, 90)
    assert found in values
    assert sum(1 for one in values if one <= found) * 10 >= len(values) * 9
    assert sum(1 for one in values if one < found) * 10 < len(values) * 9


def test_fewer_than_five_cases_have_no_median_and_no_percentile() -> None:
    row = Tally("land", "自然资源局", days=[3] * (FEW - 1))
    assert (row.handled, row.half, row.most) == (4, None, None)
    assert (Tally("land", "自然资源局", days=[3] * FEW).half) == 3


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("month", "2022-03-01", "2022-03-11"),
        ("last_month", "2022-02-01", "2022-02-28"),
        ("quarter", "2022-01-01", "2022-03-11"),
        ("last_quarter", "2021-10-01", "2021-12-31"),
        ("year", "2022-01-01", "2022-03-11"),
        ("last_year", "2021-01-01", "2021-12-31"),
    ],
)
def test_periods_are_those_of_the_calendar(code: str, first: str, last: str) -> None:
    found = period_of(code, DAY(2022, 3, 11))
    assert [day.isoformat() for day in found] == [first, last]


def test_each_office_is_counted_with_its_own_days_and_denominators(county: County) -> None:
    for n in range(6):
        county.now = at("2022-03-01")
        case = county.apply("land_pre_review", WIND_FARM_LAND)
        county.sign(case, "intake", "window.land", "accept")
        county.now = at("2022-03-04")
        county.sign(case, "examination", "handler.land", "agree", second_name="李梅")
        county.now = at("2022-03-08")
        county.sign(case, "forestry", "chief.forestry", "no_objection")
        decided = at("2022-03-09")
        Application.objects.filter(pk=case.pk).update(decided_at=decided, promised_due=DAY(2022, 3, 9 - (n == 0)))
    with time_machine.travel(at("2022-03-11"), tick=False):
        client = Client()
        client.force_login(county["county.head"])
        page = client.get("/offices-compared/?period=month")
        rows = {row.code: row for row, _half, _most in page.context["rows"]}
        land, forestry = rows["land"], rows["forestry"]
        assert (land.handled, land.half, land.most) == (6, 3.0, 3)
        assert (land.decided, land.in_promise, land.promises) == (6, 5, 6)
        assert (forestry.handled, forestry.half, forestry.decided) == (6, 2.0, 0), "who was asked decides nothing"
        said = page.content.decode()
        assert "83.3 %" in said and "5 ÷ 6" in said
        file = client.get("/offices-compared/?period=month&format=csv")
        assert "自然资源局,6,3.0,3,6" in file.content.decode("utf-8-sig")
        client.force_login(county["deputy.rural"])
        mine = client.get("/offices-compared/?period=month").context["rows"]
        assert {row.code for row, _half, _most in mine} == {"forestry"}, "a deputy sees the offices in charge"
