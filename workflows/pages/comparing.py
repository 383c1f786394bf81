"""各单位对比: the offices side by side, as a table that is also a picture; downloadable."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from workflows.clock.days import civil_date
from workflows.downloads import csv_response
from workflows.escalation.comparing import FEW, MOST, PERIODS, Comparison, Tally, compare, period_of
from workflows.offices.access import NotForThisRole, my_seats, rule
from workflows.queries.charge import scope_of

NAMES = {
    "month": gettext_lazy("this month"),
    "last_month": gettext_lazy("last month"),
    "quarter": gettext_lazy("this quarter"),
    "last_quarter": gettext_lazy("last quarter"),
    "year": gettext_lazy("this year"),
    "last_year": gettext_lazy("last year"),
}
# The width of the picture's drawing, in its own units; the rest is room for the figure.
WIDTH = 88.0


@rule("supervision")
@require_GET
def offices_compared(request: Any) -> HttpResponse:
    """All offices for the county head and the supervision office; for a deputy those in his charge."""
    today = civil_date(request.now)
    scope = scope_of(request.user.county, my_seats(request), today)
    if scope is None:
        raise NotForThisRole
    period = request.GET.get("period", "")
    period = period if period in PERIODS else "year"
    found = compare(scope, *period_of(period, today))
    if request.GET.get("format") == "csv":
        return _file(request, found)
    context = {
        "comparison": found,
        "scope": scope,
        "rows": [(row, *_drawn(row, found.scale)) for row in found.rows],
        "periods": [(code, NAMES[code], code == period) for code in PERIODS],
        "few": FEW,
        "most": MOST,
        "export_url": f"?{urlencode({'period': period, 'format': 'csv'})}",
    }
    return render(request, "offices_compared.html", context)


def _drawn(row: Tally, scale: float) -> tuple[float, float]:
    """Where the bar of the median and the mark of nine in ten end, in per cent of the drawing."""
    return (row.half or 0) / scale * WIDTH, (row.most or 0) / scale * WIDTH


def _file(request: Any, found: Comparison) -> HttpResponse:
    heading = [
        *(_("Office"), _("Cases handled"), _("Net working days, median"), _("Net working days, 9 of 10")),
        *(_("Decided by it"), _("With a statutory limit"), _("within it"), _("With a promise"), _("within it")),
        *(_("Steps with a limit"), _("in time")),
        *(_("Calls"), _("False alarms"), _("Calls answered"), _("Working days to answer, median")),
        _("Matters on rung 3 or 4"),
    ]
    return csv_response(request, "offices-compared", heading, (_line(row) for row in found.rows))


def _line(row: Tally) -> tuple[Any, ...]:
    return (
        *(row.name, row.handled, row.half, row.most),
        *(row.decided, row.statutes, row.in_statute, row.promises, row.in_promise),
        *(row.steps, row.steps_in_time),
        *(row.raised, row.false_alarms, len(row.answer_days), row.answered),
        len(row.upper),
    )
