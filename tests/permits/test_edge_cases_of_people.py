"""Cases of DOMAIN.md 7 about years, laws, hands and hearings, as the product meets them, with the dates given there."""

from __future__ import annotations

import datetime as dt

import pytest

from permits.models import Permit, Project
from permits.operations.rights import lapse_due, record_permit
from permits.queries.feasibility import feasibilities
from permits.routes import route
from permits.routing.table import TABLE
from tests.cast import WIND_FARM_LAND, County, at
from tests.clock.test_calendar_changes import page_of
from tests.engine.desk import accepted, refused
from tests.factories import COUNTY, ProjectFactory
from tests.permits.test_gate import clear
from workflows.legal import State
from workflows.models import Application, Step
from workflows.offices.models import Appointment, Post
from workflows.operations import staffing
from workflows.operations.core import actor_of
from workflows.queries.application import application_page
from workflows.queries.tracker import turn_of


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def seated(county: County, username: str, post: str) -> None:
    """Sit somebody on a further post for good."""
    staffing.appoint(
        person_id=county[username].pk,
        post_id=Post.objects.get(key=post).pk,
        starts=county.now.date(),
        actor=county["admin"],
        now=county.now,
    )


@pytest.fixture
def approved_in_2019(county: County) -> Project:
    """Every bar is cleared; the EIA form was approved on 2019-05-10, and nothing has begun."""
    project = ProjectFactory(planned_start_to=day("2024-06-30"))
    county.now = at("2024-01-08")
    clear(county, project, but=("eia_form",))
    record_permit(
        project_id=project.pk,
        bar="eia_form",
        number="环表审〔2019〕12号",
        issued_on=day("2019-05-10"),
        person=county["ndrc"],
        now=county.now,
    )
    return project


def test_e12_an_eia_of_10_may_2019_is_checked_again_before_a_start_in_june_2024(
    county: County, approved_in_2019: Project
) -> None:
    project, phase = approved_in_2019, Project.Phase
    assert lapse_due(now=at("2024-05-10", "23:59"), county=COUNTY) == [], "five years to the day are not over five"
    assert Project.objects.get(pk=project.pk).phase == phase.MAY_START
    aged = lapse_due(now=at("2024-05-11", "00:10"), county=COUNTY)
    assert [(row.bar, row.ended_on) for row in aged] == [("eia_form", day("2024-05-10"))]
    assert "重新审核" in aged[0].end_reason
    assert Project.objects.get(pk=project.pk).phase == phase.PREPARING
    assert lapse_due(now=at("2024-05-12"), county=COUNTY) == []
    county.now = at("2024-05-30")
    again = record_permit(
        project_id=project.pk,
        bar="eia_form",
        number="环审复〔2024〕1号",
        issued_on=day("2024-05-30"),
        person=county["ndrc"],
        now=county.now,
    )
    assert Project.objects.get(pk=project.pk).phase == phase.MAY_START
    assert lapse_due(now=at("2024-06-30"), county=COUNTY) == [] and again.stands


def test_e12_whoever_plans_a_start_after_the_fifth_year_is_told_of_the_recheck_beforehand(
    county: County, approved_in_2019: Project
) -> None:
    seen = feasibilities([approved_in_2019], day("2024-01-08"))[approved_in_2019.pk]
    latest = [(row.bar, row.on) for row in seen.latest_inputs]
    assert latest == [("eia_form", day("2024-06-18"))], "the tenth day after 06-20 is a Sunday"
    assert "第十二条" in "".join(leg.text.zh for leg in seen.found.legs)
    sooner = feasibilities([approved_in_2019], day("2024-01-08"), day("2024-05-10"))[approved_in_2019.pk]
    assert sooner.latest_inputs == (), "before exactly five years: none"


def test_e12_works_that_began_in_time_have_used_their_eia(county: County, approved_in_2019: Project) -> None:
    Project.objects.filter(pk=approved_in_2019.pk).update(started_on=day("2024-05-10"), phase=Project.Phase.STARTED)
    assert lapse_due(now=at("2024-06-30"), county=COUNTY) == []
    assert Permit.objects.get(project=approved_in_2019, bar="eia_form").stands


def test_e17_an_eia_filed_on_10_august_2026_is_decided_under_the_code_and_its_clock_is_not_reset(
    county: County,
) -> None:
    county.now = at("2026-08-10")
    desk = accepted(county, "eia_form")
    assert desk.application.statutory_due == day("2026-09-09")
    county.now = at("2026-08-17")
    page = page_of(county, f"/applications/{desk.id}/deadline/", "chief.eia")
    assert "2026-09-09" in page and "生态环境法典" in page, "the law of the decision is named beside that of the filing"


def test_e10_who_filed_for_the_unit_reviews_nothing_of_it_even_from_another_chair(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND, applicant_post="applicant.windfarm")
    county.sign(application, "intake", "window.land", "accept")
    seated(county, "applicant.windfarm", "land.handler")
    with refused("conflicted"):
        county.sign(application, "examination", "applicant.windfarm", "agree", second_name="李梅")
    county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    left = Appointment.objects.get(person=county["applicant.windfarm"], post__key="applicant.windfarm")
    assert left.ends is None


def test_e10_who_answered_for_the_unit_and_left_it_reviews_nothing_either(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND, applicant_post="applicant.windfarm")
    county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件")])
    step = county.open_step(application, "corrections")
    Step.objects.filter(pk=step.pk).update(post_key="applicant.windfarm")
    county.sign(application, "corrections", "applicant.windfarm", "corrections_in")
    county.sign(application, "recheck", "window.land", "accept")
    county.now = at("2022-03-02")
    staffing.transfer(
        appointment_id=Appointment.objects.get(person=county["applicant.windfarm"]).pk,
        to_post_id=Post.objects.get(key="land.handler").pk,
        first_day=day("2022-03-03"),
        actor=county["admin"],
        now=county.now,
    )
    county.now = at("2022-03-03")
    with refused("same_hand"):
        county.sign(application, "examination", "applicant.windfarm", "agree", second_name="李梅")


def test_e20_a_hearing_asked_for_on_the_fourth_day_is_held_by_another_hand_and_its_days_do_not_count(
    county: County,
) -> None:
    county.now = at("2022-03-01")
    desk = accepted(county, "eia_form")
    county.now = at("2022-03-02")
    county.sign(desk.application, "acceptance_posted", "handler.eia", "posted")
    county.now = at("2022-03-10")
    county.sign(desk.application, "acceptance_notice", "handler.eia", "notice_over")
    county.hand_in(desk.application, "evaluation")
    county.sign(desk.application, "evaluation", "second.eia", "done")
    county.sign(desk.application, "examination", "handler.eia", "agree")
    county.sign(desk.application, "chief", "chief.eia", "agree")
    county.sign(desk.application, "vice", "vice.eia", "agree")
    county.sign(desk.application, "approval_posted", "handler.eia", "posted")
    county.now = at("2022-03-17")
    with refused("too_early"):
        county.sign(desk.application, "approval_notice", "handler.eia", "objections", reasons="第四日申请听证")
    county.now = at("2022-03-18")
    county.sign(desk.application, "approval_notice", "handler.eia", "objections", reasons="第四日申请听证")
    hearing = county.open_step(desk.application, "hearing")
    assert hearing.due_on == day("2022-04-18"), "organised within twenty working days"
    before = desk.application.statutory_due
    stop = {"ground": "hearing", "notice": "听证告知〔2022〕1号", "expected_end": "2022-03-25"}
    assert desk.post("handler.eia", "stop", stop).status_code == 302
    county.now = at("2022-03-25", "17:00")
    assert desk.post("chief.eia", "resume", {"last_day": "2022-03-25"}).status_code == 302
    after = desk.application.statutory_due
    assert (before, after) == (day("2022-03-31"), day("2022-04-08")), "eight days did not count"
    seated(county, "handler.eia", hearing.post_key)
    county.hand_in(desk.application, "hearing")
    with refused("same_hand"):
        county.sign(desk.application, "hearing", "handler.eia", "done")
    assert county.open_nodes(desk.application) == ["hearing"]


def test_e21_no_route_makes_two_offices_wait_for_each_other() -> None:
    for sector, site_class in sorted(TABLE):
        found, cleared = route(sector, site_class, {}), set()
        while left := found.missing(cleared):
            free = {line.bar.code for line in found.next_bars(cleared)}
            assert free, f"{sector}/{site_class}: these wait for each other: {[line.bar.code for line in left]}"
            cleared |= free


def test_e21_land_and_eia_go_side_by_side_and_both_clocks_are_seen(county: County) -> None:
    land, eia = accepted(county), accepted(county, "eia_form")
    found = route("energy", "wind", {})
    assert not {rule.first for rule in found.first("land_pre_review")} & {"eia_form", "eia_report"}
    assert not {rule.first for rule in found.first("eia_form")} & {"land_pre_review"}
    assert {row.state for row in (land.application, eia.application)} <= {State.ACCEPTED, State.IN_REVIEW}
    assert all(row.statutory_due and row.promised_due for row in (land.application, eia.application))


def test_e6_corrections_that_never_come_are_handed_back_and_a_new_filing_is_a_new_case(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件")])
    county.now = at("2022-06-01")
    waiting = county.open_step(application, "corrections")
    assert waiting.ball == "applicant" and Application.objects.get(pk=application.pk).is_open, "no automatic refusal"
    with refused("missing"):
        county.sign(application, "corrections", "window.land", "hand_back", opinion=" ")
    county.sign(application, "corrections", "window.land", "hand_back", reasons="逾期未补正,予以退件")
    old = Application.objects.get(pk=application.pk)
    again = county.apply("land_pre_review", WIND_FARM_LAND)
    assert not old.is_open and again.number != old.number
    assert (again.received_at, again.statutory_due) == (county.now, None), "its own clock"
    linked = application_page(again, actor_of(county["window.land"], county.now), county.now)
    assert linked.earlier == old, "and the way back to the old one"
    assert application_page(old, actor_of(county["window.land"], county.now), county.now).earlier is None


def test_e6_the_list_of_corrections_names_its_last_day_to_both_sides(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件")])
    fresh = Application.objects.get(pk=application.pk)
    page = application_page(fresh, actor_of(county["window.land"], county.now), county.now)
    assert page.corrections_until == dt.date(2022, 3, 22)
    assert turn_of(page, county.now).until == dt.date(2022, 3, 22)
