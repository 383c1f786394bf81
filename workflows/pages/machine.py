"""运行: jobs and failures, room and versions, keys and witnesses, integrity; and what to do about each at 3 a.m."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET

from workflows.escalation.machine import machine
from workflows.offices.access import rule
from workflows.pages.runbook import RUNBOOK


@rule("administrator")
@require_GET
def operations_page(request: Any) -> HttpResponse:
    """How the house runs."""
    return render(request, "operations.html", {"machine": machine(request.user.county, timezone.now())})


@rule("administrator")
@require_GET
def runbook_page(request: Any) -> HttpResponse:
    """What to do when something stands still, one entry for each sign."""
    return render(request, "runbook.html", {"entries": RUNBOOK})


urlpatterns = [
    path("", operations_page, name="operations"),
    path("runbook/", runbook_page, name="runbook"),
]
