"""docs/howto/what-is-on-record.md against the source: every door that writes has its entry, every entry its name."""

from __future__ import annotations

import re
from pathlib import Path

from tests.audit.doors import House
from workflows.audit.sequencer import DECISIONS
from workflows.flow.decisions import Decision
from workflows.replaying.acts import ACTS, STILL
from workflows.templatetags.kinds import KINDS, kind_word

TABLE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "what-is-on-record.md"
HOUSE = House()
# A kind is named whole, or as `application.*` and `admin.*`, whose endings are a vocabulary of their own.
KIND = re.compile(r"`([a-z]+\.(?:[a-z_]+|\*))`")


def rows(chapter: str) -> dict[str, str]:
    """{first cell: second cell} of the table of a chapter."""
    text = TABLE.read_text(encoding="utf-8").split(f"## {chapter}\n")[1].split("\n## ")[0]
    cells = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    return {first.strip("`"): second for first, second in cells}


def test_every_transaction_of_the_house_has_its_entry_or_a_reason_why_not() -> None:
    recorded, silent = rows("Operations and their entries"), rows("Transactions without an entry, and why")
    doors = HOUSE.doors()
    assert len(doors) > 90 and not recorded.keys() & silent.keys()
    assert set(doors) == recorded.keys() | silent.keys()
    assert [door for door in recorded if not HOUSE.appends(door)] == [], "a row, and nothing is appended"
    assert [door for door in silent if HOUSE.appends(door)] == [], "a reason for nothing"
    assert all(len(why) > 10 for why in silent.values())


def test_every_kind_of_entry_is_named_in_the_table_and_for_people() -> None:
    named = set(KIND.findall(TABLE.read_text(encoding="utf-8")))
    acts = {f"application.{kind}" for kind in {*ACTS, *STILL}}
    decisions = {f"application.{code}" for code in Decision.values}
    assert named - {"application.*", "admin.*"} == set(KINDS) | (acts - decisions) | {"application.file"}
    assert [kind for kind in sorted(named | decisions) if "*" not in kind and kind_word(kind) == kind] == []


def test_what_is_sealed_at_once_are_kinds_that_exist() -> None:
    assert set(DECISIONS) <= {f"application.{kind}" for kind in {*ACTS, *STILL}}
