"""Read every entry in the order of the tree, hash it again, and build the tree again: quick, in bounded memory.

The work is cut into blocks of 2^17 leaves. A block gives its hashes level by level, what the tree looked like at each
checkpoint inside it, and where each chain entered and left it; blocks are independent, so two processes share them.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

from django.db import connection, transaction

from workflows.audit import bulk, merkle

BLOCK_LEVEL = 17
BLOCK = 1 << BLOCK_LEVEL
PAGE = 4000


@dataclass
class Block:
    """What one block came to.

    `edge`: complete subtrees over its leaves; `inside`: {size: edge} at checkpoints; `changed`: positions whose body
    does not give the stored leaf; `misplaced`: positions that are not what they follow; `names`: the chains that pass
    here; `first`, `last`: for each of them, joined, what its first entry here follows, and its last one; `broken`:
    chains that break here.
    """

    start: int
    count: int = 0
    edge: list[bytes] = field(default_factory=list)
    inside: dict[int, list[bytes]] = field(default_factory=dict)
    changed: list[int] = field(default_factory=list)
    misplaced: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    first: bytes = b""
    last: bytes = b""
    broken: set[str] = field(default_factory=set)


Row = tuple[int, bytes, bytes]


def rows_of(start: int, end: int) -> Iterator[Row]:
    """(position, body, stored leaf) from `start` up to but not including `end`, in order, streamed.

    Outside a transaction PostgreSQL is read ahead by a thread with a connection of its own: while one page is hashed,
    the server finds the next.
    """
    pages = _pages(start, end)
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        pages = _ahead(pages)
    for page in pages:
        yield from page


def _pages(start: int, end: int) -> Iterator[list[Row]]:
    sql = f"""SELECT l.position, e.body, e.leaf_hash FROM audit_treeleaf l JOIN audit_entry e ON e.id = l.entry_id
        WHERE l.position >= {int(start)} AND l.position < {int(end)} ORDER BY l.position"""  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(sql)
            while page := cursor.fetchmany(PAGE):
                yield page
            return
        from psycopg import ServerCursor

        # Entries lie nearly in the order of the tree: one index step each beats sorting the whole table by hashes.
        for way in ("hashjoin", "mergejoin", "seqscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        with ServerCursor(connection.connection, "kaigong_scan") as rows:
            rows.execute(sql, binary=True)
            while found := rows.fetchmany(PAGE):
                yield found


def _ahead(pages: Iterator[list[Row]]) -> Iterator[list[Row]]:
    """The same pages, read by a thread at most four ahead. Raises what reading raised."""
    waiting: queue.Queue[Any] = queue.Queue(maxsize=4)

    def read() -> None:
        try:
            for page in pages:
                waiting.put(page)
            waiting.put(None)
        except Exception as error:
            waiting.put(error)
        finally:
            connection.close()

    threading.Thread(target=read, daemon=True).start()
    while (page := waiting.get()) is not None:
        if isinstance(page, Exception):
            raise page
        yield page


def scan_block(start: int, end: int, sizes: Iterable[int]) -> Block:
    """Hash the leaves of one block again, and follow its chains; `sizes` are the checkpoints' sizes."""
    block = Block(start)
    levels = merkle.Levels()
    # Both have the same keys in the same order.
    first: dict[str, bytes] = {}
    last: dict[str, bytes] = {}
    wanted = start
    for page in bulk.pages(start, end):
        found = page.hashes()
        block.changed += page.changed(found)
        if page.positions == range(wanted, wanted + len(found)):
            wanted += len(found)
        else:
            for position in page.positions:
                if position != wanted:
                    block.misplaced.append(position)
                wanted = position + 1
        block.broken |= _follow(first, last, page, found)
        levels.extend(found)
    # Few long texts cross from one process to another sooner than many short ones.
    block.names, block.first, block.last = list(first), b"".join(first.values()), b"".join(last.values())
    block.count = len(levels.rows[0])
    block.edge = merkle.edge_at(levels.rows, block.count)
    for size in sizes:
        if start < size <= start + block.count:
            block.inside[size] = merkle.edge_at(levels.rows, size - start)
    return block


def _follow(first: dict[str, bytes], last: dict[str, bytes], page: bulk.Page, leaves: Sequence[bytes]) -> set[str]:
    """Take the chains of `first` and `last` through one page; those that break there."""
    broken = set()
    for chain, before, leaf in zip(page.chains, page.before, leaves, strict=True):
        if chain:
            known = last.get(chain)
            if known is None:
                first[chain] = before
            elif known != before:
                broken.add(chain)
            last[chain] = leaf
    return broken


class Chains:
    """Every chain through every block, one after the other. `broken`: those in which an entry does not follow, or only
    in another order than the tree's; whoever asks judges them one by one."""

    def __init__(self) -> None:
        self.ends: dict[str, bytes] = {}
        self.broken: set[str] = set()

    def join(self, block: Block) -> None:
        """Go on with the next block; what it knew of chains is taken out of it."""
        self.broken |= block.broken
        known = map(self.ends.get, block.names, repeat(bulk.NOTHING))
        follows = zip(block.names, known, bulk.cut(block.first), strict=True)
        self.broken.update(chain for chain, end, before in follows if end != before)
        self.ends.update(zip(block.names, bulk.cut(block.last), strict=True))
        block.names, block.first, block.last = [], b"", b""


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
