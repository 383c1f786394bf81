"""One search text for names, codes, references and pinyin initials. Pure but for the pinyin table."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


def _as_it_is(text: str) -> Any:
    # pypinyin takes a list for one result per letter; its stub knows texts only.
    return list(text)


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """Pinyin initials of a Chinese name: 绣花庙风电场 → xhmfdc; other letters and digits stay, in lower case."""
    from pypinyin import Style, lazy_pinyin

    return "".join(
        part[0].lower() if part and part[0].isalnum() else ""
        for part in lazy_pinyin(text, style=Style.FIRST_LETTER, errors=_as_it_is)
    )


def search_text(*parts: str) -> str:
    """The lower-case text that a search looks in: every part, then the initials of every part."""
    found = [part.strip() for part in parts if part and part.strip()]
    return " ".join([*(part.lower() for part in found), *(initials(part) for part in found)])[:500]
