"""A new signing key, step by step: each step can be the last before a crash, and the next run goes on from there.

1. the new key lies beside the old one (`.next`);
2. the statement that both signed lies outside the database: from now on the new key is the log's;
3. an entry holds the same statement, so that a lost file comes back (`mend`);
4. the public half is the new one;
5. the new key takes the old one's place, which is gone: a key that signs no more is only a danger.

The caller holds the sequencer's lock and commits between steps (`sequencer.settle`).
"""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

from django.conf import settings

from workflows.audit import entries, keys, merkle, outside
from workflows.audit.canonical import instant
from workflows.audit.keyring import Rotation, rotation_in, statement
from workflows.audit.models import Entry
from workflows.audit.note import BadNote, Checkpoint, Signer

KIND = "audit.key_rotated"


def next_file() -> Path:
    """Where the new key lies until it takes its place."""
    path: Path = settings.AUDIT_KEY_FILE
    return path.with_suffix(".next")


def begin(old: Signer, last: Checkpoint | None, now: dt.datetime) -> None:
    """Make the new key and keep the statement of both; `last` is the old key's last checkpoint. Raises `keys.NoKey`."""
    keys.make_at(next_file())
    new = keys.signer_of(next_file())
    said = (last.size, last.root) if last else (0, merkle.EMPTY)
    outside.keep_rotation(statement(old, new, said, instant(now)), said[0], new.verifier.key_id.hex())


def begun() -> Rotation | None:
    """The rotation whose statement is kept and whose new key is not in its place yet. Raises `keys.NoKey`."""
    if not next_file().exists():
        return None
    new = keys.signer_of(next_file()).verifier
    for _name, text in outside.rotations():
        try:
            found = rotation_in(text)
        except BadNote:
            continue
        if found.new == new:
            return found
    return None


def step(found: Rotation) -> bool:
    """Do the next step of a rotation; whether it was the last."""
    if _entry_of(found) is None:
        _append(found)
        return False
    keys.publish(found.new)
    os.replace(next_file(), settings.AUDIT_KEY_FILE)
    outside.sync(next_file().parent)
    return True


def mend() -> list[Rotation]:
    """Write statements whose files were lost anew from their entries; those that came back."""
    known = {text for _name, text in outside.rotations()}
    back = []
    for row in Entry.objects.filter(kind=KIND).order_by("recorded_at", "pk"):
        note = json.loads(bytes(row.body))["payload"]["note"]
        if note not in known:
            found = rotation_in(note)
            outside.keep_rotation(note, found.size, found.new.key_id.hex())
            back.append(found)
    return back


def _entry_of(found: Rotation) -> Entry | None:
    at = dt.datetime.fromisoformat(found.at)
    rows = Entry.objects.filter(county=settings.COUNTY_CODE, recorded_at=at, kind=KIND)
    return next((row for row in rows if json.loads(bytes(row.body))["payload"]["note"] == found.note), None)


def _append(found: Rotation) -> None:
    entry, _head = entries.draft(
        head=None,
        kind=KIND,
        now=dt.datetime.fromisoformat(found.at),
        county=settings.COUNTY_CODE,
        actor="system",
        payload={
            "old": found.old.text(),
            "new": found.new.text(),
            "size": str(found.size),
            "root": found.root.hex(),
            "note": found.note,
        },
    )
    entries.append([entry])
