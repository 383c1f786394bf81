"""Dates as offices write them: never a bare day for a vague word, always the span that the words may mean."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

from permits.ledger.doubts import Finding, find
from permits.ledger.facts import Context, Fact, Precision, Raw, Span
from permits.ledger.text import arabic, is_blank, is_undecided, narrow, plain_number

FIRST_YEAR, LAST_YEAR = 1990, 2079
LONGEST = 80  # letters; what is longer is a story, and parsing it would cost seconds
SERIALS = range(32874, 65746)  # 1990-01-01 .. 2079-12-31 as Excel counts days from 1899-12-30

_YEAR = r"(?:(?P<year>\d{4}|\d{2}(?=年))[年./-]?|(?P<this>今年|本年|当年)|(?P<next>明年)|(?P<last>去年))?"
_DEADLINE = re.compile(r"(?<=.)(?:以前|之前|前)$")
_TAIL = re.compile(r"(?:左右|期间|完成|开工|竣工|[.。])$")
_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4}
_XUN = {"上旬": (1, 10), "初": (1, 10), "中旬": (11, 20), "中": (11, 20), "下旬": (21, 31)}


def read_date(raw: Raw, context: Context) -> Fact:
    """A date from a cell: value the Span that it may mean, precision day … year.

    A missing year is taken from the sheet; when the sheet has none either, it is assumed and asked about.
    """
    if raw is None:
        return Fact()
    if isinstance(raw, bool):
        return _unread(str(raw))
    if isinstance(raw, date):
        return _from_calendar(raw, context)
    if isinstance(raw, int | float):
        return _from_number(raw, context)
    if is_blank(raw):
        return Fact(precision=Precision.NOTHING)
    if is_undecided(raw):
        return Fact(precision=Precision.NOTHING, findings=(find("date_undecided", raw=raw),))
    text = narrow(raw)
    if len(raw) > LONGEST:
        return _unread(raw)
    if context.from_csv and re.fullmatch(r"\d{4}\.1", text):
        return _january_or_october(text)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_number(float(text), context)
    return _from_text(text, raw, context)


def _from_calendar(raw: date, context: Context) -> Fact:
    """A real date cell; its format tells whether the day was meant (`2022年3月` is stored as the first)."""
    day = raw.date() if isinstance(raw, datetime) else raw
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", context.number_format).lower()
    if "y" in shown and "m" in shown and "d" not in shown:
        return _checked(_month(day.year, day.month), str(day), ())
    return _checked(Fact(Span(day, day), precision=Precision.DAY), str(day), ())


def _from_number(raw: float, context: Context) -> Fact:
    """A number in a column of dates: a serial of days, 20220315, 202203, or 2022.3 with the zero trap of 2022.10."""
    shown = plain_number(raw)
    if isinstance(raw, float) and not raw.is_integer():
        places = re.fullmatch(r"0\.(0+)", context.number_format)
        if places:
            shown = f"{raw:.{len(places.group(1))}f}"
        if re.fullmatch(r"\d{5}\.\d+", shown):
            raw = int(raw)
        elif re.fullmatch(r"\d{4}\.1", shown):
            return _january_or_october(shown)
        else:
            return _from_text(shown, shown, context)
    if int(raw) in SERIALS:
        start = date(1904, 1, 1) if context.epoch_1904 else date(1899, 12, 30)
        day = start + timedelta(days=int(raw))
        return _checked(
            Fact(Span(day, day), precision=Precision.DAY), shown, (find("date_serial", raw=shown, day=day),)
        )
    return _from_text(shown, shown, context)


def _january_or_october(shown: str) -> Fact:
    return Fact(precision=Precision.UNREAD, findings=(find("date_january_or_october", raw=shown),))


def _from_text(text: str, raw: str, context: Context) -> Fact:
    text = arabic(text)
    deadline = _DEADLINE.search(text)
    text = _DEADLINE.sub("", text)
    for _ in range(3):
        text = _TAIL.sub("", text)
    try:
        fact = _single(text, raw, context) or _range(text, raw, context)
    except ValueError:
        return Fact(precision=Precision.UNREAD, findings=(find("date_impossible", raw=raw),))
    if fact is None or not isinstance(fact.value, Span):
        return _unread(raw)
    if deadline:
        span = Span(date(fact.value.latest.year, 1, 1), fact.value.latest)
        note = find("date_deadline", raw=raw, last=span.latest)
        fact = replace(fact, value=span, precision=Precision.SPAN, findings=(*fact.findings, note))
    return _checked(fact, raw, fact.findings)


def _single(text: str, raw: str, context: Context) -> Fact | None:
    """One date of any precision; None if the text is none. Raises ValueError for a day that does not exist."""
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})?", text)
    if compact and FIRST_YEAR <= int(compact[1]) <= LAST_YEAR:
        year, month, day = int(compact[1]), int(compact[2]), compact[3]
        return _day(year, month, int(day)) if day else _month(year, month)
    for pattern, build in _FORMS:
        match = re.fullmatch(pattern, text)
        if match:
            year, findings = _year(match, raw, context)
            fact = build(year, match)
            return replace(fact, findings=findings)
    return None


def _year(match: re.Match[str], raw: str, context: Context) -> tuple[int, tuple[Finding, ...]]:
    named = match["year"]
    if named and len(named) == 2:
        return 2000 + int(named), (find("year_short", raw=raw, year=2000 + int(named)),)
    if named:
        return int(named), ()
    shift = 1 if match["next"] else -1 if match["last"] else 0
    year = context.year + shift
    return year, () if context.year_sure else (find("year_assumed", raw=raw, year=year),)


def _day(year: int, month: int, day: int) -> Fact:
    exact = date(year, month, day)
    return Fact(Span(exact, exact), precision=Precision.DAY)


def _days(year: int, month: int, first: int, last: int, precision: Precision) -> Fact:
    end = min(last, monthrange(year, month)[1]) if 1 <= month <= 12 else last
    return Fact(Span(date(year, month, first), date(year, month, end)), precision=precision)


def _month(year: int, month: int) -> Fact:
    return _days(year, month, 1, 31, Precision.MONTH)


def _quarter(year: int, quarter: int) -> Fact:
    last = quarter * 3
    return Fact(Span(date(year, last - 2, 1), date(year, last, monthrange(year, last)[1])), precision=Precision.QUARTER)


def _half(year: int, word: str) -> Fact:
    first, last = (1, 6) if word == "上" else (7, 12)
    return Fact(Span(date(year, first, 1), date(year, last, monthrange(year, last)[1])), precision=Precision.HALF)


def _whole_year(year: int) -> Fact:
    return Fact(Span(date(year, 1, 1), date(year, 12, 31)), precision=Precision.YEAR)


_FORMS: tuple[tuple[str, Callable[[int, re.Match[str]], Fact]], ...] = (
    (
        _YEAR + r"(?P<month>\d{1,2})[月./-](?P<day>\d{1,2})[日号]?(?:\d{1,2}:\d{2}(?::\d{2})?)?",
        lambda y, m: _day(y, int(m["month"]), int(m["day"])),
    ),
    (_YEAR + r"(?P<month>\d{1,2})月(?:底|末)", lambda y, m: _days(y, int(m["month"]), 21, 31, Precision.MONTH_END)),
    (
        _YEAR + r"(?P<month>\d{1,2})月份?(?P<xun>上旬|中旬|下旬|初|中)",
        lambda y, m: _days(y, int(m["month"]), *_XUN[m["xun"]], Precision.TEN_DAYS),
    ),
    (_YEAR + r"(?P<month>\d{1,2})月份?内?", lambda y, m: _month(y, int(m["month"]))),
    (r"(?P<year>\d{4})(?P<this>)(?P<next>)(?P<last>)[./-](?P<month>\d{1,2})", lambda y, m: _month(y, int(m["month"]))),
    (_YEAR + r"(?:第|Q|q)?(?P<quarter>[1-4])(?:个?季度?)(?:末|底|初|中)?", lambda y, m: _quarter(y, int(m["quarter"]))),
    (_YEAR + r"[Qq](?P<quarter>[1-4])", lambda y, m: _quarter(y, int(m["quarter"]))),
    (_YEAR + r"(?P<half>[上下])半年", lambda y, m: _half(y, m["half"])),
    (_YEAR + r"年?(?:年?底|年?末|年?内|全年|年度)", lambda y, m: _whole_year(y)),
    (r"(?P<year>\d{4})(?P<this>)(?P<next>)(?P<last>)年?", lambda y, m: _whole_year(y)),
    (r"(?P<year>(?!))?(?:(?P<this>今年|本年|当年)|(?P<next>明年)|(?P<last>去年))", lambda y, m: _whole_year(y)),
)


def _range(text: str, raw: str, context: Context) -> Fact | None:
    """`2022.3-2023.10`, `3-4月`, `2021-2022年`: from the first day of the one to the last day of the other."""
    parts = re.split(r"~|至|到|--|(?<=[月日年度])-", text, maxsplit=1)
    if len(parts) == 1:
        parts = re.split(r"-", text, maxsplit=1) if text.count("-") == 1 else parts
    if len(parts) != 2 or not all(parts):
        return None
    first, last = parts
    unit = re.search(r"(月|季度|年)[底末初中]?$", last)
    if re.fullmatch(r"(?:\d{4}年)?\d{1,4}", first) and unit:
        first += unit.group(1)
    left = _single(first, raw, context)
    if left is None or not isinstance(left.value, Span):
        return None
    right = _single(last, raw, replace(context, year=left.value.earliest.year, year_sure=True))
    if right is None or not isinstance(right.value, Span):
        return None
    span = Span(left.value.earliest, right.value.latest)
    if span.latest < span.earliest:
        raise ValueError("the end lies before the beginning")
    note = find("date_vague", raw=raw, first=span.earliest, last=span.latest)
    return Fact(span, precision=Precision.SPAN, findings=(*left.findings, note))


def _checked(fact: Fact, raw: str, findings: tuple[Finding, ...]) -> Fact:
    span = cast(Span, fact.value)
    if span.earliest.year < FIRST_YEAR or span.latest.year > LAST_YEAR:
        findings = (*findings, find("date_improbable", raw=raw))
    return replace(fact, findings=findings)


def _unread(raw: str) -> Fact:
    return Fact(precision=Precision.UNREAD, findings=(find("date_unread", raw=raw),))


def write_date(span: Span, precision: str) -> str:
    """A span as text with its year, that `read_date` reads as the same span and precision."""
    year, month = span.earliest.year, span.earliest.month
    if precision == Precision.DAY:
        return span.earliest.isoformat()
    if precision == Precision.MONTH_END:
        return f"{year}年{month}月底"
    if precision == Precision.TEN_DAYS:
        return f"{year}年{month}月{'上中下'[min(span.latest.day - 1, 29) // 10]}旬"
    if precision == Precision.MONTH:
        return f"{year}年{month}月"
    if precision == Precision.QUARTER:
        return f"{year}年{'一二三四'[(month - 1) // 3]}季度"
    if precision == Precision.HALF:
        return f"{year}年{'上' if month <= 6 else '下'}半年"
    if precision == Precision.YEAR:
        return f"{year}年"
    return f"{span.earliest.isoformat()}至{span.latest.isoformat()}"
