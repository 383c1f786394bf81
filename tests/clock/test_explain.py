"""Why this date: the day list, and the answer of `deadline`."""

import json

import pytest

from tests.clock.story import Case, day, law, national
from workflows.clock.deadline import deadline, refusal
from workflows.clock.explain import explain
from workflows.clock.lawful import Unlawful
from workflows.clock.rules import NoSuchRule

STOP = (day("01-24"), day("02-11"), "expert-review")


def test_the_deadline_of_17_january_with_and_without_its_expert_review() -> None:
    plain, stopped = deadline("xkf-42", day("01-17")), deadline("xkf-42", day("01-17"), [STOP])
    assert plain["due"] == "2022-02-17"
    assert stopped["due"] == "2022-03-07"
    assert deadline("xkf-42", day("01-17"), extend=10)["due"] == "2022-03-03"
    assert json.loads(json.dumps(stopped)) == stopped
    assert stopped["days"][0]["why"] == "start" and stopped["days"][-1]["due"] is True
    assert [d["number"] for d in stopped["days"] if d["counted"]] == list(range(1, 21))
    assert stopped["stops"] == [{"from": "2022-01-24", "to": "2022-02-11", "ground": "expert-review"}]


def test_each_day_says_why_and_by_which_article() -> None:
    days = {d.date: d for d in explain(Case("01-17").events, law("xkf-42"), national())}
    assert days[day("01-17")].why == "start" and days[day("01-17")].article.zh == "民法典第二百零一条"
    assert days[day("01-22")].why == "weekend"
    assert days[day("01-29")].why == "make_up" and days[day("01-29")].counted
    assert "国办发明电〔2021〕11号" in days[day("01-29")].article.zh
    assert days[day("02-01")].why == "holiday" and "春节" in days[day("02-01")].text.zh
    assert days[day("02-17")].is_due and days[day("02-17")].number == 20
    stopped = Case("01-17")
    stopped.stop("01-24", "02-11")
    days = {d.date: d for d in explain(stopped.events, law("xkf-42"), national())}
    assert days[day("01-29")].why == "stopped" and days[day("01-29")].article.zh == "行政许可法第四十五条"
    assert "告知书1号" in days[day("01-29")].text.zh


def test_a_calendar_period_that_ends_on_a_saturday_shows_the_move() -> None:
    days = explain(Case("02-24").events, law("eia-form", "02-24"), national())
    assert [(d.date, d.why) for d in days[-3:]] == [
        (day("03-26"), "day"),
        (day("03-27"), "moved"),
        (day("03-28"), "moved"),
    ]
    assert days[-1].is_due and days[-1].article.en == "Civil Code Art. 203"


def test_an_open_stop_is_explained_to_its_announced_end_or_to_today() -> None:
    case = Case("01-17")
    case.stop("01-24", expected_end=day("02-11"))
    announced = explain(case.events, law("xkf-42"), national())
    assert announced[-1].date == day("02-11") and not any(d.is_due for d in announced)
    assert explain(case.events, law("xkf-42"), national(), until=day("02-20"))[-1].date == day("02-20")
    assert explain([], law("xkf-42"), national()) == []


def test_a_day_of_an_unpublished_year_is_marked() -> None:
    days = deadline("xkf-42", day("2026-12-20"))["days"]
    marked = [d["date"] for d in days if d["provisional"]]
    assert marked[0] == "2026-12-25" and marked[-1] == "2027-01-15"
    assert "未公布" in next(d["text"]["zh"] for d in days if d["date"] == "2027-01-04")


def test_deadline_refuses_what_the_law_does_not_allow() -> None:
    for arguments, code in (
        (("xkf-42", day("01-17"), [(day("01-24"), day("02-11"), "site-visit")]), "no_ground"),
        (("eia-report", day("01-17"), [], 10), "no_extension"),
        (("xkf-42", day("01-17"), [], 11), "extension_too_long"),
    ):
        with pytest.raises(Unlawful) as refused:
            deadline(*arguments)
        told = refusal(refused.value)
        assert told["error"] == code and told["text"]["zh"] and json.dumps(told)
    with pytest.raises(ValueError, match="before it begins"):
        deadline("xkf-42", day("01-17"), [(day("02-11"), day("01-24"), "hearing")])
    with pytest.raises(NoSuchRule):
        deadline("nothing", day("01-17"))
