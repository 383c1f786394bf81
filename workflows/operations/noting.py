"""内部留言: not a sign-off, but in the trail. It changes nothing that anybody looks at to decide."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.models import Application, Note
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request
from workflows.operations.core import Act, Actor, actor_of, append_entry, locked_application
from workflows.operations.seating import signing_seat


def may_note(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Whoever signs somewhere in this application. Raises `NotYourAct`."""
    return signing_seat(application, actor)


def add_note(asked: Request, *, text: str) -> Note:
    """Leave a note for colleagues; `seen` is not compared. Raises `NoSuchStep`, `NotYourAct`, `Missing`."""
    if not text.strip():
        raise refusals.Missing(_("Write the note."), "text")
    actor = actor_of(asked.person, asked.now, asked.request_id)
    with transaction.atomic():
        application = locked_application(asked.application_id, asked.person.county)
        seat = may_note(application, actor, asked.now)
        note = Note(
            application=application,
            text=text.strip(),
            author=asked.person,
            author_title=seat.record_title,
            written_at=asked.now,
        )
        note.save(force_insert=True)
        append_entry(Act(application, actor, seat, "note", asked.now), None, {"text": note.text})
        application.save(update_fields=["entry_count", "last_hash"])
    return note
