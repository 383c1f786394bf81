"""An attacker who owns the database: he drops the triggers, rewrites rows, and makes hashes fit again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from workflows.audit import guards, keys, merkle
from workflows.audit.canonical import canonical, leaf
from workflows.audit.models import Entry, SignedCheckpoint, TreeLeaf, TreeNode
from workflows.audit.note import Checkpoint, Signer, signed
from workflows.audit.sequencer import key_of

Said = dict[str, Any]


def other_key() -> Signer:
    """A key of his own under the log's name."""
    return Signer(settings.AUDIT_ORIGIN, Ed25519PrivateKey.generate())


@dataclass
class Attacker:
    """What stands in the database, in the order of the tree, as he sees it."""

    rows: list[Entry] = field(default_factory=list)
    loose: int = 0

    @classmethod
    def looks(cls) -> Attacker:
        """Read everything."""
        placed = [row.entry for row in TreeLeaf.objects.order_by("position").select_related("entry")]
        return cls(placed)

    def said(self, n: int) -> Said:
        """What entry `n` says."""
        return json.loads(bytes(self.rows[n].body))

    def write(self, n: int, change: Callable[[Said], None]) -> None:
        """Change an entry's bytes; its hash stays as it was."""
        said = self.said(n)
        change(said)
        self.rows[n].body = canonical(said)

    def insert(self, n: int, like: int) -> None:
        """Put a new entry before entry `n`, dated like entry `like`."""
        said = self.said(like)
        said["id"], said["chain"], said["seq"], said["prev"] = str(uuid.uuid4()), "", "", ""
        old = self.rows[like]
        self.rows.insert(
            n,
            Entry(
                id=uuid.UUID(said["id"]),
                county=old.county,
                kind=old.kind,
                occurred_at=old.occurred_at,
                recorded_at=old.recorded_at,
                body=canonical(said),
                leaf_hash=leaf(canonical(said)),
            ),
        )

    def mend(self) -> None:
        """Make every chain and every hash fit again."""
        ends: dict[str, tuple[int, bytes]] = {}
        for row in self.rows:
            said = json.loads(bytes(row.body))
            if said["chain"]:
                seq, before = ends.get(said["chain"], (0, b""))
                said["seq"], said["prev"] = str(seq + 1), before.hex()
                row.seq, row.prev_hash = seq + 1, before or None
            row.body = canonical(said)
            row.leaf_hash = leaf(bytes(row.body))
            if said["chain"]:
                ends[said["chain"]] = (row.seq or 0, bytes(row.leaf_hash))

    def replace(self, *, tree: bool = True, signer: Signer | None = None, drop_after: int | None = None) -> None:
        """Put his rows in the place of the true ones. `signer` signs every checkpoint anew; `drop_after` drops those
        over more leaves."""
        sizes = [row.size for row in SignedCheckpoint.objects.order_by("size")]
        notes = {row.size: (bytes(row.root), row.note, row.signed_at) for row in SignedCheckpoint.objects.all()}
        guards.drop(connection)
        with connection.cursor() as cursor:
            for table in ("audit_signedcheckpoint", "audit_treenode", "audit_treeleaf", "audit_entry"):
                cursor.execute(f"DELETE FROM {table}")
        Entry.objects.bulk_create(self.rows)
        for row in self.rows:
            row._state.adding = False
        TreeLeaf.objects.bulk_create([TreeLeaf(position=n, entry=row) for n, row in enumerate(self.rows)])
        found = merkle.Range()
        nodes, roots = [], {0: merkle.EMPTY}
        for row in self.rows:
            for level, index, value in found.append(bytes(row.leaf_hash)):
                nodes.append(TreeNode(key=key_of(level, index), hash=value))
            roots[found.size] = found.root()
        TreeNode.objects.bulk_create(nodes)
        kept = [size for size in sizes if drop_after is None or size <= drop_after]
        SignedCheckpoint.objects.bulk_create([self._checkpoint(size, notes[size], roots, signer) for size in kept])
        guards.create(connection)

    @staticmethod
    def _checkpoint(size: int, known: Any, roots: dict[int, bytes], signer: Signer | None) -> SignedCheckpoint:
        root, note, at = known
        if signer is not None:
            root = roots.get(size, merkle.EMPTY)
            note = signed(Checkpoint(signer.name, size, root), [signer])
        return SignedCheckpoint(size=size, root=root, note=note, signed_at=at)


def stolen_key() -> Signer:
    """The log's own key."""
    return keys.signer()
