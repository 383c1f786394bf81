"""How an article of law is written for a reader: 第二十六条 in Chinese, Art. 26 in English. The one formatter.

Citations stand in code as `土地管理法实施条例 Art. 26, 28-30`. Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import re
from functools import lru_cache

from workflows.clock.laws import in_english

_DIGITS = "零一二三四五六七八九"
_ARTICLE = r"\d+(?:\(\d+\))*"
_RANGE = rf"{_ARTICLE}(?:\s*[-–]\s*{_ARTICLE})?"
_CITED = re.compile(rf"\s*\bArts?\.\s*({_RANGE}(?:\s*,\s*{_RANGE})*)")


def numeral(n: int) -> str:
    """A number from 1 to 9999 in Chinese numerals, as statutes write it: 45 → 四十五, 105 → 一百零五.

    Raises `ValueError` outside that range.
    """
    if not 1 <= n <= 9999:
        raise ValueError(f"No article has the number {n}.")
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if not digit:
            gap = bool(said)
            continue
        said += ("零" if gap else "") + _DIGITS[digit] + name
        gap = False
    return said.removeprefix("一") if 10 <= n <= 19 else said


def article(cited: str) -> str:
    """One article in Chinese: `26` → 第二十六条, `8(1)` → 第八条第(一)项, `9-12` → 第九条至第十二条."""
    parts = re.split(r"\s*[-–]\s*", cited)
    return "至".join(_one(part) for part in parts)


def _one(cited: str) -> str:
    number, *inner = re.findall(r"\d+", cited)
    return f"第{numeral(int(number))}条" + "".join(f"第({numeral(int(n))})项" for n in inner)


@lru_cache(maxsize=512)
def cite(text: str, language: str) -> str:
    """`text` with its citations as a reader of `language` (`zh-hans`, `en`) writes them; other words stay."""
    if language.lower().startswith("en"):
        return in_english(text)
    said = _CITED.sub(lambda found: "、".join(article(one) for one in re.split(r"\s*,\s*", found[1])), text)
    return said.replace("; ", "；")
