"""The hard cases of DOMAIN.md 7 that are about time, with the dates given there."""

import datetime as dt

import pytest

from tests.clock.story import Case, day, law, national
from workflows.clock.acceptance import deemed_acceptance, eia_recheck_needed
from workflows.clock.calendar import state_council_calendar
from workflows.clock.days import SHANGHAI, Bilingual, CalendarDays, WorkingDays
from workflows.clock.due import due
from workflows.clock.events import ClockEvent, EventKind
from workflows.clock.grounds import county_ground
from workflows.clock.lawful import Unlawful, check, latest_request
from workflows.clock.minimum import CircularWait, Verdict, Wait, latest_start, legal_minimum
from workflows.clock.recount import moved_dates
from workflows.clock.rules import Expiry, Granter, rule


def test_e1_five_silent_working_days_accept_from_the_day_of_receipt() -> None:
    silence = deemed_acceptance(day("01-27"), national())
    assert silence.notice_due == day("02-08")
    assert silence.accepted_as_of == day("01-27")
    counted = [d for d in (day("01-27") + dt.timedelta(days=n) for n in range(1, 13)) if national().is_workday(d)]
    assert counted == [day("01-28"), day("01-29"), day("01-30"), day("02-07"), day("02-08")]
    assert not silence.holds(day("02-08"), noticed=None), "the last day is still the office's"
    assert silence.holds(day("02-09"), noticed=None)
    assert not silence.holds(day("02-09"), noticed=day("02-08"))
    assert silence.holds(day("02-10"), noticed=day("02-09")), "a notice after the fifth day comes too late"


def test_e2_twenty_working_days_from_17_january_end_on_17_february() -> None:
    case = Case("01-17")
    assert due(case.events, law("xkf-42"), national()).date == day("02-17")
    weekdays_only = state_council_calendar([])
    assert due(case.events, law("xkf-42"), weekdays_only).date == day("02-14"), "the wrong answer, for comparison"
    assert due(case.events, law("eia-form"), national()).date == day("02-16")
    assert due(case.events, law("eia-report"), national()).date == day("03-18")


def test_e3_an_expert_review_with_notice_moves_the_date_to_7_march() -> None:
    case = Case("01-17")
    case.stop("01-24", "02-11")
    found = due(case.events, law("xkf-42"), national())
    assert found.date == day("03-07")
    assert found.used(day("01-23")) == 4 and found.left(day("02-11")) == 16


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        ({"notice": ""}, "no_notice"),
        ({"ground": "site-visit"}, "no_ground"),
        ({"ground": "public-notice"}, "no_ground"),
        ({"ground": "corrections"}, "no_ground"),
        ({"expected_end": dt.date(2022, 1, 20)}, "no_expected_end"),
    ],
)
def test_e3_without_a_rule_and_a_notice_the_date_stays_and_both_are_shown(lacking: dict, code: str) -> None:
    case = Case("01-17")
    stop = case.stop("01-24", "02-11", **lacking)
    found = due(case.events, law("xkf-42"), national())
    assert found.date == day("02-17")
    assert found.if_refused_stops_counted == day("03-07")
    assert (stop, code) in found.unused
    with pytest.raises(Unlawful) as refused:
        check(stop, Case("01-17").events, law("xkf-42"), national())
    assert refused.value.code == code and refused.value.text.zh and refused.value.text.en


def test_e4_the_agency_head_extends_once_before_expiry_to_3_march() -> None:
    case = Case("01-17")
    case.extend("02-17", 10)
    found = due(case.events, law("xkf-42"), national())
    assert found.date == day("03-03") and found.total == 30
    case.extend("02-28", 10)
    again = due(case.events, law("xkf-42"), national())
    assert again.date == day("03-03") and [why for _e, why in again.unused] == ["extended_already"]


@pytest.mark.parametrize(
    ("rule_id", "on", "days", "granter", "notice", "code"),
    [
        ("xkf-42", "02-18", 10, Granter.AGENCY_HEAD, "延期1号", "extension_after_expiry"),
        ("xkf-42", "02-17", 11, Granter.AGENCY_HEAD, "延期1号", "extension_too_long"),
        ("xkf-42", "02-17", 0, Granter.AGENCY_HEAD, "延期1号", "extension_too_long"),
        ("xkf-42", "02-17", 10, None, "延期1号", "wrong_granter"),
        ("xkf-42", "02-17", 10, Granter.GOVERNMENT_HEAD, "延期1号", "wrong_granter"),
        ("xkf-42", "02-17", 10, Granter.AGENCY_HEAD, "", "no_notice"),
        ("xkf-42-joint", "02-17", 15, Granter.AGENCY_HEAD, "延期1号", "wrong_granter"),
        ("eia-report", "02-17", 10, Granter.AGENCY_HEAD, "延期1号", "no_extension"),
        ("eia-form", "02-15", 10, Granter.AGENCY_HEAD, "延期1号", "no_extension"),
    ],
)
def test_e4_nobody_else_nothing_longer_nothing_later_and_no_eia(
    rule_id: str, on: str, days: int, granter: Granter | None, notice: str, code: str
) -> None:
    case = Case("01-17")
    event = ClockEvent(EventKind.EXTEND, day(on), case.events[0].recorded, days=days, notice=notice)
    with pytest.raises(Unlawful) as refused:
        check(event, case.events, law(rule_id), national(), granter)
    assert refused.value.code == code
    lawful = ClockEvent(EventKind.EXTEND, day("02-17"), case.events[0].recorded, days=10, notice="延期1号")
    check(lawful, case.events, law("xkf-42"), national(), Granter.AGENCY_HEAD)


def test_e6_corrections_that_never_come_are_handed_back_by_local_rule_only() -> None:
    local = law("local-corrections")
    assert local.limit == WorkingDays(15) and local.on_expiry is Expiry.HAND_BACK
    assert due(Case("01-17").events, local, national()).date == day("02-10")


@pytest.mark.parametrize(
    ("filed", "received", "notice_due"),
    [
        (dt.datetime(2022, 3, 5, 22, 40, tzinfo=SHANGHAI), "03-05", "03-11"),
        (dt.datetime(2022, 2, 2, 10, 0, tzinfo=SHANGHAI), "02-02", "02-11"),
        (dt.datetime(2022, 3, 5, 16, 30, tzinfo=dt.UTC), "03-06", "03-11"),
    ],
)
def test_e7_filed_on_a_saturday_night_or_a_holiday(filed: dt.datetime, received: str, notice_due: str) -> None:
    silence = deemed_acceptance(filed, national())
    assert (silence.accepted_as_of, silence.notice_due) == (day(received), day(notice_due))


def test_e12_an_eia_older_than_five_years_needs_a_recheck_in_ten_days() -> None:
    assert eia_recheck_needed(day("2019-05-10"), day("2024-06-01"))
    assert eia_recheck_needed(day("2019-05-10"), day("2024-05-11"))
    assert not eia_recheck_needed(day("2019-05-10"), day("2024-05-10")), "not before more than five years"
    old, new = law("eia-recheck", "2024-05-20"), law("eia-recheck", "2026-08-15")
    assert old.limit == new.limit == CalendarDays(10)
    assert old.on_expiry is Expiry.DEEMED_CONSENT
    assert new.on_expiry is Expiry.ASK_LEGAL, "the Code does not repeat the deemed consent"
    assert due(Case("2024-05-20").events, old, national()).date == day("2024-05-30")


def test_e14_a_construction_permit_lives_three_months_and_two_extensions() -> None:
    start = law("construction-start", "03-31")
    case = Case("03-31")
    assert due(case.events, start, national()).date == day("06-30")
    case.extend("06-20", 3)
    assert due(case.events, start, national()).date == day("09-30")
    case.extend("09-30", 3)
    assert due(case.events, start, national()).date == day("12-30")
    case.extend("12-01", 3)
    third = due(case.events, start, national())
    assert third.date == day("12-30") and third.unused[-1][1] == "extended_already"
    assert start.on_expiry is Expiry.LAPSE


def test_e14_a_late_request_leaves_the_permit_void() -> None:
    case = Case("03-31")
    late = case.extend("07-01", 3)
    found = due(case.events, law("construction-start", "03-31"), national())
    assert found.date == day("06-30") and found.unused == ((late, "extension_after_expiry"),)


def land_waits(*more: Wait) -> list[Wait]:
    return [
        Wait("pre", law("land-pre-notice"), Bilingual("征收预公告", "intended expropriation"), started=day("02-10")),
        Wait("plan", law("land-compensation-notice"), Bilingual("补偿安置公告", "compensation plan"), after=("pre",)),
        *more,
    ]


def test_e15_all_start_by_31_march_is_impossible_when_the_notice_was_posted_on_10_february() -> None:
    notices = legal_minimum(land_waits(), day("03-25"), day("02-10"), national())
    assert [leg.earliest for leg in notices.legs] == [day("02-24"), day("03-26")]
    assert notices.earliest == day("03-26") and notices.next_act == day("03-28")
    assert notices.verdict is Verdict.IMPOSSIBLE
    assert len(notices.reasons) == 2 and "第二十六条" in notices.reasons[0].zh and "Art. 28" in notices.reasons[1].en


def test_e15_the_wind_farm_seen_on_1_march_without_a_second_notice_cannot_start_on_31_march() -> None:
    """Its second notice is not posted yet: thirty days from 1 March, then acts on working days and an EIA notice."""
    rest = Wait("eia", law("eia-proposed-notice"), Bilingual("拟批准公示", "proposed approval"), after=("plan",))
    seen = legal_minimum(land_waits(rest), day("03-31"), day("03-01"), national())
    assert seen.verdict is Verdict.IMPOSSIBLE
    assert [leg.earliest for leg in seen.legs] == [day("03-01"), day("03-31"), day("04-08")]
    assert seen.earliest == day("04-08")


@pytest.mark.parametrize(
    ("rule_id", "latest"),
    [("eia-report", "01-30"), ("eia-form", "03-01"), ("xkf-42", "03-03"), ("construction-permit", "03-24")],
)
def test_e15_latest_inputs_for_31_march(rule_id: str, latest: str) -> None:
    rule_ = law(rule_id, "03-01")
    assert latest_start(rule_, day("03-31"), national()).date == day(latest)
    assert due(Case(latest).events, rule_, national()).date == day("03-31")
    later = (day(latest) + dt.timedelta(days=1)).isoformat()
    assert due(Case(later).events, rule_, national()).date > day("03-31")


def test_e17_an_eia_filed_under_the_law_and_decided_under_the_code_keeps_its_clock() -> None:
    case = Case("2026-08-10")
    filed, decided = rule("eia-report", day("2026-08-10")), rule("eia-report", day("2026-08-15"))
    assert (filed.law.zh, decided.law.zh) == ("环境影响评价法", "生态环境法典")
    assert filed.effective_to == day("2026-08-14")
    dates = {due(case.events, version, national()).date for version in (filed, decided)}
    assert dates == {day("2026-10-09")}, "60 days: 10-09, the first working day from then on being the day itself"


def test_e20_a_hearing_asked_for_on_day_four_is_in_time_and_its_days_do_not_count() -> None:
    told = Case("03-01")
    request = due(told.events, law("xkf-47-request", "03-01"), national())
    assert request.warns_on == day("03-07") and day("03-05") <= request.warns_on
    case = Case("03-01")
    case.stop("03-07", "03-18", ground="hearing")
    assert due(case.events, law("xkf-42"), national()).left(day("03-18")) == 17
    assert due(told.events, law("xkf-47-hearing", "03-01"), national()).date == day("03-29")


def test_e21_two_bureaus_that_wait_for_each_other_are_named() -> None:
    waits = [
        Wait("land", law("xkf-42"), Bilingual("土地", "land"), after=("eia",)),
        Wait("eia", law("eia-form"), Bilingual("环评", "EIA"), after=("land",)),
    ]
    with pytest.raises(CircularWait, match="land, eia"):
        legal_minimum(waits, day("03-31"), day("03-01"), national())


def test_e22_an_approval_of_2020_asked_to_be_extended_on_10_may_2022_is_too_late() -> None:
    validity = law("enterprise-approval-validity", "2020-05-20")
    case = Case("2020-05-20")
    found = due(case.events, validity, national())
    assert found.date == day("2022-05-20") and validity.on_expiry is Expiry.LAPSE
    latest = latest_request(validity, found.date, national())
    assert national().count(latest, found.date) == 30 and latest == day("2022-04-07")
    case.extend("2022-05-10", 12)
    late = due(case.events, validity, national())
    assert late.date == day("2022-05-20") and late.unused[0][1] == "extension_asked_too_late"
    in_time = Case("2020-05-20")
    in_time.extend("2022-04-07", 12)
    assert due(in_time.events, validity, national()).date == day("2023-05-22"), "05-20 is a Saturday"


def test_e24_a_date_in_an_unpublished_year_is_provisional_and_moves_when_the_year_is_loaded() -> None:
    case = Case("2024-12-20")
    before, after = state_council_calendar([2023, 2024]), state_council_calendar([2023, 2024, 2025])
    provisional = due(case.events, law("xkf-42", "2024-12-20"), before)
    settled = due(case.events, law("xkf-42", "2024-12-20"), after)
    assert (provisional.date, provisional.provisional) == (day("2025-01-17"), True)
    assert (settled.date, settled.provisional) == (day("2025-01-20"), False), "new year's day 2025 is a holiday"
    moves = moved_dates([("县〔2024〕7号", case.events, law("xkf-42", "2024-12-20"))], before, after)
    assert [(move.key, move.old, move.new) for move in moves] == [
        ("县〔2024〕7号", day("2025-01-17"), day("2025-01-20"))
    ]
    today = due(Case("2026-12-20").events, law("xkf-42", "2026-12-20"), national())
    assert today.provisional and today.date == day("2027-01-15")


def test_a_local_rule_may_let_a_public_notice_stop_the_eia_clock() -> None:
    case = Case("01-17")
    case.stop("01-18", "01-24", ground="public-notice")
    plain = law("eia-form")
    county = plain.allowing(county_ground("public-notice", Bilingual("公示", "public notice"), "某市环发〔2021〕3号"))
    assert due(case.events, plain, national()).date == day("02-16")
    assert due(case.events, county, national()).date == day("02-23")
    with pytest.raises(ValueError, match="rule"):
        county_ground("public-notice", Bilingual("公示", "public notice"), " ")
