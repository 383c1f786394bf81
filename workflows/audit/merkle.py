"""The Merkle tree of RFC 6962 over leaf hashes: append, root, inclusion and consistency proofs, and their verification.

Only complete subtrees are stored; a node is named by its level and its index there, so that node (l, i) covers leaves
i·2^l … (i+1)·2^l − 1. Sources: RFC 6962 section 2.1, RFC 9162 sections 2.1.3.2 and 2.1.4.2. Pure: no Django, no I/O.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

EMPTY = hashlib.sha256(b"").digest()
# Read a stored complete subtree's hash. Raises `KeyError` when it is not there.
NodeAt = Callable[[int, int], bytes]

_sha256 = hashlib.sha256


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return _sha256(b"\x01" + left + right).digest()


class Range:
    """A growing tree that remembers only the complete subtrees on its right edge: at most 64 hashes."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        if bin(size).count("1") != len(edge):
            raise ValueError(f"A tree of {size} leaves has another right edge than {len(edge)} subtrees.")
        self.size = size
        self.edge = list(edge)

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add one leaf hash; yields every subtree that it completes: (level, index, hash), the leaf itself first."""
        level, index, found = 0, self.size, leaf
        yield level, index, found
        while index & 1:
            found = node(self.edge.pop(), found)
            level, index = level + 1, index >> 1
            yield level, index, found
        self.edge.append(found)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return root_of_edge(self.edge)


def root_of_edge(edge: Sequence[bytes]) -> bytes:
    """The root over complete subtrees from left to right, each smaller than the one before."""
    if not edge:
        return EMPTY
    found = edge[-1]
    for left in reversed(edge[:-1]):
        found = node(left, found)
    return found


class Levels:
    """All complete subtrees over many leaves, level by level: the quick way to hash many, as they come."""

    def __init__(self) -> None:
        self.rows: list[list[bytes]] = [[]]

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes on the right."""
        sha256 = _sha256
        self.rows[0].extend(leaves)
        for level, below in enumerate(self.rows):
            done = len(self.rows[level + 1]) if level + 1 < len(self.rows) else 0
            left, right = below[2 * done :: 2], below[2 * done + 1 :: 2]
            if not right:
                return
            if level + 1 == len(self.rows):
                self.rows.append([])
            self.rows[level + 1] += [sha256(b"\x01" + one + two).digest() for one, two in zip(left, right)]  # noqa: B905


def edge_at(levels: Sequence[Sequence[bytes]], size: int) -> list[bytes]:
    """The right edge of the first `size` leaves, from their levels: largest subtree first."""
    edge, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            edge.append(levels[level][start >> level])
            start += 1 << level
    return edge


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in memory."""
    levels = Levels()
    levels.extend(leaves)
    return root_of_edge(edge_at(levels.rows, len(levels.rows[0])))


def edge_positions(size: int) -> list[tuple[int, int]]:
    """(level, index) of the complete subtrees on the right edge of a tree of `size` leaves, largest first."""
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def root_at(size: int, node_at: NodeAt) -> bytes:
    """The root that the tree had when it was `size` leaves long, from stored subtrees."""
    return root_of_edge([node_at(level, index) for level, index in edge_positions(size)])


def inclusion(index: int, size: int, node_at: NodeAt) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves. Raises `ValueError` when it cannot be."""
    if not 0 <= index < size:
        raise ValueError(f"Leaf {index} is not in a tree of {size}.")
    return _path(index, 0, size, node_at)


def _path(index: int, low: int, high: int, node_at: NodeAt) -> list[bytes]:
    if high - low == 1:
        return []
    middle = low + _split(high - low)
    if index < middle:
        return [*_path(index, low, middle, node_at), _subtree(middle, high, node_at)]
    return [*_path(index, middle, high, node_at), _subtree(low, middle, node_at)]


def consistency(old: int, new: int, node_at: NodeAt) -> list[bytes]:
    """The proof that the tree of `new` leaves extends that of `old`. Raises `ValueError`."""
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {new} leaves does not extend one of {old}.")
    return [] if old in (0, new) else _extends(old, 0, new, node_at, whole=True)


def _extends(old: int, low: int, high: int, node_at: NodeAt, *, whole: bool) -> list[bytes]:
    if old == high:
        return [] if whole else [_subtree(low, high, node_at)]
    middle = low + _split(high - low)
    if old <= middle:
        return [*_extends(old, low, middle, node_at, whole=whole), _subtree(middle, high, node_at)]
    return [*_extends(old, middle, high, node_at, whole=False), _subtree(low, middle, node_at)]


def _subtree(low: int, high: int, node_at: NodeAt) -> bytes:
    """The root over leaves low … high − 1; `low` is a multiple of the largest power of two that fits."""
    size = high - low
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node_at(level, low >> level)
    middle = low + _split(size)
    return node(_subtree(low, middle, node_at), _subtree(middle, high, node_at))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], wanted: bytes) -> bool:
    """Whether `proof` shows leaf `index` in the tree of `size` leaves with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node(step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == wanted


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree with `new_root` extends the one with `old_root` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node(step, first), node(step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node(second, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root
