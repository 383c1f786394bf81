"""The papers of a project, read back as the files that they were."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from django.views.decorators.http import require_GET

from permits.models import Permit
from permits.queries.project import load_project
from permits.refusals import NoSuchProject
from workflows.offices.access import rule
from workflows.offices.access_log import note_reading
from workflows.pages.common import actor_in


@rule("signed_in")
@require_GET
def permit_file(request: Any, project_id: int, permit_id: int) -> FileResponse:
    """The scan of a recorded permit, also of one that has ended."""
    project = load_project(actor_in(request), project_id)
    permit = Permit.objects.filter(project=project, pk=permit_id).order_by("pk").first()
    if permit is None or not permit.file:
        raise NoSuchProject
    note_reading(request, "permit_file", project=str(project.pk), permit=str(permit.pk), sha256=permit.sha256)
    return _sent(permit.file, permit.file_name)


@rule("signed_in")
@require_GET
def start_file(request: Any, project_id: int) -> FileResponse:
    """The evidence of the actual start."""
    project = load_project(actor_in(request), project_id)
    if not project.start_file:
        raise NoSuchProject
    note_reading(request, "start_evidence", project=str(project.pk), sha256=project.start_sha256)
    return _sent(project.start_file, project.start_file_name)


def _sent(file: Any, name: str) -> FileResponse:
    """Always as a download: an uploaded file never runs in this origin."""
    return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")
