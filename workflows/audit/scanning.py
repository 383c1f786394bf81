"""Read every entry in the order of the tree, hash it again, and build the tree again: quick, in bounded memory.

The work is cut into blocks of 2^16 leaves. A block gives its hashes level by level, and what the tree looked like at
each checkpoint inside it; blocks are independent, so two processes share them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from workflows.audit import merkle

BLOCK_LEVEL = 16
BLOCK = 1 << BLOCK_LEVEL


@dataclass
class Block:
    """What one block came to. `edge`: complete subtrees over its leaves; `inside`: {size: edge} at checkpoints;
    `changed`: positions whose body does not give the stored leaf; `misplaced`: positions that are not what they follow.
    """

    start: int
    count: int = 0
    edge: list[bytes] = field(default_factory=list)
    inside: dict[int, list[bytes]] = field(default_factory=dict)
    changed: list[int] = field(default_factory=list)
    misplaced: list[int] = field(default_factory=list)
    octets: int = 0


def rows_of(start: int, end: int) -> Iterator[tuple[int, bytes, bytes]]:
    """(position, body, stored leaf) from `start` up to but not including `end`, in order, streamed."""
    sql = f"""SELECT l.position, e.body, e.leaf_hash FROM audit_treeleaf l JOIN audit_entry e ON e.id = l.entry_id
        WHERE l.position >= {int(start)} AND l.position < {int(end)} ORDER BY l.position"""  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)") as copy:
                copy.set_types(["int8", "bytea", "bytea"])
                yield from copy.rows()
        else:
            cursor.execute(sql)
            while page := cursor.fetchmany(2000):
                yield from page


def scan_block(start: int, end: int, sizes: Iterable[int]) -> Block:
    """Hash the leaves of one block again; `sizes` are the checkpoints' sizes."""
    block = Block(start)
    sha256, leaves, wanted = hashlib.sha256, [], start
    octets = 0
    for position, body, stored in rows_of(start, end):
        leaf = sha256(b"\x00" + body).digest()
        if leaf != stored:
            block.changed.append(position)
        if position != wanted:
            block.misplaced.append(position)
            wanted = position
        wanted += 1
        octets += len(body)
        leaves.append(leaf)
    block.count, block.octets = len(leaves), octets
    levels = merkle.levels_of(leaves) if leaves else [[]]
    block.edge = merkle.edge_at(levels, len(leaves))
    for size in sizes:
        if start < size <= start + len(leaves):
            block.inside[size] = merkle.edge_at(levels, size - start)
    return block


def blocks(size: int) -> list[tuple[int, int]]:
    """(start, end) of every block of a tree of `size` leaves."""
    return [(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK)]


def roots(found: Sequence[Block]) -> tuple[dict[int, bytes], bytes]:
    """({checkpoint size: root}, the root of all) from every block in order."""
    tree = Joined()
    known: dict[int, bytes] = {}
    for block in found:
        for size, edge in block.inside.items():
            known[size] = tree.root_with(edge)
        tree.join(block)
    return known, tree.root_with([])


class Joined:
    """Whole blocks from the left, joined like leaves of a higher tree."""

    def __init__(self) -> None:
        self.range = merkle.Range()
        self.rest: list[bytes] = []

    def join(self, block: Block) -> None:
        """Add the next block; only the last may be shorter."""
        if block.count == BLOCK:
            for _node in self.range.append(block.edge[0]):
                pass
        else:
            self.rest = block.edge

    def root_with(self, edge: list[bytes]) -> bytes:
        """The root over the blocks so far and a part of the next one."""
        return merkle.root_of_edge([*self.range.edge, *(edge or self.rest)])


def scan(size: int, sizes: Sequence[int], tick: Any, processes: int = 1) -> Iterator[Block]:
    """Every block in order; `tick(leaves done)` is told. With more processes each has a connection of its own."""
    work = blocks(size)
    if processes <= 1 or len(work) < 2:
        for start, end in work:
            block = scan_block(start, end, sizes)
            tick(end)
            yield block
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    connection.close()
    with ProcessPoolExecutor(processes, mp_context=get_context("fork"), initializer=_fresh) as pool:
        jobs = [pool.submit(scan_block, start, end, [s for s in sizes if start < s <= end]) for start, end in work]
        for (_start, end), job in zip(work, jobs, strict=True):
            yield job.result()
            tick(end)


def _fresh() -> None:
    connection.close()
