"""消息: what I was told beside the items of my inbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from notifications.inbox import told
from workflows.offices.access import my_seats, rule


@rule("signed_in")
@require_GET
def message_list(request: Any) -> HttpResponse:
    """Newest first, a page at a time."""
    before = request.GET.get("before", "")
    posts = {seat.post_key for seat in my_seats(request)}
    rows, older = told(
        request.user.pk, posts, request.user.county, int(before) if before.isascii() and before.isdigit() else 0
    )
    return render(request, "messages.html", {"rows": rows, "older_url": f"?before={older}" if older else ""})
