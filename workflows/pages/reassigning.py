"""转办: many steps of the inbox go to one colleague, or back to their post."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from workflows.offices.access import rule
from workflows.offices.forms import HouseForm
from workflows.operations.bulk import hand_over_many
from workflows.pages.common import actor_in
from workflows.queries.reassigning import reassignment


class ReassignForm(HouseForm):
    """To whom, and why."""

    to_id = forms.TypedChoiceField(label=gettext_lazy("To whom"), coerce=int, required=False, empty_value=None)
    opinion = forms.CharField(label=gettext_lazy("Reasons"), max_length=4000)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_id"].choices = [*people, ("", _("everybody on the post"))]  # type: ignore[attr-defined]
        self.fields["to_id"].widget.attrs["autofocus"] = True


@rule("officer")
@require_http_methods(["GET", "POST"])
def hand_over_selected(request: Any) -> HttpResponse:
    """The chosen steps by name, the taker and the reasons; then each goes by itself, and what may not is named."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = [(_number(step), seen) for step, _bar, seen in (value.partition("|") for value in given.getlist("step"))]
    if request.method == "POST" and "to_id" not in request.POST:
        # From the inbox: an address that can be opened again.
        return redirect(f"{reverse('hand_over_selected')}?{urlencode([('step', step) for step, _seen in chosen])}")
    found = reassignment([step for step, _seen in chosen], actor_in(request), request.now)
    form = ReassignForm(request.POST or None, people=found.people)
    if request.method == "GET" or not form.is_valid():
        context = {"found": found, "form": form}
        return render(request, "hand_over.html", context, status=422 if request.method == "POST" else 200)
    results = hand_over_many(
        person=request.user, chosen=chosen, **form.cleaned_data, now=request.now, request_id=request.request_id
    )
    done = sum(1 for result in results if result.refused is None)
    messages.success(request, ngettext("%(n)s item handed over.", "%(n)s items handed over.", done) % {"n": done})
    for result in results:
        if result.refused is not None:
            messages.warning(request, _("%(item)s: %(reason)s") % {"item": result.label, "reason": result.refused})
    return redirect("inbox")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
