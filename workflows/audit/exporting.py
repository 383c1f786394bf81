"""The export package: everything that an auditor needs on his own machine, with the verifier beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from workflows.audit import keys, outside
from workflows.audit.models import Entry, SignedCheckpoint
from workflows.audit.scanning import rows_of
from workflows.audit.sequencer import size as tree_size

VERIFIER = Path(__file__).with_name("verifier") / "kaigong_verify.py"
MANUAL = Path(__file__).with_name("verifier") / "MANUAL.md"
MINE = Path(__file__).with_name("verifier") / "kaigong_mine.py"
PAGE = 20_000


class NotEmpty(Exception):
    """The folder holds something already."""


class Beside(Protocol):
    """Tells the entries in other formats, from a layer that knows what they mean; its files go into the manifest."""

    def take(self, position: int | None, body: bytes) -> None:
        """One entry as it is written; `position` None when it has no place in the tree yet."""

    def finish(self) -> None:
        """All entries were given."""


def export(
    folder: Path,
    now: dt.datetime,
    tick: Callable[[int, int], None] = lambda n, of: None,
    beside: Callable[[Path], Beside] | None = None,
) -> dict[str, object]:
    """Write the package into an empty folder; what its manifest says, and its hash. Raises `NotEmpty`, `keys.NoKey`.

    `beside(folder)` begins what else is to stand in it. `entries.jsonl` holds the canonical bytes of each entry, one a
    line: those of the tree in its order, then those that no checkpoint covers yet. `leaves.txt` holds their leaf
    hashes, one a line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotEmpty(f"{folder} is not empty.")
    # The checkpoints before the entries: the log grows meanwhile, and one over later leaves would look like a cut.
    _checkpoints(folder)
    length, written = tree_size(), 0
    more = beside(folder) if beside else None
    with (folder / "entries.jsonl").open("wb") as bodies, (folder / "leaves.txt").open("w") as leaves:
        for start in range(0, length, PAGE):
            for position, body, leaf in rows_of(start, min(start + PAGE, length)):
                bodies.write(bytes(body) + b"\n")
                leaves.write(bytes(leaf).hex() + "\n")
                written += 1
                if more is not None:
                    more.take(position, bytes(body))
            tick(written, length)
        loose = Entry.objects.filter(leaf__isnull=True).order_by("recorded_at", "pk")
        for row in loose.iterator(chunk_size=2000):
            bodies.write(bytes(row.body) + b"\n")
            leaves.write(bytes(row.leaf_hash).hex() + "\n")
            written += 1
            if more is not None:
                more.take(None, bytes(row.body))
    if more is not None:
        more.finish()
        shutil.copyfile(MINE, folder / MINE.name)
    if rotations := outside.rotations():
        (folder / "rotations").mkdir()
        for name, text in rotations:
            (folder / "rotations" / name).write_text(text, encoding="utf-8", newline="")
    (folder / "verifier.key").write_text(keys.verifier().text() + "\n", encoding="utf-8")
    shutil.copyfile(VERIFIER, folder / VERIFIER.name)
    shutil.copyfile(MANUAL, folder / MANUAL.name)
    manifest: dict[str, object] = {
        "format": "kaigong/export/v1",
        "made_at": now.isoformat(),
        "size": length,
        "entries": written,
        "files": {
            path.relative_to(folder).as_posix(): digest(path) for path in sorted(folder.rglob("*")) if path.is_file()
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    manifest["sha256"] = digest(folder / "manifest.json")
    (folder / "manifest.sha256").write_text(f"{manifest['sha256']}  manifest.json\n", encoding="ascii")
    return manifest


def _checkpoints(folder: Path) -> None:
    """Those of the database, and those outside it where they differ: the auditor sees both."""
    (folder / "checkpoints").mkdir()
    kept = {}
    for row in SignedCheckpoint.objects.order_by("size").iterator(chunk_size=500):
        kept[f"{row.size:012d}.note"] = row.note
    for name, text in outside.all_notes():
        kept[name if kept.get(name, text) == text else f"outside-{name}"] = text
    for name, text in kept.items():
        (folder / "checkpoints" / name).write_text(text, encoding="utf-8", newline="")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
