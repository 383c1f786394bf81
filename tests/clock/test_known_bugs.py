"""Calendar and clock bugs of other systems (ANCHORS.md B 5b): our first test vectors."""

import datetime as dt
from dataclasses import replace

import pytest

from tests.clock.story import Case, day, law, national, noon
from workflows.clock.calendar import CalendarRow, state_council_calendar
from workflows.clock.days import SHANGHAI, CalendarDays, Hours, WorkingDays, civil_date
from workflows.clock.due import due
from workflows.clock.recount import moved_dates
from workflows.clock.rules import Expiry, book
from workflows.flow import registry


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


def test_5b3_a_day_is_not_twenty_four_hours_of_business() -> None:
    assert national().add(day("01-17"), WorkingDays(1)).date == day("01-18")
    for mixed in (lambda: WorkingDays(1) + Hours(24), lambda: WorkingDays(1) < CalendarDays(1)):
        with pytest.raises(TypeError):
            mixed()
    with pytest.raises(TypeError):
        national().add(day("01-17"), Hours(24))


def test_5b4_the_days_that_a_stop_really_took_count_not_those_that_were_announced() -> None:
    longer, shorter = Case("01-17"), Case("01-17")
    longer.stop("01-24", "02-11", expected_end=day("01-28"))
    shorter.stop("01-24", "01-28", expected_end=day("02-11"))
    assert due(longer.events, law("xkf-42"), national()).date == day("03-07")
    assert due(shorter.events, law("xkf-42"), national()).date == day("02-24")
    waiting = Case("01-17")
    waiting.events.append(replace(longer.events[1], expected_end=day("02-11")))
    found = due(waiting.events, law("xkf-42"), national())
    assert found.date is None and found.if_as_announced == day("03-07")


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


def test_5b6_a_procedure_that_declares_a_limit_arms_it_by_its_acceptance() -> None:
    limited = [found for found in registry.procedures() if found.rule]
    for found in limited:
        laws = {
            answer.law for node in found.current.node_map().values() for answer in getattr(node, "answers", {}).values()
        }
        assert "accept" in laws, f"{found.code} has a rule and no step that starts its clock"
        assert book()[found.rule or ""]
    assert len(limited) >= 6


def test_5b7_what_is_entered_later_counts_from_its_day_and_is_seen_as_late() -> None:
    on_time, late = Case("01-17"), Case("01-17")
    on_time.stop("01-24", "02-11")
    late.stop("01-24", "02-11")
    entered = [replace(event, recorded=noon(day("03-01"))) for event in late.events]
    assert due(entered, law("xkf-42"), national()).date == due(on_time.events, law("xkf-42"), national()).date
    assert all(event.is_late_entry() for event in entered)
    assert not any(event.is_late_entry() for event in on_time.events if event.kind.value != "resume")


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
