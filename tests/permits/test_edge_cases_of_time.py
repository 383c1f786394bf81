"""Cases of DOMAIN.md 7 as the product meets them: clicks, pages and permits, with the exact dates given there."""

from __future__ import annotations

import datetime as dt

from permits.models import Permit, Project
from permits.operations.rights import end_permit, extend_permit, lapse_due, record_permit
from tests.cast import WIND_FARM_LAND, County, at
from tests.clock.test_calendar_changes import page_of
from tests.engine.desk import Desk, accepted, refused
from tests.factories import COUNTY, ProjectFactory
from tests.permits.test_gate import clear, clear_one
from workflows.audit.models import Entry
from workflows.legal import State
from workflows.models import Application, CorrectionItem
from workflows.operations.deeming import deem_accepted

STOP = {"ground": "expert-review", "notice": "自然资告〔2022〕2号", "expected_end": "2022-02-11"}
EXTEND = {"days": "10", "notice": "自然资延〔2022〕1号", "opinion": "情况复杂。"}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2022-{text}" if len(text) == 5 else text)


def accepted_on_17_january(county: County, procedure: str = "land_pre_review") -> Desk:
    county.now = at("2022-01-17")
    return accepted(county, procedure)


def test_e1_a_file_of_27_january_that_nobody_answered_counts_as_accepted_that_day(county: County) -> None:
    county.now = at("2022-01-27")
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    assert deem_accepted(now=at("2022-02-08", "23:59")) == [], "8 February is the office's last day"
    assert [row.pk for row in deem_accepted(now=at("2022-02-09", "00:01"))] == [application.pk]
    kept = Application.objects.get(pk=application.pk)
    assert (kept.accepted_on, kept.accepted_by_silence, kept.state) == (day("01-27"), True, State.ACCEPTED)


def test_e1_a_list_sent_on_8_february_is_in_time(county: County) -> None:
    county.now = at("2022-01-27")
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.now = at("2022-02-08", "17:50")
    county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件")])
    assert deem_accepted(now=at("2022-02-09")) == []


def test_e2_accepted_on_17_january_is_due_on_17_february(county: County) -> None:
    assert accepted_on_17_january(county).application.statutory_due == day("02-17")
    eia = accepted_on_17_january(county, "eia_form").application
    assert eia.statutory_due == day("02-16"), "thirty calendar days"
    assert accepted_on_17_january(county, "eia_report").application.statutory_due == day("03-18"), "sixty"


def test_e3_an_expert_review_from_24_january_to_11_february_makes_it_7_march(county: County) -> None:
    desk = accepted_on_17_january(county)
    county.now = at("2022-01-24")
    desk.post("handler.land", "stop", STOP)
    assert desk.application.statutory_due is None, "nobody knows before the review is over"
    county.now = at("2022-02-11", "17:00")
    desk.post("chief.land", "resume", {"last_day": "2022-02-11"})
    assert desk.application.statutory_due == day("03-07")
    page = page_of(county, f"/applications/{desk.id}/deadline/", "chief.land")
    assert "2022-03-07" in page and "自然资告〔2022〕2号" in page


def test_e3_without_a_notice_the_clock_keeps_17_february(county: County) -> None:
    desk = accepted_on_17_january(county)
    county.now = at("2022-01-24")
    assert desk.post("handler.land", "stop", {**STOP, "notice": " "}).status_code == 422
    assert desk.post("handler.land", "stop", {**STOP, "ground": "site-visit"}).status_code == 422
    assert desk.application.statutory_due == day("02-17")


def test_e4_the_director_extends_on_17_february_to_3_march_and_nobody_else(county: County) -> None:
    desk = accepted_on_17_january(county)
    county.now = at("2022-02-17", "16:00")
    for username in ("chief.land", "vice.land", "deputy.city"):
        assert desk.post(username, "extend", EXTEND).status_code == 403, username
    assert desk.post("director.land", "extend", {**EXTEND, "opinion": " "}).status_code == 422, "reasons are told"
    assert desk.post("director.land", "extend", EXTEND).status_code == 302
    assert desk.application.statutory_due == day("03-03")
    assert desk.post("director.land", "extend", EXTEND).status_code == 422, "once only"


def test_e4_on_18_february_it_is_too_late_and_an_eia_is_never_extended(county: County) -> None:
    desk = accepted_on_17_january(county)
    county.now = at("2022-02-18")
    assert desk.post("director.land", "extend", EXTEND).status_code == 422
    assert (desk.application.statutory_due, desk.application.extended) == (day("02-17"), False)
    eia = accepted_on_17_january(county, "eia_form")
    assert eia.post("director.eia", "extend", EXTEND).context["refusal"].code == "no_extension"


def test_e5_when_all_corrections_are_in_a_new_gap_is_no_ground_to_ask_again(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件")])
    county.sign(application, "corrections", "window.land", "corrections_in")
    with refused("missing"):
        county.sign(application, "recheck", "window.land", "ask_once", reasons="又缺。", items=[("", "另缺测绘报告")])
    assert CorrectionItem.objects.filter(application=application).count() == 1
    county.sign(application, "recheck", "window.land", "accept")
    assert Application.objects.get(pk=application.pk).state == State.ACCEPTED


def test_e7_filed_online_on_a_saturday_night_the_first_day_is_monday(county: County) -> None:
    county.now = at("2022-03-05", "22:40")
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    assert deem_accepted(now=at("2022-03-11", "23:59")) == []
    assert [row.pk for row in deem_accepted(now=at("2022-03-12", "00:01"))] == [application.pk]
    assert Application.objects.get(pk=application.pk).accepted_on == day("03-05")


def test_e13_a_changed_project_needs_a_new_assessment_and_both_approvals_stay_on_record(county: County) -> None:
    project = ProjectFactory()
    clear(county, project)
    old = Permit.objects.get(project=project, bar="eia_form")
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.MAY_START
    end_permit(
        permit_id=old.pk,
        ending="cancel",
        reason="装机容量增加30%,属重大变动",
        on=day("03-01"),
        person=county["ndrc"],
        now=county.now,
    )
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.PREPARING
    clear_one(county, project, "eia_form")
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.MAY_START
    states = Permit.objects.filter(project=project, bar="eia_form").order_by("pk").values_list("state", flat=True)
    assert list(states) == [Permit.State.CANCELLED, Permit.State.VALID]


def construction_permit(county: County, bar: str = "construction_permit", **dates: str) -> Permit:
    given = {"issued_on": "2022-03-31", "valid_until": "2022-06-30", **dates}
    county.now = at("2022-03-31")
    return record_permit(
        project_id=ProjectFactory(gas=True).pk,
        bar=bar,
        number="建施字第1号",
        issued_on=day(given["issued_on"]),
        valid_until=day(given["valid_until"]),
        person=county["ndrc"],
        now=county.now,
    )


def extend(county: County, permit: Permit, asked: str, until: str) -> dt.date | None:
    row = extend_permit(
        permit_id=permit.pk, valid_until=day(until), reason="工期原因", person=county["ndrc"], now=at(f"2022-{asked}")
    )
    return row.valid_until


def test_e14_a_construction_permit_of_31_march_lives_to_30_june_30_september_and_30_december(county: County) -> None:
    permit = construction_permit(county)
    assert extend(county, permit, "06-30", "09-30") == day("09-30")
    assert extend(county, permit, "09-30", "12-30") == day("12-30")
    with refused("not_extendable"):
        extend(county, permit, "12-30", "2023-03-30")
    assert lapse_due(now=at("2022-12-30"), county=COUNTY) == []
    assert [row.pk for row in lapse_due(now=at("2022-12-31"), county=COUNTY)] == [permit.pk]


def test_e14_a_late_or_too_long_extension_is_refused_and_the_permit_lapses(county: County) -> None:
    permit = construction_permit(county)
    with refused("not_extendable"):
        extend(county, permit, "06-20", "10-01")
    with refused("not_extendable"):
        extend(county, permit, "07-01", "09-30")
    assert [row.pk for row in lapse_due(now=at("2022-07-01"), county=COUNTY)] == [permit.pk]
    with refused("not_in_this_phase"):
        extend(county, permit, "07-02", "09-30")


def test_e22_an_approval_of_20_may_2020_is_asked_to_be_extended_too_late_on_10_may_2022(
    county: County,
) -> None:
    dates = {"issued_on": "2020-05-20", "valid_until": "2022-05-20"}
    permit = construction_permit(county, "enterprise_approval", **dates)
    with refused("not_extendable"):
        extend(county, permit, "05-10", "2023-05-20")
    with refused("not_extendable"):
        extend(county, permit, "04-08", "2023-05-20")
    assert extend(county, permit, "04-07", "2023-05-20") == day("2023-05-20"), "thirty working days before"
    with refused("not_extendable"):
        extend(county, permit, "04-07", "2024-05-20")


def test_e23_approved_by_minutes_is_a_note_and_no_decision(county: County) -> None:
    desk = accepted(county)
    before = desk.application
    said = {"text": "县政府常务会议纪要〔2022〕5号:原则同意"}
    assert desk.post("handler.land", "note", said).status_code == 302
    fresh = desk.application
    assert (fresh.state, fresh.decided_at, fresh.revision) == (before.state, None, before.revision)
    assert not Permit.objects.exists()
    assert Entry.objects.filter(chain=fresh.chain, kind="application.note").count() == 1
