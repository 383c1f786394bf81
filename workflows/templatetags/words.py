"""Dates, lengths, money and shares in the words of the house, Chinese and English (visual direction §5).

Plain functions of their arguments and the active language; the template tags and the sentences of drawings use them.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from workflows.clock.citing import cite
from workflows.clock.days import SHANGHAI

_ZH_DAYS = "一二三四五六日"
_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def english() -> bool:
    """Whether the reader chose English; Chinese is the fallback."""
    return (get_language() or "").startswith("en")


def civil(value: dt.date | dt.datetime) -> dt.date:
    """The civil date of Asia/Shanghai of an instant; a date is itself."""
    if isinstance(value, dt.datetime):
        return value.astimezone(SHANGHAI).date() if value.tzinfo else value.date()
    return value


def cited(text: str) -> str:
    """A citation of law as the reader writes it: `第二十六条`, `Art. 26`."""
    return cite(str(text), get_language() or "")


def weekday(value: dt.date | dt.datetime) -> str:
    """`周一`, `Mon`."""
    day = civil(value)
    return _EN_DAYS[day.weekday()] if english() else "周" + _ZH_DAYS[day.weekday()]


def bare_day(value: dt.date | dt.datetime | None, today: dt.date | None) -> str:
    """`04-18` or, in another year than `today`, `2023-01-06`; `18 Apr`, `6 Jan 2023`. An empty value is `—`."""
    if not value:
        return "—"
    day = civil(value)
    same = today is not None and civil(today).year == day.year
    if english():
        short = f"{day.day} {_EN_MONTHS[day.month - 1]}"
        return short if same else f"{short} {day.year}"
    return f"{day:%m-%d}" if same else f"{day:%Y-%m-%d}"


def month(value: dt.date, year: int) -> str:
    """`4月`, `Apr`, on the axis of `year`; the January of another year is that year: `2023`."""
    if value.month == 1 and value.year != year:
        return str(value.year)
    return _EN_MONTHS[value.month - 1] if english() else f"{value.month}月"


def day_words(value: dt.date | dt.datetime | None, today: dt.date | None) -> str:
    """`04-18 周一`, `18 Apr Mon`; another year's date stands without its weekday: `2023-01-06`."""
    if not value:
        return "—"
    bare = bare_day(value, today)
    same = today is not None and civil(today).year == civil(value).year
    return f"{bare} {weekday(value)}" if same else bare


def stamp(value: dt.datetime | None, today: dt.date | None) -> str:
    """`04-15 08:40`, `15 Apr 08:40`, in Asia/Shanghai."""
    if not value:
        return "—"
    return f"{bare_day(value, today)} {value.astimezone(SHANGHAI):%H:%M}"


def working_days(n: int) -> str:
    """`3 工作日`, `3 working days`."""
    return ngettext("%(n)s working day", "%(n)s working days", n) % {"n": n}


def left(n: int | None) -> str:
    """`剩 1 工作日`, `超 3 工作日`, `今天到期`; empty for None. `n` in working days, negative when over."""
    if n is None:
        return ""
    if n == 0:
        return _("due today")
    if n < 0:
        return ngettext("%(n)s working day over", "%(n)s working days over", -n) % {"n": -n}
    return ngettext("%(n)s working day left", "%(n)s working days left", n) % {"n": n}


def _decimal(value: Any) -> Decimal | None:
    try:
        return None if value is None or value == "" else Decimal(str(value))
    except InvalidOperation:
        return None


def plain(number: Decimal) -> str:
    """A decimal with thousands separators and without trailing zeros."""
    text = f"{number:,.2f}"
    return text.rstrip("0").rstrip(".")


def money(wan: Any) -> str:
    """万元 in words: `1,070 万元` below 1 亿, else `1.38 亿元`; `CNY 10.70 m`, `CNY 138 m`. Unknown is `—`."""
    amount = _decimal(wan)
    if amount is None:
        return "—"
    if english():
        millions = amount / 100
        return f"CNY {millions:,.0f} m" if abs(millions) >= 100 else f"CNY {millions:,.2f} m"
    if abs(amount) >= 10_000:
        return f"{plain(amount / 10_000)} 亿元"
    return f"{plain(amount)} 万元"


def money_parts(wan: Any) -> tuple[str, str]:
    """Money as (number, unit) for a figure, where the unit is set smaller."""
    words = money(wan)
    if words == "—":
        return words, ""
    if english():
        _cny, number, unit = words.split(" ")
        return number, f"{unit} CNY"
    number, unit = words.split(" ")
    return number, unit


def per_cent(part: Any, whole: Any) -> str:
    """`62.5` of 35 and 56; `—` without a base."""
    above, below = _decimal(part), _decimal(whole)
    if above is None or not below:
        return "—"
    return f"{above * 100 / below:.1f}"


def file_size(octets: int) -> str:
    """`1.2 MB`, `340 KB`, `73.2 GB`."""
    if octets >= 1024**3:
        return f"{octets / 1024**3:,.1f} GB"
    if octets >= 1024 * 1024:
        return f"{octets / 1024 / 1024:.1f} MB"
    return f"{max(1, round(octets / 1024))} KB"
