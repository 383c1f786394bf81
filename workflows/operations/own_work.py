"""The house's own work: a case that a rule or a leader opens, not an applicant (督办, 交办).

The record has an entry that says which rule or act opened it; the sign-offs begin with whoever acknowledges it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from notifications.models import Message
from workflows.audit import entries
from workflows.clock.days import civil_date
from workflows.flow import registry
from workflows.flow.graph import start_of
from workflows.flow.nodes import StartActivation
from workflows.models import Application
from workflows.offices.models import Office
from workflows.offices.records import SYSTEM
from workflows.operations.content import freeze_content
from workflows.operations.core import due_message, motion_for
from workflows.operations.opening import next_number
from workflows.search import search_text


@dataclass(frozen=True)
class OwnWork:
    """What is opened: the procedure, what it is about, its facts, and who asked (None: a rule)."""

    county: str
    procedure: str
    subject: str
    subject_key: str
    about: str
    facts: dict[str, str]
    weight: Decimal = Decimal(0)
    opened_by: int | None = None
    request_id: str = ""


def open_own_work(work: OwnWork, now: dt.datetime) -> Application:
    """Open the case and its first step; inside a transaction. Returns it saved, nine statements."""
    procedure = registry.procedure(work.procedure)
    flow = procedure.current
    application = Application(
        flow_class=flow,
        status="NEW",
        created=now,
        county=work.county,
        number=next_number(work.county, procedure.series, civil_date(now).year),
        procedure=procedure.code,
        version=flow.version,
        subject=work.subject,
        subject_key=work.subject_key,
        applicant=work.about,
        office=Office.objects.get(county=work.county, code=procedure.office),
        weight=work.weight,
        facts=dict(work.facts),
        received_at=now,
        search=search_text(work.subject, work.about),
    )
    version = freeze_content(application, [], now)
    application.save(force_insert=True)
    if version is not None:
        version.save(force_insert=True)
    motion = motion_for(application, now, None)
    start = StartActivation.begin(start_of(flow), application)
    start.activate_next()
    motion.write_links()
    _record(application, work, now)
    Message.objects.bulk_create([due_message(application, step, now) for step in motion.opened])
    application.save(update_fields=["entry_count", "last_hash"])
    return application


def _record(application: Application, work: OwnWork, now: dt.datetime) -> None:
    said: dict[str, Any] = {
        "number": application.number,
        "about": work.about,
        "facts": work.facts,
        "content": application.content_hash,
        "content_version": str(application.content_version),
        "state": str(application.state),
        "path": application.motion.path(None),
    }
    entry, head = entries.draft(
        head=application.head,
        kind="application.opened_by_rule" if work.opened_by is None else "application.opened_by_leader",
        now=now,
        actor=str(work.opened_by) if work.opened_by else SYSTEM,
        county=work.county,
        payload=said,
        request_id=work.request_id,
    )
    entries.append([entry])
    application.entry_count, application.last_hash = head.seq, head.last_hash
