"""The route: which bars a project needs before it may start lawfully, and why, bar by bar (成熟一个、开工一个).

Pure: a function of sector, class and facts. A fact that is not recorded is assumed as the table says, and every line
that leans on an assumption names it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from permits.bars import BARS, EIA_BARS, Bar, Prerequisite, must_come_first
from permits.routing.facts import Facts
from permits.routing.rows import Row
from permits.routing.rules import RULES
from permits.routing.table import TABLE
from workflows.clock.citing import cite


class NoSuchRoute(KeyError):
    """The table has no row for this sector and class."""


@dataclass(frozen=True)
class Because:
    """Why: the article, and one sentence in the reader's language."""

    article: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.sentence} ({cite(self.article, get_language() or '')})"


@dataclass(frozen=True)
class Line:
    """One bar on or off the route to the start.

    `later`: the law asks for it, but before operation, not before the start. `assumed`: facts not yet recorded on which
    the answer leans.
    """

    bar: Bar
    needed: bool
    because: Because
    later: bool = False
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Route:
    """Every bar of the book with its answer, in the order of the chain; equal to itself alone (`gate` keeps one)."""

    row: Row
    facts: Facts
    lines: tuple[Line, ...]

    @cached_property
    def needed(self) -> tuple[Line, ...]:
        """The bars that this project must clear."""
        return tuple(line for line in self.lines if line.needed)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the needed bars."""
        return tuple(line.bar.code for line in self.needed)

    def line(self, code: str) -> Line:
        """What the route says of one bar, needed or not. Raises `KeyError`."""
        return {line.bar.code: line for line in self.lines}[code]

    def missing(self, cleared: Collection[str]) -> tuple[Line, ...]:
        """The needed bars that none of the `cleared` codes clears; empty means: it may start lawfully."""
        return tuple(line for line in self.needed if line.bar.code not in cleared)

    def first(self, code: str) -> list[Prerequisite]:
        """What must be cleared before this bar can be."""
        return must_come_first(code, self.facts, self.codes)

    def next_bars(self, cleared: Collection[str]) -> tuple[Line, ...]:
        """The missing bars that nothing holds back any more: they can be worked on at once, in parallel."""
        return tuple(
            line for line in self.missing(cleared) if all(rule.first in cleared for rule in self.first(line.bar.code))
        )

    @property
    def eia(self) -> str | None:
        """The EIA bar of this route, None when the catalogue asks for none."""
        asked = (line.bar.code for line in self.lines if line.needed or line.later)
        return next((code for code in asked if code in EIA_BARS), None)


def route(sector: str, site_class: str, facts: Mapping[str, Any]) -> Route:
    """The route of a project. Raises `NoSuchRoute`; every line carries `because`."""
    row = TABLE.get((sector, site_class))
    if row is None:
        raise NoSuchRoute(f"{sector}/{site_class}")
    known = Facts(facts, row)
    return Route(row, known, tuple(_line(bar, row, known) for bar in BARS.values()))


def _line(bar: Bar, row: Row, facts: Facts) -> Line:
    facts.leaned_on.clear()
    needed, article, sentence = RULES[bar.code](row, facts)
    assumed = tuple(sorted(facts.leaned_on))
    if needed and bar.before_operation:
        later = _("%(sentence)s It is filed before operation; it does not bar the start, nor does it permit one.")
        return Line(bar, False, Because(bar.article, later % {"sentence": sentence}), True, assumed)
    return Line(bar, needed, Because(article or bar.article, sentence), False, assumed)


def downgrading(route_: Route, held: str) -> Because | None:
    """Why an EIA lighter than the route's gives no right to start (DOMAIN.md E19); None when it is heavy enough."""
    needed = route_.eia
    if held not in EIA_BARS or needed is None or EIA_BARS.index(held) <= EIA_BARS.index(needed):
        return None
    return Because(
        "建设项目环境影响登记表备案管理办法 Art. 10, 16",
        _(
            "“%(held)s” was filed where “%(needed)s” is needed: it gives no right to start, is not converted and is "
            "reported; open a new case."
        )
        % {"held": BARS[held].title, "needed": BARS[needed].title},
    )
