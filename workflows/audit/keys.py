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

from workflows.audit import outside
from workflows.audit.keyring import Ring
from workflows.audit.note import BadNote, Signer, Verifier


class NoKey(Exception):
    """The signing key cannot be read; the text says why."""


def signer() -> Signer:
    """The log's signer. In one-process mode a first start makes the key. Raises `NoKey`."""
    path: Path = settings.AUDIT_KEY_FILE
    if not path.exists():
        if not settings.AUDIT_KEY_MADE_WHEN_ABSENT:
            raise NoKey(f"{path} is not there; manage.py audit key --make makes it, once, on the sequencer's machine.")
        make()
    return signer_of(path)


def signer_of(path: Path) -> Signer:
    """The signer whose key lies in that file. Raises `NoKey`."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise NoKey(f"{path}: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(f"{path} holds no Ed25519 key.")
    return Signer(settings.AUDIT_ORIGIN, key)


def verifier() -> Verifier:
    """The public half, from its own file where this process may not read the key. Raises `NoKey`."""
    public = public_file()
    if public.exists():
        try:
            return Verifier.parse(public.read_text(encoding="utf-8"))
        except (OSError, BadNote) as error:
            raise NoKey(f"{public}: {error}") from error
    return signer().verifier


def ring() -> Ring:
    """Every key that the log ever had, from the statements outside the database. Raises `NoKey`."""
    return Ring.of(verifier(), outside.rotations())


def public_file() -> Path:
    """Where the printed verifier key lies, beside the signing key."""
    path: Path = settings.AUDIT_KEY_FILE
    return path.with_suffix(".pub")


def is_private(path: Path) -> bool:
    """Whether nobody but its owner may read the key file."""
    return path.exists() and not path.stat().st_mode & 0o077


def make() -> None:
    """Make the key, readable by this user only, and its public half; a key that is there stays."""
    make_at(settings.AUDIT_KEY_FILE)
    if not public_file().exists():
        publish(signer_of(settings.AUDIT_KEY_FILE).verifier)


def publish(verifier: Verifier) -> None:
    """Write the public half beside the key, for the processes that may not read that."""
    outside.write(public_file(), verifier.text() + "\n")


def make_at(path: Path) -> None:
    """Make a key in that file, whole on disk or not at all; one that is there stays."""
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
