"""One search box: name, project code, reference, pinyin initials."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from permits.queries.projects import named_exactly, search_projects
from workflows.models import Application
from workflows.offices.access import rule
from workflows.pages.common import actor_in
from workflows.queries.applications import rows_of
from workflows.queries.sight import in_sight

MOST = 20


@rule("signed_in")
@require_GET
def search(request: Any) -> HttpResponse:
    """Projects and applications that I may see; a single hit opens at once."""
    query, actor = request.GET.get("q", "").strip()[:100], actor_in(request)
    if not query:
        return render(request, "search.html", {"query": "", "projects": [], "rows": []})
    words = Q(search__contains=query.lower()) | Q(number=query)
    found = list(Application.objects.filter(in_sight(actor)).filter(words).order_by("-received_at", "-pk")[:MOST])
    if len(found) == 1 and found[0].number == query:
        return redirect("application", found[0].pk)
    projects = search_projects(actor, query, MOST)
    if len(projects) == 1 and (not found or named_exactly(projects[0], query)):
        return redirect("permits:project", projects[0].pk)
    rows = rows_of(found, request.now)
    return render(request, "search.html", {"query": query, "projects": projects, "rows": rows, "most": MOST})
