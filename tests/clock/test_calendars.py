"""The county's calendar in the database: versioned, append-only, read once."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from tests.clock.story import Case, day, law, national, noon
from workflows.clock import calendars
from workflows.clock.calendar import CalendarRow, UnpublishedYear, notice_rows, state_council_rows
from workflows.clock.calendars import (
    UnnoticedDay,
    calendar_at,
    calendar_for,
    load_calendar,
    newest_version,
    override_days,
    preview,
)
from workflows.clock.days import WorkingDays
from workflows.clock.due import due
from workflows.clock.models import CalendarDay
from workflows.clock.recount import moved_dates

pytestmark = pytest.mark.django_db
COUNTY, NOW = "620799", noon(day("03-01"))
HOLIDAY = CalendarRow(day("02-10"), False, "县庆", "县政发〔2022〕1号")


def test_a_loaded_year_gives_the_dates_of_the_national_calendar() -> None:
    loaded = load_calendar(COUNTY, NOW)
    assert loaded.version == 1
    assert len(loaded.changed) == CalendarDay.objects.count() == 4383
    calendar = calendar_for(COUNTY)
    assert (calendar.years, calendar.version) == (national().years, "1")
    assert calendar.rows == national().rows
    assert due(Case("01-17").events, law("xkf-42"), calendar).date == day("02-17")


def test_before_any_load_the_national_calendar_serves() -> None:
    assert calendar_for(COUNTY).version == "state-council-2015-2026"


def test_loading_the_same_year_again_changes_nothing() -> None:
    load_calendar(COUNTY, NOW, [2022])
    again = load_calendar(COUNTY, NOW, [2022])
    assert again == (1, ())
    assert CalendarDay.objects.count() == 365
    with pytest.raises(UnpublishedYear):
        load_calendar(COUNTY, NOW, [2027])


def test_a_warm_calendar_costs_no_query(django_assert_num_queries: Any) -> None:
    load_calendar(COUNTY, NOW, [2022])
    with django_assert_num_queries(3):
        first = calendar_for(COUNTY)
    with django_assert_num_queries(0):
        assert calendar_for(COUNTY) is first
        assert calendar_for(COUNTY, known_version=1) is first


def test_a_load_by_another_process_is_noticed_by_its_version(django_assert_num_queries: Any) -> None:
    load_calendar(COUNTY, NOW, [2022])
    stale = calendar_for(COUNTY)
    CalendarDay.objects.create(county=COUNTY, version=2, loaded_at=NOW, **HOLIDAY._asdict())
    assert calendar_for(COUNTY) is stale, "within the minute nothing tells this process"
    assert not calendar_for(COUNTY, known_version=2).is_workday(HOLIDAY.date)
    with django_assert_num_queries(0):
        calendar_for(COUNTY, known_version=2)


def test_without_a_hint_another_process_load_is_noticed_within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    load_calendar(COUNTY, NOW, [2022])
    assert calendar_for(COUNTY).is_workday(HOLIDAY.date)
    CalendarDay.objects.create(county=COUNTY, version=2, loaded_at=NOW, **HOLIDAY._asdict())
    monkeypatch.setattr(calendars, "RECHECK_SECONDS", 0.0)
    assert not calendar_for(COUNTY).is_workday(HOLIDAY.date)


def test_the_newest_version_rides_on_a_query_that_is_made_anyway(django_assert_num_queries: Any) -> None:
    load_calendar(COUNTY, NOW, [2022])
    with django_assert_num_queries(1):
        row = CalendarDay.objects.annotate(newest=newest_version(models.F("county"))).values("newest")[0]
    assert row == {"newest": 1}
    assert CalendarDay.objects.annotate(n=newest_version("999999")).values("n")[0] == {"n": None}


def test_an_override_shows_first_what_moves_then_becomes_a_version() -> None:
    load_calendar(COUNTY, NOW, [2022])
    old = calendar_for(COUNTY)
    clocks = [("one", Case("01-17").events, law("xkf-42"))]
    moves = moved_dates(clocks, old, preview(COUNTY, [HOLIDAY]))
    assert [(m.old, m.new) for m in moves] == [(day("02-17"), day("02-18"))]
    assert calendar_for(COUNTY).is_workday(HOLIDAY.date), "a preview writes nothing"
    assert override_days(COUNTY, [HOLIDAY], NOW) == (2, (HOLIDAY,))
    assert due(Case("01-17").events, law("xkf-42"), calendar_for(COUNTY)).date == day("02-18")
    assert calendar_for(COUNTY).years == {2022}
    assert due(Case("01-17").events, law("xkf-42"), calendar_at(COUNTY, 1)).date == day("02-17")
    assert calendar_for("330783").is_workday(HOLIDAY.date), "another county works on that day"


def test_an_override_of_a_county_without_a_calendar_loads_the_nations_first() -> None:
    assert override_days(COUNTY, [HOLIDAY], NOW).version == 2
    assert calendar_for(COUNTY).years == national().years
    assert not calendar_for(COUNTY).is_workday(HOLIDAY.date)


def test_a_national_notice_does_not_repeal_a_county_order() -> None:
    override_days(COUNTY, [HOLIDAY], NOW)
    assert load_calendar(COUNTY, NOW, [2022]) == (2, ())
    assert not calendar_for(COUNTY).is_workday(HOLIDAY.date)


def test_a_local_day_needs_its_order() -> None:
    with pytest.raises(UnnoticedDay, match="2022-02-10"):
        override_days(COUNTY, [HOLIDAY._replace(notice_no=" ")], NOW)
    assert not CalendarDay.objects.exists()


def test_a_notice_typed_in_by_hand_loads_its_year_and_settles_provisional_dates() -> None:
    """The dates here are an example, not the notice of 2027, which does not exist yet."""
    load_calendar(COUNTY, NOW, [2025, 2026])
    case = Case("2026-12-21")
    before = due(case.events, law("xkf-42", "2026-12-21"), calendar_for(COUNTY))
    assert (before.date, before.provisional) == (day("2027-01-18"), True)
    off = {day("2027-01-01"): "元旦", day("2026-12-31"): "元旦"}
    rows = notice_rows(2027, off, {day("2027-01-03"): "元旦"}, "国办发明电〔2026〕例号")
    override_days(COUNTY, rows, NOW)
    after = due(case.events, law("xkf-42", "2026-12-21"), calendar_for(COUNTY))
    assert (after.date, after.provisional) == (day("2027-01-19"), False)
    with pytest.raises(ValueError, match="number"):
        notice_rows(2027, off, {}, "")


def test_a_typed_notice_equals_the_package_for_a_known_year() -> None:
    known = state_council_rows(2022)
    off = {row.date: row.name for row in known if row.name and not row.is_workday}
    make_up = {row.date: row.name.split("·")[0] for row in known if row.name and row.is_workday}
    assert notice_rows(2022, off, make_up, "国办发明电〔2021〕11号") == known


def test_no_version_is_ever_changed_or_deleted() -> None:
    load_calendar(COUNTY, NOW, [2022])
    row = CalendarDay.objects.first()
    for change in (row.delete, CalendarDay.objects.all().delete, lambda: CalendarDay.objects.update(is_workday=True)):
        with pytest.raises(models.ProtectedError):
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(county=COUNTY, date=row.date, is_workday=True, loaded_at=NOW, version=1)
    assert CalendarDay.objects.count() == 365


def fail_after_loading() -> None:
    with transaction.atomic():
        override_days(COUNTY, [HOLIDAY], NOW)
        assert not calendar_for(COUNTY).is_workday(HOLIDAY.date), "the loader itself sees what it loaded"
        raise RuntimeError


def test_a_rolled_back_load_does_not_linger_in_the_process() -> None:
    load_calendar(COUNTY, NOW, [2022])
    with pytest.raises(RuntimeError):
        fail_after_loading()
    assert calendar_for(COUNTY).add(day("02-09"), WorkingDays(1)).date == HOLIDAY.date
    assert calendar_for(COUNTY).version == "1"


def test_loading_speaks_for_its_own_county_only() -> None:
    load_calendar(COUNTY, dt.datetime(2022, 3, 1, tzinfo=dt.UTC), [2022])
    assert load_calendar("330783", NOW, [2022]).version == 1
