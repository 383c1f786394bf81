"""Clock events: append-only, corrected by naming what is corrected, replayed in one order."""

import datetime as dt
from itertools import permutations

import pytest

from tests.clock.story import Case, day, law, national, noon
from workflows.clock.days import CalendarDays, WorkingDays
from workflows.clock.due import Due, due, promised_due
from workflows.clock.events import BrokenHistory, ClockEvent, EventKind
from workflows.clock.grounds import VOID
from workflows.clock.history import replay
from workflows.clock.lawful import REASONS, Unlawful, check

XKF_42 = law("xkf-42")


def found(case: Case) -> Due:
    return due(case.events, XKF_42, national())


def test_a_clock_without_a_start_has_no_date() -> None:
    nothing = due([], XKF_42, national())
    assert nothing.date is None and nothing.warns_on is None and nothing.if_as_announced is None
    assert nothing.used(day("03-01")) == nothing.left(day("03-01")) == 0
    assert promised_due(nothing, WorkingDays(5)).date is None


def test_an_open_stop_hides_the_date_and_tells_what_it_would_be() -> None:
    case = Case("01-17")
    case.stop("01-24", expected_end=day("02-11"))
    running = found(case)
    assert running.date is None and running.stopped(day("03-30"))
    assert running.if_as_announced == day("03-07")
    assert running.if_resumed(day("02-14")) == day("03-08")
    assert running.left(day("03-30")) == 16
    assert [stop.first for stop in running.overdue_stops(day("02-12"))] == [day("01-24")]
    assert not running.overdue_stops(day("02-11"))


def test_the_day_of_acceptance_is_not_counted_even_if_offices_work() -> None:
    running = found(Case("01-17"))
    assert running.used(day("01-17")) == 0
    assert running.used(day("01-18")) == 1
    assert running.count is not None
    assert not running.count.counts(day("01-17"))


def test_the_days_that_passed_count_and_not_those_that_were_planned() -> None:
    """ANCHORS 5b.4 (gemma-zaken#1953): the actual end of a stop decides, not the announced one."""
    case = Case("01-17")
    case.stop("01-24", "02-08", expected_end=day("02-11"))
    assert found(case).date == day("03-02")
    assert found(case).left(day("02-08")) == 16


def test_a_stop_after_the_date_has_passed_moves_nothing() -> None:
    case = Case("01-17")
    case.stop("02-18")
    assert found(case).date == day("02-17") and found(case).is_past(day("02-18"))
    on_the_day = Case("01-17")
    on_the_day.stop("02-17", "02-17")
    assert found(on_the_day).date == day("02-18"), "a stop and a resume of one day cost that one day"


def test_overlapping_stops_count_once_and_each_resume_ends_its_own() -> None:
    case = Case("01-17")
    case.add(EventKind.STOP, "01-24", ground="expert-review", notice="1", expected_end=day("02-11"))
    case.add(EventKind.STOP, "01-26", ground="hearing", notice="2", expected_end=day("02-09"))
    case.add(EventKind.RESUME, "02-09", ground="hearing")
    case.add(EventKind.RESUME, "02-11", ground="expert-review")
    assert found(case).date == day("03-07")
    stops = {stop.ground: (stop.first, stop.last) for stop in found(case).history.stops}
    assert stops["hearing"] == (day("01-26"), day("02-09"))
    assert stops["expert-review"] == (day("01-24"), day("02-11"))


def test_an_unlawful_stop_does_not_swallow_the_resume_of_a_lawful_one() -> None:
    case = Case("01-17")
    case.add(EventKind.STOP, "01-20", ground="site-visit", notice="1", expected_end=day("02-11"))
    case.add(EventKind.STOP, "01-24", ground="expert-review", notice="2", expected_end=day("02-11"))
    case.add(EventKind.RESUME, "02-11")
    assert found(case).date == day("03-07")


def test_a_second_start_does_not_reset_a_running_clock() -> None:
    case = Case("01-17")
    again = case.add(EventKind.START, "02-01")
    assert found(case).date == day("02-17") and found(case).unused == ((again, "already_started"),)
    case.add(EventKind.FINISH, "02-10")
    case.add(EventKind.START, "03-01")
    assert found(case).start == day("03-01") and found(case).finish is None
    assert found(case).date == day("03-29"), "a new round after the end of the first"


def test_a_finished_clock_stays_as_it_ended() -> None:
    case = Case("01-17")
    case.stop("02-14")
    case.add(EventKind.FINISH, "02-16")
    case.stop("02-17")
    ended = found(case)
    assert ended.finish == day("02-16") and not ended.is_late
    assert ended.used(day("03-30")) == ended.used(day("02-16")) == 16
    assert [why for _e, why in ended.unused] == ["after_finish"]
    late = Case("01-17")
    late.add(EventKind.FINISH, "02-18")
    assert found(late).is_late and found(late).is_past(day("02-18"))


def test_a_resume_without_a_stop_has_no_effect_and_is_shown() -> None:
    case = Case("01-17")
    stray = case.add(EventKind.RESUME, "01-20")
    assert found(case).date == day("02-17") and found(case).unused == ((stray, "nothing_stopped"),)
    with pytest.raises(Unlawful) as refused:
        check(stray, Case("01-17").events, XKF_42, national())
    assert refused.value.code == "nothing_stopped"


def test_a_clock_that_has_not_started_can_only_be_started() -> None:
    fresh = Case("01-17").events[0]
    check(fresh, [], XKF_42, national())
    stop = Case("01-17").stop("01-20")
    with pytest.raises(Unlawful) as refused:
        check(stop, [], XKF_42, national())
    assert refused.value.code == "not_started"
    with pytest.raises(Unlawful) as again:
        check(fresh, [fresh], XKF_42, national())
    assert again.value.code == "already_started"


def test_a_start_corrected_to_after_the_first_day_of_a_stop_keeps_the_stop() -> None:
    case = Case("01-17")
    case.stop("01-18", "01-25")
    case.correct(case.events[0], "01-20", recorded="01-26")
    assert found(case).date == day("02-25"), "twenty days counted from 26 January on"


def test_every_reason_has_words_in_both_languages() -> None:
    assert all(words.zh and words.en for words in REASONS.values())


def test_a_correction_names_the_event_it_replaces_and_keeps_the_rest() -> None:
    case = Case("01-17")
    stop = case.stop("01-24", "02-11")
    case.correct(stop, "01-25", recorded="03-01")
    assert found(case).date == day("03-04")
    assert found(case).history.stops[0].notice == "告知书1号"
    assert len(case.events) == 4, "nothing was deleted"


def test_the_latest_correction_wins_and_a_voided_one_falls_back() -> None:
    case = Case("01-17")
    start = case.events[0]
    first = case.correct(start, "01-18", recorded="01-20")
    assert found(case).date == day("02-18")
    second = case.correct(first, "01-19", recorded="01-21")
    assert found(case).date == day("02-21")
    case.correct(second, "01-19", recorded="01-22", ground=VOID)
    assert found(case).date == day("02-18"), "the second correction never took effect"
    case.correct(first, "01-18", recorded="01-23", ground=VOID)
    assert found(case).date == day("02-17"), "nor did the first"
    case.correct(start, "01-17", recorded="01-24", ground=VOID)
    assert found(case).date is None, "the clock was never started"


def test_of_two_corrections_of_one_event_the_later_recorded_stands() -> None:
    case = Case("01-17")
    case.correct(case.events[0], "01-19", recorded="01-22")
    case.correct(case.events[0], "01-18", recorded="01-21")
    assert found(case).date == day("02-21"), "twenty days from 19 January"


def test_a_stop_entered_after_its_resume_of_the_same_day_still_costs_that_day() -> None:
    case = Case("01-17")
    case.add(EventKind.RESUME, "01-20", recorded="01-20")
    case.add(EventKind.STOP, "01-20", recorded="01-21", ground="hearing", notice="1", expected_end=day("01-20"))
    assert found(case).date == day("02-18")
    assert found(case).unused == ()


def test_a_voided_voiding_lets_the_event_stand() -> None:
    case = Case("01-17")
    stop = case.stop("01-24", "02-11")
    void = case.correct(stop, "01-24", recorded="03-01", ground=VOID)
    assert found(case).date == day("02-17")
    case.correct(void, "01-24", recorded="03-02", ground=VOID)
    assert found(case).date == day("03-07")


def test_broken_histories_are_named_not_guessed() -> None:
    start = ClockEvent(EventKind.START, day("01-17"), noon(day("01-17")), 1)
    with pytest.raises(BrokenHistory, match="names the event"):
        ClockEvent(EventKind.CORRECT, day("01-18"), noon(day("01-18")), 2)
    with pytest.raises(BrokenHistory, match="names the event"):
        ClockEvent(EventKind.START, day("01-18"), noon(day("01-18")), 2, replaces=1)
    orphan = ClockEvent(EventKind.CORRECT, day("01-18"), noon(day("01-18")), 2, replaces=9)
    with pytest.raises(BrokenHistory, match="unknown event 9"):
        due([start, orphan], XKF_42, national())
    one = ClockEvent(EventKind.CORRECT, day("01-18"), noon(day("01-18")), 2, replaces=3)
    two = ClockEvent(EventKind.CORRECT, day("01-18"), noon(day("01-18")), 3, replaces=2)
    with pytest.raises(BrokenHistory, match="corrects itself"):
        due([start, one, two], XKF_42, national())
    with pytest.raises(BrokenHistory, match="Two events"):
        due([start, ClockEvent(EventKind.STOP, day("01-19"), noon(day("01-19")), 1)], XKF_42, national())
    assert due([start, start], XKF_42, national()).date == day("02-17"), "the same event twice is one event"


def test_an_instant_without_a_zone_is_no_event() -> None:
    with pytest.raises(TypeError, match="time zone"):
        ClockEvent(EventKind.START, day("01-17"), dt.datetime(2022, 1, 17, 9))  # noqa: DTZ001


def test_events_of_another_rule_are_another_clock() -> None:
    case = Case()
    case.add(EventKind.START, "01-10", rule="xkf-32")
    case.add(EventKind.FINISH, "01-17", rule="xkf-32")
    case.add(EventKind.START, "01-17", rule="xkf-42")
    assert found(case).date == day("02-17")
    assert due(case.events, law("xkf-32"), national()).date == day("01-17")


def test_late_entry_is_visible() -> None:
    """ANCHORS 5b.7: typed in later than it happened; the date runs from the effect, the lateness shows."""
    case = Case("01-17", recorded="01-25")
    event = case.events[0]
    assert found(case).date == day("02-17")
    assert event.entered_after == CalendarDays(8) and event.is_late_entry()
    assert not event.is_late_entry(CalendarDays(8))
    assert Case("01-17", recorded="01-10").events[0].entered_after == CalendarDays(0)


def test_every_order_of_insertion_gives_the_same_history() -> None:
    case = Case("01-17")
    stop = case.stop("01-24", "02-11")
    case.correct(stop, "01-25", recorded="03-01")
    case.extend("02-15", 5)
    histories = {replay(order, XKF_42) for order in permutations(case.events)}
    assert len(histories) == 1


def test_stops_on_calendar_days_and_on_months_move_the_end_day_by_day() -> None:
    case = Case("01-17")
    case.stop("01-20", "01-24", ground="technical-assessment")
    assert due(case.events, law("eia-form"), national()).date == day("02-21")
    permit = Case("03-01")
    permit.stop("03-03", "03-06", ground="corrections")
    assert due(permit.events, law("construction-permit", "03-01"), national()).date == day("03-14"), (
        "03-12 is a Saturday"
    )
