"""Calendar and clock bugs of other systems (ANCHORS.md B 5b): our first test vectors."""

import datetime as dt

import pytest

from tests.clock.story import Case, day, law, national
from workflows.clock.calendar import CalendarRow, state_council_calendar
from workflows.clock.days import SHANGHAI, WorkingDays, civil_date
from workflows.clock.due import due
from workflows.clock.recount import moved_dates
from workflows.clock.rules import Expiry, book


@pytest.mark.parametrize("hour", [0, 7, 12, 18, 23])
def test_5b1_a_clock_started_before_opening_or_after_closing_ends_on_the_same_day(hour: int) -> None:
    received = dt.datetime(2022, 1, 17, hour, 59, tzinfo=SHANGHAI)
    assert national().add(civil_date(received), WorkingDays(20)).date == day("02-17")


def test_5b2_a_holiday_is_not_ignored_and_a_given_list_is_used() -> None:
    assert national().add(day("01-28"), WorkingDays(3)).date == day("02-07")
    county = national().with_overrides([CalendarRow(day("02-07"), False, "县庆")], "2")
    assert county.add(day("01-28"), WorkingDays(3)).date == day("02-08")


def test_5b4_a_suspension_moves_the_date() -> None:
    case = Case("01-17")
    before = due(case.events, law("xkf-42"), national()).date
    case.stop("01-24", "02-11")
    assert before == day("02-17") and due(case.events, law("xkf-42"), national()).date == day("03-07")


def test_5b5_an_edited_calendar_names_every_date_that_moves() -> None:
    old, new = national(), national().with_overrides([CalendarRow(day("02-10"), False, "县庆")], "2")
    clocks = [
        ("moves", Case("01-17").events, law("xkf-42")),
        ("ended before", Case("01-04").events, law("xkf-42")),
        ("begins after", Case("02-14").events, law("xkf-42")),
        ("calendar days", Case("01-17").events, law("eia-form")),
    ]
    moves = moved_dates(clocks, old, new)
    assert [(m.key, m.old, m.new) for m in moves] == [("moves", day("02-17"), day("02-18"))]


def test_5b5_an_expired_holiday_list_is_not_trusted() -> None:
    assert due(Case("2023-01-03").events, law("xkf-42"), state_council_calendar([2022])).provisional
    assert not due(Case("2023-01-03").events, law("xkf-42"), national()).provisional


@pytest.mark.parametrize("rule_id", sorted(book()))
def test_5b6_every_declared_limit_is_armed_by_a_start(rule_id: str) -> None:
    for version in book()[rule_id]:
        start = max(version.effective_from, dt.date(2022, 1, 17))
        if not version.in_force(start):
            start = version.effective_from
        found = due(Case(start.isoformat()).events, version, national())
        assert found.date is not None and found.date > start and found.total > 0


def test_5b9_what_silence_does_is_data() -> None:
    effects = {(name, v.law.zh): v.on_expiry for name, versions in book().items() for v in versions}
    assert effects["xkf-32", "行政许可法"] is Expiry.DEEMED_ACCEPTANCE
    assert effects["xkf-50", "行政许可法"] is Expiry.DEEMED_RENEWAL
    assert effects["eia-recheck", "建设项目环境保护管理条例"] is Expiry.DEEMED_CONSENT
    consent = {name for (name, _law), effect in effects.items() if effect.value.startswith("deemed")}
    assert consent == {"xkf-32", "xkf-50", "eia-recheck"}, "silence is approval nowhere else"
