"""What the domain leaves in the audit trail: entries of a project, which has no chain of its own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from permits.models import Permit, Project
from workflows.audit import entries
from workflows.audit.models import Entry


def entry_of(
    kind: str,
    project: Project,
    now: dt.datetime,
    payload: dict[str, Any],
    *,
    actor: str = "",
    post: str = "",
    request_id: str = "",
) -> Entry:
    """A drafted entry `project.<kind>`; without an actor it says that the system did it by itself."""
    entry, _head = entries.draft(
        head=None,
        kind=f"project.{kind}",
        now=now,
        actor=actor,
        post=post,
        county=project.county,
        payload={"project": str(project.pk), "name": project.name, **payload},
        request_id=request_id,
    )
    return entry


def said_of(permit: Permit) -> dict[str, Any]:
    """What an entry says of a permit."""
    return {
        "permit": str(permit.pk) if permit.pk else "",
        "bar": permit.bar,
        "number": permit.number,
        "issued_on": permit.issued_on.isoformat() if permit.issued_on else "",
        "valid_until": permit.valid_until.isoformat() if permit.valid_until else "",
        "sha256": permit.sha256,
        "state": permit.state,
    }
