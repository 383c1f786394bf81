"""日历: the year view for everybody; for the administrator, a change with the preview of what it moves."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows.audit.refused import Refused
from workflows.clock.calendar import FIRST_YEAR, LAST_YEAR
from workflows.clock.days import civil_date
from workflows.models import MovedDueDate
from workflows.offices.access import is_administrator, rule
from workflows.offices.forms import DayInput, HouseForm
from workflows.offices.views import by
from workflows.operations import calendars
from workflows.operations.recounting import Move
from workflows.queries.calendar import calendar_year

PAGE = 100


class DaysForm(HouseForm):
    """Local days by an order of the county."""

    first = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    last = forms.DateField(label=gettext_lazy("Last day, if it is another"), widget=DayInput(), required=False)
    is_workday = forms.TypedChoiceField(
        label=gettext_lazy("What the day becomes"),
        choices=[("0", gettext_lazy("a holiday")), ("1", gettext_lazy("a make-up workday"))],
        coerce=lambda value: value == "1",
    )
    name = forms.CharField(label=gettext_lazy("What the day is called"), max_length=80)
    order = forms.CharField(label=gettext_lazy("Number of the order"), max_length=80)

    def change(self) -> calendars.Change:
        """What was asked for. Raises `Refused`."""
        return calendars.days_change(**self.cleaned_data)


class YearForm(HouseForm):
    """A year of the State Council's notices."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR + 20)

    def change(self) -> calendars.Change:
        """What was asked for. Raises `Refused`."""
        return calendars.years_change([self.cleaned_data["year"]])


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


@rule("signed_in")
@require_GET
def calendar_page(request: Any) -> HttpResponse:
    """One year: holidays, make-up days, sources, versions, and the dates that moved last."""
    return _page(request)


def _page(request: Any, form: DaysForm | None = None, status: int = 200) -> HttpResponse:
    today = civil_date(request.now)
    year = _number(request.GET.get("year", ""))
    found = calendar_year(request.user.county, year, today, get_language() or "")
    may = is_administrator(request)
    context = {"found": found, "form": (form or DaysForm()) if may else None, "may_load": may}
    return render(request, "calendar.html", context, status=status)


def _form_of(request: Any) -> DaysForm | YearForm:
    return YearForm(request.POST) if request.POST.get("year") else DaysForm(request.POST)


@rule("administrator")
@require_POST
def preview_change(request: Any) -> HttpResponse:
    """Which dates would move: shown before anything is written; `after` pages through many."""
    form = _form_of(request)
    if not form.is_valid():
        return _page(request, form if isinstance(form, DaysForm) else None, 422)
    county, skip = request.user.county, _number(request.POST.get("after", "")) or 0
    version = calendars.version_of(county)
    try:
        change = form.change()
        moves = calendars.preview(county, change)
        counts: Counter[str] = Counter()
        shown = list(_counted(moves, counts, skip))
    except Refused as refused:
        if isinstance(form, DaysForm):
            return _page(request, form, form.refuse(request, refused))
        raise
    context = {
        "moves": shown,
        "total": counts.total(),
        "by_kind": [(label, counts[code]) for code, label in MovedDueDate.What.choices if counts[code]],
        "hidden": [(name, request.POST.get(name, "")) for name in form.fields],
        "version": version,
        "change": change,
        "next": skip + PAGE if counts.total() > skip + PAGE else None,
        "previous": max(0, skip - PAGE) if skip else None,
        "first": skip + 1,
    }
    return render(request, "calendar_preview.html", context)


def _counted(moves: Any, counts: Counter[str], skip: int) -> list[Move]:
    """Count every move by its kind, and keep one page of them."""

    def seen() -> Any:
        for move in moves:
            counts[str(move.what)] += 1
            yield move

    every = seen()
    page = list(islice(every, skip, skip + PAGE))
    for _rest in every:
        pass
    return page


@rule("administrator")
@require_POST
def apply_change(request: Any) -> HttpResponse:
    """Load the days and move the dates, as previewed."""
    form = _form_of(request)
    if not form.is_valid():
        return _page(request, form if isinstance(form, DaysForm) else None, 422)
    change = form.change()
    done = calendars.apply(request.user.county, change, seen=request.POST.get("version", ""), **by(request))
    messages.success(
        request,
        _("Calendar version %(version)s is in force; %(dates)s dates of %(applications)s applications moved.")
        % {"version": done.version, "dates": done.dates, "applications": done.applications},
    )
    year = change.days[0].date.year if change.days else change.years[0]
    return redirect(f"/calendars/?{urlencode({'year': year})}")
