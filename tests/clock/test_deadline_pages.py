"""Why this date: the day list of an application and of a form, late entries, overdue stops, forecast, balance."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from viewflow.workflow import Token

from tests.cast import County, at
from tests.clock.test_calendar_changes import page_of
from tests.engine.desk import Desk, accepted, consulting
from tests.journeys.forms import FACTS
from workflows.clock.calendars import calendar_for
from workflows.clock.days import WorkingDays
from workflows.clock.three_dates import Sureness
from workflows.models import Application, ClockRow, SignOff, Step
from workflows.operations.core import actor_of
from workflows.operations.deeming import deem_accepted
from workflows.queries.application import application_page
from workflows.queries.applications import rows_of
from workflows.queries.clockstate import held
from workflows.queries.deadline import deadline_page
from workflows.queries.forecasting import forecaster, forget_paces, usual_paces

STOP = {"ground": "expert-review", "notice": "自然资告〔2022〕5号", "expected_end": "2022-03-10"}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def command(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("deadline", *arguments, "--json", "--county", "620799", stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_the_form_counts_as_the_command_does(county: County) -> None:
    address = "/deadline/?rule=xkf-42&start=2022-01-17&from1=2022-01-24&to1=2022-02-11&why1=expert-review"
    page = page_of(county, address, "applicant.windfarm")
    told = command("--rule", "xkf-42", "--start", "2022-01-17", "--stop", "2022-01-24:2022-02-11:expert-review")
    assert told["due"] == "2022-03-07" and "2022-03-07 到期" in page
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert rows.count("<tr") == len(told["days"])
    assert all(line["date"] in rows and line["text"]["zh"] in page for line in told["days"])
    assert "2022-02-17 到期" in page_of(county, "/deadline/?rule=xkf-42&start=2022-01-17", "chief.land")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("rule=xkf-42&start=2022-01-17&from1=2022-01-24&to1=2022-02-11&why1=corrections", "不是法定停表事由"),
        ("rule=eia-form&start=2022-01-17&extend=5", "依法不得延长"),
        ("rule=land-pre-notice&start=2020-01-17", "当日尚未施行"),
        ("rule=xkf-42&start=2022-01-17&from1=2022-02-11&to1=2022-01-24&why1=hearing", "末日不得早于首日"),
    ],
)
def test_what_the_law_does_not_allow_is_said_in_the_form(county: County, asked: str, said: str) -> None:
    assert said in page_of(county, f"/deadline/?{asked}", "chief.land")


def test_where_practice_is_split_both_dates_are_shown_and_the_earlier_warns(county: County) -> None:
    desk = accepted(county, "eia_form")
    page = page_of(county, f"/applications/{desk.id}/", "chief.eia")
    assert "各地对计算单位做法不一" in page and "自然日 03-31" in page and "工作日 04-13" in page
    assert "按此预警" in page
    fresh = desk.application
    assert fresh.statutory_due == day("2022-03-31") and fresh.promised_due and fresh.promised_due <= fresh.statutory_due
    why = page_of(county, f"/applications/{desk.id}/deadline/", "chief.eia")
    assert "2022-03-31" in why and "2022-04-13" in why
    assert "2022-03-31" in page_of(county, "/deadline/?rule=eia-form&start=2022-03-01", "chief.eia")


def test_an_application_explains_its_dates_day_by_day(county: County) -> None:
    desk = consulting(county)
    desk.post("handler.land", "stop", STOP)
    county.now = at("2022-03-09")
    desk.post("chief.land", "resume", {"last_day": "2022-03-08"})
    page = page_of(county, f"/applications/{desk.id}/deadline/", "chief.land")
    assert "自然资告〔2022〕5号" in page and "行政许可法第四十五条" in page and "周末，不计入" in page
    found = deadline_page(desk.application, county.now, "zh-hans")
    assert found.statutory is not None and found.promised is not None
    assert found.statutory.on == desk.application.statutory_due == day("2022-04-06")
    assert found.promised.on == desk.application.promised_due
    counted = [line.number for line in found.statutory.days if line.number]
    assert counted == list(range(1, 21)) and found.statutory.days[-1].state == "due"
    stopped = [line.date for line in found.statutory.days if line.state == "stopped"]
    assert stopped == [day("2022-03-01") + dt.timedelta(n) for n in range(1, 8)]
    assert found.outlook is not None and found.outlook.forecast.date.isoformat() in page


def test_only_who_may_see_the_case_sees_its_dates(county: County) -> None:
    desk = accepted(county)
    assert "2022-03-29" in page_of(county, f"/applications/{desk.id}/deadline/", "applicant.windfarm")
    assert "2022-03-29" not in page_of(county, f"/applications/{desk.id}/deadline/", "applicant.gas")


def test_a_clock_that_has_not_started_says_so(county: County) -> None:
    application = county.apply("land_pre_review", FACTS["land_pre_review"])
    assert "尚未受理" in page_of(county, f"/applications/{application.pk}/deadline/", "chief.land")
    other = accepted(county, "land_conversion")
    assert "没有法定办理时限" in page_of(county, f"/applications/{other.id}/deadline/", "chief.land")


def test_a_resume_entered_a_week_later_is_marked_in_the_timeline(county: County) -> None:
    desk = consulting(county)
    desk.post("handler.land", "stop", STOP)
    county.now = at("2022-03-16")
    desk.post("chief.land", "resume", {"last_day": "2022-03-08"})
    page = page_of(county, f"/applications/{desk.id}/", "chief.land")
    assert "补录，晚 8 天" in page.partition('id="trail-title"')[2]
    county.now = at("2022-03-17")
    desk.post("handler.land", "stop", {**STOP, "expected_end": "2022-03-21"})
    county.now = at("2022-03-19")
    desk.post("chief.land", "resume", {"last_day": "2022-03-18"})
    page = page_of(county, f"/applications/{desk.id}/", "chief.land")
    assert page.partition('id="trail-title"')[2].count("补录，晚") == 1, "a day later is no late entry"


def test_an_acceptance_by_silence_shows_that_it_was_entered_late(county: County) -> None:
    application = county.apply("land_pre_review", FACTS["land_pre_review"])
    county.now = at("2022-03-09")
    assert deem_accepted(now=county.now)
    page = page_of(county, f"/applications/{application.pk}/", "chief.land")
    assert "补录" in page and "晚 8 天" in page


def test_a_stop_past_its_announced_end_is_shown_as_overdue(county: County) -> None:
    desk = consulting(county)
    desk.post("handler.land", "stop", STOP)
    county.now = at("2022-03-10")
    assert "停表已超过告知期限" not in page_of(county, f"/applications/{desk.id}/", "chief.land")
    county.now = at("2022-03-14")
    page = page_of(county, f"/applications/{desk.id}/", "chief.land")
    assert "停表已超过告知期限" in page and "超 4 天" in page


def with_us(county: County, desk: Desk) -> dict[str, int]:
    steps = list(Step.objects.filter(process=desk.id).order_by("pk"))
    stops: list[Any] = []
    today = county.now.date()
    return dict(held(desk.application, steps, stops, today, calendar_for("620799")))


def test_with_the_office_seven_days_and_with_the_applicant_twelve(county: County) -> None:
    application = county.apply("land_pre_review", FACTS["land_pre_review"])
    county.now = at("2022-03-04")
    county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件")])
    county.now = at("2022-03-22")
    county.sign(application, "corrections", "window.land", "corrections_in")
    county.now = at("2022-03-28")
    desk = Desk(county, application)
    assert with_us(county, desk) == {"申请人": 12, "本单位": 7}
    page = page_of(county, f"/applications/{application.pk}/", "window.land")
    assert "在申请人 <strong>12</strong>" in page and "在本单位 <strong>7</strong>" in page


def test_days_on_which_three_offices_were_asked_at_once_count_once(county: County) -> None:
    desk = consulting(county)
    county.now = at("2022-03-11")
    assert sum(with_us(county, desk).values()) == 8


def test_a_lawful_stop_is_the_experts_time(county: County) -> None:
    desk = consulting(county)
    county.now = at("2022-03-02")
    desk.post("handler.land", "stop", STOP)
    county.now = at("2022-03-11")
    page = application_page(desk.application, actor_of(county["chief.land"], county.now), county.now)
    days = dict(page.clock.balance)
    assert days["技术评审"] == 8 and sum(days.values()) == 8


def planned(county: County, desk: Desk) -> Any:
    calendar = calendar_for("620799")
    steps = list(Step.objects.filter(process=desk.id, finished__isnull=True).exclude(post_key=""))
    return forecaster("620799", county.now, calendar).outlook(desk.application, steps)


def test_the_forecast_is_the_plan_until_cases_are_seen_and_then_their_median(county: County) -> None:
    desk = accepted(county)
    plan = planned(county, desk)
    assert plan.forecast.sureness is Sureness.PLANNED
    names = [leg.pace.step for leg in plan.legs]
    assert names[0] == "examination" and names[-1] == "decision" and "chief" in names
    for n in range(21):
        taken = Application.objects.get(pk=accepted(county).id)
        for node, days in (("chief", 9), ("vice", 1 + n % 3)):
            Step.objects.create(
                process=taken,
                flow_task=taken.flow_class.node_map()[node],
                flow_task_type="HUMAN",
                status="DONE",
                token=Token("start"),
                county="620799",
                node=node,
                post_key="land.chief",
                decision="agree",
                finished=at("2022-02-25"),
            )
            Step.objects.filter(process=taken, node=node).update(
                created=at(calendar_for("620799").back(day("2022-02-25"), WorkingDays(days)).date.isoformat())
            )
    forget_paces()
    paces = usual_paces("620799", county.now, calendar_for("620799"))
    assert paces["land_pre_review", "chief"] == (9, 21) and paces["land_pre_review", "vice"] == (2, 21)
    seen = planned(county, desk)
    assert {leg.pace.step: leg.pace.usual.n for leg in seen.legs}["chief"] == 9
    assert seen.forecast.date > plan.forecast.date


def test_an_old_step_does_not_set_the_pace_and_warm_paces_cost_nothing(county: County) -> None:
    desk = accepted(county)
    step = Step.objects.get(process=desk.id, node="intake")
    Step.objects.filter(pk=step.pk).update(created=at("2020-03-01"), finished=at("2021-02-26"))
    forget_paces()
    calendar = calendar_for("620799")
    assert ("land_pre_review", "intake") not in usual_paces("620799", county.now, calendar)
    with CaptureQueriesContext(connection) as caught:
        usual_paces("620799", county.now, calendar)
    assert len(caught) == 0


def test_a_late_step_moves_the_forecast_and_a_stopped_case_is_forecast_from_the_announced_end(county: County) -> None:
    desk = consulting(county)
    first = planned(county, desk).forecast.date
    county.now = at("2022-03-18")
    assert planned(county, desk).forecast.date > first
    desk.post("handler.land", "stop", {**STOP, "expected_end": "2022-03-31"})
    assert planned(county, desk) is None, "without the clock's rows nobody knows when a stop ends"
    found = deadline_page(desk.application, county.now, "zh-hans").outlook
    assert found is not None and found.forecast.date > day("2022-03-31")


def test_the_list_shows_the_forecast_as_the_third_date(county: County) -> None:
    desk = accepted(county)
    (row,) = rows_of([desk.application], county.now)
    assert row.times.forecast == planned(county, desk).forecast.date
    assert "预计" in page_of(county, "/applications/", "chief.land").partition("<tbody>")[2]


def test_a_stop_has_its_place_on_the_clock_bar(county: County) -> None:
    desk = consulting(county)
    desk.post("handler.land", "stop", STOP)
    county.now = at("2022-03-09")
    desk.post("chief.land", "resume", {"last_day": "2022-03-08"})
    assert ClockRow.objects.filter(application=desk.id, kind="resume").count() == 1
    page = application_page(desk.application, actor_of(county["chief.land"], county.now), county.now)
    assert [stop[:2] for stop in page.times.stops] == [(0, 5)], "the first day lies before the axis begins to count"
    assert SignOff.objects.filter(application=desk.id, act="resume_clock").exists()


def test_the_pages_of_time_answer_in_english_too(county: County) -> None:
    desk = consulting(county)
    desk.post("handler.land", "stop", STOP)
    county.now = at("2022-03-14")
    said = {
        "/calendars/?year=2022": "make-up workday",
        "/calendars/?year=2027": "nothing is guessed",
        "/rules/": "Administrative Licensing Law",
        "/deadline/?rule=eia-form&start=2022-01-17": "Practice is split",
        f"/applications/{desk.id}/": "The stop is overdue",
        f"/applications/{desk.id}/deadline/": "Administrative Licensing Law Art. 45",
    }
    client = Client()
    client.cookies["kaigong_language"] = "en"
    with time_machine.travel(county.now, tick=False):
        client.force_login(county["admin"])
        for address, words in said.items():
            response = client.get(address)
            assert response.status_code == 200 and words in response.content.decode(), address
