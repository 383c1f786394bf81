"""Chinese office text: widths, spaces, numerals. Nothing here knows what a cell means."""

from __future__ import annotations

import re
import unicodedata

MAX_TEXT = 32_767  # what one cell of a spreadsheet can hold

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_WIDE_ASCII = {code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣ー", "-"))
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}

BLANK_MARKS = frozenset({"", "-", "--", "---", "/", "//", "\\", "无", "空", ".", "*", "|", "n/a", "na", "none", "null"})
UNDECIDED = frozenset(
    {"待定", "未定", "暂定", "暂无", "待确定", "待核", "待核定", "未确定", "测算中", "tbd", "?", "??"}
)


def storable(text: str) -> str:
    """Text that a spreadsheet can hold: line ends as \\n, no control characters, at most MAX_TEXT characters."""
    text = text[:MAX_TEXT].replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text)


def one_line(text: str) -> str:
    """As a reader sees it: no line breaks, no invisible characters, no spaces at the ends or beside Chinese letters."""
    text = _INVISIBLE.sub("", text)
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<![\x21-\x7e]) | (?![\x21-\x7e])", "", text)


def display(text: str) -> str:
    """A name as it is shown: one line, full-width digits and letters made narrow, Chinese punctuation left alone."""
    return one_line(text).translate(_WIDE_ASCII)


def narrow(text: str) -> str:
    """For parsing: NFKC, every dash a hyphen, no white space at all."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_DASHES)
    return re.sub(r"\s+", "", text)


def match_key(text: str) -> str:
    """For matching a name typed in different ways: narrow, lower case, without quotes, dots and brackets' shape."""
    text = narrow(text).casefold().translate(str.maketrans("〔〕[]【】{}", "()()()()"))
    return re.sub(r"[\"'“”‘’《》·•.,，。、:：;；_-]", "", text)


def is_blank(text: str) -> bool:
    """Whether the text only says that there is nothing (`-`, `/`, 无 …)."""
    return narrow(text).casefold() in BLANK_MARKS


def is_undecided(text: str) -> bool:
    """Whether the text says that it is not decided yet (待定 …)."""
    return narrow(text).casefold() in UNDECIDED


def chinese_number(text: str) -> int | None:
    """十一 -> 11, 二十五 -> 25, 二〇二二 -> 2022; None for anything else (hundreds are not needed here)."""
    if text and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    match = re.fullmatch(r"([一二两三四五六七八九])?十([一二三四五六七八九])?", text)
    if match is None:
        return None
    tens, ones = match.groups()
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def numeral(number: int) -> str:
    """1 -> 一, 18 -> 十八, 120 -> 一二〇: how offices number their headings."""
    digits = "〇一二三四五六七八九"
    if number >= 100:
        return "".join(digits[int(c)] for c in str(number))
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else digits[tens] + "十"
    return head + (digits[ones] if ones or not tens else "")


def arabic(text: str) -> str:
    """Chinese numerals before 年, 月, 日, 季 made Arabic: 二〇二二年三月 -> 2022年3月."""

    def replace(match: re.Match[str]) -> str:
        number = chinese_number(match.group(1))
        return match.group(0) if number is None else f"{number}{match.group(2)}"

    return re.sub(r"([〇零○一二三四五六七八九十]+)(个?季|年|月|日|号)", replace, text)


def plain_number(value: float) -> str:
    """As a spreadsheet shows it: 15 significant digits, never an exponent below 10^15."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:.15g}"
    if "e" in text and abs(value) < 1e15:
        text = f"{value:.15f}".rstrip("0").rstrip(".")
    return text
