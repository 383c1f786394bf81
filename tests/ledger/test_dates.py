"""Dates as offices write them: never a bare day for a vague word."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.ledger.dates import FIRST_YEAR, LAST_YEAR, read_date, write_date
from permits.ledger.facts import Context, Precision, Span

PLAN = Context(year=2022)
# A spreadsheet knows no time zones.
NAIVE_1, NAIVE_20 = datetime.combine(date(2022, 3, 1), time()), datetime.combine(date(2022, 3, 20), time())
days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))


def found(raw, context=PLAN):
    fact = read_date(raw, context)
    span = (str(fact.value.earliest), str(fact.value.latest)) if fact.value else None
    return span, str(fact.precision)


@pytest.mark.parametrize(
    ("raw", "earliest", "latest", "precision"),
    [
        ("2022.3", "2022-03-01", "2022-03-31", "month"),
        (2022.3, "2022-03-01", "2022-03-31", "month"),
        ("2022.10", "2022-10-01", "2022-10-31", "month"),
        ("2022.1", "2022-01-01", "2022-01-31", "month"),
        (2022.11, "2022-11-01", "2022-11-30", "month"),
        ("２０２２．３", "2022-03-01", "2022-03-31", "month"),
        ("2022年3月", "2022-03-01", "2022-03-31", "month"),
        ("2022-03", "2022-03-01", "2022-03-31", "month"),
        ("2022/3", "2022-03-01", "2022-03-31", "month"),
        (202203, "2022-03-01", "2022-03-31", "month"),
        ("二〇二二年三月", "2022-03-01", "2022-03-31", "month"),
        ("十一月", "2022-11-01", "2022-11-30", "month"),
        ("3月份", "2022-03-01", "2022-03-31", "month"),
        ("明年3月", "2023-03-01", "2023-03-31", "month"),
        ("3月底", "2022-03-21", "2022-03-31", "month-end"),
        ("2022年2月末", "2022-02-21", "2022-02-28", "month-end"),
        ("三月中旬", "2022-03-11", "2022-03-20", "xun"),
        ("6月初", "2022-06-01", "2022-06-10", "xun"),
        ("一季度", "2022-01-01", "2022-03-31", "quarter"),
        ("第二季度", "2022-04-01", "2022-06-30", "quarter"),
        ("2023年4季度", "2023-10-01", "2023-12-31", "quarter"),
        ("Q3", "2022-07-01", "2022-09-30", "quarter"),
        ("上半年", "2022-01-01", "2022-06-30", "half"),
        ("2022年下半年", "2022-07-01", "2022-12-31", "half"),
        ("年底", "2022-01-01", "2022-12-31", "year"),
        ("年内", "2022-01-01", "2022-12-31", "year"),
        ("2021年", "2021-01-01", "2021-12-31", "year"),
        ("2022.03.15", "2022-03-15", "2022-03-15", "day"),
        ("2022年3月15日", "2022-03-15", "2022-03-15", "day"),
        ("2022-3-15", "2022-03-15", "2022-03-15", "day"),
        ("20220315", "2022-03-15", "2022-03-15", "day"),
        ("3月15日", "2022-03-15", "2022-03-15", "day"),
        (44640, "2022-03-20", "2022-03-20", "day"),
        ("44640", "2022-03-20", "2022-03-20", "day"),
        (44640.5, "2022-03-20", "2022-03-20", "day"),
        (NAIVE_20, "2022-03-20", "2022-03-20", "day"),
        ("3月底前", "2022-01-01", "2022-03-31", "span"),
        ("2022年3月31日前", "2022-01-01", "2022-03-31", "span"),
        ("3-4月", "2022-03-01", "2022-04-30", "span"),
        ("2022.3-2023.10", "2022-03-01", "2023-10-31", "span"),
        ("2021-2022年", "2021-01-01", "2022-12-31", "span"),
        ("2022年11月至2023年2月", "2022-11-01", "2023-02-28", "span"),
    ],
)
def test_a_date_keeps_the_span_that_its_words_mean(raw, earliest, latest, precision):
    assert found(raw) == ((earliest, latest), precision)


@pytest.mark.parametrize(
    ("raw", "doubt"),
    [
        (2022.1, "date_january_or_october"),
        ("2022.13", "date_impossible"),
        ("2月30日", "date_impossible"),
        ("2022.3至2021.5", "date_impossible"),
        ("待定", "date_undecided"),
        ("45天", "date_unread"),
        ("尽快", "date_unread"),
        (0, "date_unread"),
        (True, "date_unread"),
        (float("inf"), "date_unread"),
        ("=TODAY()", "date_unread"),
        ("一" * 30_000 + "月", "date_unread"),
    ],
)
def test_what_is_no_date_has_no_value_but_a_doubt(raw, doubt):
    fact = read_date(raw, PLAN)
    assert fact.value is None
    assert [finding.code for finding in fact.findings] == [doubt]


def test_the_number_2022_1_is_october_only_where_the_cell_shows_its_zero():
    assert found(2022.1, Context(year=2022, number_format="0.00")) == (("2022-10-01", "2022-10-31"), "month")
    assert found("2022.1", Context(year=2022, from_csv=True)) == (None, "unread")


def test_a_date_cell_that_shows_only_the_month_is_a_month():
    shown = Context(number_format='yyyy"年"m"月"')
    assert found(NAIVE_1, shown) == (("2022-03-01", "2022-03-31"), "month")
    assert found(NAIVE_1, Context(number_format='yyyy"年"m"月"d"日"'))[1] == "day"


def test_a_year_that_nobody_gave_is_assumed_aloud():
    fact = read_date("3月底", Context(year=2026, year_sure=False))
    assert fact.value == Span(date(2026, 3, 21), date(2026, 3, 31))
    assert [finding.code for finding in fact.findings] == ["year_assumed"]


@given(days)
def test_a_serial_counts_from_the_same_day_as_excel(day):
    assert read_date((day - date(1899, 12, 30)).days, PLAN).value == Span(day, day)
    old = (day - date(1904, 1, 1)).days
    if old >= 32874:
        assert read_date(old, Context(epoch_1904=True)).value == Span(day, day)


@given(
    days,
    st.sampled_from(["{0.year}.{0.month}.{0.day}", "{0.year}年{0.month}月{0.day}日", "{0:%Y%m%d}", "{0:%Y-%m-%d}"]),
)
def test_every_way_to_write_a_day_is_that_day(day, form):
    fact = read_date(form.format(day), PLAN)
    assert (fact.value, fact.precision) == (Span(day, day), Precision.DAY)


@given(st.integers(FIRST_YEAR, LAST_YEAR), st.integers(1, 12))
def test_text_of_year_and_month_is_never_another_month(year, month):
    for text in (f"{year}.{month}", f"{year}.{month:02}", f"{year}年{month}月", f"{year}-{month}"):
        span = read_date(text, PLAN).value
        assert (span.earliest, span.latest.month, (span.latest + timedelta(1)).day) == (date(year, month, 1), month, 1)


VAGUE = st.builds(
    str.format,
    st.sampled_from(["{0}年{1}月", "{0}年{1}月底", "{0}年{1}月上旬", "{0}年{1}月下旬", "{0}年{2}季度", "{0}年上半年",
                     "{0}年下半年", "{0}年", "{0}年{1}月底前", "{0}年{1}月至2079年12月"]),
    st.integers(FIRST_YEAR, LAST_YEAR), st.integers(1, 12), st.integers(1, 4),
)  # fmt: skip


@given(VAGUE)
def test_a_written_date_reads_as_the_same_span_and_precision(text):
    fact = read_date(text, PLAN)
    again = read_date(write_date(fact.value, fact.precision), Context(year=1999))
    assert (again.value, again.precision) == (fact.value, fact.precision)


@given(st.text() | st.text("0123456789年月日季度底前.-至~上下中旬 ") | st.floats() | st.integers() | st.dates())
def test_no_content_of_a_cell_breaks_the_reader(raw):
    fact = read_date(raw, PLAN)
    assert fact.value is None or fact.value.earliest <= fact.value.latest
