"""待办 and the landing page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from workflows.downloads import csv_response
from workflows.flow import registry
from workflows.offices.access import my_seats, rule
from workflows.operations.bulk import sign_many
from workflows.pages.common import actor_in, safe_next
from workflows.queries.inbox import InboxRow, every_item, inbox
from workflows.queries.sight import is_unit


@rule("signed_in")
@require_GET
def home(request: Any) -> HttpResponse:
    """The landing page of the role: a unit's own projects, the inbox of a post, the list for the rest."""
    if is_unit(actor_in(request)) and my_seats(request):
        return redirect("permits:mine")
    return redirect("inbox" if my_seats(request) else "permits:projects")


@rule("signed_in")
@require_GET
def inbox_page(request: Any) -> HttpResponse:
    """What waits for me, in order of risk."""
    wanted: dict[str, Any] = {
        "person_id": request.user.pk,
        "seats": my_seats(request),
        "county": request.user.county,
        "now": request.now,
        "tab": request.GET.get("tab", "mine"),
        "procedure": request.GET.get("procedure", ""),
        "query": request.GET.get("q", ""),
    }
    if request.GET.get("format") == "csv":
        return _file(request, every_item(**wanted))
    page = _number(request.GET.get("page", ""))
    found = inbox(**wanted, page=page)
    # The badge of the top bar need not ask again.
    request.waiting = found.counts["mine"]
    kept = {"tab": found.tab, "procedure": found.procedure, "q": found.query, "format": "csv"}
    context = {
        "inbox": found,
        "procedures": registry.procedures(),
        "page_no": page,
        "export_url": f"?{urlencode(kept)}",
    }
    return render(request, "components/inbox_rows.html" if request.htmx else "inbox.html", context)


def _file(request: Any, found: Iterable[InboxRow]) -> HttpResponse:
    heading = [
        _("Project"),
        _("Procedure"),
        _("Reference"),
        _("Step"),
        _("Step due"),
        _("Promised date"),
        _("Statutory date"),
        _("Arrived"),
    ]
    rows = (
        (
            *(row.subject, row.procedure, row.number, row.title, row.due_on),
            *(row.times.promised, row.times.statutory, row.opened_on),
        )
        for row in found
    )
    return csv_response(request, "inbox", heading, rows)


@rule("signed_in")
@require_POST
def sign_selected(request: Any) -> HttpResponse:
    """Sign many: each item its own transaction and its own result; what drops out is named with its reason."""
    chosen = [value.partition("|")[::2] for value in request.POST.getlist("step")]
    results = sign_many(
        person=request.user,
        chosen=[(_number(step), seen) for step, seen in chosen],
        opinion=request.POST.get("opinion", ""),
        now=request.now,
        request_id=request.request_id,
    )
    done = sum(1 for result in results if result.refused is None)
    messages.success(request, ngettext("%(n)s item signed.", "%(n)s items signed.", done) % {"n": done})
    for result in results:
        if result.refused is not None:
            messages.warning(request, _("%(item)s: %(reason)s") % {"item": result.label, "reason": result.refused})
    return redirect(safe_next(request, "/inbox/"))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
