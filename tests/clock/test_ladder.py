"""The ladder as pure arithmetic: on which day a stalled matter climbs to which rung (DOMAIN.md 3.3)."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from workflows.clock.calendar import state_council_calendar
from workflows.clock.days import WorkingDays
from workflows.clock.ladder import (
    CHIEF,
    DEFAULT_LADDER,
    DEPUTY,
    DIRECTOR,
    HEAD,
    PROMPT,
    ApplicationStanding,
    Ladder,
    StepStanding,
    Threshold,
    Trigger,
    application_climbs,
    late_climbs,
    next_day,
    raised_by,
    step_climbs,
)

CALENDAR = state_council_calendar()
THRESHOLDS = DEFAULT_LADDER.of("land_pre_review", "examination")
DAYS = st.dates(dt.date(2022, 1, 4), dt.date(2022, 12, 1))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def by_rung(climbs: list) -> dict[int, str]:
    return {climb.rung: climb.on.isoformat() for climb in climbs}


def test_a_step_of_three_days_prompts_then_climbs_over_the_weekend() -> None:
    # Opened Tuesday 2022-03-01, limit three working days: Friday 03-04.
    climbs = step_climbs(StepStanding(day("2022-03-01"), day("2022-03-04")), THRESHOLDS, CALENDAR)
    assert by_rung(climbs) == {
        PROMPT: "2022-03-03",
        CHIEF: "2022-03-07",
        DIRECTOR: "2022-03-08",
        DEPUTY: "2022-03-11",
    }


def test_the_prompt_before_a_monday_comes_on_the_friday_before() -> None:
    climbs = step_climbs(StepStanding(day("2022-03-01"), day("2022-03-07")), THRESHOLDS, CALENDAR)
    assert by_rung(climbs)[PROMPT] == "2022-03-04"


def test_a_step_of_one_day_needs_no_prompt() -> None:
    climbs = step_climbs(StepStanding(day("2022-03-01"), day("2022-03-02")), THRESHOLDS, CALENDAR)
    assert PROMPT not in by_rung(climbs)


def test_make_up_days_count_and_the_spring_festival_does_not() -> None:
    # Due Friday 2022-01-28: 01-29 and 01-30 are make-up workdays, then nobody works until 02-07.
    climbs = step_climbs(StepStanding(day("2022-01-24"), day("2022-01-28")), THRESHOLDS, CALENDAR)
    assert by_rung(climbs) == {
        PROMPT: "2022-01-27",
        CHIEF: "2022-01-29",
        DIRECTOR: "2022-01-30",
        DEPUTY: "2022-02-09",
    }


def test_nobody_is_late_for_what_the_law_forbids_him_to_sign() -> None:
    waiting = StepStanding(day("2022-02-10"), day("2022-02-15"), not_before=day("2022-03-14"), ball="notice")
    assert by_rung(step_climbs(waiting, THRESHOLDS, CALENDAR))[CHIEF] == "2022-03-15"


def test_while_the_ball_is_with_the_applicant_or_the_clock_stands_nothing_climbs() -> None:
    late = day("2022-02-01")
    assert step_climbs(StepStanding(late, late, ball="applicant"), THRESHOLDS, CALENDAR) == []
    assert step_climbs(StepStanding(late, late, stopped=True), THRESHOLDS, CALENDAR) == []
    stopped = ApplicationStanding(late, late, 10, stopped=True)
    assert application_climbs(stopped, THRESHOLDS, CALENDAR) == []


def test_waiting_on_the_higher_authority_reaches_the_deputy_after_ten_full_working_days() -> None:
    above = StepStanding(day("2022-03-01"), None, ball="higher")
    assert by_rung(step_climbs(above, THRESHOLDS, CALENDAR)) == {DEPUTY: "2022-03-16"}


def test_a_promise_of_ten_days_climbs_at_seventy_and_ninety_per_cent_when_passed_and_when_the_statute_is() -> None:
    # Accepted 2022-03-01: promised 03-15, statutory 03-29.
    standing = ApplicationStanding(day("2022-03-15"), day("2022-03-29"), 10)
    climbs = application_climbs(standing, THRESHOLDS, CALENDAR)
    assert by_rung(climbs) == {CHIEF: "2022-03-10", DIRECTOR: "2022-03-14", DEPUTY: "2022-03-16", HEAD: "2022-03-30"}


def test_ten_working_days_with_the_deputy_hand_the_matter_to_the_county_head() -> None:
    raised = StepStanding(day("2022-02-14"), day("2022-02-17"), rung=DEPUTY, rung_on=day("2022-02-24"))
    assert by_rung(step_climbs(raised, THRESHOLDS, CALENDAR)) == {HEAD: "2022-03-11"}


def test_after_an_outage_every_missed_rung_is_raised_lowest_first_and_once() -> None:
    climbs = step_climbs(StepStanding(day("2022-03-01"), day("2022-03-04")), THRESHOLDS, CALENDAR)
    assert [climb.rung for climb in raised_by(climbs, day("2022-03-14"))] == [PROMPT, CHIEF, DIRECTOR, DEPUTY]


def test_a_procedure_may_have_a_ladder_of_its_own_and_a_step_of_it_another() -> None:
    ladder = Ladder(
        [
            Threshold(CHIEF, Trigger.STEP_LATE, 1),
            Threshold(CHIEF, Trigger.STEP_LATE, 3, procedure="eia_form"),
            Threshold(CHIEF, Trigger.STEP_LATE, 9, procedure="eia_form", node="review"),
        ]
    )
    late = [ladder.of(*scope)[0].value for scope in (("x", "y"), ("eia_form", "y"), ("eia_form", "review"))]
    assert late == [1, 3, 9]


@given(opened=DAYS, limit=st.integers(1, 30), rung=st.integers(0, 3), today=DAYS)
def test_no_rung_comes_early_twice_or_on_a_day_off(opened: dt.date, limit: int, rung: int, today: dt.date) -> None:
    due = CALENDAR.add(opened, WorkingDays(limit)).date
    climbs = step_climbs(StepStanding(opened, due, rung=rung, prompted=True), THRESHOLDS, CALENDAR)
    assert all(climb.rung > rung and climb.on > due and CALENDAR.is_workday(climb.on) for climb in climbs)
    raised = raised_by(climbs, today)
    assert [climb.rung for climb in raised] == sorted({climb.rung for climb in raised})
    assert all(climb.on <= today for climb in raised)
    coming = next_day(climbs, max((climb.rung for climb in raised), default=rung))
    assert coming is None or coming > today


@given(since=DAYS, n=st.integers(1, 40))
def test_the_sweep_may_come_on_every_day_or_once_after_all_of_them_and_raises_the_same(since: dt.date, n: int) -> None:
    thresholds = DEFAULT_LADDER.of("")
    days = [since + dt.timedelta(days=k) for k in range(n)]
    rung, daily = 0, []
    for today in days:
        due = raised_by(late_climbs(since, Trigger.START_MISSED, thresholds, CALENDAR, rung), today)
        daily += [climb.rung for climb in due]
        rung = max(daily, default=0)
    once = raised_by(late_climbs(since, Trigger.START_MISSED, thresholds, CALENDAR), days[-1])
    assert daily == [climb.rung for climb in once]


@given(promise=st.integers(1, 60), accepted=DAYS)
def test_seventy_per_cent_is_the_first_working_day_on_which_as_much_is_used(promise: int, accepted: dt.date) -> None:
    promised = CALENDAR.add(accepted, WorkingDays(promise)).date
    thresholds = [Threshold(CHIEF, Trigger.PROMISE_USED, 70)]
    on = application_climbs(ApplicationStanding(promised, None, promise), thresholds, CALENDAR)[0].on
    used = promise - CALENDAR.count(on, promised)
    assert used * 100 >= 70 * promise
    before = on - dt.timedelta(days=1)
    while not CALENDAR.is_workday(before):
        before -= dt.timedelta(days=1)
    assert (promise - CALENDAR.count(before, promised)) * 100 < 70 * promise
