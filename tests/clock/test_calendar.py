"""Working days as the State Council's notices have them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock.story import day, national
from workflows.clock.calendar import Calendar, CalendarRow, UnpublishedYear, state_council_calendar, state_council_rows
from workflows.clock.days import CalendarDays, WorkingDays

# DOMAIN.md 6: year, first and last day off at Spring Festival, make-up workdays, working days (by weekday only).
YEARS = [
    (2022, "01-31", "02-06", "01-29 01-30 04-02 04-24 05-07 10-08 10-09", 249, 260),
    (2023, "01-21", "01-27", "01-28 01-29 04-23 05-06 06-25 10-07 10-08", 249, 260),
    (2024, "02-10", "02-17", "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12", 251, 262),
    (2025, "01-28", "02-04", "01-26 02-08 04-27 09-28 10-11", 248, 261),
    (2026, "02-15", "02-23", "01-04 02-14 02-28 05-09 09-20 10-10", 248, 261),
]


@pytest.mark.parametrize(("year", "first", "last", "make_up", "working", "weekdays"), YEARS)
def test_the_years_have_the_working_days_of_the_notices(
    year: int, first: str, last: str, make_up: str, working: int, weekdays: int
) -> None:
    calendar, eve, end = national(), day(f"{year - 1}-12-31"), day(f"{year}-12-31")
    assert calendar.count(eve, end) == working
    assert Calendar().count(eve, end) == weekdays
    days = [eve + dt.timedelta(days=n) for n in range(1, (end - eve).days + 1)]
    worked_weekends = [d for d in days if d.weekday() >= 5 and calendar.is_workday(d)]
    assert worked_weekends == [day(f"{year}-{text}") for text in make_up.split()]
    festival = [d for d in days if calendar.day(d).name == "春节"]
    assert (festival[0], festival[-1]) == (day(f"{year}-{first}"), day(f"{year}-{last}"))
    assert not any(calendar.is_workday(d) for d in festival)


def test_counting_weekdays_only_is_wrong_for_133_of_249_start_days_of_2022() -> None:
    calendar, weekdays = national(), Calendar()
    starts = [d for d in (day("01-01") + dt.timedelta(days=n) for n in range(365)) if calendar.is_workday(d)]
    wrong = [d for d in starts if calendar.add(d, WorkingDays(20)).date != weekdays.add(d, WorkingDays(20)).date]
    assert (len(starts), len(wrong)) == (249, 133)


def test_each_day_names_its_notice() -> None:
    row = national().day(day("01-29"))
    assert row == CalendarRow(day("01-29"), True, "春节·调休上班", "国办发明电〔2021〕11号")
    assert national().name(day("01-29")).en == "Spring Festival, make-up workday"
    assert {row.notice_no for row in state_council_rows(2026)} == {"国办发明电〔2025〕7号"}


def test_years_2015_to_2026_are_loaded_and_2027_is_refused() -> None:
    assert national().years == frozenset(range(2015, 2027))
    with pytest.raises(UnpublishedYear, match="2027"):
        state_council_rows(2027)
    with pytest.raises(UnpublishedYear, match="2027"):
        state_council_calendar([2026, 2027])


def test_an_unloaded_year_is_counted_by_weekday_and_marked_provisional() -> None:
    calendar = state_council_calendar([2026])
    end = calendar.add(day("2026-12-28"), WorkingDays(10))
    assert end == (day("2027-01-11"), True)
    assert calendar.is_workday(day("2027-01-01")), "no holiday of an unpublished year is guessed"
    assert not calendar.is_workday(day("2027-02-20")), "no make-up day of an unpublished year is guessed"
    assert calendar.add(day("2026-11-02"), WorkingDays(10)).provisional is False
    assert calendar.next_workday(day("2027-01-02")) == (day("2027-01-04"), True)


def test_the_last_days_of_a_december_wait_for_the_next_notice() -> None:
    """The notice of 2019 made 2018-12-29 a workday and 2018-12-31 a holiday."""
    loaded = state_council_calendar([2018, 2019])
    assert loaded.is_workday(day("2018-12-29")) and not loaded.is_workday(day("2018-12-31"))
    assert loaded.add(day("2018-12-20"), WorkingDays(7)).provisional is False
    alone = state_council_calendar([2018])
    assert alone.add(day("2018-12-20"), WorkingDays(5)).provisional is True
    assert alone.add(day("2018-12-10"), WorkingDays(5)).provisional is False


def test_a_gap_between_two_loaded_years_is_provisional() -> None:
    calendar = state_council_calendar([2020, 2022])
    assert calendar.crosses_unpublished(day("2020-11-01"), day("2022-03-01"))
    assert not calendar.crosses_unpublished(day("2022-02-01"), day("2022-03-01"))
    assert not calendar.crosses_unpublished(day("2021-03-01"), day("2021-03-01")), "no day was counted"


def test_a_county_holiday_wins_over_the_national_calendar() -> None:
    holiday = CalendarRow(day("03-03"), False, "州庆", "县政发〔2022〕1号")
    county = national().with_overrides([holiday], version="2")
    assert county.version == "2" and national().version != "2"
    assert not county.is_workday(day("03-03"))
    assert county.add(day("03-01"), WorkingDays(2)).date == day("03-04")
    assert national().add(day("03-01"), WorkingDays(2)).date == day("03-03")
    assert county.years == national().years


def test_a_half_loaded_year_is_not_loaded() -> None:
    calendar = Calendar(state_council_rows(2022)[:300])
    assert calendar.years == frozenset()
    override_only = Calendar(overrides=(CalendarRow(day("2027-05-04"), False, "县庆"),))
    assert override_only.years == frozenset() and not override_only.is_workday(day("2027-05-04"))


def test_count_and_back_are_the_inverse_of_add() -> None:
    calendar = national()
    for n in range(0, 60, 7):
        start = day("01-17")
        end = calendar.add(start, WorkingDays(n)).date
        assert calendar.count(start, end) == n
        assert calendar.count(end, start) == -n
    assert calendar.back(day("03-07"), WorkingDays(1)).date == day("03-06"), "the latest start that still fits"
    assert calendar.back(day("03-31"), CalendarDays(7)).date == day("03-24")


@given(start=st.dates(dt.date(2016, 1, 1), dt.date(2028, 12, 31)), length=st.integers(-900, 900), holiday=st.booleans())
def test_counting_is_walking_day_by_day_over_years_loaded_or_not(start: dt.date, length: int, holiday: bool) -> None:
    calendar = national()
    if holiday:
        calendar = calendar.with_overrides([CalendarRow(start + dt.timedelta(1), False, "州庆")], version="2")
    end = start + dt.timedelta(length)
    walked = [start + dt.timedelta(n) for n in range(1, length + 1)] or [
        end + dt.timedelta(n) for n in range(1, 1 - length)
    ]
    days = sum(calendar.is_workday(one) for one in walked)
    assert calendar.count(start, end) == (days if length >= 0 else -days)
