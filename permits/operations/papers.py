"""A paper that comes with an act on a project: stored before the transaction, gone again when the act is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage

from workflows.operations.documents import check_file, store_file
from workflows.papers import plain_name


@dataclass(frozen=True)
class Stored:
    """Where the file lies, what it is called, its SHA-256; all empty without a file."""

    path: str = ""
    name: str = ""
    sha256: str = ""


@contextmanager
def stored(upload: Any, now: dt.datetime, folder: str) -> Iterator[Stored]:
    """Keep the upload (None: nothing) while the act inside succeeds. Raises `Missing`."""
    if upload is None:
        yield Stored()
        return
    check_file(upload)
    path, sha256 = store_file(upload, now, folder)
    try:
        yield Stored(path, plain_name(upload.name), sha256)
    except BaseException:
        default_storage.delete(path)
        raise
