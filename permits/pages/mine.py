"""我的项目 and 证照: the pages of a project unit, and the public check of a permit."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from permits.queries.certificates import certificate, check_number
from permits.queries.mine import my_projects
from permits.queries.project import load_project
from workflows.offices.access import rule
from workflows.pages.common import actor_in
from workflows.pages.letters import check_file, qr_of


@rule("unit")
@require_GET
def mine(request: Any) -> HttpResponse:
    """Next action, whose turn, due dates: every project of the unit."""
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    found, older = my_projects(actor_in(request), request.now, after)
    context = {
        "projects": found,
        "older_url": f"?after={older}" if older else "",
        "newer_url": "?" if after else "",
    }
    return render(request, "mine.html", context)


@rule("signed_in")
@require_GET
def permit_page(request: Any, project_id: int, permit_id: int) -> HttpResponse:
    """One permit as a sheet to show or print, with a square code that leads to its check."""
    project = load_project(actor_in(request), project_id)
    found = certificate(project, permit_id)
    context = {"project": project, "found": found, "qr": qr_of(found.check_path) if found.check_path else ""}
    return render(request, "certificate.html", context)


@rule("public")
@require_http_methods(["GET", "POST"])
def check_page(request: Any) -> HttpResponse:
    """Whether a permit is genuine and stands, by its number and check code; whether a receipt is one of ours."""
    number, code = request.GET.get("number", "").strip()[:80], request.GET.get("code", "").strip().upper()[:8]
    upload = request.FILES.get("receipt")
    context: dict[str, Any] = {"number": number, "code": code}
    if upload is not None:
        context |= check_file(upload)
    elif number or code:
        context |= {"asked": True, "permit": check_number(number, code)}
    return render(request, "check.html", context)
