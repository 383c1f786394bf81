"""Checkpoints outside the database: a folder, each checkpoint a file that was synced to disk before it counts."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings

from workflows.audit.keyring import Ring
from workflows.audit.note import BadNote, Checkpoint, parse, split

LATEST = "latest"


def folder() -> Path:
    """Where checkpoints lie."""
    path: Path = settings.CHECKPOINT_DIR
    path.mkdir(parents=True, exist_ok=True)
    return path


def keep(note: str, size: int) -> None:
    """Write a checkpoint under its size and as the latest; on disk when this returns."""
    # The latest first: numbered files without a latest one mean that somebody removed it.
    write(folder() / LATEST, note)
    write(folder() / f"{size:012d}.note", note)


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


def rotations() -> list[tuple[str, str]]:
    """(file name, text) of every statement that one key follows another, in the order of the tree."""
    return [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder().glob("*.rotation"))]


def keep_rotation(note: str, size: int, key_id: str) -> None:
    """Write a rotation under the size of the old key's last checkpoint and the new key's id; on disk on return."""
    write(folder() / f"{size:012d}-{key_id}.rotation", note)


def last_signed(ring: Ring) -> Checkpoint | None:
    """The newest checkpoint outside, its signature verified; None when there was none. Raises `BadNote`."""
    note = latest()
    found = ring.opened(note) if note else None
    notes = all_notes()
    if notes and found is None:
        raise BadNote("The latest checkpoint was removed from its folder.")
    if notes and found is not None:
        newest = ring.opened(notes[-1][1])
        if newest.size > found.size:
            found = newest
    return found


def write(path: Path, text: str) -> None:
    """Put a file in its place, whole and on disk, readable by everybody."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        # Checkpoints are for everybody: the web process verifies with them under another account.
        os.fchmod(file.fileno(), 0o644)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Put a folder's names on disk."""
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
