"""The demo county's clock: only in demo mode, only for its administrator."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from workflows.clock.days import SHANGHAI
from workflows.offices.access import rule
from workflows.operations.demo_clock import move_demo_clock
from workflows.pages.common import NoSuchPage


class ClockForm(forms.Form):
    """The moment to which the clock goes; never back, the record would stand in the future."""

    moment = forms.DateTimeField(
        label=gettext_lazy("New date and time"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["moment"].initial = now.astimezone(SHANGHAI)

    def clean_moment(self) -> dt.datetime:
        """Refuse a moment that is not ahead, or more than five years ahead."""
        moment: dt.datetime = self.cleaned_data["moment"]
        if not self.now < moment < self.now + dt.timedelta(days=5 * 366):
            raise forms.ValidationError(_("The clock only moves forward, five years at most."))
        return moment


@rule("administrator")
@require_http_methods(["GET", "POST"])
def clock(request: Any) -> HttpResponse:
    """Move the demo clock forward."""
    if not settings.DEMO:
        raise NoSuchPage
    form = ClockForm(request.POST or None, now=request.now)
    if request.method == "POST" and form.is_valid():
        moment = form.cleaned_data["moment"]
        move_demo_clock(to=moment, person=request.user, now=request.now, request_id=request.request_id)
        messages.success(request, _("The demo county's clock is moved forward."))
        return redirect("home")
    context = {"form": form, "title": _("Move the clock forward")}
    return render(request, "offices/form.html", context, status=422 if form.errors else 200)
