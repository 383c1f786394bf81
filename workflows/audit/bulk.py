"""Hundreds of entries in one row: how the verification gets the bytes of the trail out of the database.

One row of the server carries many entries, each column joined to one text of bytes, so that neither the server nor
Python pays for single rows; and few enough that all of it stays in the processors' caches on its way. Everything is
still hashed here, from the content: a hash that the database computes itself would be the word of whoever owns the
database.

Entries are read in the order in which they arrived, which is nearly that of the tree; those that are not, or whose
columns are not what they should be, are read again row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from struct import pack
from typing import Any

from django.db import connection, transaction

SIZE = 256
# Entries for which the server is asked at once: so many may have to wait in memory.
STREAM = 32_768
KEY, HASH = 16, 32
# What the first entry of a chain names as the one before it.
NOTHING = bytes(HASH)
# What stands for bytes that are no hash: it equals none.
_NO_HASH = b"\xff" * HASH

# $1 the first position, $2 the one after the last, $3 how many entries to a row. First the keys and places of all in
# the order of the tree, then the entries in the order of arrival; who arrived far apart is cut off and read row by row.
# Joined texts hide where one value ends: the last column says that each has the length that it should have.
_STREAM = """WITH edge AS MATERIALIZED (
        SELECT min(e.arrival) AS low, least(max(e.arrival), min(e.arrival) + 4 * ($2 - $1)) AS high
        FROM audit_treeleaf l JOIN audit_entry e ON e.id = l.entry_id WHERE l.position IN ($1, $2 - 1))
    SELECT string_agg(uuid_send(entry_id), ''), string_agg(int8send(position), ''), NULL, NULL, NULL, true
        FROM (SELECT * FROM audit_treeleaf WHERE position >= $1 AND position < $2 ORDER BY position) AS p
    UNION ALL
    SELECT found.* FROM edge, generate_series(edge.low, edge.high, $3) AS first, LATERAL (
        SELECT string_agg(uuid_send(id), ''), string_agg(leaf_hash, ''), string_agg(body, '\\x0100'),
            string_agg(chain, E'\\n'), string_agg(coalesce(prev_hash, decode(repeat('00', 32), 'hex')), ''),
            bool_and(octet_length(leaf_hash) = 32 AND coalesce(octet_length(prev_hash), 32) = 32
                AND body IS NOT NULL AND chain IS NOT NULL)
        FROM (SELECT id, leaf_hash, body, chain, prev_hash FROM audit_entry
            WHERE arrival >= first AND arrival < least(first + $3, edge.high + 1) ORDER BY arrival) AS p) AS found"""
_INT8 = 20
_ROWS = """SELECT l.position, e.body, e.leaf_hash, e.chain, e.prev_hash
    FROM audit_treeleaf l JOIN audit_entry e ON e.id = l.entry_id
    WHERE l.position >= %s AND l.position < %s ORDER BY l.position"""
# By the two indexes; by one process, which answers in the order in which it is asked.
_SETTINGS = "SET LOCAL max_parallel_workers_per_gather = 0; " + "; ".join(
    f"SET LOCAL {way} = off"
    for way in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "jit")
)
# Rows read one by one at once: each is an object of its own in memory.
_FEW = 4096


@dataclass
class Page:
    """Entries in the order of the tree.

    `inputs`: what is hashed of each, a zero byte and its body (RFC 6962 section 2.1).
    `before`: the hash that each names as the one before it in its chain.
    """

    positions: Sequence[int]
    inputs: list[bytes]
    stored: bytes
    chains: list[str]
    before: list[bytes]

    def changed(self, found: Sequence[bytes]) -> list[int]:
        """Positions whose stored leaf is another than the one that was found."""
        if b"".join(found) == self.stored:
            return []
        return [at for at, one, two in zip(self.positions, found, cut(self.stored), strict=True) if one != two]

    def hashes(self) -> list[bytes]:
        """The leaf of each entry, from its content."""
        sha256 = hashlib.sha256
        return [sha256(content).digest() for content in self.inputs]


def pages(start: int, end: int) -> Iterator[Page]:
    """Every page from position `start` up to but not including `end`, in order."""
    postgres = connection.vendor == "postgresql"
    with transaction.atomic():
        if postgres:
            with connection.cursor() as cursor:
                cursor.execute(_SETTINGS)
        for first in range(start, end, STREAM):
            at, last = first, min(first + STREAM, end)
            for page in _streamed(first, last) if postgres else ():
                yield from _row_by_row(at, page.positions[0])
                yield page
                at = page.positions[-1] + 1
            yield from _row_by_row(at, last)


def _streamed(start: int, end: int) -> Iterator[Page]:
    """Pages in the order of the tree as the server finds them; whatever is not as it should be is left out.

    The connection answers one question at a time: as soon as something is left out, which the caller will ask for, what
    follows waits here until the stream is through.
    """
    at, seen = 0, 0
    waiting: list[Page] = []
    with closing(_rows(start, end)) as rows:
        keys, places, *_nothing = next(rows)
        # A range without each of its places, each once, is read row by row, to its end.
        whole = keys is not None and places == pack(f">{end - start}q", *range(start, end))
        for own, *columns in rows:
            found = keys.find(own, at) if own and whole else -1
            if found < 0 or found % KEY:
                continue
            at = found + len(own)
            page = _page(range(start + found // KEY, start + at // KEY), columns)
            if page is not None and found == seen:
                seen = at
                yield page
            elif page is not None:
                waiting.append(page)
    yield from waiting


def _rows(start: int, end: int) -> Generator[list[Any]]:
    """The rows of the stream as they come: no thread, so that nothing contends for the interpreter.

    Raises `psycopg.OperationalError`.
    """
    from psycopg import OperationalError, pq

    line = connection.connection.pgconn
    values = [str(value).encode() for value in (start, end, SIZE)]
    line.send_query_params(_STREAM.encode(), values, param_types=[_INT8] * 3, result_format=1)
    try:
        while line.flush():
            pass
        line.set_single_row_mode()
        while (found := line.get_result()) is not None:
            if found.status == pq.ExecStatus.SINGLE_TUPLE:
                yield [found.get_value(0, column) for column in range(found.nfields)]
            elif found.status != pq.ExecStatus.TUPLES_OK:
                raise OperationalError(found.error_message.decode())
    finally:
        while line.get_result() is not None:
            pass


def _page(positions: range, columns: Sequence[Any]) -> Page | None:
    """The page of one row; None when its columns are not what they should be."""
    stored, joined, chains, before, as_long_as_they_should_be = columns
    if as_long_as_they_should_be != b"\x01":
        return None
    # The canonical form has neither of the two separators in it; what follows the first one belongs to the next input.
    inputs, names, count = (b"\x00" + joined).split(b"\x01"), chains.decode().split("\n"), len(positions)
    if not len(stored) == len(before) == count * HASH or not len(inputs) == len(names) == count:
        return None
    return Page(positions, inputs, stored, names, cut(before))


def _row_by_row(start: int, end: int) -> Iterator[Page]:
    for first in range(start, end, _FEW):
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [first, min(first + _FEW, end)])
            rows = cursor.fetchall()
        if rows:
            yield Page(
                [row[0] for row in rows],
                [b"\x00" + bytes(row[1] or b"") for row in rows],
                b"".join(_hash(row[2]) for row in rows),
                [row[3] or "" for row in rows],
                [_hash(row[4]) if row[4] is not None else NOTHING for row in rows],
            )


def _hash(value: Any) -> bytes:
    return bytes(value) if value is not None and len(value) == HASH else _NO_HASH


def cut(joined: bytes) -> list[bytes]:
    """Hashes that stand one behind the other."""
    return [joined[at : at + HASH] for at in range(0, len(joined), HASH)]
