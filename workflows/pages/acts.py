"""What the application's and the step's page offer beside the decisions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from workflows.operations.core import Actor
from workflows.operations.documents import may_add_papers
from workflows.queries.application import ApplicationPage


def application_context(page: ApplicationPage, actor: Actor, now: dt.datetime) -> dict[str, Any]:
    """The context of `application.html`."""
    return {"page": page, **paper_context(page, actor)}


def paper_context(page: ApplicationPage, actor: Actor) -> dict[str, Any]:
    """Where papers may be added, if this person may."""
    if not may_add_papers(page.application, actor):
        return {}
    return {"upload_url": reverse("upload_document", args=[page.application.pk])}
