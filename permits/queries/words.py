"""Small words of the project pages that every language writes its own way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from permits.models import Block
from permits.routes import Line, Route
from permits.routing.asked import BY_CODE


def joined(names: Iterable[object]) -> str:
    """Names in a row, as the reader's language separates them."""
    return pgettext("between names", ", ").join(str(name) for name in names)


# A cause in one word, where many stand below each other.
SHORT_CAUSES: dict[str, Any] = {
    Block.Cause.LAND: pgettext_lazy("cause", "Land"),
    Block.Cause.EIA: pgettext_lazy("cause", "EIA"),
    Block.Cause.MONEY: pgettext_lazy("cause", "Money"),
    Block.Cause.EXPROPRIATION: pgettext_lazy("cause", "Expropriation"),
    Block.Cause.PLANNING: pgettext_lazy("cause", "Planning"),
    Block.Cause.PAPERS: pgettext_lazy("cause", "Papers"),
    Block.Cause.HIGHER: pgettext_lazy("cause", "Higher authority"),
    Block.Cause.UNIT: pgettext_lazy("cause", "Project unit"),
    Block.Cause.OTHER: pgettext_lazy("cause", "Other"),
}


def short_causes(causes: Iterable[str]) -> str:
    """Causes of a block, each in one word."""
    return joined(SHORT_CAUSES[cause] for cause in causes)


def why_of(route: Route, line: Line) -> str:
    """The reason of a bar, and what it takes for granted until the fact is recorded."""
    assumed = [_assumption(route, code) for code in line.assumed if code in BY_CODE]
    said = _("Assumed until recorded: %(facts)s.") % {"facts": joined(assumed)}
    return f"{line.because} {said}" if assumed else str(line.because)


def _assumption(route: Route, code: str) -> str:
    fact, value = BY_CODE[code], route.facts[code]
    if fact.kind == "yes_no":
        said = _("yes") if value else _("no")
    elif fact.kind == "choice":
        said = str(dict(fact.choices).get(str(value), value))
    else:
        said = f"{value or 0:g} {fact.unit}".strip()
    return _("%(fact)s: %(value)s") % {"fact": fact.title, "value": said}


def slip(days: int | None) -> str:
    """`晚 81 天`, `早 5 天`, `按期`: calendar days from the plan to the start; empty when nobody knows."""
    if days is None:
        return ""
    if days > 0:
        return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
    if days < 0:
        return ngettext("%(n)s day early", "%(n)s days early", -days) % {"n": -days}
    return pgettext("start", "as planned")
