"""The light at every boundary, the three dates, the forecast, and who held the ball."""

import datetime as dt

import pytest

from tests.clock.story import Case, day, law, national
from workflows.clock.days import CalendarDays, Months, WorkingDays
from workflows.clock.due import due
from workflows.clock.rules import Promise, PromiseTooLong
from workflows.clock.three_dates import (
    Light,
    Pace,
    Sureness,
    balance,
    forecast,
    light,
    shade,
    three_dates,
)

XKF_42 = law("xkf-42")
TEN = Promise(XKF_42, WorkingDays(10))


def test_promised_and_statutory_run_on_the_same_stops_and_extensions() -> None:
    case = Case("01-17")
    dates = three_dates(case.events, XKF_42, TEN, national())
    assert (dates.statutory.date, dates.promised.date) == (day("02-17"), day("01-29"))
    case.stop("01-24", "02-11")
    dates = three_dates(case.events, XKF_42, TEN, national())
    assert (dates.statutory.date, dates.promised.date) == (day("03-07"), day("02-21"))
    case.extend("03-01", 10)
    dates = three_dates(case.events, XKF_42, TEN, national())
    assert (dates.statutory.date, dates.promised.date) == (day("03-21"), day("03-07"))


@pytest.mark.parametrize(
    ("as_of", "colour"),
    [
        ("03-01", Light.ON_TRACK),
        ("03-11", Light.ON_TRACK),  # 8 of 10 used, two working days left
        ("03-14", Light.DUE_SOON),  # 9 of 10
        ("03-15", Light.DUE_SOON),  # the promised day itself
        ("03-16", Light.PAST_PROMISE),
        ("03-29", Light.PAST_PROMISE),  # the statutory day itself
        ("03-30", Light.PAST_STATUTE),
    ],
)
def test_the_light_of_a_promise_of_ten_in_a_law_of_twenty_days(as_of: str, colour: Light) -> None:
    assert three_dates(Case("03-01").events, XKF_42, TEN, national()).light(day(as_of)) is colour


def test_ninety_per_cent_is_yellow_and_one_working_day_left_is_yellow() -> None:
    assert shade(89, 100, 11) is Light.ON_TRACK
    assert shade(90, 100, 10) is Light.DUE_SOON
    assert shade(3, 5, 2) is Light.ON_TRACK
    assert shade(4, 5, 1) is Light.DUE_SOON
    assert shade(0, 0, 0) is Light.DUE_SOON


def test_a_stop_shows_as_stopped_but_mends_no_broken_promise() -> None:
    case = Case("03-01")
    case.stop("03-10")
    assert three_dates(case.events, XKF_42, TEN, national()).light(day("03-20")) is Light.STOPPED
    late = Case("03-01")
    late.stop("03-17")
    assert three_dates(late.events, XKF_42, TEN, national()).light(day("03-20")) is Light.PAST_PROMISE
    very_late = Case("03-01")
    very_late.stop("03-31")
    assert three_dates(very_late.events, XKF_42, TEN, national()).light(day("04-02")) is Light.PAST_STATUTE


def test_a_clock_that_never_started_or_is_closed_says_so() -> None:
    nothing = due([], XKF_42, national())
    assert light(day("03-01"), nothing) is Light.NOT_STARTED
    assert light(day("03-01"), due(Case("01-17").events, XKF_42, national()), closed=True) is Light.CLOSED


def test_a_forecast_after_the_promise_warns_early() -> None:
    case, calendar = Case("03-01"), national()
    slow = forecast(day("03-02"), [Pace("审查", WorkingDays(8), 30), Pace("签发", WorkingDays(3), 25)], calendar)
    assert (slow.date, slow.sureness) == (day("03-17"), Sureness.FAIR)
    assert three_dates(case.events, XKF_42, TEN, calendar, slow).light(day("03-02")) is Light.DUE_SOON
    quick = forecast(day("03-02"), [Pace("审查", WorkingDays(3), 5)], calendar)
    assert (quick.date, quick.sureness) == (day("03-07"), Sureness.WEAK)
    assert three_dates(case.events, XKF_42, TEN, calendar, quick).light(day("03-02")) is Light.ON_TRACK
    assert forecast(day("03-02"), [Pace("审查", WorkingDays(3))], calendar).sureness is Sureness.PLANNED
    after_stop = forecast(day("03-02"), [Pace("审查", WorkingDays(1), 30)], calendar, resumes_after=day("03-11"))
    assert after_stop.date == day("03-14")


def test_where_practice_is_split_the_earlier_reading_warns() -> None:
    permit = due(Case("03-24").events, law("construction-permit", "03-24"), national())
    assert permit.alternatives == {"calendar_day": day("03-31"), "working_day": day("04-02")}
    assert permit.warns_on == day("03-31") == permit.date
    report = due(Case("01-17").events, law("eia-report"), national())
    assert report.alternatives == {"calendar_day": day("03-18"), "working_day": day("04-15")}
    assert due(Case("01-17").events, XKF_42, national()).alternatives == {}


@pytest.mark.parametrize(
    ("rule_id", "days"),
    [
        ("xkf-42", WorkingDays(20)),
        ("xkf-42", CalendarDays(20)),
        ("eia-report", CalendarDays(60)),
        ("eia-report", WorkingDays(42)),
        ("construction-permit", WorkingDays(5)),
    ],
)
def test_a_county_may_promise_up_to_the_law_and_no_day_more(rule_id: str, days: WorkingDays | CalendarDays) -> None:
    rule = law(rule_id)
    assert Promise(rule, days).days == days
    with pytest.raises(PromiseTooLong):
        Promise(rule, days + type(days)(1))


def test_a_promise_is_made_in_days_and_only_for_limits_on_the_office() -> None:
    with pytest.raises(TypeError):
        Promise(XKF_42, Months(1))  # type: ignore[arg-type]
    with pytest.raises(PromiseTooLong):
        Promise(law("land-pre-notice"), WorkingDays(3))
    with pytest.raises(ValueError, match="xkf-42"):
        three_dates(Case("01-17").events, law("eia-form"), TEN, national())


def test_a_promise_that_a_holiday_would_carry_past_the_law_is_cut_back() -> None:
    """Seven calendar days over Spring Festival end before five working days do."""
    permit = law("construction-permit")
    dates = three_dates(Case("01-30").events, permit, Promise(permit, WorkingDays(5)), national())
    assert dates.statutory.date == day("02-07")
    assert dates.promised.date == day("02-07") and dates.promised.cut


def test_with_us_seven_with_you_twelve() -> None:
    holdings: list[tuple[str, dt.date, dt.date]] = [
        ("office", day("03-01"), day("03-04")),
        ("applicant", day("03-04"), day("03-22")),
        ("office", day("03-22"), day("03-28")),
    ]
    assert balance(holdings, national()) == {"office": WorkingDays(7), "applicant": WorkingDays(12)}
    assert national().count(day("03-01"), day("03-28")) == 19, "no day counts twice"
