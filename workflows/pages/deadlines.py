"""为什么是这一天: an application's dates day by day, and a form that counts as `manage.py deadline` does."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from workflows.clock.calendars import calendar_for
from workflows.clock.days import Bilingual, civil_date
from workflows.clock.deadline import deadline
from workflows.clock.lawful import Unlawful
from workflows.clock.rules import NoSuchRule, book
from workflows.offices.access import rule
from workflows.offices.forms import DayInput, HouseForm
from workflows.pages.common import actor_in
from workflows.queries.application import load_application
from workflows.queries.deadline import UNIT_WORDS, deadline_page
from workflows.queries.sight import check_sight

STOPS = 3


class DeadlineForm(HouseForm):
    """A rule, a start, up to three stops, an extension."""

    rule = forms.ChoiceField(label=gettext_lazy("Rule"))
    start = forms.DateField(label=gettext_lazy("Day on which it starts (not counted)"), widget=DayInput())
    extend = forms.IntegerField(
        label=gettext_lazy("Extended by (days or months of the rule)"), min_value=0, max_value=60, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        newest = [versions[-1] for versions in book().values()]
        self.fields["rule"].choices = [  # type: ignore[attr-defined]
            (found.id, f"{found.citation.of(language)}: {found.limit.words.of(language)}") for found in newest
        ]
        grounds = {ground.key: ground.name.of(language) for found in newest for ground in found.grounds}
        for n in range(1, STOPS + 1):
            about = {"n": n}
            first = forms.DateField(label=_("Stop %(n)s: first day") % about, widget=DayInput(), required=False)
            last = forms.DateField(label=_("Stop %(n)s: last day") % about, widget=DayInput(), required=False)
            why = forms.ChoiceField(
                label=_("Stop %(n)s: ground") % about, choices=[("", "—"), *grounds.items()], required=False
            )
            for name, field, dress in (
                ("from", first, "kg-input"),
                ("to", last, "kg-input"),
                ("why", why, "kg-select"),
            ):
                field.widget.attrs["class"] = dress
                self.fields[f"{name}{n}"] = field

    def stops(self) -> list[tuple[dt.date, dt.date, str]]:
        """The stops that were filled in whole."""
        given = self.cleaned_data
        rows = [(given.get(f"from{n}"), given.get(f"to{n}"), given.get(f"why{n}", "")) for n in range(1, STOPS + 1)]
        return [(first, last, why) for first, last, why in rows if first and last and why]


@rule("signed_in")
@require_GET
def deadline_form(request: Any) -> HttpResponse:
    """Count a deadline from a rule, a start, stops and an extension; what was asked stands in the address."""
    asked = "rule" in request.GET
    form = DeadlineForm(request.GET if asked else None, initial={"start": civil_date(request.now), "rule": "xkf-42"})
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        given = form.cleaned_data
        calendar, language = calendar_for(request.user.county), get_language() or ""
        try:
            answer = deadline(given["rule"], given["start"], form.stops(), given["extend"] or 0, calendar)
            context["answer"] = _in_words(answer, language)
        except Unlawful as no:
            form.add_error(None, f"{no.text.of(language)} ({no.citation.of(language)})")
        except (NoSuchRule, ValueError) as no:
            form.add_error(None, _not_counted(no))
    status = 422 if asked and form.errors else 200
    return render(request, "deadline.html", context, status=status)


def _not_counted(no: Exception) -> str:
    if isinstance(no, NoSuchRule):
        return _("This rule was not in force on that day.")
    return _("A stop does not end before it begins.")


def _in_words(answer: dict[str, Any], language: str) -> dict[str, Any]:
    """The answer of `deadline` with its texts in one language and its dates as dates."""

    def said(value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"zh", "en"}:
            return Bilingual(**value).of(language)
        if isinstance(value, dict):
            return {key: said(inner) for key, inner in value.items()}
        return [said(inner) for inner in value] if isinstance(value, list) else value

    found: dict[str, Any] = said(answer)
    found["days"] = [{**day, "date": dt.date.fromisoformat(day["date"])} for day in found["days"]]
    found["alternatives"] = {UNIT_WORDS[unit].of(language): on for unit, on in found["alternatives"].items()}
    return found


@rule("signed_in")
@require_GET
def application_deadline(request: Any, application_id: int) -> HttpResponse:
    """The dates of one application, day by day."""
    application = load_application(application_id, request.user.county)
    check_sight(application, actor_in(request))
    page = deadline_page(application, request.now, get_language() or "")
    return render(request, "application_deadline.html", {"page": page, "application": application})
