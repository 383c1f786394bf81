"""材料: add a paper to the checklist. A new version supersedes the old one, which stays readable."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from workflows.flow.nodes import Review
from workflows.flow.registry import flow_of, procedure
from workflows.models import Application, Document
from workflows.offices.models import Person
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.co_signing import ask_again
from workflows.operations.content import freeze_content
from workflows.operations.core import Act, Actor, actor_of, append_entry, locked_application
from workflows.papers import ENDINGS, Paper, kind_of, plain_name


def paper_seat(application: Application, actor: Actor) -> Seat | None:
    """The seat from which a person may add papers: of the office in charge, of a post that signs, the applicant's."""
    office = f"{procedure(application.procedure).office}."
    keys = {application.applicant_post} | {
        node.post_of(application) for node in flow_of(application).node_map().values() if isinstance(node, Review)
    }
    fitting = [seat for seat in actor.seats if seat.post_key.startswith(office) or seat.post_key in keys - {""}]
    return fitting[0] if fitting else None


def may_add_papers(application: Application, actor: Actor) -> bool:
    """Whether this person may add a paper to this application now."""
    return application.finished is None and paper_seat(application, actor) is not None


def add_document(
    *, application_id: int, person: Person, slot: str, upload: Any, now: dt.datetime, request_id: str = ""
) -> Document:
    """Add one paper: what was signed before is marked as signed on older content, and decisions ask for it again.

    `upload` is Django's uploaded file. The bytes are stored before the transaction; one that is refused leaves no row.
    Raises `NoSuchStep`, `NotYourPapers`, `Closed`, `Missing`.
    """
    actor = actor_of(person, now, request_id)
    with stored(upload, now) as brought, transaction.atomic():
        application = locked_application(application_id, person.county)
        seat = _allowed(application, actor, slot)
        return put_in(Act(application, actor, seat, "document_added", now), slot, brought)


@dataclass(frozen=True)
class Brought:
    """A file that was checked and stored: its stored name, its own name, and what it is."""

    stored: str
    file_name: str
    sha256: str
    size: int
    media_type: str


@contextmanager
def stored(upload: Any, now: dt.datetime) -> Iterator[Brought]:
    """The upload, checked and stored; taken away again when what follows is refused. Raises `Missing`."""
    kind = check_file(upload)
    name, sha256 = store_file(upload, now, "documents")
    try:
        yield Brought(name, plain_name(upload.name), sha256, upload.size, kind.media_type)
    except BaseException:
        default_storage.delete(name)
        raise


def put_in(act: Act, slot: str, brought: Brought) -> Document:
    """Write one stored paper into the locked application of `act`, as the newest version of its line."""
    document = _document(act.application, slot, act.now)
    document.file.name, document.file_name = brought.stored, brought.file_name
    document.sha256, document.size, document.media_type = brought.sha256, brought.size, brought.media_type
    document.uploaded_by, document.uploader_title = act.actor.person, act.seat.record_title
    _write(document, act)
    return document


def check_file(upload: Any) -> Paper:
    """Raises `Missing` naming what is wrong with the file."""
    if upload is None:
        raise refusals.Missing(_("Choose a file."), "file")
    if upload.size > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // 1024 // 1024
        raise refusals.Missing(_("The file is larger than %(limit)s MB.") % {"limit": limit}, "file")
    first = upload.read(16)
    upload.seek(0)
    kind = kind_of(upload.name, first)
    if kind is None:
        raise refusals.Missing(
            _("“%(name)s” is not one of these, or its content is not what its name says: %(kinds)s.")
            % {"name": plain_name(upload.name), "kinds": " ".join(ENDINGS)},
            "file",
        )
    return kind


def store_file(upload: Any, now: dt.datetime, folder: str) -> tuple[str, str]:
    """Store an uploaded file under a name of our own; (stored name, SHA-256 in hexadecimal)."""
    found = hashlib.sha256()
    for chunk in upload.chunks():
        found.update(chunk)
    upload.seek(0)
    return default_storage.save(f"{folder}/{now:%Y/%m}/{uuid.uuid4().hex}", upload), found.hexdigest()


def _allowed(application: Application, actor: Actor, slot: str) -> Seat:
    seat = paper_seat(application, actor)
    if seat is None:
        raise refusals.NotYourPapers
    line = procedure(application.procedure).slot(slot)
    if line is None:
        raise refusals.Missing(_("The checklist has no line “%(slot)s”.") % {"slot": slot}, "slot")
    # After the decision the office still adds its own records: the contract, the title, the notice.
    if application.finished is not None or not (application.is_open or line.by_office):
        raise refusals.Closed(application.state_label())
    return seat


def _document(application: Application, slot: str, now: dt.datetime) -> Document:
    newest = Document.objects.filter(application=application, slot=slot).order_by("-version").first()
    return Document(application=application, slot=slot, version=newest.version + 1 if newest else 1, uploaded_at=now)


def missing_papers(application: Application) -> list[str]:
    """Titles of the required papers that are not in; one statement."""
    there = set(
        Document.objects.filter(application=application, superseded_at__isnull=True).values_list("slot", flat=True)
    )
    return [
        str(slot.title)
        for slot in procedure(application.procedure).documents
        if slot.required(application.facts) and slot.code not in there
    ]


def check_on_file(application: Application, slot: str) -> None:
    """Raises `Missing` unless the paper that a decision rests on is in; one statement."""
    there = Document.objects.filter(application=application, slot=slot, superseded_at__isnull=True)
    if not there.exists():
        found = procedure(application.procedure).slot(slot)
        title = str(found.title) if found else slot
        raise refusals.Missing(_("Add the paper “%(title)s” first: the decision rests on it.") % {"title": title}, slot)


def _write(document: Document, act: Act) -> None:
    application = act.application
    Document.objects.filter(application=application, slot=document.slot, superseded_at__isnull=True).update(
        superseded_at=act.now
    )
    document.save(force_insert=True)
    current = list(Document.objects.filter(application=application, superseded_at__isnull=True))
    version = freeze_content(application, current, act.now)
    if version is not None:
        version.save(force_insert=True)
        slot = procedure(application.procedure).slot(document.slot)
        if slot is not None and not slot.by_office:
            application.basis_version = application.content_version
            ask_again(application)
    application.revision += 1
    append_entry(
        act,
        None,
        {
            "slot": document.slot,
            "version": str(document.version),
            "sha256": document.sha256,
            "size": str(document.size),
            "media_type": document.media_type,
            "content": application.content_hash,
        },
    )
    application.save(
        update_fields=["content_hash", "content_version", "basis_version", "revision", "entry_count", "last_hash"]
    )
