"""流程图文件: a flow version as a BPMN 2.0 file, for tools of the reader's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from workflows.exchange.bpmn import bpmn_of, file_name
from workflows.flow import registry
from workflows.offices.access import rule
from workflows.pages.common import NoSuchPage


@rule("officer")
@require_GET
def flow_file(request: Any, procedure: str, version: str) -> HttpResponse:
    """One published version, named in the reader's language. Raises `NoSuchPage`.

    How a procedure runs is no secret and holds no case: nothing of the download goes on record.
    """
    found = next(
        (flow for flow in registry.flows() if (flow.procedure.code, flow.version) == (procedure, version)), None
    )
    if found is None:
        raise NoSuchPage
    response = HttpResponse(bpmn_of(found), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{file_name(found)}"'
    return response
