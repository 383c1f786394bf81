"""Which files the counter takes: by their first bytes, not by what their name says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Paper:
    """One kind of file: its media type, its name endings, and how its bytes begin."""

    media_type: str
    endings: tuple[str, ...]
    begins: tuple[bytes, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = (
    Paper("application/pdf", (".pdf",), (b"%PDF-",)),
    Paper("application/ofd", (".ofd",), (b"PK\x03\x04",)),
    Paper("image/jpeg", (".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
    Paper("image/png", (".png",), (b"\x89PNG\r\n\x1a\n",)),
    Paper("image/tiff", (".tif", ".tiff"), (b"II*\x00", b"MM\x00*")),
    Paper(f"{_OFFICE}.wordprocessingml.document", (".docx",), (b"PK\x03\x04",)),
    Paper(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",), (b"PK\x03\x04",)),
    Paper("image/vnd.dwg", (".dwg",), (b"AC10",)),
)
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)


def kind_of(name: str, first: bytes) -> Paper | None:
    """The kind of a file from its name's ending and its first bytes; None when they disagree or are not taken."""
    ending = PurePosixPath(name.lower()).suffix
    for kind in KINDS:
        if ending in kind.endings:
            return kind if first.startswith(kind.begins) else None
    return None


def plain_name(name: str) -> str:
    """The file's own name without folders and control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[-200:] or "file"
