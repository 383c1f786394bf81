"""However the entries arrived, and whatever became of them: each is read once, in the order of the tree (bulk.py)."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.audit.test_late_commits import arrive
from workflows.audit import bulk, guards
from workflows.audit.models import Entry, TreeLeaf

MANY = 60


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty entries make several streams, each of several pages."""
    for name, value in (("SIZE", 4), ("STREAM", 16), ("_FEW", 5)):
        monkeypatch.setattr(bulk, name, value)


def planted(numbers: Sequence[int]) -> list[Entry]:
    """Entries in the order of the tree; each with the number that it drew when it arrived."""
    entries = [arrive(1000 + number) for number in numbers]
    TreeLeaf.objects.bulk_create(TreeLeaf(position=at, entry=entry) for at, entry in enumerate(entries))
    return entries


def read(start: int, end: int) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for page in bulk.pages(start, end):
        assert len(page.stored) == bulk.HASH * len(page.positions)
        assert page.hashes() == [bytes(page.stored[at : at + 32]) for at in range(0, len(page.stored), 32)]
        found += zip(page.positions, bodies(page), strict=True)
    return found


def bodies(page: bulk.Page) -> list[bytes]:
    assert all(content[:1] == b"\x00" for content in page.inputs)
    return [content[1:] for content in page.inputs]


def followed() -> tuple[list[int], dict[int, bytes]]:
    """Positions whose leaf is another than is stored, and what each entry names as the one before it."""
    changed: list[int] = []
    before: dict[int, bytes] = {}
    for page in bulk.pages(0, MANY):
        changed += page.changed(page.hashes())
        before |= dict(zip(page.positions, page.before, strict=True))
    return changed, before


def shuffled(seed: int, reach: int) -> list[int]:
    """Numbers that are drawn out of order: each entry up to `reach` places from its own."""
    chance = random.Random(seed)
    return sorted(range(MANY), key=lambda at: at + chance.uniform(0, reach))


ORDERS = {
    "in order": list(range(MANY)),
    "two neighbours changed places": [1, 0, *range(2, MANY)],
    "across two pages": [0, 1, 2, 4, 3, *range(5, MANY)],
    "across two streams": [*range(15), 16, 15, *range(17, MANY)],
    "the first came last": [*range(1, MANY), 0],
    "the last came first": [MANY - 1, *range(MANY - 1)],
    "from the end to the beginning": list(reversed(range(MANY))),
    "numbers were left out": [at * 3 for at in range(MANY)],
    "a number that nobody comes near": [*range(20), 5000, *range(21, MANY)],
    **{f"shuffled {seed}": shuffled(seed, reach) for seed, reach in enumerate((1.5, 3.0, 8.0, 40.0))},
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_every_entry_is_read_once_in_the_order_of_the_tree(db: None, order: list[int]) -> None:
    entries = planted(order)
    expected = [(at, bytes(entry.body)) for at, entry in enumerate(entries)]
    assert read(0, MANY) == expected
    assert read(7, 43) == expected[7:43]
    assert read(MANY, MANY) == []


def test_who_waits_for_a_place_among_the_others_is_not_read(db: None) -> None:
    entries = planted([at * 2 for at in range(MANY)])
    for number in (1001, 1033, 1117):
        arrive(number)
    assert read(0, MANY) == [(at, bytes(entry.body)) for at, entry in enumerate(entries)]


@pytest.mark.parametrize("gone", [0, 3, 17, MANY - 1])
def test_what_was_deleted_is_left_out_and_everything_else_is_read(db: None, gone: int) -> None:
    entries = planted(range(MANY))
    guards.drop(connection)
    TreeLeaf.objects.filter(position=gone).delete()
    guards.create(connection)
    assert read(0, MANY) == [(at, bytes(entry.body)) for at, entry in enumerate(entries) if at != gone]


def test_bytes_that_look_like_a_separator_do_not_hide_an_entry(db: None) -> None:
    entries = planted(range(MANY))
    guards.drop(connection)
    Entry.objects.filter(pk=entries[5].pk).update(body=b"one\x01\x00two")
    Entry.objects.filter(pk=entries[33].pk).update(chain="one\ntwo", seq=1)
    guards.create(connection)
    found = {at: body for page in bulk.pages(0, MANY) for at, body in zip(page.positions, bodies(page), strict=True)}
    assert list(found) == list(range(MANY)) and found[5] == b"one\x01\x00two"
    chains = {at: name for page in bulk.pages(0, MANY) for at, name in zip(page.positions, page.chains, strict=True)}
    assert chains[33] == "one\ntwo"


def test_bytes_that_are_no_hash_are_taken_for_none(db: None) -> None:
    entries = planted(range(MANY))
    guards.drop(connection)
    Entry.objects.filter(pk=entries[9].pk).update(leaf_hash=bytes(entries[9].leaf_hash) + b"\x00")
    Entry.objects.filter(pk=entries[10].pk).update(prev_hash=b"")
    guards.create(connection)
    changed, before = followed()
    assert changed == [9]
    assert before[10] not in (bulk.NOTHING, b"") and before[11] == bulk.NOTHING


def test_hashes_whose_lengths_make_up_for_each_other_are_taken_for_none(db: None) -> None:
    entries = planted(range(MANY))
    one, two = (bytes(entry.leaf_hash) for entry in entries[9:11])
    guards.drop(connection)
    Entry.objects.filter(pk=entries[9].pk).update(leaf_hash=one[:-1])
    Entry.objects.filter(pk=entries[10].pk).update(leaf_hash=one[-1:] + two)
    Entry.objects.filter(pk=entries[21].pk).update(prev_hash=bytes(31))
    Entry.objects.filter(pk=entries[22].pk).update(prev_hash=bytes(33))
    guards.create(connection)
    changed, before = followed()
    assert changed == [9, 10]
    assert {at for at, named in before.items() if named != bulk.NOTHING} == {21, 22}


def test_what_arrived_in_order_is_read_by_hundreds_and_only_the_rest_row_by_row(db: None) -> None:
    def read_row_by_row() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert len(read(0, MANY)) == MANY
        return sum("e.body" in query["sql"] for query in caught.captured_queries)

    planted([0, 1, 2, 3, *range(5, 10), 4, *range(10, MANY)])
    if connection.vendor == "postgresql":
        assert read_row_by_row() == 2, "eight entries around the one that came late, five at a time"
    else:
        assert read_row_by_row() == 4 * 3 + 4 - 1, "every page of five of every stream"
