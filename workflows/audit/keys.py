"""The log's signing key: a file of the sequencer's user, never in the database, never in its backups."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from workflows.audit.note import Signer, Verifier


class NoKey(Exception):
    """The signing key cannot be read; the text says why."""


def signer() -> Signer:
    """The log's signer. A first start makes the key, readable by this user only. Raises `NoKey`."""
    path: Path = settings.AUDIT_KEY_FILE
    if not path.exists():
        _make(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise NoKey(f"{path}: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(f"{path} holds no Ed25519 key.")
    return Signer(settings.AUDIT_ORIGIN, key)


def verifier() -> Verifier:
    """The public half. Raises `NoKey`."""
    return signer().verifier


def is_private(path: Path) -> bool:
    """Whether nobody but its owner may read the key file."""
    return path.exists() and not path.stat().st_mode & 0o077


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # readable by its owner only
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        # Two processes may start at once: a link appears whole or not at all, and never in the place of another key.
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
