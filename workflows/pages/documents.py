"""材料: add a paper, and read one back as the file that it was."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows.models import Document
from workflows.offices.access import rule
from workflows.offices.access_log import note_reading
from workflows.operations import refusals
from workflows.operations.documents import add_document
from workflows.pages.common import actor_in, safe_next
from workflows.queries.sight import in_sight


@rule("signed_in")
@require_POST
def upload(request: Any, application_id: int) -> HttpResponse:
    """Add one paper to the checklist."""
    document = add_document(
        application_id=application_id,
        person=request.user,
        slot=request.POST.get("slot", ""),
        upload=request.FILES.get("file"),
        now=request.now,
        request_id=request.request_id,
    )
    messages.success(
        request, _("%(file)s is added, version %(n)s.") % {"file": document.file_name, "n": document.version}
    )
    return redirect(safe_next(request, reverse("application", args=[application_id])))


@rule("signed_in")
@require_GET
def download(request: Any, document_id: int) -> HttpResponse | FileResponse:
    """The stored bytes, always as a download: an uploaded file never runs in this origin."""
    found = Document.objects.filter(in_sight(actor_in(request), "application__"), pk=document_id).order_by("pk").first()
    if found is None:
        raise refusals.NoSuchStep
    note_reading(
        request,
        "document",
        application=str(found.application_id),
        document=str(found.pk),
        version=str(found.version),
        sha256=found.sha256,
    )
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.file_name, content_type=found.media_type
    )
