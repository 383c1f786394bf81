"""The one sequencer: gives entries their place in the tree, and signs what the tree has become.

Entries commit out of order, and clocks go back; so what is not in the tree is found by asking for it, never by "newer
than the last". A checkpoint is signed only when the tree extends the last one that lies outside the database: a
restored backup, a cut or a rewritten past cannot be signed over (AUDIT.md 3.3).
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from workflows.audit import keys, merkle, outside, rotating
from workflows.audit.keyring import Ring, Rotation
from workflows.audit.models import Finding, SignedCheckpoint, TreeLeaf, TreeNode
from workflows.audit.note import BadNote, Checkpoint, Signer, signed

log = logging.getLogger(__name__)
BATCH = 2000
# Numbers are given out when a row is inserted and seen when it commits: this many are looked back every time. What a
# still longer transaction wrote is found by looking at all entries (`Latecomers`).
IN_FLIGHT = 20_000
AT_MOST_ENTRIES, AT_MOST_SECONDS = 50, 60
LOCK = 0x4B61_6967
# What decides a case, or ends it: sealed at once.
DECISIONS = tuple(
    f"application.{kind}"
    for kind in (
        *("grant", "refuse", "file", "approved_above", "refused_above", "not_needed", "wrong_authority"),
        *("sold", "outbid", "deemed_accepted", "annul", "withdraw", "end_as_moot"),
    )
)


class Diverged(Exception):
    """The tree does not extend the last checkpoint outside the database: nothing is signed."""


class Latecomers:
    """When to look for them among all entries: every time while that is cheap, else for a hundredth of the time."""

    CHEAP_SECONDS, SHARE = 0.05, 100

    def __init__(self) -> None:
        self._next = 0.0

    def due(self, at: float) -> bool:
        """Whether to look now; `at` is a monotonic clock in seconds."""
        return at >= self._next

    def took(self, seconds: float, at: float) -> None:
        """The look that ended `at` took so long."""
        self._next = 0.0 if seconds <= self.CHEAP_SECONDS else at + seconds * self.SHARE


_latecomers = Latecomers()


@dataclass(frozen=True)
class Sequenced:
    """What one round did: leaves added, the tree's size, and the size that was signed (0: none)."""

    added: int
    size: int
    signed: int = 0


def key_of(level: int, index: int) -> int:
    """The primary key of a stored subtree."""
    return level << 48 | index


def node_at(level: int, index: int) -> bytes:
    """The stored hash of a complete subtree. Raises `KeyError`."""
    found = TreeNode.objects.filter(pk=key_of(level, index)).values_list("hash", flat=True).first()
    if found is None:
        raise KeyError((level, index))
    return bytes(found)


def size() -> int:
    """How many leaves the tree has; one index read."""
    last = TreeLeaf.objects.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def sequence(now: dt.datetime, *, sign: bool = False) -> Sequenced:
    """Add every entry that has no place yet, then sign if it is time (or `sign`). Raises `Diverged`, `keys.NoKey`.

    Safe to run twice at once: the second finds the lock taken and leaves; with `sign` it waits to sign.
    """
    settle()
    added = _integrate_all(everything=False)
    begun = time.monotonic()
    if sign or _latecomers.due(begun):
        added += _integrate_all(everything=True)
        _latecomers.took(time.monotonic() - begun, time.monotonic())
    return Sequenced(added, size(), _sign(now, forced=sign))


def _integrate_all(*, everything: bool) -> int:
    """Batches until none is full: how many leaves."""
    added = 0
    while True:
        n = _integrate(everything)
        added += n
        if n < BATCH:
            return added


def _integrate(everything: bool) -> int:
    """One batch in one transaction: how many leaves."""
    try:
        with _alone() as alone:
            if not alone:
                return 0
            length = size()
            rows = without_place(length, everything=everything)
            if not rows:
                return 0
            edge = dict.fromkeys((key_of(level, index) for level, index in merkle.edge_positions(length)), b"")
            stored = TreeNode.objects.filter(pk__in=edge).values_list("pk", "hash")
            edge.update({pk: bytes(found) for pk, found in stored})
            tree = merkle.Range(length, list(edge.values()))
            nodes = [
                TreeNode(key=key_of(level, index), hash=found)
                for _pk, leaf in rows
                for level, index, found in tree.append(leaf)
            ]
            TreeLeaf.objects.bulk_create(
                [TreeLeaf(position=length + n, entry_id=pk) for n, (pk, _leaf) in enumerate(rows)]
            )
            TreeNode.objects.bulk_create(nodes, batch_size=2000)
    except IntegrityError:
        # Two sequencers of different versions, or without the lock: the primary key lets only one of them in.
        return 0
    return len(rows)


@contextmanager
def _alone(*, wait: bool = False) -> Iterator[bool]:
    """A transaction in which this is the only sequencer; False when another one runs. SQLite has one writer anyway."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor != "postgresql":
            yield True
            return
        with connection.cursor() as cursor:
            if outermost:
                # A snapshot from before the lock would not show what the other sequencer has just committed.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            if wait:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
                alone = True
            else:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
                alone = bool(cursor.fetchone()[0])
        yield alone


def without_place(length: int, *, everything: bool = False) -> list[tuple[str, bytes]]:
    """(id, leaf hash) of entries that have no leaf, in the order in which they arrived."""
    number = "arrival" if connection.vendor == "postgresql" else "rowid"
    since = 0
    with connection.cursor() as cursor:
        if length and not everything:
            if connection.vendor == "postgresql":
                # A look at each of the newest entries, however many leaves there are; a join would read all of those.
                for way in ("hashjoin", "mergejoin", "seqscan"):
                    cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute(
                f"SELECT e.{number} FROM audit_entry e JOIN audit_treeleaf l ON l.entry_id = e.id "  # noqa: S608
                "WHERE l.position = %s",
                [length - 1],
            )
            found = cursor.fetchone()
            since = max(0, (found[0] if found else 0) - IN_FLIGHT)
        cursor.execute(
            f"SELECT e.id, e.leaf_hash FROM audit_entry e "  # noqa: S608
            f"LEFT JOIN audit_treeleaf l ON l.entry_id = e.id WHERE e.{number} > %s AND l.entry_id IS NULL "
            f"ORDER BY e.{number} LIMIT {BATCH}",
            [since],
        )
        return [(pk, bytes(leaf)) for pk, leaf in cursor.fetchall()]


def _sign(now: dt.datetime, *, forced: bool) -> int:
    """Sign if it is time: the size that was signed, or 0. Raises `Diverged`, `keys.NoKey`.

    Under the sequencer's lock: two who sign at once would read each other's half-written files and cry fork.
    """
    if not _is_time(now, size(), forced):
        return 0
    try:
        with _alone(wait=forced) as alone:
            length = size()
            return _sign_alone(now, length) if alone and _is_time(now, length, forced) else 0
    except Diverged as error:
        # Not within the transaction, which is rolled back: the finding must stay.
        note_finding("diverged", "checkpoint", str(error))
        raise


def _is_time(now: dt.datetime, length: int, forced: bool) -> bool:
    last = SignedCheckpoint.objects.order_by("-size").first()
    done = last.size if last else 0
    if forced or length <= done:
        # With nothing new to sign, whoever insists still learns whether the tree extends what lies outside.
        return forced and length > 0
    waited = (now - last.signed_at).total_seconds() if last else AT_MOST_SECONDS
    # A clock that was set back must not silence the log.
    return length - done >= AT_MOST_ENTRIES or not 0 <= waited < AT_MOST_SECONDS or _is_decided_since(done)


def _is_decided_since(done: int) -> bool:
    """Whether a decision is among the leaves without a checkpoint; asked of the rows, so that no crash loses it."""
    return TreeLeaf.objects.filter(position__gte=done, entry__kind__in=DECISIONS).exists()


def _sign_alone(now: dt.datetime, length: int) -> int:
    signer = keys.signer()
    found = Checkpoint(signer.name, length, merkle.root_at(length, node_at))
    _check_extends(found, _ring(signer))
    if SignedCheckpoint.objects.filter(size=length).exists():
        return 0
    note = signed(found, [signer])
    outside.keep(note, length)
    SignedCheckpoint(size=length, root=found.root, note=note, signed_at=now).save(force_insert=True)
    return length


def _ring(signer: Signer) -> Ring:
    """Every key of the log, of which the signer's must be the last. Raises `Diverged`."""
    ring = Ring.of(signer.verifier, outside.rotations())
    if ring.faults:
        raise Diverged(f"The rotation {ring.faults[0][0]} proves nothing: {ring.faults[0][1]}")
    if ring.newest != signer.verifier:
        raise Diverged("Another key follows the one in the key file; manage.py audit rotate finishes what was begun.")
    return ring


def _check_extends(found: Checkpoint, ring: Ring) -> None:
    """Refuse to sign over another past. Raises `Diverged`."""
    try:
        before = outside.last_signed(ring)
        if before is None:
            _check_first(found.origin)
            return
        if before.size > found.size:
            raise Diverged(f"The tree has {found.size} leaves; a checkpoint outside was signed over {before.size}.")
        if merkle.root_at(before.size, node_at) != before.root:
            raise Diverged(f"The first {before.size} leaves are not those over which the last checkpoint was signed.")
    except (BadNote, KeyError) as error:
        raise Diverged(f"The last checkpoint outside cannot be compared: {error}") from error


def settle() -> list[Rotation]:
    """Finish a rotation that was begun and broke off; the one that ended, if any. Each step commits before the next."""
    ended = []
    while rotating.begun() is not None:
        with _alone(wait=True):
            found = rotating.begun()
            if found is not None and rotating.step(found):
                ended.append(found)
    return ended


def rotate(now: dt.datetime) -> Rotation:
    """Give the log a new key: the old one signs what there is, then the statement of both is kept, then the new one
    takes its place. What broke off earlier is finished instead. Raises `Diverged`, `keys.NoKey`.
    """
    rotating.mend()
    if ended := settle():
        return ended[-1]
    _integrate_all(everything=True)
    with _alone(wait=True):
        length = size()
        if length:
            _sign_alone(now, length)
        old = keys.signer()
        rotating.begin(old, outside.last_signed(_ring(old)), now)
    return settle()[-1]


def _check_first(origin: str) -> None:
    """No checkpoint outside although the database remembers some of this log: the folder was emptied.

    A log that begins anew, as after a restore, has a new name; what the database remembers of the old one binds nobody.
    """
    known = SignedCheckpoint.objects.order_by("-size").first()
    if known is not None and outside.read(known.note).origin == origin:
        raise Diverged(f"No checkpoint lies outside the database, which remembers one over {known.size} leaves.")


def note_finding(kind: str, where: str, text: str) -> None:
    """Put a finding on the register, once while it is open, and into the log."""
    from django.utils import timezone

    log.error("audit: %s at %s: %s", kind, where, text)
    Finding.objects.get_or_create(
        kind=kind, where=where[:200], resolved_at=None, defaults={"text": text, "found_at": timezone.now()}
    )
