"""Compare what the entries come out at with what the tables say now, row by row and column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.audit.canonical import digest, normal
from workflows.models import Document
from workflows.operations.content import content_of
from workflows.replaying.fold import Fold, Signed, Ticked, state_name
from workflows.replaying.tables import Tables

# (where inside the application, what differs)
Difference = tuple[str, str]

_LABELS: dict[str, Any] = {
    "accepted_on": gettext_lazy("day of acceptance"),
    "act": gettext_lazy("answer"),
    "actor": gettext_lazy("person"),
    "content_hash": gettext_lazy("content"),
    "created": gettext_lazy("opened"),
    "decided_at": gettext_lazy("decided"),
    "decision": gettext_lazy("answer"),
    "details": gettext_lazy("particulars"),
    "effective": gettext_lazy("day"),
    "finished": gettext_lazy("closed"),
    "kind": gettext_lazy("kind"),
    "node": gettext_lazy("step"),
    "opinion": gettext_lazy("opinion"),
    "owner": gettext_lazy("in whose hands"),
    "post_key": gettext_lazy("post"),
    "revision": gettext_lazy("revision"),
    "signed_at": gettext_lazy("signed"),
    "signer": gettext_lazy("signer"),
    "signer_name": gettext_lazy("name of the signer"),
    "state": gettext_lazy("legal state"),
    "status": gettext_lazy("state of the step"),
    "voided_at": gettext_lazy("void since"),
    "voided_by": gettext_lazy("made void by"),
}


def differences(fold: Fold) -> Iterator[Difference]:
    """Everything in which the tables are not what the entries come out at."""
    yield from _application(fold)
    yield from _content(fold)
    yield from _steps(fold)
    yield from sign_off_differences(fold.tables, fold.signed, complete=True)
    yield from _clock(fold)
    yield from _papers(fold)
    yield from _co_signers(fold)


def _told(column: str, row: Any, record: Any) -> str:
    return _("%(column)s: the table says “%(row)s”, the record “%(record)s”.") % {
        "column": f"{_LABELS[column]} ({column})" if column in _LABELS else column,
        "row": _shown(row),
        "record": _shown(record),
    }


def _shown(value: Any) -> str:
    text = "—" if value in (None, "") else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _unlike(pairs: Iterable[tuple[str, Any, Any]]) -> str:
    return " ".join(_told(*pair) for pair in pairs if pair[1] != pair[2])


def _application(fold: Fold) -> Iterator[Difference]:
    row, walk = fold.application, fold.walk
    if row.state != walk.state:
        yield "state", _told("state", state_name(row.state), state_name(walk.state))
    pairs = [
        ("number", row.number, fold.number),
        ("received_at", row.received_at, fold.received_at),
        ("status", row.status, walk.status),
        ("finished", row.finished, walk.ended),
        ("revision", row.revision, fold.revision),
        ("accepted_on", row.accepted_on, fold.accepted_on),
        ("accepted_by_silence", row.accepted_by_silence, fold.by_silence),
        ("decided_at", row.decided_at, fold.decided_at),
        ("stopped_since", row.stopped_since, fold.stopped_since),
        ("extended", row.extended, fold.extended),
        ("correction_round", row.correction_round, fold.correction_round),
        ("entry_count", row.entry_count, fold.seq),
        ("last_hash", bytes(row.last_hash or b"").hex(), fold.head.hex()),
    ]
    for pair in pairs:
        if pair[1] != pair[2]:
            yield pair[0], _told(*pair)


def _content(fold: Fold) -> Iterator[Difference]:
    """The content that the application names is the one that was signed."""
    row = fold.application
    pairs: list[tuple[str, Any, Any]] = [
        ("content_version", row.content_version, fold.content_version),
        ("content_hash", row.content_hash, fold.content or row.content_hash),
        ("basis_version", row.basis_version, fold.basis_version),
    ]
    text = _unlike(pairs)
    if text:
        yield "content", text


def content_differences(tables: Tables) -> Iterator[Difference]:
    """Facts and papers against the hash that was signed: the fold itself rests on the facts."""
    current = [
        Document(slot=row["slot"], version=row["version"], sha256=row["sha256"], file_name=row["file_name"])
        for row in tables.documents
        if row["superseded_at"] is None
    ]
    if digest(content_of(tables.application, current)) != tables.application.content_hash:
        yield "content", _("Facts or papers are not those whose content hash was signed.")


def _steps(fold: Fold) -> Iterator[Difference]:
    rows = {row["pk"]: row for row in fold.tables.steps}
    for pk in sorted(rows.keys() - fold.walk.steps.keys()):
        text = _("The table has a step “%(node)s” that the record never opened.") % {"node": rows[pk]["node"]}
        yield f"step {pk}", text
    for pk, step in fold.walk.steps.items():
        row = rows.get(pk)
        name = fold.walk.title(step.node)
        if row is None:
            yield f"step {pk}", _("The record opened “%(node)s”; the table has no such step.") % {"node": name}
            continue
        node = fold.walk.nodes[step.node]
        pairs = [
            ("node", row["node"], step.node),
            ("token", str(row["token"]), step.token),
            ("status", _simple(row["status"], row["finished"]), _simple(step.status, step.closed_at)),
            ("decision", row["decision"], step.decision),
            ("created", row["created"], step.opened_at),
            ("finished", row["finished"], step.closed_at),
            ("post_key", row["post_key"], node.post_of(fold.application) if step.review else ""),
        ]
        if step.owner is not None:
            pairs.append(("owner", str(row["owner_id"] or ""), step.owner))
        text = _unlike(pairs)
        if text:
            yield f"step {pk}", f"{name}: {text}"


def _simple(status: str, finished: Any) -> str:
    """viewflow's words for a step that still waits are one to us."""
    return status if finished is not None else "NEW"


def sign_off_differences(tables: Tables, signed: dict[int, Signed], *, complete: bool) -> Iterator[Difference]:
    """Each sign-off against the entry that recorded it; `complete`: the whole record was folded, voids too."""
    rows = {row["pk"]: row for row in tables.sign_offs}
    for pk in sorted(rows.keys() - signed.keys()) if complete else ():
        text = _("The table has a sign-off by %(name)s that no entry records.") % {"name": rows[pk]["signer_name"]}
        yield f"sign-off {pk}", text
    for pk, mine in signed.items():
        row = rows.get(pk)
        where = f"sign-off {pk}"
        if row is None:
            yield where, _("Entry %(seq)s records a sign-off that the table does not have.") % {"seq": mine.said.seq}
            continue
        text = _unlike(_columns(row, mine, complete))
        if text:
            yield where, _("Entry %(seq)s. %(what)s") % {"seq": mine.said.seq, "what": text}


def _columns(row: dict[str, Any], mine: Signed, complete: bool) -> Iterator[tuple[str, Any, Any]]:
    said, payload = mine.said, mine.said.payload
    yield "act", row["act"], mine.act
    yield "node", row["node"], mine.node
    yield "step", row["step_id"], mine.step
    yield "signer", str(row["signer_id"]), mine.signer
    yield "post_key", row["post_key"], said.post
    yield "principal", str(row["principal_id"] or ""), said.on_behalf_of
    yield "signed_at", row["signed_at"], said.recorded_at
    yield "distinct_hand", row["distinct_hand"], mine.four_eyes
    yield "details", normal(row["details"]), payload.get("details")
    told = {
        "opinion": "opinion",
        "signer_name": "signer",
        "principal_name": "principal",
        "authority_no": "authority",
        "second_name": "second",
        "content_hash": "content",
    }
    for column, name in told.items():
        yield column, normal(row[column]), payload.get(name)
    yield "content_version", str(row["content_version"]), payload.get("content_version")
    if "corrects" in payload:
        yield "corrects", str(row["corrects_id"] or ""), payload["corrects"]
    if complete:
        yield "voided_at", row["voided_at"], mine.voided_at
        yield "voided_by", row["voided_by_id"], mine.voided_by


def _clock(fold: Fold) -> Iterator[Difference]:
    rows = fold.tables.clock
    if len(rows) != len(fold.ticks):
        told = [row["kind"] for row in rows]
        yield "clock", _told("kind", "、".join(told), "、".join(tick.kind for tick in fold.ticks))
        return
    for row, tick in zip(rows, fold.ticks, strict=True):
        text = _unlike(_event(row, tick))
        if text:
            yield f"clock {row['pk']}", _("Entry %(seq)s. %(what)s") % {"seq": tick.said.seq, "what": text}


def _event(row: dict[str, Any], tick: Ticked) -> Iterator[tuple[str, Any, Any]]:
    yield "kind", row["kind"], tick.kind
    yield "effective", row["effective"], tick.effective
    yield "recorded_at", row["recorded_at"], tick.said.recorded_at
    yield "actor", str(row["actor_id"] or ""), tick.said.actor if tick.said.sign_off else ""
    yield "event", row["pk"], tick.key
    yield "rule", row["rule"], tick.rule
    empty = {"ground": "", "notice": "", "expected_end": None, "days": None, "replaces_id": None}
    for column, nothing in empty.items():
        yield column, row[column], tick.more.get(column, nothing)


def _papers(fold: Fold) -> Iterator[Difference]:
    rows = {(row["slot"], row["version"]): row for row in fold.tables.documents}
    mine = {(paper.slot, paper.version): paper for paper in fold.papers}
    for slot, version in sorted(rows.keys() ^ mine.keys()):
        text = (
            _("The table has a paper that the record does not have.")
            if (slot, version) in rows
            else _("The record has a paper that the table does not have.")
        )
        yield f"paper {slot} v{version}", text
    for key in sorted(rows.keys() & mine.keys()):
        row, paper = rows[key], mine[key]
        payload = paper.said.payload
        pairs: list[tuple[str, Any, Any]] = [
            ("sha256", row["sha256"], payload.get("sha256")),
            ("size", str(row["size"]), payload.get("size")),
            ("media_type", row["media_type"], payload.get("media_type")),
            ("uploaded_at", row["uploaded_at"], paper.said.recorded_at),
            ("superseded_at", row["superseded_at"], paper.superseded_at),
        ]
        text = _unlike(pairs)
        if text:
            yield f"paper {key[0]} v{key[1]}", text


def _co_signers(fold: Fold) -> Iterator[Difference]:
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in fold.tables.co_signers:
        rows.setdefault(row["step_id"], []).append(row)
    for step in sorted(rows.keys() | fold.asked.keys()):
        there = [(row["post_key"], row["answer"], row["sign_off_id"], row["removed_at"]) for row in rows.get(step, ())]
        mine = [(row.post, row.answer, row.sign_off, row.removed_at) for row in fold.asked.get(step, ())]
        if there != mine:
            yield (
                f"co-signers of step {step}",
                _told("co-signers", [row[:2] for row in there], [row[:2] for row in mine]),
            )
        rule = fold.tables.policies.get(step)
        if rule != fold.rules.get(step):
            yield f"co-signers of step {step}", _told("rule", rule, fold.rules.get(step))
