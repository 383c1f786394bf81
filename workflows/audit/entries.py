"""Draft entries and append them: one INSERT, in the transaction of the act.

An application's entries form a chain. Its row is locked by the act, so its head is exact without a lock of our own; the
unique constraints make a fork an error, not a silent second history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.audit.canonical import canonical, instant, leaf
from workflows.audit.ids import uuid7
from workflows.audit.models import Entry

# 2: an act on an application says its way (`path`: what it closed and opened). Entries of schema 1 stay as they are and
# stay readable: what they lack is looked up in the tables when they are replayed.
SCHEMA = 2


@dataclass(frozen=True)
class Head:
    """Where a chain stands: how many entries it has and the leaf hash of the last one (None: none yet)."""

    chain: str
    seq: int
    last_hash: bytes | None


def draft(
    *,
    head: Head | None,
    kind: str,
    now: dt.datetime,
    county: str,
    payload: Mapping[str, Any],
    occurred_at: dt.datetime | None = None,
    actor: str | None = None,
    on_behalf_of: str | None = None,
    post: str = "",
    request_id: str = "",
) -> tuple[Entry, Head]:
    """An unsaved entry, and the chain's head after it.

    `head` is None for an act without an application; `occurred_at` None means `now`. `payload` holds texts, integers,
    booleans, lists and objects (`canonical`), never a secret, never a citizen's data in clear. Raises `TypeError`.
    """
    at = head or Head("", 0, None)
    seq = at.seq + 1
    key = uuid7(now)
    when = occurred_at or now
    body = canonical(
        {
            "id": str(key),
            "schema": SCHEMA,
            "county": county,
            "chain": at.chain,
            "seq": str(seq) if at.chain else "",
            "prev": at.last_hash.hex() if at.last_hash else "",
            "kind": kind,
            "actor": actor or "",
            "on_behalf_of": on_behalf_of or "",
            "post": post,
            "occurred_at": instant(when),
            "recorded_at": instant(now),
            "request_id": request_id,
            "payload": dict(payload),
        }
    )
    entry = Entry(
        id=key,
        county=county,
        chain=at.chain,
        seq=seq if at.chain else None,
        prev_hash=at.last_hash if at.chain else None,
        kind=kind,
        schema_version=SCHEMA,
        actor=actor or "",
        on_behalf_of=on_behalf_of or "",
        post=post,
        occurred_at=when,
        recorded_at=now,
        request_id=request_id,
        body=body,
        leaf_hash=leaf(body),
    )
    return entry, Head(at.chain, seq, bytes(entry.leaf_hash))


def append(drafts: Sequence[Entry]) -> None:
    """Insert drafted entries by one statement, inside the transaction of the act."""
    if len(drafts) == 1:
        drafts[0].save(force_insert=True)
    elif drafts:
        Entry.objects.bulk_create(drafts)
