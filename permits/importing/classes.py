"""Sector and class of a project from the words of its name, and the bars that a ledger's columns speak of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from permits.ledger.doubts import Finding, find
from permits.ledger.facts import Stage
from permits.ledger.reading import LedgerRow
from permits.routes import NoSuchRoute, route
from permits.routing.table import ROWS

Class = tuple[str, str]

# Which bars a column of the ledger may speak of; those on the project's route are meant.
SPOKEN_OF: dict[str, tuple[str, ...]] = {
    "approval": ("investment_approval", "enterprise_approval", "enterprise_filing"),
    "land": ("land_pre_review", "stability", "land_conversion", "land_planning_permit", "land_supply"),
    "eia": ("eia_report", "eia_form", "eia_registration"),
    "energy": ("energy_review",),
    "water": ("soil_water",),
    "fire": ("fire_design",),
    "permit": ("construction_permit", "road_permit"),
}


def class_of(row: LedgerRow) -> Class | Finding:
    """(sector, class) if the words of the table name exactly one; a doubt otherwise. Nothing is guessed.

    The name is asked first, then content and sector. A word inside a longer one that also stands there does not count:
    农业产业园 is not 产业园.
    """
    several: Finding | None = None
    for text in (row.name, f"{row.value('content') or ''} {row.value('sector') or ''}"):
        found = _named(text)
        classes = {each for _, each in found}
        if len(classes) == 1:
            return classes.pop()
        if classes and several is None:
            several = find("class_several", words="、".join(f"“{word}”" for word, _ in found))
        if several is not None:
            return several
    return find("class_unknown")


def _named(text: str) -> list[tuple[str, Class]]:
    hits = [(word, (row.sector, row.site_class)) for row in ROWS for word in row.words if word in text]
    return [hit for hit in hits if not any(hit[0] != other and hit[0] in other for other, _ in hits)]


def bars_done(site: Class | None, stages: Mapping[str, Stage]) -> dict[str, list[str]]:
    """Column → the bars that are cleared when the ledger says that its procedure is done; none without a route."""
    asked = _asked(*site) if site else frozenset()
    return {
        column: [bar for bar in SPOKEN_OF[column] if bar in asked]
        for column, stage in stages.items()
        if stage is Stage.DONE and column in SPOKEN_OF
    }


@lru_cache(maxsize=256)
def _asked(sector: str, site_class: str) -> frozenset[str]:
    """The bars that the law asks of such a project, before the start or before operation."""
    try:
        found = route(sector, site_class, {})
    except NoSuchRoute:
        return frozenset()
    return frozenset(line.bar.code for line in found.lines if line.needed or line.later)
