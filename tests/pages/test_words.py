"""Dates, lengths and money in the words of the house."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from workflows.templatetags import words

TODAY = dt.date(2022, 4, 15)


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        (dt.date(2022, 4, 18), "04-18 周一", "18 Apr Mon"),
        (dt.date(2023, 1, 6), "2023-01-06", "6 Jan 2023"),
        (None, "—", "—"),
    ],
)
def test_a_date_in_a_list_names_its_weekday_and_another_year_its_year(
    day: dt.date | None, chinese: str, english: str
) -> None:
    with translation.override("zh-hans"):
        assert words.day_words(day, TODAY) == chinese
    with translation.override("en"):
        assert words.day_words(day, TODAY) == english


def test_an_instant_is_told_in_shanghai() -> None:
    late = dt.datetime(2022, 4, 14, 16, 40, tzinfo=dt.UTC)
    with translation.override("zh-hans"):
        assert words.stamp(late, TODAY) == "04-15 00:40"
    with translation.override("en"):
        assert words.stamp(late, TODAY) == "15 Apr 00:40"


@pytest.mark.parametrize(
    ("wan", "chinese", "english"),
    [
        (Decimal(1070), "1,070 万元", "CNY 10.70 m"),
        (Decimal(13800), "1.38 亿元", "CNY 138 m"),
        (Decimal("9999.50"), "9,999.5 万元", "CNY 100.00 m"),
        (Decimal(9990), "9,990 万元", "CNY 99.90 m"),
        (Decimal(376000), "37.6 亿元", "CNY 3,760 m"),
        (None, "—", "—"),
    ],
)
def test_money_changes_its_unit_at_one_hundred_million(wan: Decimal | None, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert words.money(wan) == chinese
    with translation.override("en"):
        assert words.money(wan) == english


def test_a_figure_sets_the_unit_of_money_apart() -> None:
    with translation.override("zh-hans"):
        assert words.money_parts(Decimal(13800)) == ("1.38", "亿元")
    with translation.override("en"):
        assert words.money_parts(Decimal(13800)) == ("138", "m CNY")


def test_a_share_without_a_base_is_not_a_number() -> None:
    assert words.per_cent(35, 56) == "62.5"
    assert words.per_cent(35, 0) == "—"


def test_english_tells_one_day_from_two() -> None:
    with translation.override("en"):
        assert words.left(1) == "1 working day left"
        assert words.left(-3) == "3 working days over"
        assert words.left(0) == "due today"
        assert words.left(None) == ""
