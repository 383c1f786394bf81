"""事项: what the county approves, by which steps, and what a new version changed. Read by everybody who signs in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from workflows.clock.days import civil_date
from workflows.offices.access import rule
from workflows.pages.common import NoSuchPage
from workflows.queries.procedures import procedure_lines, procedure_page


@rule("signed_in")
@require_GET
def procedure_list(request: Any) -> HttpResponse:
    """Every procedure with its limits and how many cases run."""
    lines = procedure_lines(request.user.county, civil_date(request.now), get_language() or "")
    return render(request, "procedures.html", {"lines": lines})


@rule("signed_in")
@require_GET
def procedure_view(request: Any, code: str) -> HttpResponse:
    """One procedure: its flow, steps, papers, versions and what the newest changed."""
    version = request.GET.get("version", "")[:10]
    try:
        page = procedure_page(request.user.county, code, version, civil_date(request.now), get_language() or "")
    except KeyError:
        raise NoSuchPage from None
    return render(request, "procedure.html", {"page": page})


urlpatterns = [
    path("", procedure_list, name="procedures"),
    path("<slug:code>/", procedure_view, name="procedure"),
]
