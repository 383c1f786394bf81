"""项目总览: the county's projects in figures, funnel, matrix, schedule, waiting days, map. For whoever has the list."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from permits.pages.projects import SECTORS
from permits.queries.figures import newest_year, share
from permits.queries.funnel import Funnel, funnel
from permits.queries.matrix import STAGES, matrix
from permits.queries.places import Places, places
from permits.queries.portfolio import Asked, choices, dossiers, listed, page_of
from permits.queries.projects import KINDS
from permits.queries.schedule import schedule
from permits.queries.waiting import OWNERS, waiting
from workflows.clock.days import civil_date
from workflows.offices.access import rule
from workflows.pages.common import actor_in
from workflows.templatetags.words import money

# Where the pictures are: (name of the address, drawing).
TABS = (
    ("permits:portfolio", "building"),
    ("permits:portfolio_schedule", "calendar"),
    ("permits:portfolio_waiting", "clock"),
    ("permits:portfolio_map", "globe"),
)


@rule("signed_in")
@require_GET
def overview(request: Any) -> HttpResponse:
    """Figures, funnel, blocked projects by cause, and the matrix; it prints on one page."""
    actor, today, asked = actor_in(request), civil_date(request.now), _asked(request)
    projects, older = page_of(listed(actor, asked), today, request.GET.get("after", ""))
    whole = funnel(actor, asked, request.now)
    rows = matrix(dossiers(projects, today), request.now)
    context = {
        "figures": _figures(whole),
        "funnel": whole,
        "levels": [
            (level, level.width(whole.figures.planned), level.width_before(whole.figures.planned))
            for level in whole.levels
        ],
        "rows": rows,
        "stages": [title for _code, title, _groups in STAGES],
    }
    return render(request, "portfolio.html", {**_frame(request, actor, asked, older), **context})


@rule("signed_in")
@require_GET
def schedule_page(request: Any) -> HttpResponse:
    """Planned and actual or forecast starts by month."""
    actor, today, asked = actor_in(request), civil_date(request.now), _asked(request)
    projects, older = page_of(listed(actor, asked), today, request.GET.get("after", ""))
    found = schedule(dossiers(projects, today), asked.year, request.now)
    return render(request, "portfolio_schedule.html", {**_frame(request, actor, asked, older), "schedule": found})


@rule("signed_in")
@require_GET
def waiting_page(request: Any) -> HttpResponse:
    """Working days by who held the ball."""
    actor, asked = actor_in(request), _asked(request)
    found = waiting(actor, asked, request.now)
    keys = [_owner(n) for n in range(len(OWNERS))]
    longest = max((row.total for row in found.rows), default=1)
    context = {
        "waits": found,
        "owners": [
            (*key, days, share(Decimal(days), Decimal(found.total))) for key, days in zip(keys, found.sums, strict=True)
        ],
        "lines": [(row, list(_segments(row.days, keys, longest))) for row in found.rows],
        "whole": list(_segments(found.sums, keys, found.total or 1)),
    }
    return render(request, "portfolio_waiting.html", {**_frame(request, actor, asked), **context})


def _owner(n: int) -> tuple[int, str, str]:
    """(number of its colour, one-character key, name)."""
    letters = (
        *(pgettext("owner", "A"), pgettext("owner", "O"), pgettext("owner", "R"), pgettext("owner", "T")),
        *(pgettext("owner", "N"), pgettext("owner", "H"), pgettext("owner", "C")),
    )
    return n + 1, letters[n], str(OWNERS[n].label)


def _segments(days: Any, keys: list[tuple[int, str, str]], whole: int) -> Any:
    """The pieces of one bar: {owner, key, days, x, width, middle, room} in per cent of `whole`; `room` for words."""
    x = 0.0
    for n, count in enumerate(days):
        if not count:
            continue
        width = count * 100 / whole
        room = "full" if width >= 11 else "wide" if width >= 5 else "key" if width >= 2.2 else ""
        owner, key, name = keys[n]
        yield {
            **{"owner": owner, "key": key, "name": name, "days": count, "room": room},
            **{"x": round(x, 3), "width": round(width, 3), "middle": round(x + width / 2, 3)},
        }
        x += width


@rule("signed_in")
@require_GET
def map_page(request: Any) -> HttpResponse:
    """Where the projects stand; drawn without tiles unless a setting names some."""
    actor, asked = actor_in(request), _asked(request)
    found = places(actor, asked, civil_date(request.now))
    context = {
        "places": found,
        "points": [_point(place) for place in found.rows],
        "tiles": settings.TILE_URL,
        "credit": settings.TILE_CREDIT,
        "words": _map_words(found),
    }
    return render(request, "portfolio_map.html", {**_frame(request, actor, asked), **context})


def _point(place: Any) -> dict[str, Any]:
    kept = ("pk", "name", "url", "latitude", "longitude", "status", "word", "bureau", "causes")
    return {key: value for key, value in asdict(place).items() if key in kept}


def _map_words(found: Places) -> dict[str, str]:
    return {
        "open": _("Open the project"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "together": _("%(n)s projects close together") % {"n": "{n}"},
        "drawn": _("%(n)s projects on the map") % {"n": len(found.rows)},
    }


def _asked(request: Any) -> Asked:
    given = {name: request.GET.get(name, "")[:100] for name in ("bureau", "sector", "lead", "kind")}
    year = request.GET.get("year", "")
    whole = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0
    newest = whole or newest_year(request.user.county, civil_date(request.now).year)
    return Asked(newest, **given, query=request.GET.get("q", "")[:100])


def _frame(request: Any, actor: Any, asked: Asked, older: str = "") -> dict[str, Any]:
    """What every page of the portfolio carries: tabs and filters that keep what was chosen, and the pages."""
    keep = {"year": asked.year, "bureau": asked.bureau, "sector": asked.sector, "lead": asked.lead, "kind": asked.kind}
    keep = {name: value for name, value in {**keep, "q": asked.query}.items() if value}
    names = (_("Matrix"), _("Schedule"), _("Waiting days"), pgettext("tab", "Map"))
    tabs = [
        (name, f"{reverse(address)}?{urlencode(keep)}", drawing, reverse(address) == request.path)
        for name, (address, drawing) in zip(names, TABS, strict=True)
    ]
    return {
        "year": str(asked.year),
        "as_of": civil_date(request.now),
        "tabs": tabs,
        "filters": _filters(actor, asked),
        "query": asked.query,
        "hidden": [("year", asked.year)],
        "narrowed": len(keep) > 1,
        "older_url": f"?{urlencode({**keep, 'after': older})}" if older else "",
        "newer_url": f"?{urlencode(keep)}" if request.GET.get("after") else "",
    }


def _filters(actor: Any, asked: Asked) -> list[dict[str, Any]]:
    bureaus, leads = choices(actor, asked.year)
    kinds = {
        "blocked": _("Blocked"),
        "may_start": _("May start"),
        "started": _("Started"),
        "early": _("Started early"),
        "neither": _("Neither started nor blocked"),
    }
    given: tuple[tuple[str, str, list[tuple[str, Any]], str], ...] = (
        ("bureau", _("Office"), [(name, name) for name in bureaus], asked.bureau),
        ("sector", _("Sector"), list(SECTORS.items()), asked.sector),
        ("lead", _("Deputy"), leads, asked.lead),
        ("kind", _("Stands at"), [(code, kinds[code]) for code in KINDS], asked.kind),
    )
    return [
        {"name": name, "label": label, "options": [(value, word, value == chosen) for value, word in options]}
        for name, label, options, chosen in given
    ]


def _figures(found: Funnel) -> list[dict[str, Any]]:
    numbers, many = found.figures, pgettext("unit", "projects")
    return [
        {
            "label": _("Started"),
            "value": numbers.started_share,
            "unit": "%",
            "base": _("%(n)s of %(whole)s projects") % {"n": numbers.started, "whole": numbers.planned},
        },
        {
            "label": _("Blocked by land or EIA"),
            "value": len(numbers.blocked),
            "unit": many,
            "base": _("not started"),
        },
        {
            "label": _("Neither"),
            "value": numbers.neither,
            "unit": many,
            "base": _("%(early)s in early work, %(rest)s not due") % {"early": found.early_work, "rest": found.not_due},
        },
        {
            "label": _("Year's plan done"),
            "value": share(numbers.done_wan, numbers.plan_wan),
            "unit": "%",
            "base": _("%(done)s of %(plan)s") % {"done": money(numbers.done_wan), "plan": money(numbers.plan_wan)},
        },
        {
            "label": _("In the statistics"),
            "value": share(Decimal(found.in_statistics), Decimal(numbers.started)),
            "unit": "%",
            "base": _("%(n)s of %(whole)s started projects") % {"n": found.in_statistics, "whole": numbers.started},
        },
    ]
