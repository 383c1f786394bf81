"""What is signed: the facts and the current documents, as one canonical text with one hash."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workflows.audit.canonical import canonical, digest
from workflows.models import Application, ContentVersion, Document


def content_of(application: Application, documents: list[Document]) -> dict[str, Any]:
    """The content of an application: everything that a sign-off vouches for, as plain strings."""
    return {
        "procedure": application.procedure,
        "version": application.version,
        "subject": application.subject,
        "subject_key": application.subject_key,
        "applicant": application.applicant,
        "facts": {key: "" if value is None else str(value) for key, value in sorted(application.facts.items())},
        "documents": [
            {"slot": row.slot, "version": str(row.version), "sha256": row.sha256, "name": row.file_name}
            for row in sorted(documents, key=lambda row: (row.slot, row.version))
        ],
    }


def freeze_content(application: Application, documents: list[Document], now: dt.datetime) -> ContentVersion | None:
    """Compute the content hash of a locked application; the new version to insert, or None when nothing changed."""
    content = content_of(application, documents)
    body = canonical(content)
    found = digest(content)
    if found == application.content_hash:
        return None
    application.content_version = application.content_version + 1 if application.content_hash else 1
    application.content_hash = found
    return ContentVersion(
        application=application, number=application.content_version, content_hash=found, body=body, recorded_at=now
    )
