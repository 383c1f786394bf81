"""The keys of a log, one after another: a rotation is a statement signed by the old and by the new key. Pure: no I/O.

A rotation names the last checkpoint of the old key. So a key that is stolen after it was retired signs nothing that
anybody believes: what it signs over more leaves is refused.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from workflows.audit.note import BadNote, Checkpoint, Signer, Verifier, opened, promise_in, signed_by, split

HEAD = "kaigong/key-rotation/v1"


@dataclass(frozen=True)
class Rotation:
    """That `new` follows `old`, whose last checkpoint was over `size` leaves (0: none) with `root`; `at` is text."""

    old: Verifier
    new: Verifier
    size: int
    root: bytes
    at: str
    note: str


@dataclass(frozen=True)
class Reign:
    """One key's time: it signs checkpoints over more than `after` and at most `until` leaves (None: still)."""

    verifier: Verifier
    after: int
    until: int | None
    since: str

    @property
    def began(self) -> dt.datetime | None:
        """The instant of its rotation; None for the log's first key, and for a text that is none."""
        try:
            return dt.datetime.fromisoformat(self.since)
        except ValueError:
            return None


def statement(old: Signer, new: Signer, last: tuple[int, bytes], at: str) -> str:
    """The signed note that `new` follows `old`; `last` is (size, root) of the old key's last checkpoint."""
    size, root = last
    body = "\n".join(
        [
            *(HEAD, f"old {old.verifier.text()}", f"new {new.verifier.text()}"),
            *(f"last {size} {base64.b64encode(root).decode()}", f"at {at}", ""),
        ]
    )
    return body + "\n" + old.line(body) + new.line(body)


def rotation_in(note: str) -> Rotation:
    """What a rotation says. Raises `BadNote` unless the old and the new key, of one log, both signed it."""
    body, _lines = split(note)
    lines = body.split("\n")
    try:
        if len(lines) != 6 or lines[0] != HEAD or lines[5]:
            raise BadNote("This is no rotation of a key.")
        old, new = (Verifier.parse(_after(word, line)) for word, line in (("old ", lines[1]), ("new ", lines[2])))
        size, root = _after("last ", lines[3]).split(" ")
        found = Rotation(old, new, int(size), base64.b64decode(root, validate=True), _after("at ", lines[4]), note)
    except (ValueError, binascii.Error) as error:
        raise BadNote(f"This is no rotation of a key: {error}") from error
    if old.name != new.name or old == new:
        raise BadNote("A rotation is from one key of a log to another of the same log.")
    if signed_by(note, [old, new]) != [old, new]:
        raise BadNote("A rotation is signed by the old and by the new key.")
    return found


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise BadNote("This is no rotation of a key.")
    return line.removeprefix(word)


@dataclass(frozen=True)
class Ring:
    """Every key of a log, oldest first. `faults`: (name, why) of statements that are no proof or do not join."""

    reigns: tuple[Reign, ...]
    faults: tuple[tuple[str, str], ...] = ()
    rotations: tuple[Rotation, ...] = ()

    @classmethod
    def of(cls, anchor: Verifier, notes: Iterable[tuple[str, str]]) -> Ring:
        """The ring around the key that is trusted, from (name, text) of statements in any order.

        From the anchor it goes both ways: whoever trusts the old key follows it to the new one, and the other way
        round, for each statement carries both signatures.
        """
        faults, after, before = [], {}, {}
        for name, text in notes:
            try:
                found = rotation_in(text)
                if found.old in after or found.new in before:
                    raise BadNote("Two rotations begin or end with one key.")
                after[found.old], before[found.new] = found, found
            except BadNote as error:
                faults.append((name, str(error)))
        chain: list[Rotation] = []
        while (step := before.get(chain[0].old if chain else anchor)) and step not in chain:
            chain.insert(0, step)
        while (step := after.get(chain[-1].new if chain else anchor)) and step not in chain:
            chain.append(step)
        faults += [(found.new.text(), "The rotation does not join.") for found in after.values() if found not in chain]
        if any(later.size < earlier.size for earlier, later in pairwise(chain)):
            faults.append((chain[-1].new.text(), "The rotations are not in the order of the tree."))
        return cls(_reigns(anchor, chain), tuple(faults), tuple(chain))

    @property
    def newest(self) -> Verifier:
        """The key that signs now."""
        return self.reigns[-1].verifier

    @property
    def verifiers(self) -> list[Verifier]:
        """Every key, oldest first."""
        return [reign.verifier for reign in self.reigns]

    def opened(self, note: str) -> Checkpoint:
        """The checkpoint that a key signed in its time. Raises `BadNote`."""
        why = f"{self.newest.name} did not sign this."
        for reign in reversed(self.reigns):
            if not signed_by(note, [reign.verifier]):
                continue
            found = opened(note, reign.verifier)
            if reign.after < found.size and (reign.until is None or found.size <= reign.until):
                return found
            why = f"A key of {self.newest.name} signed this over {found.size} leaves, outside its time."
        raise BadNote(why)

    def promise_in(self, note: str) -> bytes:
        """The leaf hash that the log promised with any of its keys. Raises `BadNote`."""
        for verifier in self.verifiers:
            if signed_by(note, [verifier]):
                return promise_in(note, verifier)
        raise BadNote("This is no promise of this log.")


def _reigns(anchor: Verifier, chain: list[Rotation]) -> tuple[Reign, ...]:
    keys = [chain[0].old, *(step.new for step in chain)] if chain else [anchor]
    begun = [(-1, ""), *((step.size, step.at) for step in chain)]
    ended = [*(step.size for step in chain), None]
    return tuple(Reign(key, after, until, since) for key, (after, since), until in zip(keys, begun, ended, strict=True))
