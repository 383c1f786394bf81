"""待办 and the landing page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from workflows.downloads import csv_response
from workflows.flow import registry
from workflows.offices.access import my_seats, rule
from workflows.operations.bulk import Result, sign_many
from workflows.operations.own_filters import forget_filter, keep_filter
from workflows.pages.common import actor_in, safe_next
from workflows.queries.inbox import InboxRow, every_item
from workflows.queries.inbox_page import inbox_page, pulse_counts
from workflows.queries.sight import is_unit

# Whose own post is one of these begins the day with the morning page; a stand-in keeps his own landing page.
MORNING = ("deputy.", "county.head")


@rule("signed_in")
@require_GET
def home(request: Any) -> HttpResponse:
    """The landing page of the role: a leader's morning, a unit's own projects, the inbox of a post, else the list."""
    if any(seat.post_key.startswith(MORNING) for seat in my_seats(request)[:1]):
        return redirect("morning")
    if is_unit(actor_in(request)) and my_seats(request):
        return redirect("permits:mine")
    return redirect("inbox" if my_seats(request) else "permits:projects")


@rule("signed_in")
@require_GET
def inbox_view(request: Any) -> HttpResponse:
    """What waits for me, in order of risk; for htmx the rows, and beside them the tabs with their counts."""
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
    shown = inbox_page(**wanted, page=page)
    found = shown.inbox
    # The badge of the top bar need not ask again.
    request.waiting = found.counts["mine"]
    kept = {"tab": found.tab, "procedure": found.procedure, "q": found.query}
    context = {
        "shown": shown,
        "inbox": found,
        "procedures": registry.procedures(),
        "page_no": page,
        "kept": urlencode({name: kept[name] for name in ("procedure", "q") if kept[name]}),
        "export_url": f"?{urlencode(kept | {'format': 'csv'})}",
    }
    response = render(request, "components/inbox_live.html" if request.htmx else "inbox.html", context)
    # One address answers with a page or a part of it: no cache may mix them up.
    patch_vary_headers(response, ["HX-Request"])
    return response


@rule("public")
@require_GET
def pulse(request: Any) -> HttpResponse:
    """The counts, asked by an open page once a minute; that moves no session on. Says so when the session ended."""
    request.by_itself = True
    found = (
        pulse_counts(request.user.pk, my_seats(request), request.user.county, request.now)
        if request.user.is_authenticated
        else None
    )
    known = request.GET.get("known", "")
    return render(request, "components/pulse.html", {"pulse": found, "moved": known not in ("", found and found.known)})


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
    results = sign_many(
        person=request.user,
        chosen=_chosen(request),
        opinion=request.POST.get("opinion", ""),
        now=request.now,
        request_id=request.request_id,
    )
    done = _tell_refused(request, results)
    messages.success(request, ngettext("%(n)s item signed.", "%(n)s items signed.", done) % {"n": done})
    return redirect(safe_next(request, "/inbox/"))


def _chosen(request: Any) -> list[tuple[int, str]]:
    """(step, what was seen of it) of the ticked rows."""
    parted = [value.partition("|")[::2] for value in request.POST.getlist("step")]
    return [(_number(step), seen) for step, seen in parted]


def _tell_refused(request: Any, results: list[Result]) -> int:
    """A message for everything that dropped out; how many did not."""
    for result in results:
        if result.refused is not None:
            messages.warning(request, _("%(item)s: %(reason)s") % {"item": result.label, "reason": result.refused})
    return sum(1 for result in results if result.refused is None)


@rule("signed_in")
@require_POST
def keep_filter_view(request: Any) -> HttpResponse:
    """Keep what the inbox shows under a name."""
    given = {name: request.POST.get(name, "") for name in ("tab", "procedure", "q")}
    kept = keep_filter(
        person=request.user,
        name=request.POST.get("name", ""),
        tab=given["tab"],
        procedure=given["procedure"],
        words=given["q"],
    )
    messages.success(request, _("Filter “%(name)s” kept.") % {"name": kept.name})
    return redirect(f"/inbox/?{urlencode(given)}")


@rule("signed_in")
@require_POST
def forget_filter_view(request: Any, filter_id: int) -> HttpResponse:
    """Delete one of my filters."""
    forget_filter(person=request.user, filter_id=filter_id)
    return redirect(safe_next(request, "/inbox/"))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
