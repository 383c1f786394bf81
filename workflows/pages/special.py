"""One view for every act beside the decisions: its form, then its operation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.audit.refused import Moved, Refused
from workflows.offices.access import rule
from workflows.operations.beside import Request
from workflows.operations.core import check_seen, screen_of
from workflows.pages.acts import ACTS
from workflows.pages.common import NoSuchPage, actor_in
from workflows.queries.application import load_application
from workflows.queries.sight import check_sight


@rule("signed_in")
@require_http_methods(["GET", "POST"])
def special_act(request: Any, application_id: int, code: str) -> HttpResponse:
    """The page of one act. Who may not do it is told so before he fills anything in."""
    act, actor = ACTS.get(code), actor_in(request)
    if act is None:
        raise NoSuchPage
    application = load_application(application_id, request.user.county)
    check_sight(application, actor)
    seen = request.POST.get("seen", "")
    if request.method == "POST" and not act.any_screen:
        # Who was overtaken is told that first: the form's own choices may be gone with what stood before.
        check_seen(application, seen)
    act.check(application, actor, request.now)
    form = act.form(request.POST or None, application=application, actor=actor, now=request.now)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _perform(request, act, application_id, form.cleaned_data)
            except Moved:
                raise
            except Refused as refused:
                status = form.refuse(request, refused)
            else:
                messages.success(request, _("%(act)s: written.") % {"act": act.label})
                return redirect("application", application_id)
    context = {
        "form": form,
        "title": act.label,
        "line": act.line,
        "application": application,
        "seen": seen or screen_of(application),
    }
    return render(request, "act.html", context, status=status)


def _perform(request: Any, act: Any, application_id: int, given: dict[str, Any]) -> None:
    asked = Request(application_id, request.user, request.POST.get("seen", ""), request.now, request.request_id)
    act.call(asked, **given)
