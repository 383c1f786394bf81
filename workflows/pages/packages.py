"""导出包: the auditor asks for the export package, sees how far it is, and takes it along."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows.audit import keys
from workflows.audit.models import ExportRun
from workflows.exchange.packing import KEPT, ask, path_of
from workflows.flow import registry
from workflows.offices.access import rule
from workflows.offices.access_log import note_reading
from workflows.offices.models import Person
from workflows.pages.auditing import note
from workflows.pages.common import NoSuchPage

SHOWN = 10


@rule("auditor")
@require_GET
def packages(request: Any) -> HttpResponse:
    """The package that was asked for last, how far it is, and those before it."""
    runs = list(ExportRun.objects.order_by("-pk")[:SHOWN])
    people = {str(person.pk): person for person in Person.objects.filter(pk__in=[run.asked_by for run in runs])}
    shown = [
        {"run": run, "by": people.get(run.asked_by), "until": run.finished_at + KEPT if run.finished_at else None}
        for run in runs
    ]
    try:
        key = keys.verifier().text()
    except keys.NoKey:
        key = ""
    context = {
        "key": key,
        "runs": shown,
        "waiting": bool(runs and runs[0].finished_at is None),
        "flows": registry.flows(),
    }
    name = "components/packages.html" if getattr(request, "htmx", False) else "audit_export.html"
    return render(request, name, context)


@rule("auditor")
@require_POST
def ask_for_package(request: Any) -> HttpResponse:
    """Ask for one; the periodic work makes it."""
    ask(str(request.user.pk), timezone.now())
    note(request, "audit.exported", {"about": "everything", "asked": True})
    return redirect("audit_export")


@rule("auditor")
@require_GET
def package(request: Any, run_id: int) -> HttpResponse | FileResponse:
    """The file; that it was taken stands on record with its hash."""
    run = ExportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NoSuchPage
    found = path_of(run)
    if found is None:
        messages.warning(request, _("This package is not kept any more. Ask for a new one."))
        return redirect("audit_export")
    note_reading(request, "package", package=str(run.pk), sha256=run.said["file_sha256"])
    return FileResponse(found.open("rb"), as_attachment=True, filename=run.file, content_type="application/zip")


urlpatterns = [
    path("export/", packages, name="audit_export"),
    path("export/new/", ask_for_package, name="ask_for_package"),
    path("export/<int:run_id>.zip", package, name="audit_package"),
]
