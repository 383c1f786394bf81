"""Personal data beside the trail: an entry names a value by HMAC-SHA-256 under a salt of its own.

Salt and value may be erased; the commitment that stays in the entry then says nothing. A bare hash would not do: a
telephone number is found by trying them all (PIPL art. 47 asks for erasure, AUDIT.md 3.3.8).
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from workflows.audit.canonical import canonical
from workflows.audit.models import PrivateValue

# What stands in a payload where a value would stand: {"private": 64 hexadecimal digits}.
MARK = "private"


def commitment(salt: bytes, value: str) -> str:
    """HMAC-SHA-256 of the canonical text under a salt of 32 bytes, 64 hexadecimal digits."""
    return hmac.new(salt, canonical(value), sha256).hexdigest()


def committed(*, county: str, about: str, value: str, now: dt.datetime) -> Any:
    """What a payload holds for a personal datum; the datum itself goes into its own table, in the act's transaction.

    `about` says whose it is, e.g. `project:12:contact`. One INSERT; none for an empty text, which stays empty.
    """
    if not value:
        return ""
    salt = secrets.token_bytes(32)
    found = commitment(salt, value)
    PrivateValue.objects.create(
        county=county, commitment=found, about=about[:80], salt=salt, value=value[:200], kept_at=now
    )
    return {MARK: found}


def named_in(payload: Any) -> list[str]:
    """Every commitment that a payload holds, however deep."""
    if isinstance(payload, dict):
        if set(payload) == {MARK}:
            return [str(payload[MARK])]
        return [found for item in payload.values() for found in named_in(item)]
    if isinstance(payload, list):
        return [found for item in payload for found in named_in(item)]
    return []


def opened(county: str, commitments: Iterable[str]) -> dict[str, str]:
    """{commitment: value} of those that are not erased and still fit their salt; one statement."""
    rows = PrivateValue.objects.filter(county=county, commitment__in=list(commitments))
    return {row.commitment: row.value for row in rows if commitment(bytes(row.salt), row.value) == row.commitment}
