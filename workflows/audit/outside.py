"""Checkpoints outside the database: a folder, each checkpoint a file that was synced to disk before it counts."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings

from workflows.audit.note import BadNote, Checkpoint, Verifier, opened, parse, split

LATEST = "latest"


def folder() -> Path:
    """Where checkpoints lie."""
    path: Path = settings.CHECKPOINT_DIR
    path.mkdir(parents=True, exist_ok=True)
    return path


def keep(note: str, size: int) -> None:
    """Write a checkpoint under its size and as the latest; on disk when this returns."""
    # The latest first: numbered files without a latest one mean that somebody removed it.
    _write(folder() / LATEST, note)
    _write(folder() / f"{size:012d}.note", note)


def latest() -> str:
    """The text of the newest checkpoint; empty when there was none yet."""
    path = folder() / LATEST
    return path.read_text(encoding="utf-8") if path.exists() else ""


def all_notes() -> list[tuple[str, str]]:
    """(file name, text) of every checkpoint, smallest tree first."""
    return [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder().glob("*.note"))]


def read(note: str) -> Checkpoint:
    """What a checkpoint says, its signature not looked at. Raises `BadNote`."""
    return parse(split(note)[0])


def last_signed(verifier: Verifier) -> Checkpoint | None:
    """The newest checkpoint outside, its signature verified; None when there was none. Raises `BadNote`."""
    note = latest()
    found = opened(note, verifier) if note else None
    notes = all_notes()
    if notes and found is None:
        raise BadNote("The latest checkpoint was removed from its folder.")
    if notes and found is not None:
        newest = opened(notes[-1][1], verifier)
        if newest.size > found.size:
            found = newest
    return found


def _write(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
