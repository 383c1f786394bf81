"""The Merkle tree agrees with a second, naive implementation; no damaged proof ever passes (must-show 2 of issue 4).

The auditor's program and the witness verify with code of their own: they must say the same as the log, every time.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.audit import merkle
from workflows.audit.canonical import canonical


def leaf(n: int) -> bytes:
    return hashlib.sha256(b"\x00" + str(n).encode()).digest()


LEAVES = [leaf(n) for n in range(5000)]


# The second implementation: RFC 6962 section 2.1 word for word, over lists.
def mth(rows: list[bytes]) -> bytes:
    if not rows:
        return hashlib.sha256(b"").digest()
    if len(rows) == 1:
        return rows[0]
    k = 1
    while k * 2 < len(rows):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(rows[:k]) + mth(rows[k:])).digest()


def path(m: int, rows: list[bytes]) -> list[bytes]:
    if len(rows) <= 1:
        return []
    k = 1
    while k * 2 < len(rows):
        k *= 2
    if m < k:
        return [*path(m, rows[:k]), mth(rows[k:])]
    return [*path(m - k, rows[k:]), mth(rows[:k])]


def subproof(m: int, rows: list[bytes], whole: bool) -> list[bytes]:
    if m == len(rows):
        return [] if whole else [mth(rows)]
    k = 1
    while k * 2 < len(rows):
        k *= 2
    if m <= k:
        return [*subproof(m, rows[:k], whole), mth(rows[k:])]
    return [*subproof(m - k, rows[k:], False), mth(rows[:k])]


def program(path: str) -> Any:
    """A single-file program of the product as a module: it has the same arithmetic once more, and needs no house."""
    spec = importlib.util.spec_from_file_location(path.replace("/", "_"), Path(merkle.__file__).parent / f"{path}.py")
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


VERIFIER, WITNESS = program("verifier/kaigong_verify"), program("witness/kaigong_witness")


def is_included(*asked: Any) -> bool:
    """What the log and the auditor's own program say, who must agree."""
    answers = {bool(merkle.is_included(*asked)), bool(VERIFIER.included(*asked))}
    assert len(answers) == 1
    return answers.pop()


def is_consistent(*asked: Any) -> bool:
    """What the log, the auditor's program and the witness say, who must agree."""
    answers = {bool(says(*asked)) for says in (merkle.is_consistent, VERIFIER.consistent, WITNESS.consistent)}
    assert len(answers) == 1
    return answers.pop()


class Stored:
    """The complete subtrees as a log stores them."""

    def __init__(self, size: int) -> None:
        self.rows: dict[tuple[int, int], bytes] = {}
        tree = merkle.Range()
        for row in LEAVES[:size]:
            for level, index, found in tree.append(row):
                self.rows[level, index] = found
        self.root = tree.root()

    def __call__(self, level: int, index: int) -> bytes:
        return self.rows[level, index]


STORED = Stored(5000)


@pytest.mark.parametrize("size", range(71))
def test_roots_and_every_proof_agree_for_all_sizes_to_seventy(size: int) -> None:
    rows = LEAVES[:size]
    assert merkle.root(rows) == mth(rows) == Stored(size).root == merkle.root_at(size, STORED)
    for index in range(size):
        proof = merkle.inclusion(index, size, STORED)
        assert proof == path(index, rows)
        assert is_included(rows[index], index, size, proof, mth(rows))
    for old in range(size + 1):
        proof = merkle.consistency(old, size, STORED)
        if old:
            assert proof == subproof(old, rows, True)
        assert is_consistent(old, size, mth(rows[:old]), mth(rows), proof)


@given(size=st.integers(71, 5000), data=st.data())
@settings(max_examples=40)
def test_random_larger_trees_agree(size: int, data: st.DataObject) -> None:
    rows = LEAVES[:size]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    wanted = mth(rows)
    assert merkle.root_at(size, STORED) == wanted
    assert merkle.inclusion(index, size, STORED) == path(index, rows)
    assert is_included(rows[index], index, size, path(index, rows), wanted)
    assert merkle.consistency(old, size, STORED) == subproof(old, rows, True)
    proof = subproof(old, rows, True)
    assert is_consistent(old, size, mth(rows[:old]), wanted, proof)
    for found, fits in (
        (path(index, rows), lambda steps: is_included(rows[index], index, size, steps, wanted)),
        (proof, lambda steps: is_consistent(old, size, mth(rows[:old]), wanted, steps)),
    ):
        for n in range(len(found)):
            bit = data.draw(st.integers(0, 255))
            assert not fits([flipped(step, bit) if at == n else step for at, step in enumerate(found)])


def flipped(value: bytes, bit: int) -> bytes:
    damaged = bytearray(value)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


@pytest.mark.parametrize("size", range(1, 71))
def test_every_proof_with_one_bit_flipped_fails(size: int) -> None:
    draw = random.Random(size)
    wanted = merkle.root_at(size, STORED)
    for index in range(size):
        proof = merkle.inclusion(index, size, STORED)
        for n in range(len(proof)):
            for bit in (0, 7, 255, draw.randrange(256)):
                damaged = [flipped(step, bit) if at == n else step for at, step in enumerate(proof)]
                assert not is_included(LEAVES[index], index, size, damaged, wanted)
        assert not is_included(flipped(LEAVES[index], 3), index, size, proof, wanted)
        assert not is_included(LEAVES[index], index, size, proof, flipped(wanted, 9))
        assert not is_included(LEAVES[index], index, size, [*proof, LEAVES[0]], wanted)
        if proof:
            assert not is_included(LEAVES[index], index, size, proof[:-1], wanted)
        if size > 1:
            assert not is_included(LEAVES[index], (index + 1) % size, size, proof, wanted)
    for old in range(1, size):
        proof, before = merkle.consistency(old, size, STORED), merkle.root_at(old, STORED)
        for n in range(len(proof)):
            damaged = [flipped(step, draw.randrange(256)) if at == n else step for at, step in enumerate(proof)]
            assert not is_consistent(old, size, before, wanted, damaged)
        assert not is_consistent(old, size, flipped(before, 1), wanted, proof)
        assert not is_consistent(old, size, before, flipped(wanted, 1), proof)
        assert not is_consistent(old, size, before, wanted, proof[:-1])


def test_all_bits_of_one_proof() -> None:
    proof, wanted = merkle.inclusion(5, 11, STORED), merkle.root_at(11, STORED)
    for n, step in enumerate(proof):
        for bit in range(256):
            damaged = [flipped(step, bit) if at == n else other for at, other in enumerate(proof)]
            assert not is_included(LEAVES[5], 5, 11, damaged, wanted)


def test_what_cannot_be_proved_is_refused() -> None:
    for index, size in ((5, 5), (-1, 5), (0, 0)):
        with pytest.raises(ValueError, match="not in a tree"):
            merkle.inclusion(index, size, STORED)
        assert not is_included(LEAVES[0], index, size, [], merkle.EMPTY)
    with pytest.raises(ValueError, match="does not extend"):
        merkle.consistency(6, 5, STORED)
    assert not is_consistent(6, 5, merkle.EMPTY, merkle.EMPTY, [])
    assert is_consistent(0, 5, merkle.EMPTY, STORED.root, [])
    assert not is_consistent(0, 5, STORED.root, STORED.root, []), "there is one empty tree"


def test_the_canonical_form_of_the_committed_vectors_never_changes() -> None:
    vectors = json.loads((Path(__file__).with_name("canonical-vectors.json")).read_text(encoding="utf-8"))
    assert len(vectors) >= 12
    for vector in vectors:
        said = canonical(vector["value"])
        assert said.decode() == vector["canonical"], vector["why"]
        assert hashlib.sha256(b"\x00" + said).hexdigest() == vector["leaf"], vector["why"]
