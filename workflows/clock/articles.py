"""Which articles a citation names, and what they say. Pure: no Django, no clock of the machine, no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from workflows.clock.citing import numeral
from workflows.clock.days import Bilingual
from workflows.clock.laws import LAWS

HIGHEST = 1300


@dataclass(frozen=True)
class Article:
    """One article of one law. `text` summarises it; the statute's own words decide."""

    law: Bilingual
    number: int
    text: Bilingual

    def title(self, language: str) -> str:
        """`行政许可法第三十二条`, `Administrative Licensing Law, Art. 32`."""
        return Bilingual(f"{self.law.zh}第{numeral(self.number)}条", f"{self.law.en}, Art. {self.number}").of(language)


@cache
def _known() -> dict[tuple[str, int], Article]:
    from workflows.clock.rulebook.articles import ARTICLES

    return {
        (law, number): Article(Bilingual(law, LAWS[law]), number, Bilingual(zh, en)) for law, number, zh, en in ARTICLES
    }


@cache
def _numbers() -> dict[str, int]:
    return {numeral(n): n for n in range(1, HIGHEST)}


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    # A citation may be in code (law in Chinese, "Art. 32") or already written for a reader; the longest name first.
    names = {en: zh for zh, en in LAWS.items()} | {zh: zh for zh in LAWS}
    return re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))), names


_ARABIC = re.compile(r"(\d+)(?:\(\d+\))*(?:\s*[-–]\s*(\d+))?")
_CHINESE = re.compile(r"第([零一二三四五六七八九十百千]+)条(?:至第([零一二三四五六七八九十百千]+)条)?")


@lru_cache(maxsize=1024)
def articles_in(citation: str) -> tuple[Article, ...]:
    """The articles of `citation` whose text is known, in its order; a range gives all of them that are known."""
    pattern, names = _names()
    found: list[Article] = []
    hits = list(pattern.finditer(citation))
    ends = [*(hit.start() for hit in hits[1:]), len(citation)]
    for hit, end in zip(hits, ends, strict=False):
        said = citation[hit.end() : end]
        for first, last in _ranges(said):
            found += [
                article
                for number in range(first, min(last, first + 60) + 1)
                if (article := _known().get((names[hit[0]], number))) and article not in found
            ]
    return tuple(found)


def _ranges(said: str) -> list[tuple[int, int]]:
    chinese = [(a, b or a) for a, b in _CHINESE.findall(said)]
    if chinese:
        numbers = _numbers()
        return [(numbers[a], numbers[b]) for a, b in chinese if a in numbers and b in numbers]
    _before, mark, after = said.partition("Art")
    return [(int(a), int(b or a)) for a, b in _ARABIC.findall(after)] if mark else []
