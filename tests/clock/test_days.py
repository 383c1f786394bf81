"""Units of legal time do not mix."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tests.clock.story import day, national
from workflows.clock.days import CalendarDays, Hours, Months, Span, WorkingDays, add_months, civil_date, pure_date

UNITS = [WorkingDays, CalendarDays, Months, Hours]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("other", UNITS)
def test_only_spans_of_one_unit_add_up_and_compare(unit: type[Span], other: type[Span]) -> None:
    if unit is other:
        assert unit(2) + other(3) == unit(5)
        assert unit(5) - other(3) == unit(2)
        assert unit(2) < other(3) <= unit(3) and unit(3) >= other(3) > unit(2)
        return
    assert unit(2) != other(2)
    for mix in (
        lambda: unit(2) + other(3),
        lambda: unit(5) - other(3),
        lambda: unit(2) < other(3),
        lambda: unit(2) >= other(3),
    ):
        with pytest.raises(TypeError, match="different units"):
            mix()


def test_a_span_is_a_whole_number_of_a_unit() -> None:
    for wrong in (1.5, "5", True, None):
        with pytest.raises(TypeError):
            WorkingDays(wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="negative"):
        WorkingDays(-1)
    with pytest.raises(ValueError, match="negative"):
        WorkingDays(1) - WorkingDays(2)
    with pytest.raises(TypeError, match="unit"):
        Span(1)
    with pytest.raises(TypeError):
        WorkingDays(1) + 1  # type: ignore[operator]


def test_a_period_of_one_day_is_not_twenty_four_business_hours() -> None:
    """ANCHORS 5b.3 (jmix#790): "P1D" taken as 24 business hours gave about three working days."""
    assert national().add(day("03-01"), WorkingDays(1)).date == day("03-02")
    with pytest.raises(TypeError, match="Hours"):
        national().add(day("03-01"), Hours(24))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2022-03-31", 3, "2022-06-30"),
        ("2022-06-30", 3, "2022-09-30"),
        ("2022-01-31", 1, "2022-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2022-11-30", 3, "2023-02-28"),
        ("2022-12-15", 1, "2023-01-15"),
        ("2022-05-20", 0, "2022-05-20"),
    ],
)
def test_months_end_on_the_same_numbered_day_or_on_the_months_last(start: str, months: int, end: str) -> None:
    assert add_months(day(start), Months(months)) == day(end)
    assert national().add(day(start), Months(months)).date == day(end)


def test_a_legal_date_is_the_civil_date_of_shanghai() -> None:
    assert civil_date(dt.datetime(2022, 3, 5, 15, 59, tzinfo=dt.UTC)) == day("03-05")
    assert civil_date(dt.datetime(2022, 3, 5, 16, 0, tzinfo=dt.UTC)) == day("03-06")
    assert civil_date(dt.datetime(2022, 3, 5, 20, 0, tzinfo=ZoneInfo("America/New_York"))) == day("03-06")
    with pytest.raises(TypeError, match="time zone"):
        civil_date(dt.datetime(2022, 3, 5))  # noqa: DTZ001


def test_an_instant_is_no_civil_date() -> None:
    with pytest.raises(TypeError, match="civil date"):
        pure_date(dt.datetime(2022, 3, 5, tzinfo=dt.UTC))
    with pytest.raises(TypeError, match="civil date"):
        national().add(dt.datetime(2022, 3, 5, tzinfo=dt.UTC), WorkingDays(1))


def test_a_span_speaks_both_languages() -> None:
    assert WorkingDays(20).words == ("20个工作日", "20 working days")
    assert Months(1).words.of("en") == "1 month"
    assert CalendarDays(7).words.of("zh-hans") == "7日"
