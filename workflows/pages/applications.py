"""办件: the list, and one application on one page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from workflows.clock.days import civil_date
from workflows.downloads import csv_response
from workflows.escalation.stops import overdue_stops
from workflows.flow import registry
from workflows.offices.access import my_seats, rule
from workflows.pages.acts import application_context
from workflows.pages.common import actor_in
from workflows.pages.tracking import tracker_page
from workflows.queries.application import application_page, load_application
from workflows.queries.applications import ApplicationRow, applications, every_application
from workflows.queries.charge import Scope, scope_of
from workflows.queries.sight import check_sight, is_unit


@rule("signed_in")
@require_GET
def application_list(request: Any) -> HttpResponse:
    """Every application that I may see, newest receipt first."""
    asked = {name: request.GET.get(name, "") for name in ("procedure", "kind", "q", "scope")}
    scope = scope_of(request.user.county, my_seats(request), civil_date(request.now))
    wanted: dict[str, Any] = {"procedure": asked["procedure"], "kind": asked["kind"], "query": asked["q"]}
    wanted["within"] = _within(request, asked, scope)
    if request.GET.get("format") == "csv":
        return _file(request, every_application(actor_in(request), request.now, **wanted))
    found = applications(actor_in(request), request.now, **wanted, after=request.GET.get("after", ""))
    context = {
        "rows": found.rows,
        "filters": _filters(asked, scope),
        "query": asked["q"],
        "older_url": f"?{urlencode({**asked, 'after': found.older})}" if found.older else "",
        "newer_url": f"?{urlencode(asked)}" if request.GET.get("after") else "",
        "export_url": f"?{urlencode({**asked, 'format': 'csv'})}",
    }
    return render(request, "applications.html", context)


def _file(request: Any, found: Iterable[ApplicationRow]) -> HttpResponse:
    heading = [
        _("Project"),
        _("Procedure"),
        _("Reference"),
        _("Legal state"),
        _("Applicant"),
        _("Waits for"),
        _("Post"),
        _("Promised date"),
        _("Statutory date"),
        _("Forecast"),
    ]
    rows = (
        (
            *(row.subject, row.procedure, row.number, row.state_label, row.applicant, row.step, row.post),
            *(row.times.promised, row.times.statutory, row.times.forecast),
        )
        for row in found
    )
    return csv_response(request, "applications", heading, rows)


def _within(request: Any, asked: dict[str, str], scope: Scope | None) -> Q:
    """What a leader answers for, if he asks for that alone; and the stops that outlast their announced end."""
    found = scope.applications() if scope is not None and asked["scope"] == "mine" else Q()
    if asked["kind"] == "stuck":
        stops = overdue_stops(civil_date(request.now), request.user.county)
        found &= Q(pk__in=[stop.application_id for stop in stops])
    return found


def _filters(asked: dict[str, str], scope: Scope | None) -> list[dict[str, Any]]:
    charge = [("mine", _("What I answer for"), asked["scope"] == "mine")]
    mine = [{"name": "scope", "label": _("Offices"), "options": charge}] if scope and not scope.everything else []
    kinds = {
        "open": _("Open"),
        "late": _("Past the promise"),
        "risk": _("Due soon"),
        "stuck": _("Stopped longer than announced"),
        "stopped": _("Clock stopped"),
        "granted": _("Granted"),
        "refused": _("Not granted"),
    }
    return [
        *mine,
        {
            "name": "procedure",
            "label": _("Procedure"),
            "options": [(row.code, row.short, row.code == asked["procedure"]) for row in registry.procedures()],
        },
        {
            "name": "kind",
            "label": _("State"),
            "options": [(code, label, code == asked["kind"]) for code, label in kinds.items()],
        },
    ]


@rule("signed_in")
@require_GET
def application_view(request: Any, application_id: int) -> HttpResponse:
    """One application: its course, its papers, who signed, what may be done."""
    actor = actor_in(request)
    application = load_application(application_id, request.user.county)
    check_sight(application, actor)
    if is_unit(actor):
        return tracker_page(request, application, actor)
    page = application_page(application, actor, request.now)
    return render(request, "application.html", application_context(page, actor, request.now))
