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

from django.db import connection, transaction

SIZE = 4096
HASH = 32
# What the first entry of a chain names as the one before it.
NOTHING = bytes(HASH)

# $1 the first position, $2 the one after the last. Entries that arrived far apart are cut off and read row by row.
_PAGE = """WITH place AS MATERIALIZED (
        SELECT count(*) AS n, string_agg(uuid_send(entry_id), '') AS keys
        FROM (SELECT entry_id FROM audit_treeleaf WHERE position >= $1 AND position < $2 ORDER BY position) AS p),
    edge AS MATERIALIZED (
        SELECT min(e.arrival) AS low, least(max(e.arrival), min(e.arrival) + 4 * ($2 - $1)) AS high
        FROM audit_treeleaf l JOIN audit_entry e ON e.id = l.entry_id WHERE l.position IN ($1, $2 - 1))
    SELECT place.n = $2 - $1 AND place.keys = found.keys, leaves, bodies, chains, before FROM place,
        (SELECT string_agg(uuid_send(id), '') AS keys, string_agg(leaf_hash, '') AS leaves,
            string_agg(body, '\\x00') AS bodies, string_agg(chain, E'\\n') AS chains,
            string_agg(coalesce(prev_hash, decode(repeat('00', 32), 'hex')), '') AS before
        FROM (SELECT id, leaf_hash, body, chain, prev_hash FROM audit_entry
            WHERE arrival >= (SELECT low FROM edge) AND arrival <= (SELECT high FROM edge) ORDER BY arrival) AS p
        ) AS found"""
_INT8 = 20
_ROWS = """SELECT l.position, e.body, e.leaf_hash, e.chain, e.prev_hash
    FROM audit_treeleaf l JOIN audit_entry e ON e.id = l.entry_id
    WHERE l.position >= %s AND l.position < %s ORDER BY l.position"""


@dataclass
class Page:
    """Entries in the order of the tree; `before` is the hash that each names as the one before it in its chain."""

    positions: Sequence[int]
    bodies: list[bytes]
    stored: bytes
    chains: list[str]
    before: list[bytes]

    def changed(self, found: Sequence[bytes]) -> list[int]:
        """Positions whose stored leaf is another than the one that was found."""
        if b"".join(found) == self.stored:
            return []
        return [at for at, one, two in zip(self.positions, found, _cut(self.stored), strict=True) if one != two]

    def hashes(self) -> list[bytes]:
        """The leaf of each entry, from its content (RFC 6962 section 2.1)."""
        sha256 = hashlib.sha256
        return [sha256(b"\x00" + body).digest() for body in self.bodies]


def pages(start: int, end: int) -> Iterator[Page]:
    """Every page from position `start` up to but not including `end`."""
    ranges = [range(first, min(first + SIZE, end)) for first in range(start, end, SIZE)]
    with transaction.atomic():
        found = _ahead(ranges) if connection.vendor == "postgresql" else map(_row_by_row, ranges)
        for page in found:
            if page.bodies:
                yield page


def _ahead(ranges: Sequence[range]) -> Iterator[Page]:
    """Pages from one row each; the server is asked for the next one before this one is given out."""
    with connection.cursor() as cursor:
        for setting in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "jit"):
            cursor.execute(f"SET LOCAL {setting} = off")
    line = connection.connection.pgconn
    _ask(line, ranges[0])
    try:
        answer = _answer(line)
        for positions, after in zip(ranges, [*ranges[1:], None], strict=True):
            if after is not None:
                _ask(line, after)
            page = _page(positions, answer)
            if page is None:
                # The connection answers one question at a time.
                answer = _answer(line) if after is not None else []
                yield _row_by_row(positions)
            else:
                yield page
                answer = _answer(line) if after is not None else []
    finally:
        while line.get_result() is not None:
            pass


def _ask(line: Any, positions: range) -> None:
    """Send the question for a page and do not wait: no thread, so that nothing contends for the interpreter."""
    values = [str(positions.start).encode(), str(positions.stop).encode()]
    line.send_query_params(_PAGE.encode(), values, param_types=[_INT8, _INT8], result_format=1)
    while line.flush():
        pass


def _answer(line: Any) -> list[Any]:
    """The columns of the one row. Raises `psycopg.OperationalError`."""
    from psycopg import OperationalError, pq

    found = line.get_result()
    if found is None or found.status != pq.ExecStatus.TUPLES_OK:
        raise OperationalError(found.error_message.decode() if found else "no answer")
    row = [found.get_value(0, column) for column in range(found.nfields)]
    while line.get_result() is not None:
        pass
    return row


def _page(positions: range, columns: Sequence[Any]) -> Page | None:
    """The page of one row; None when its entries are not in the order of the tree or not what they should be."""
    in_order, stored, joined, chains, before = columns
    if in_order != b"\x01":
        return None
    # The canonical form has neither of the two separators in it.
    bodies, names, count = joined.split(b"\x00"), chains.decode().split("\n"), len(positions)
    if not len(stored) == len(before) == count * HASH or not len(bodies) == len(names) == count:
        return None
    return Page(positions, bodies, stored, names, _cut(before))


def _row_by_row(positions: range) -> Page:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [positions.start, positions.stop])
        rows = cursor.fetchall()
    return Page(
        [row[0] for row in rows],
        [bytes(row[1]) for row in rows],
        b"".join(bytes(row[2]).ljust(HASH)[:HASH] for row in rows),
        [row[3] for row in rows],
        [bytes(row[4]) if row[4] is not None else NOTHING for row in rows],
    )


def _cut(joined: bytes) -> list[bytes]:
    return [joined[at : at + HASH] for at in range(0, len(joined), HASH)]
