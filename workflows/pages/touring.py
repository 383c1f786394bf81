"""The first-day card: put away for good, or brought back from the help."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from workflows.offices.access import rule
from workflows.operations.own_filters import tour
from workflows.pages.common import safe_next


@rule("signed_in")
@require_POST
def tour_view(request: Any) -> HttpResponse:
    """`done=1` puts the card away, anything else brings it back on the landing page."""
    done = request.POST.get("done") == "1"
    tour(person=request.user, done=done, now=request.now)
    return redirect(safe_next(request, "/") if done else "/")
