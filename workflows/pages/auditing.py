"""审计: the auditor's pages about people and cases: search, timeline, findings, four eyes, who looked at what.

Whoever looks leaves an entry `audit.*` himself.
"""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows.audit.models import Finding
from workflows.clock.days import SHANGHAI, civil_date
from workflows.downloads import csv_response
from workflows.flow import registry
from workflows.offices.access import rule
from workflows.offices.models import Office
from workflows.offices.records import record
from workflows.operations import auditing as operations
from workflows.pages import erasures
from workflows.pages.common import NoSuchPage
from workflows.queries.application import load_application
from workflows.queries.four_eyes import report, shortages
from workflows.queries.timeline import timeline
from workflows.queries.trail import EntryLine, Wanted, saved_searches, search
from workflows.tables import guard
from workflows.templatetags.kinds import kind_word, known_kinds

FIELDS = ("kind", "person", "number", "office", "project", "procedure", "first", "last", "text")
# A file holds at most so many entries; the whole trail is what the export package is for.
MOST_IN_A_FILE = 5000
PAGE = 50


@rule("auditor")
@require_GET
def entry_list(request: Any) -> HttpResponse:
    """Entries by person, office, project, procedure, kind, time and words; the search itself stands on record."""
    asked = asked_in(request.GET)
    said: dict[str, Any] = {**asked, "first": _day(asked["first"]), "last": _day(asked["last"])}
    wanted = Wanted(**said)
    before, kind = _key(request.GET.get("before", "")), request.GET.get("as", "")
    given = {name: value for name, value in asked.items() if value}
    if kind in ("csv", "xlsx"):
        note(request, "audit.exported", {**given, "as": kind})
        return _file(request, search(request.user.county, wanted, most=MOST_IN_A_FILE).rows, kind)
    found = search(request.user.county, wanted, before)
    if given and not before:
        note(request, "audit.searched", given)
    context = {
        "found": found,
        "rows": found.rows,
        "asked": asked,
        "query": urlencode(given),
        "given": given,
        "kinds": known_kinds(),
        "saved": saved_searches(str(request.user.pk), given),
        "offices": Office.objects.filter(county=request.user.county).order_by("pk")[:200],
        "procedures": registry.procedures(),
        "older_url": f"?{urlencode({**given, 'before': found.older})}" if found.older else "",
        "newer_url": f"?{urlencode(given)}" if before else "",
    }
    return render(request, "audit_entries.html", context)


def _file(request: Any, rows: list[EntryLine], kind: str) -> HttpResponse:
    heading = [_("Recorded"), _("Effective"), _("Kind"), _("By"), _("Stands in for"), _("Post"), _("Application")]
    heading += [_("Opinion"), _("Code")]
    table = [
        [
            row.recorded_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            row.occurred_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            kind_word(row.kind),
            row.actor,
            row.acting_for,
            row.post,
            row.number,
            str(row.payload.get("opinion", "")),
            row.code,
        ]
        for row in rows
    ]
    return csv_response(request, "entries", heading, table) if kind == "csv" else _xlsx("entries", heading, table)


def _xlsx(name: str, heading: list[str], rows: list[list[str]]) -> HttpResponse:
    import openpyxl  # heavy; only exports and imports of spreadsheets need it

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.append(heading)
    for row in rows:
        sheet.append([guard(text) for text in row])
    file = io.BytesIO()
    book.save(file)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(file.getvalue(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


@rule("auditor")
@require_GET
def application_timeline(request: Any, application_id: int) -> HttpResponse:
    """Every entry of one application, what changed, both times, and what is missing."""
    application = load_application(application_id, request.user.county)
    before = request.GET.get("before", "")
    found = timeline(application, int(before) if before.isdecimal() and len(before) < 9 else 0)
    note(request, "audit.read_application", {"number": application.number})
    older = f"?before={found.older}" if found.older else ""
    return render(request, "audit_timeline.html", {"found": found, "older_url": older})


@rule("auditor")
@require_GET
def four_eyes(request: Any) -> HttpResponse:
    """Whether anybody decided alone where the rule wants two, by year; and where staffing cannot give two."""
    this_year = civil_date(request.now).year
    year = request.GET.get("year", str(this_year))
    first = until = None
    if year != "all":
        chosen = int(year) if year.isdecimal() and 2000 <= int(year) <= 2100 else this_year
        year = str(chosen)
        first = dt.datetime(chosen, 1, 1, tzinfo=SHANGHAI)
        until = dt.datetime(chosen + 1, 1, 1, tzinfo=SHANGHAI)
    rules = report(request.user.county, first, until)
    note(request, "audit.read_four_eyes", {"year": year, "breaches": sum(len(row.breaches) for row in rules)})
    context = {
        "rules": rules,
        "clean": not any(row.breaches for row in rules),
        "short": shortages(request.user.county, civil_date(request.now)),
        "year": year,
        "years": [str(n) for n in range(this_year, this_year - 6, -1)],
    }
    return render(request, "audit_four_eyes.html", context)


@rule("auditor")
@require_GET
def findings(request: Any) -> HttpResponse:
    """The register: open findings, or closed ones with who closed them and with which words."""
    closed = request.GET.get("state") == "closed"
    before = request.GET.get("before", "")
    rows = Finding.objects.filter(resolved_at__isnull=not closed).order_by("-pk")
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: PAGE + 1])
    older = (
        urlencode({"state": "closed" if closed else "open", "before": page[PAGE - 1].pk}) if len(page) > PAGE else ""
    )
    context = {"rows": page[:PAGE], "closed": closed, "older_url": f"?{older}" if older else ""}
    return render(request, "audit_findings.html", context)


@rule("auditor")
@require_POST
def open_finding(request: Any) -> HttpResponse:
    """Put on the register what a person found."""
    try:
        operations.open_finding(
            where=request.POST.get("where", ""),
            text=request.POST.get("text", ""),
            machine=timezone.now(),
            **by(request),
        )
        messages.success(request, _("The finding is on the register."))
    except operations.NotOnRegister as refused:
        messages.error(request, str(refused))
    return redirect("audit_findings")


@rule("auditor")
@require_POST
def resolve(request: Any, finding_id: int) -> HttpResponse:
    """Close a finding with words; it stays on the register."""
    words = request.POST.get("resolution", "")
    try:
        if not operations.resolve_finding(finding_id=finding_id, words=words, machine=timezone.now(), **by(request)):
            raise NoSuchPage
        messages.success(request, _("The finding is resolved."))
    except operations.NotOnRegister as refused:
        messages.error(request, str(refused))
    return redirect("audit_findings")


@rule("auditor")
@require_POST
def save_search(request: Any) -> HttpResponse:
    """Keep the search under a name; the page shows its answers again."""
    asked = asked_in(request.POST)
    try:
        kept = operations.save_search(name=request.POST.get("name", ""), fields=asked, **by(request))
        messages.success(request, _("The search “%(name)s” is saved.") % {"name": kept.name})
    except operations.NotSaved as refused:
        messages.error(request, str(refused))
    given = {name: value for name, value in asked.items() if value}
    return redirect(f"{reverse('audit_entries')}?{urlencode(given)}")


@rule("auditor")
@require_POST
def drop_search(request: Any, search_id: int) -> HttpResponse:
    """Delete a saved search of one's own."""
    name = operations.drop_search(search_id=search_id, **by(request))
    if not name:
        raise NoSuchPage
    messages.success(request, _("The search “%(name)s” is deleted.") % {"name": name})
    return redirect("audit_entries")


@rule("auditor")
@require_GET
def readers(request: Any) -> HttpResponse:
    """Who among the auditors looked at what: the entries of kind `audit.*`, by person and day."""
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("person", "first", "last")}
    wanted = Wanted("audit.", asked["person"], first=_day(asked["first"]), last=_day(asked["last"]))
    before = _key(request.GET.get("before", ""))
    found = search(request.user.county, wanted, before)
    given = {name: value for name, value in asked.items() if value}
    context = {
        "rows": found.rows,
        "asked": asked,
        "older_url": f"?{urlencode({**given, 'before': found.older})}" if found.older else "",
        "newer_url": f"?{urlencode(given)}" if before else "",
    }
    note(request, "audit.read_access_log", given)
    return render(request, "audit_readers.html", context)


def note(request: Any, kind: str, payload: dict[str, Any]) -> None:
    """Leave an entry of what an auditor did."""
    record(
        kind,
        actor=request.user,
        county=request.user.county,
        now=request.now,
        payload=payload,
        request_id=request.request_id,
    )


def by(request: Any) -> dict[str, Any]:
    """Who acts, and when."""
    return {"person": request.user, "now": request.now, "request_id": request.request_id}


def asked_in(sent: Any) -> dict[str, str]:
    """The fields of the search as they were sent."""
    return {name: sent.get(name, "").strip()[:100] for name in FIELDS}


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _key(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


urlpatterns = [
    path("entries/", entry_list, name="audit_entries"),
    path("searches/", save_search, name="save_search"),
    path("searches/<int:search_id>/delete/", drop_search, name="drop_search"),
    path("applications/<int:application_id>/", application_timeline, name="audit_timeline"),
    path("four-eyes/", four_eyes, name="audit_four_eyes"),
    path("findings/", findings, name="audit_findings"),
    path("findings/new/", open_finding, name="open_finding"),
    path("findings/<int:finding_id>/resolve/", resolve, name="resolve_finding"),
    path("readers/", readers, name="audit_readers"),
    *erasures.urlpatterns,
]
