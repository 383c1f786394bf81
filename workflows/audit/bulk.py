"""Thousands of entries in one row: how the verification gets the bytes of the trail out of the database.

One row of the server carries a whole page, each column joined to one text of bytes, so that neither the server nor
Python pays for single rows. Everything is still hashed here, from the content: a hash that the database computes itself
would be the word of whoever owns the database.

Entries are read in the order in which they arrived, which is nearly that of the tree; a page that is not, or whose
columns are not what they should be, is read again row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

SIZE = 4096
HASH, KEY = 32, 16
# What the first entry of a chain names as the one before it.
NOTHING = bytes(HASH)

_LEAVES = """SELECT min(position), max(position), string_agg(uuid_send(entry_id), '')
    FROM (SELECT position, entry_id FROM audit_treeleaf
        WHERE position >= %s AND position < %s ORDER BY position) AS p"""
_ARRIVED = "SELECT min(arrival), max(arrival) FROM audit_entry WHERE id IN (%s, %s)"
_ENTRIES = """SELECT string_agg(uuid_send(id), ''), string_agg(leaf_hash, ''), string_agg(body, '\\x00'),
    string_agg(chain, E'\\n'), string_agg(coalesce(prev_hash, %s), '')
    FROM (SELECT id, leaf_hash, body, chain, prev_hash FROM audit_entry
        WHERE arrival >= %s AND arrival <= %s ORDER BY arrival) AS p"""
_ROWS = """SELECT l.position, e.body, e.leaf_hash, e.chain, e.prev_hash
    FROM audit_treeleaf l JOIN audit_entry e ON e.id = l.entry_id
    WHERE l.position >= %s AND l.position < %s ORDER BY l.position"""


@dataclass
class Page:
    """Entries in the order of the tree; `before` is the hash that each names as the one before it in its chain."""

    positions: Sequence[int]
    bodies: list[bytes]
    stored: list[bytes]
    chains: list[str]
    before: list[bytes]

    def hashes(self) -> list[bytes]:
        """The leaf of each entry, from its content (RFC 6962 section 2.1)."""
        sha256 = hashlib.sha256
        return [sha256(b"\x00" + body).digest() for body in self.bodies]


def pages(start: int, end: int) -> Iterator[Page]:
    """Every page from position `start` up to but not including `end`."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for setting in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "jit"):
                    cursor.execute(f"SET LOCAL {setting} = off")
        for first in range(start, end, SIZE):
            last = min(first + SIZE, end)
            page = _at_once(first, last) if connection.vendor == "postgresql" else None
            page = page or _row_by_row(first, last)
            if page.bodies:
                yield page


def _at_once(first: int, last: int) -> Page | None:
    """A page from one row of the server; None when its entries are not in order or not what they should be."""
    from psycopg import Cursor

    # Django's own cursors put parameters into the text, and such answers come as text.
    with Cursor(connection.connection) as cursor:

        def one(sql: str, *values: Any) -> Any:
            return cursor.execute(sql, values, binary=True, prepare=True).fetchone()

        low, high, keys = one(_LEAVES, first, last)
        if keys is None or (low, high, len(keys)) != (first, last - 1, (last - first) * KEY):
            return None
        low, high = one(_ARRIVED, UUID(bytes=keys[:KEY]), UUID(bytes=keys[-KEY:]))
        if low is None or high - low > 4 * (last - first):
            return None
        found = one(_ENTRIES, NOTHING, low, high)
    return _page(range(first, last), found[1:]) if found[0] == keys else None


def _page(positions: range, columns: Sequence[Any]) -> Page | None:
    stored, joined, chains, before = columns
    # The canonical form has neither of the two separators in it.
    bodies, names, count = joined.split(b"\x00"), chains.split("\n"), len(positions)
    if not len(stored) == len(before) == count * HASH or not len(bodies) == len(names) == count:
        return None
    return Page(positions, bodies, _cut(stored), names, _cut(before))


def _row_by_row(first: int, last: int) -> Page:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [first, last])
        rows = cursor.fetchall()
    return Page(
        [row[0] for row in rows],
        [bytes(row[1]) for row in rows],
        [bytes(row[2]) for row in rows],
        [row[3] for row in rows],
        [bytes(row[4]) if row[4] is not None else NOTHING for row in rows],
    )


def _cut(joined: bytes) -> list[bytes]:
    return [joined[at : at + HASH] for at in range(0, len(joined), HASH)]
