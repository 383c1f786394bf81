"""早报: the page on which a county leader begins the day."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from permits.queries.morning import morning
from workflows.clock.days import civil_date
from workflows.offices.access import NotForThisRole, my_seats, rule
from workflows.queries.charge import scope_of


@rule("supervision")
@require_GET
def morning_page(request: Any) -> HttpResponse:
    """What waits for his answer, what changed, and the three numbers of what he answers for."""
    scope = scope_of(request.user.county, my_seats(request), civil_date(request.now))
    if scope is None:
        raise NotForThisRole
    found = morning(scope, request.now)
    narrow = "" if scope.everything else "&scope=mine"
    context = {
        "morning": found,
        "scope": scope,
        "numbers": [
            (kind, count, f"{reverse('applications')}?kind={kind}{narrow}")
            for kind, count in (("late", found.late), ("risk", found.at_risk), ("stuck", found.stuck))
        ],
        "portfolio_url": _portfolio(),
        "today": civil_date(request.now),
    }
    return render(request, "morning.html", context)


def _portfolio() -> str:
    try:
        return reverse("permits:portfolio")
    except NoReverseMatch:
        return ""
