"""What the tables say now, read for many applications at once, and never half-way through an act.

No lock is taken: every act moves its application's entry count in its own transaction, so what was read between two
equal counts is one moment's truth. Whatever moved meanwhile is read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.audit.models import Entry
from workflows.models import Application, ClockRow, CoSigner, CoSignPolicy, Document, SignOff, Step

STEP = ("pk", "node", "token", "status", "decision", "owner_id", "post_key", "created", "finished")
SIGN_OFF = (
    "pk", "step_id", "node", "act", "opinion", "details", "signer_id", "signer_name", "post_key", "principal_id",
    "principal_name", "authority_no", "second_name", "content_hash", "content_version", "distinct_hand", "signed_at",
    "voided_at", "voided_by_id", "corrects_id",
)  # fmt: skip
CLOCK = (
    "pk",
    "kind",
    "effective",
    "recorded_at",
    "rule",
    "ground",
    "notice",
    "expected_end",
    "days",
    "actor_id",
    "replaces_id",
)
DOCUMENT = ("pk", "slot", "version", "sha256", "size", "media_type", "file_name", "uploaded_at", "superseded_at")
CO_SIGNER = ("pk", "step_id", "post_key", "answer", "removed_at", "sign_off_id")


@dataclass
class Tables:
    """Everything that the tables hold of one application, in the order in which it was written."""

    application: Application
    bodies: list[bytes] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    sign_offs: list[dict[str, Any]] = field(default_factory=list)
    clock: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    co_signers: list[dict[str, Any]] = field(default_factory=list)
    policies: dict[int, tuple[str, int]] = field(default_factory=dict)


def read_tables(keys: Sequence[int]) -> tuple[list[Tables], list[int]]:
    """(what stands of these applications, keys of those that moved while they were read): nine statements."""
    found = {row.pk: Tables(row) for row in Application.objects.filter(pk__in=keys).order_by("pk")}
    chains = {tables.application.chain: tables for tables in found.values()}
    for chain, body in (
        Entry.objects.filter(chain__in=list(chains)).order_by("chain", "seq").values_list("chain", "body")
    ):
        chains[chain].bodies.append(bytes(body))
    for name, rows in _rows(list(found)).items():
        for key, values in rows.items():
            setattr(found[key], name, values)
    for process, step, rule, count in CoSignPolicy.objects.filter(step__process__in=list(found)).values_list(
        "step__process", "step", "rule", "count"
    ):
        found[process].policies[step] = (rule, count)
    now = dict(Application.objects.filter(pk__in=keys).values_list("pk", "entry_count"))
    moved = [key for key, tables in found.items() if now.get(key) != tables.application.entry_count]
    return [tables for key, tables in found.items() if key not in moved], moved


def _rows(keys: list[int]) -> dict[str, dict[int, list[dict[str, Any]]]]:
    return {
        "steps": _by(Step.objects.filter(process__in=keys), "process_id", STEP),
        "sign_offs": _by(SignOff.objects.filter(application__in=keys), "application_id", SIGN_OFF),
        "clock": _by(ClockRow.objects.filter(application__in=keys), "application_id", CLOCK),
        "documents": _by(Document.objects.filter(application__in=keys), "application_id", DOCUMENT),
        "co_signers": _by(CoSigner.objects.filter(step__process__in=keys), "step__process_id", CO_SIGNER),
    }


def _by(rows: Any, owner: str, columns: Iterable[str]) -> dict[int, list[dict[str, Any]]]:
    grouped: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("pk").values(owner, *columns):
        grouped[row.pop(owner)].append(row)
    return grouped
