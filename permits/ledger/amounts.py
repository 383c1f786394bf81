"""Money and shares as offices write them, to Decimal 万元 and fractions of one."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import cast

from permits.ledger.doubts import Finding, find
from permits.ledger.facts import Context, Fact, Precision, Raw
from permits.ledger.text import is_blank, is_undecided, narrow, plain_number

FACTORS = {
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "万": Decimal(1),
    "百万元": Decimal(100),
    "千万元": Decimal(1000),
    "亿元": Decimal(10000),
    "亿": Decimal(10000),
}
UNIT = "亿元|千万元|百万元|万元|千元|亿|万|元"
NUMBER = r"\d{1,15}(?:\.\d{1,10})?|\.\d{1,10}"
ABOUT_BEFORE, ABOUT_AFTER = "大约|约为|约|近|暂估|估算|预计|暂定|暂列|≈|~", "左右|上下|余|多"
LEAST_BEFORE, LEAST_AFTER = "不少于|不低于|至少|超过|超|大于|≥|>=|>", "以上|起"
MOST_BEFORE, MOST_AFTER = "不超过|不高于|至多|小于|≤|<=|<", "以内|以下"

_UNIT_IN_TEXT = re.compile(r"(?<![\u4e00-\u9fff])(亿元|千万元|百万元|万元|千元|元)")
_MAIN = re.compile(
    rf"(?P<before>{ABOUT_BEFORE}|{LEAST_BEFORE}|{MOST_BEFORE})?(?:人民币|¥|￥)?(?P<sign>-)?(?P<number>{NUMBER})"
    rf"(?P<lead>{ABOUT_AFTER})?(?P<unit>{UNIT})?(?:人民币)?(?P<after>{ABOUT_AFTER}|{LEAST_AFTER}|{MOST_AFTER})?"
)
_COMPOUND = re.compile(rf"(?P<before>{ABOUT_BEFORE})?(?P<high>{NUMBER})亿(?P<low>{NUMBER})万元?")
_RANGE = re.compile(
    rf"(?:约)?(?P<low>{NUMBER})(?P<low_unit>{UNIT})?(?:-|~|至|到)(?P<high>{NUMBER})(?P<high_unit>{UNIT})?"
)
_PART = re.compile(rf"(?P<label>[^\d.,，、;；:：()]*)[:：]?(?P<number>{NUMBER})(?P<unit>{UNIT})?")
_SCALED = re.compile(r"[0#?],+(?![0#?,])|!\.|\\\.")
LONGEST = 200  # letters; what is longer is a story
CEILING = Decimal(1_000_000)  # 100亿: no project of a county is larger


def unit_in(text: str) -> str | None:
    """The money unit that a heading or a title names, e.g. `总投资（亿元）` or `单位：万元`; None without one."""
    found = re.search(rf"(?:单位[:：]?|[(（\[/])({UNIT})", narrow(text)) or _UNIT_IN_TEXT.search(narrow(text))
    return found.group(1) if found else None


def read_amount(raw: Raw, context: Context) -> Fact:
    """Money from a cell to Decimal 万元, whatever unit cell, column or sheet give; nothing is guessed silently.

    precision: exact, about, at-least, at-most; `none` for an empty mark; `range` and `unread` come without a value.
    """
    if raw is None:
        return Fact()
    if isinstance(raw, bool | date):
        return _unread(str(raw))
    unit, findings = _column_unit(context)
    if unit is None:
        return Fact(precision=Precision.UNREAD, findings=findings)
    text = plain_number(raw) if isinstance(raw, int | float) else raw
    if len(text) > LONGEST:
        return _unread(text)
    exponent = re.fullmatch(r"-?\d(?:\.\d{1,15})?[eE][+-]?\d{1,2}", narrow(text))
    if exponent:
        text = f"{Decimal(narrow(text)):f}"
    if is_blank(text):
        return Fact(precision=Precision.NOTHING)
    if is_undecided(text):
        return Fact(precision=Precision.NOTHING, findings=(find("amount_undecided", raw=text),))
    return _read_text(text, unit, context, findings)


def _column_unit(context: Context) -> tuple[str | None, tuple[Finding, ...]]:
    """The unit of a number without one of its own; None if the cell's format scales what it shows."""
    shown = re.sub(r"\[[^\]]*\]", "", context.number_format.split(";")[0])
    literal = re.search(rf'["\\]?({UNIT})', shown)
    if _SCALED.search(shown):
        return None, (find("amount_scaled_format", format=context.number_format),)
    return (literal.group(1) if literal else context.unit), ()


def _read_text(text: str, unit: str, context: Context, findings: tuple[Finding, ...]) -> Fact:
    compact = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", narrow(text))
    compact = re.sub(r"([万亿])([余多])元?", r"\2\1元", compact)
    main, inner = _split(compact)
    if inner in FACTORS and main and not re.search(rf"({UNIT})$", main):
        main, inner = main + inner, ""
    ranged = _RANGE.fullmatch(main)
    if ranged and not inner:
        return _range(text, ranged, unit)
    compound = _COMPOUND.fullmatch(main)
    if compound:
        value = Decimal(compound["high"]) * 10000 + Decimal(compound["low"])
        fact = Fact(value, "亿元", Precision.ABOUT if compound["before"] else Precision.EXACT)
    else:
        match = _MAIN.fullmatch(main)
        if match is None:
            return _unread(text)
        fact = _single(match, unit)
    return _judge(text, fact, inner, context, findings)


def _split(compact: str) -> tuple[str, str]:
    """`3000(其中债券2000)` -> (`3000`, `其中债券2000`); `3000,其中债券2000` likewise."""
    bracketed = re.fullmatch(r"([^()]*)\(([^()]*)\)", compact)
    if bracketed:
        return bracketed.group(1), bracketed.group(2)
    head, mark, tail = compact.partition("其中")
    return (head.rstrip(",，;；。"), mark + tail) if mark else (compact, "")


def _single(match: re.Match[str], unit: str) -> Fact:
    unit = match["unit"] or unit
    value = Decimal(match["number"]) * FACTORS[unit]
    words = {match["before"], match["lead"], match["after"]} - {None}
    precision = Precision.EXACT
    for listed, meaning in (
        (f"{ABOUT_BEFORE}|{ABOUT_AFTER}", Precision.ABOUT),
        (f"{LEAST_BEFORE}|{LEAST_AFTER}", Precision.AT_LEAST),
        (f"{MOST_BEFORE}|{MOST_AFTER}", Precision.AT_MOST),
    ):
        if words & set(listed.split("|")):
            precision = meaning
    return Fact(_plain(-value if match["sign"] else value), unit, precision)


def _range(text: str, match: re.Match[str], unit: str) -> Fact:
    high_unit = match["high_unit"] or unit
    low_unit = match["low_unit"] or high_unit
    low, high = Decimal(match["low"]) * FACTORS[low_unit], Decimal(match["high"]) * FACTORS[high_unit]
    parts = (("from", f"{_plain(low):f}"), ("to", f"{_plain(high):f}"))
    return Fact(None, high_unit, Precision.RANGE, parts, (find("amount_range", raw=text),))


def _judge(text: str, fact: Fact, inner: str, context: Context, findings: tuple[Finding, ...]) -> Fact:
    """Parts, and everything about the amount that a person should look at."""
    value = cast(Decimal, fact.value)
    found = list(findings)
    parts = _parts(inner, fact.unit)
    if parts:
        found.append(find("amount_parts", raw=text, value=f"{value:f}"))
        if any(Decimal(figure) > value for _, figure in parts):
            found.append(find("amount_part_exceeds", raw=text))
    elif inner:
        found.append(find("amount_remark", raw=text))
    if fact.precision == Precision.ABOUT:
        found.append(find("amount_about", raw=text))
    elif fact.precision != Precision.EXACT:
        found.append(find("amount_bound", raw=text))
    if value < 0:
        found.append(find("amount_negative", raw=text))
    elif value > CEILING or 0 < value < 1:
        found.append(find("amount_improbable", value=f"{value:f}"))
    if FACTORS[fact.unit] != FACTORS[context.unit]:
        found.append(find("unit_in_cell", unit=fact.unit, column_unit=context.unit))
    return Fact(value, fact.unit, fact.precision, parts, tuple(found))


def _parts(inner: str, unit: str) -> tuple[tuple[str, str], ...]:
    """The named figures inside brackets, in 万元: `其中债券2000` -> ((`债券`, `2000`),)."""
    found = []
    for match in _PART.finditer(inner):
        label = match["label"].removeprefix("其中").strip("含为:：")
        figure = Decimal(match["number"]) * FACTORS[match["unit"] or unit]
        found.append((label, f"{_plain(figure):f}"))
    return tuple(found)


def _plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent, so that equal amounts are written alike."""
    return Decimal(f"{value.normalize():f}") if value else Decimal(0)


def _unread(text: str) -> Fact:
    return Fact(precision=Precision.UNREAD, findings=(find("amount_unread", raw=text),))


def write_amount(fact_value: Decimal | None, precision: str, parts: tuple[tuple[str, str], ...]) -> str:
    """An amount in 万元 as text that `read_amount` in a 万元 column reads as the same facts."""
    if precision == Precision.RANGE:
        ends = dict(parts)
        return f"{ends['from']}-{ends['to']}"
    if fact_value is None:
        return ""
    before = {Precision.ABOUT: "约", Precision.AT_LEAST: "不少于", Precision.AT_MOST: "不超过"}
    text = f"{before.get(Precision(precision), '') if precision else ''}{fact_value:f}"
    if not parts:
        return text
    return f"{text}（其中{'，'.join(label + figure for label, figure in parts)}）"


def read_share(raw: Raw, context: Context) -> Fact:
    """Physical progress as a fraction 0..1: `60%`, 0.6 and `主体完工60%` are read, `主体完工` is kept as words.

    A bare number above 1 is a percentage; exactly 1 may be either and is asked about.
    """
    if raw is None:
        return Fact()
    if isinstance(raw, bool | date):
        return Fact(precision=Precision.UNREAD, findings=(find("share_unread", raw=raw),))
    if isinstance(raw, str):
        return _share_text(raw)
    if not 0 <= raw <= 1e6:
        return Fact(precision=Precision.UNREAD, findings=(find("share_unread", raw=raw),))
    number = Decimal(plain_number(raw))
    return _share(number, plain_number(raw), percent=False if "%" in context.number_format else None)


def _share_text(raw: str) -> Fact:
    text = narrow(raw)
    if is_blank(text):
        return Fact(precision=Precision.NOTHING)
    if re.fullmatch(NUMBER, text):
        return _share(Decimal(text), raw, percent=None)
    found = re.findall(rf"({NUMBER})%", text)
    if len(found) != 1:
        return Fact(precision=Precision.UNREAD, findings=(find("share_unread", raw=raw),))
    fact = _share(Decimal(found[0]), raw, percent=True)
    if text != found[0] + "%":
        return Fact(fact.value, "", Precision.ABOUT, (), fact.findings)
    return fact


def _share(number: Decimal, raw: str, percent: bool | None) -> Fact:
    """`percent`: True if the number counts hundredths, False if it is a fraction, None if it may be either."""
    findings: tuple[Finding, ...] = ()
    if percent is None:
        percent = number > 1
        if number == 1 or 1 < number < 5:
            findings = (find("share_unsure", raw=raw),)
    value = _plain(number / 100 if percent else number)
    if value > 1:
        findings = (*findings, find("share_over", raw=raw))
    return Fact(value, "%", Precision.EXACT, (), findings)


def write_share(value: Decimal) -> str:
    """A fraction as a percentage that `read_share` reads as the same value."""
    return f"{_plain(value * 100):f}%"
