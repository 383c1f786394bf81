"""Canonical bytes of the record: RFC 8785 JSON over NFC text, so that equal content has equal bytes years later."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from typing import Any

import rfc8785

LEAF = b"\x00"  # RFC 6962 section 2.1: a leaf is hashed with this prefix, a node with 0x01


def normal(value: Any) -> Any:
    """`value` with every text in Unicode form C, keys too. Raises `TypeError` for what a record may not hold.

    A record holds texts, integers, booleans, null, lists and objects; money, ids and times are texts (AUDIT.md 3.3.7).
    """
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", key): normal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [normal(item) for item in value]
    raise TypeError(f"A record holds no {type(value).__name__}: write it as text.")


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value. Raises `TypeError`; `rfc8785.CanonicalizationError` for an integer past 2^53."""
    return rfc8785.dumps(normal(value))


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def leaf(body: bytes) -> bytes:
    """The leaf hash of canonical bytes (RFC 6962 section 2.1), 32 bytes."""
    return hashlib.sha256(LEAF + body).digest()


def instant(moment: dt.datetime) -> str:
    """An aware instant as UTC text with microseconds, `2022-03-01T01:00:00.000000Z`. Raises `ValueError` when naive."""
    if moment.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
