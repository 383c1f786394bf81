"""Verify the trail: every entry is what was hashed, every chain unbroken, every signed root met, here and outside.

Three lines of proof, each of which an attacker would have to forge as well: links and hashes in the rows, checkpoints
in the database, checkpoints outside it. Receipts in people's hands are the fourth, and are verified without us.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from workflows.audit import keys, merkle, outside, scanning
from workflows.audit.canonical import canonical, instant, leaf
from workflows.audit.models import Entry, SignedCheckpoint
from workflows.audit.note import BadNote, Checkpoint
from workflows.audit.sequencer import node_at, without_place
from workflows.audit.sequencer import size as tree_size

MOST = 50
# An entry that has no place in the tree after this long was kept out of it.
PATIENCE = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Found:
    """One finding: its class, where it is, and what is wrong, in words."""

    kind: str
    where: str
    text: str


@dataclass
class Verdict:
    """What a verification came to, or a replay (`applications`). `cannot_tell` says what could not be looked at."""

    applications: int = 0
    entries: int = 0
    leaves: int = 0
    checkpoints: int = 0
    outside: int = 0
    findings: list[Found] = field(default_factory=list)
    cannot_tell: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 clean, 1 finding, 2 cannot tell."""
        return 1 if self.findings else 2 if self.cannot_tell else 0

    def add(self, kind: str, where: str, text: str) -> None:
        """Note a finding; the first fifty of a class are kept."""
        if sum(1 for found in self.findings if found.kind == kind) < MOST:
            self.findings.append(Found(kind, where, text))


LINKS, DATABASE, OUTSIDE = "links", "database", "outside"


def verify(
    now: dt.datetime,
    *,
    deep: bool = False,
    processes: int = 1,
    tick: Callable[[int, int], None] = lambda n, of: None,
    proofs: Collection[str] = (LINKS, DATABASE, OUTSIDE),
) -> Verdict:
    """Verify everything. `tick(done, of)` is told how far it is; `deep` also compares each column with the bytes.

    `proofs` leaves lines of proof out, to show what each of them is worth.
    """
    verdict = Verdict()
    # The checkpoints before the tree: the log grows meanwhile, and one over later leaves would look like a cut.
    rows = SignedCheckpoint.objects.order_by("size").values_list("size", "root")
    signed = [(size, bytes(root)) for size, root in rows] if DATABASE in proofs else []
    notes = _outside(verdict) if OUTSIDE in proofs else []
    verdict.leaves, verdict.entries = tree_size(), Entry.objects.count()
    sizes = sorted({size for size, _digest in signed} | {point.size for _file, point in notes})
    beside = _Beside(verdict, now)
    blocks, chains = [], scanning.Chains()
    for block in scanning.scan(verdict.leaves, sizes, lambda n: tick(n, verdict.leaves), processes):
        for position in block.changed:
            verdict.add("content", f"leaf {position}", _("The bytes do not give the leaf hash: the entry was changed."))
        for position in block.misplaced:
            verdict.add(
                "gap", f"leaf {position}", _("The leaf does not follow the one before it: something is missing.")
            )
        chains.join(block)
        blocks.append(block)
    counts = {"places": verdict.leaves, "entries": sum(block.count for block in blocks)}
    if counts["entries"] != verdict.leaves:
        verdict.add("gap", "tree", _("%(places)s places, %(entries)s entries on them.") % counts)
    known, _root = scanning.roots(blocks)
    if DATABASE in proofs:
        _compare_signed(verdict, signed, known)
    _compare_outside(verdict, notes, known)
    beside.end()
    _chains(verdict, chains.broken | beside.loose)
    if deep:
        _deep(verdict)
    return verdict


def verify_application(application_id: int) -> Verdict:
    """Verify one application's chain: its bytes, links, order, and each entry's place in the tree."""
    verdict = Verdict()
    before, at = b"", 0
    newest = SignedCheckpoint.objects.order_by("-size").first()
    for row in Entry.objects.filter(chain=f"application:{application_id}").order_by("seq").select_related("leaf"):
        verdict.entries += 1
        at += 1
        where = f"application:{application_id} entry {row.seq}"
        if leaf(bytes(row.body)) != bytes(row.leaf_hash):
            verdict.add("content", where, _("The bytes do not give the leaf hash: the entry was changed."))
        if row.seq != at or bytes(row.prev_hash or b"") != before:
            verdict.add("chain", where, _("The entry does not follow the one before it."))
            at = row.seq or at
        before = bytes(row.leaf_hash)
        _columns(verdict, row)
        _place(verdict, row, newest, where)
    if not verdict.entries:
        verdict.cannot_tell.append(_("%(chain)s has no entry") % {"chain": f"application:{application_id}"})
    return verdict


def verify_receipt(said: Any) -> Verdict:
    """Whether what a person holds is still what the trail holds: the fourth line of proof."""
    verdict = Verdict(entries=1)
    try:
        body = str(said["entry"]).encode()
        ring, found = keys.ring(), json.loads(body)
        content = leaf(body)
        if said.get("promise"):
            promised = ring.promise_in(str(said["promise"]))
            if promised != content:
                verdict.add("receipt", found["id"], _("The receipt is not for this entry."))
        else:
            point = ring.opened(str(said["checkpoint"]))
            proof = [bytes.fromhex(step) for step in said["proof"]]
            if not merkle.is_included(content, int(said["position"]), point.size, proof, point.root):
                verdict.add("receipt", found["id"], _("The receipt does not prove its entry."))
            elif point.size > tree_size():
                verdict.add(
                    "cut",
                    found["id"],
                    _("The receipt was signed over %(size)s leaves; fewer are left.") % {"size": point.size},
                )
            elif merkle.root_at(point.size, node_at) != point.root:
                verdict.add("root", found["id"], _("The tree is not the one over which the receipt was signed."))
    except (BadNote, KeyError, TypeError, ValueError, AttributeError) as error:
        verdict.cannot_tell.append(_("This is no receipt of this log: %(why)s") % {"why": error})
        return verdict
    row = Entry.objects.filter(pk=found["id"]).first()
    if row is None:
        verdict.add("gone", found["id"], _("Somebody holds a receipt for this entry, and it is gone."))
    elif leaf(bytes(row.body)) != content:
        verdict.add("content", found["id"], _("The entry says something else than its receipt."))
    return verdict


def _place(verdict: Verdict, row: Entry, newest: SignedCheckpoint | None, where: str) -> None:
    place = getattr(row, "leaf", None)
    if newest is None or place is None or place.position >= newest.size:
        return
    verdict.leaves += 1
    proof = merkle.inclusion(place.position, newest.size, node_at)
    content = leaf(bytes(row.body))
    if not merkle.is_included(content, place.position, newest.size, proof, bytes(newest.root)):
        verdict.add("root", where, _("The entry is not in the tree that was signed."))


def _outside(verdict: Verdict) -> list[tuple[str, Checkpoint]]:
    """Checkpoints outside the database whose signature is ours."""
    try:
        ring = keys.ring()
    except keys.NoKey as error:
        verdict.cannot_tell.append(_("the signing key: %(why)s") % {"why": error})
        return []
    for name, why in ring.faults:
        verdict.add("rotation", f"outside {name}", why)
    # A rotation names a signed tree as well: what the old key saw last.
    found = [(step.new.text(), Checkpoint(step.new.name, step.size, step.root)) for step in ring.rotations if step.size]
    rows = outside.all_notes()
    # Each signature costs 0.2 ms; the newest proves all that lies below it, the others are compared by their roots.
    for at, (name, text) in enumerate(rows):
        try:
            body_only = at < len(rows) - 100
            found.append((name, outside.read(text) if body_only else ring.opened(text)))
        except BadNote as error:
            verdict.add("signature", f"outside {name}", str(error))
    verdict.outside = len(rows)
    return found


def _compare_signed(verdict: Verdict, signed: list[tuple[int, bytes]], known: dict[int, bytes]) -> None:
    verdict.checkpoints = len(signed)
    for size, root in signed:
        if size > verdict.leaves:
            said = {"size": size, "left": verdict.leaves}
            text = _("A checkpoint was signed over %(size)s leaves; %(left)s are left.") % said
            verdict.add("cut", f"checkpoint {size}", text)
        elif known.get(size) != bytes(root):
            verdict.add("root", f"checkpoint {size}", _("The entries do not give the root that was signed."))
    newest = SignedCheckpoint.objects.order_by("-size").first()
    if newest is None:
        return
    try:
        point = keys.ring().opened(newest.note)
        if (point.size, point.root) != (newest.size, bytes(newest.root)):
            verdict.add(
                "signature", f"checkpoint {newest.size}", _("The signed text says something else than the row.")
            )
    except BadNote as error:
        verdict.add("signature", f"checkpoint {newest.size}", str(error))
    except keys.NoKey:
        pass


def _compare_outside(verdict: Verdict, notes: list[tuple[str, Checkpoint]], known: dict[int, bytes]) -> None:
    for name, point in notes:
        if point.size > verdict.leaves:
            said = {"size": point.size, "left": verdict.leaves}
            text = _("Signed over %(size)s leaves outside; %(left)s are left here.") % said
            verdict.add("cut", f"outside {name}", text)
        elif known.get(point.size) != point.root:
            verdict.add(
                "root", f"outside {name}", _("The entries do not give the root that lies outside the database.")
            )


class _Beside:
    """The questions that the database answers by itself, asked while the entries are hashed: in a thread with a
    connection of its own on PostgreSQL, afterwards on SQLite, whose readers share one file."""

    def __init__(self, verdict: Verdict, now: dt.datetime) -> None:
        self.verdict, self.now = verdict, now
        self.fault: Exception | None = None
        self.loose: set[str] = set()
        self.thread: threading.Thread | None = None
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            self.thread = threading.Thread(target=self._in_thread)
            self.thread.start()

    def _ask(self) -> None:
        # As many entries as places: where the scan finds an entry on every place, none is left out.
        if self.verdict.entries != self.verdict.leaves:
            self.loose = _left_out(self.verdict, self.now)

    def _in_thread(self) -> None:
        try:
            self._ask()
        except Exception as error:
            self.fault = error
        finally:
            connection.close()

    def end(self) -> None:
        """Wait for the answers. Raises what asking raised."""
        if self.thread is None:
            self._ask()
            return
        self.thread.join()
        if self.fault is not None:
            raise self.fault


def _chains(verdict: Verdict, suspects: Collection[str]) -> None:
    """Whether these chains count from one and each entry names the leaf before it: one statement over an index.

    The scan follows every chain in the order of the tree; asked here are those in which something did not follow there,
    and those with entries that have no place yet.
    """
    if not suspects:
        return
    every = connection.vendor != "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT chain, seq FROM (SELECT chain, seq, prev_hash, "  # noqa: S608
            "lag(leaf_hash) OVER w AS before, row_number() OVER w AS at FROM audit_entry "
            f"WHERE chain <> '' {'' if every else 'AND chain = ANY(%s)'} "
            "WINDOW w AS (PARTITION BY chain ORDER BY seq)) AS c "
            "WHERE seq <> at OR NOT (prev_hash = before OR (prev_hash IS NULL AND before IS NULL)) "
            "OR (prev_hash IS NULL) <> (before IS NULL) ORDER BY chain, seq LIMIT 200",
            [] if every else [sorted(suspects)],
        )
        rows = cursor.fetchall()
    for chain, seq in rows:
        verdict.add("chain", f"{chain} entry {seq}", _("The entry does not follow the one before it."))


def _left_out(verdict: Verdict, now: dt.datetime) -> set[str]:
    """Entries that the tree should hold by now; the chains of all that have no place yet.

    A place whose entry is gone is a gap in the scan.
    """
    missing = Entry.objects.filter(leaf__isnull=True)
    with transaction.atomic():
        newest = [pk for pk, _leaf in without_place(verdict.leaves)]
    if len(newest) == verdict.entries - verdict.leaves:
        # As on every living log: the newest are all that wait, and nobody need look at the rest for others.
        missing = Entry.objects.filter(pk__in=newest)
    for row in missing.filter(recorded_at__lt=now - PATIENCE).order_by("recorded_at")[:MOST]:
        verdict.add("left out", str(row.pk), _("The entry has no place in the tree."))
    return set(missing.exclude(chain="").values_list("chain", flat=True))


def _deep(verdict: Verdict) -> None:
    for row in Entry.objects.order_by("pk").iterator(chunk_size=2000):
        _columns(verdict, row)


def _columns(verdict: Verdict, row: Entry) -> None:
    """Whether the columns say what the bytes say, and the bytes are in canonical form."""
    where = f"{row.chain or 'entry'} {row.seq or row.pk}"
    try:
        said = json.loads(bytes(row.body))
    except ValueError:
        verdict.add("content", where, _("The bytes are no JSON."))
        return
    if canonical(said) != bytes(row.body):
        verdict.add("content", where, _("The bytes are not in canonical form."))
    columns = {
        "id": str(row.uuid),
        "county": row.county,
        "chain": row.chain,
        "seq": str(row.seq) if row.seq is not None else "",
        "prev": bytes(row.prev_hash).hex() if row.prev_hash else "",
        "kind": row.kind,
        "actor": row.actor,
        "on_behalf_of": row.on_behalf_of,
        "post": row.post,
        "occurred_at": instant(row.occurred_at),
        "recorded_at": instant(row.recorded_at),
        "request_id": row.request_id,
    }
    wrong = [name for name, value in columns.items() if said.get(name) != value]
    if wrong:
        text = _("The columns %(names)s say something else than the bytes.") % {"names": ", ".join(wrong)}
        verdict.add("columns", where, text)
