"""回执: what a person keeps of one entry, so that nobody can deny or change it later: a short code and a proof file."""

from __future__ import annotations

import base64
from typing import Any

from workflows.audit import keys, merkle, outside
from workflows.audit.models import Entry, SignedCheckpoint, TreeLeaf
from workflows.audit.note import promise
from workflows.audit.sequencer import node_at


class NotSealed(Exception):
    """No checkpoint covers the entry yet; it will within a minute."""


def code_of(leaf: bytes) -> str:
    """Eight letters by which people name an entry on the telephone: the first 40 bits of its leaf hash."""
    return base64.b32encode(bytes(leaf)[:5]).decode()


def sealed_by(entry: Entry) -> int:
    """The size of the newest checkpoint when it covers the entry, else 0; two statements."""
    place = TreeLeaf.objects.filter(entry=entry).values_list("position", flat=True).first()
    size = SignedCheckpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    return size if place is not None and place < size else 0


def receipt(entry: Entry) -> dict[str, Any]:
    """The proof that the entry is in the tree of the newest checkpoint; before there is one, the log's signed promise.

    Raises `NotSealed` when no checkpoint covers it and this process does not hold the key.
    """
    said: dict[str, Any] = {
        "format": "kaigong/receipt/v1",
        "code": code_of(bytes(entry.leaf_hash)),
        "entry": bytes(entry.body).decode(),
    }
    if rotations := [text for _name, text in outside.rotations()]:
        # Whoever holds an older printed key follows it by these to the one that signed.
        said["rotations"] = rotations
    place = TreeLeaf.objects.filter(entry=entry).values_list("position", flat=True).first()
    checkpoint = SignedCheckpoint.objects.order_by("-size").first()
    if place is None or checkpoint is None or checkpoint.size <= place:
        try:
            return {**said, "promise": promise(bytes(entry.leaf_hash), keys.signer())}
        except keys.NoKey as error:
            raise NotSealed from error
    return {
        **said,
        "position": place,
        "proof": [step.hex() for step in merkle.inclusion(place, checkpoint.size, node_at)],
        "checkpoint": checkpoint.note,
    }
