"""时限规则: every rule with its article, and the county's promises; the administrator makes a new one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows.audit.refused import Refused
from workflows.clock.days import ONE_DAY, civil_date
from workflows.clock.models import PromisedLimit
from workflows.flow import registry
from workflows.offices.access import is_administrator, rule
from workflows.offices.forms import DayInput, HouseForm
from workflows.offices.views import by
from workflows.operations.promising import promise
from workflows.queries.rules import rule_lines


class PromiseForm(HouseForm):
    """A new promise for one procedure."""

    procedure = forms.ChoiceField(label=gettext_lazy("Procedure"))
    days = forms.IntegerField(label=gettext_lazy("Days promised"), min_value=1, max_value=366)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=PromisedLimit.Unit.choices)
    effective_from = forms.DateField(label=gettext_lazy("For what is accepted from"), widget=DayInput())
    document_no = forms.CharField(label=gettext_lazy("Number of the document"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limited = [(found.code, found.title) for found in registry.procedures() if found.rule]
        self.fields["procedure"].choices = limited  # type: ignore[attr-defined]


@rule("signed_in")
@require_GET
def rule_page(request: Any) -> HttpResponse:
    """Every rule of time, in force or not, with its article and what is promised beside it."""
    form = PromiseForm(initial={"effective_from": civil_date(request.now) + ONE_DAY})
    return _page(request, form)


def _page(request: Any, form: PromiseForm, status: int = 200) -> HttpResponse:
    lines = rule_lines(request.user.county, civil_date(request.now), get_language() or "")
    context = {
        "now": [line for line in lines if line.state != "past"],
        "past": [line for line in lines if line.state == "past"],
        "form": form if is_administrator(request) else None,
    }
    return render(request, "rules.html", context, status=status)


@rule("administrator")
@require_POST
def make_promise(request: Any) -> HttpResponse:
    """Promise a limit for what is accepted from a later day on."""
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        made = promise(**form.cleaned_data, **by(request))
    except Refused as refused:
        return _page(request, form, form.refuse(request, refused))
    messages.success(
        request, _("The promise binds what is accepted from %(day)s on.") % {"day": made.effective_from.isoformat()}
    )
    return redirect("rules")
