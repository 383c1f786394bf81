"""时间线: every entry of one application for the auditor, with what changed, both times, and what is missing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workflows.audit import private
from workflows.audit.canonical import leaf
from workflows.audit.models import Entry, Erasure, SignedCheckpoint
from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.flow import registry
from workflows.models import Application, ContentVersion, SignOff
from workflows.queries.trail import EntryLine, lines

MOST = 200
# So many working days without an entry are shown as a gap of time.
QUIET = 2


@dataclass(frozen=True)
class Difference:
    """One thing that changed: its name, and what it said before and after (empty: was not, or is no more)."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Moment:
    """One entry, or what stands between two entries.

    `missing`: (first, last) numbers of entries that should be here; `quiet`: working days without an entry before the
    next one. `proof`: sealed, waiting, changed (the bytes are not those that were hashed), unlinked.
    """

    line: EntryLine | None = None
    seq: int = 0
    proof: str = ""
    missing: tuple[int, int] | None = None
    quiet: int = 0
    since: dt.date | None = None
    until: dt.date | None = None
    differences: tuple[Difference, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    sign_off: int | None = None
    bytes_hash: str = ""


@dataclass(frozen=True)
class Timeline:
    """A page of one application's entries, newest first; `older` is the number to continue before, 0 at the end."""

    application: Application
    moments: list[Moment]
    count: int
    older: int
    whole: bool


def timeline(application: Application, before: int = 0) -> Timeline:
    """One page of the application's chain; a fixed number of statements."""
    rows = Entry.objects.filter(chain=application.chain).select_related("leaf").order_by("-seq")
    page = list((rows.filter(seq__lt=before) if before else rows)[: MOST + 1])
    shown, below = page[:MOST], page[MOST] if len(page) > MOST else None
    contents = _contents(application, shown)
    newest = SignedCheckpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    signed = set(SignOff.objects.filter(application=application).values_list("pk", flat=True))
    calendar = calendar_for(application.county)
    named = {found for row in shown for found in private.named_in(_payload(row))}
    reveal = _reveal(application.county, named)
    moments: list[Moment] = []
    expected = before - 1 if before else application.entry_count
    later: Entry | None = None
    for row, line, older in zip(shown, lines(shown), [*shown[1:], below], strict=False):
        seq = row.seq or 0
        if seq < expected:
            moments.append(Moment(missing=(seq + 1, expected)))
        elif later is not None:
            moments += _quiet(row, later, calendar.count)
        moments.append(_moment(row, line, older, newest, contents, signed, reveal))
        expected, later = seq - 1, row
    if below is None and expected > 0:
        moments.append(Moment(missing=(1, expected)))
    whole = all(moment.missing is None and moment.proof not in ("changed", "unlinked") for moment in moments)
    return Timeline(application, moments, application.entry_count, (shown[-1].seq or 0) if below else 0, whole)


def _payload(row: Entry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes(row.body))["payload"]
    return found


def _moment(
    row: Entry,
    line: EntryLine,
    older: Entry | None,
    sealed: int,
    contents: dict[dt.datetime, tuple[Difference, ...]],
    signed: set[int],
    reveal: Callable[[str], str],
) -> Moment:
    linked = bytes(row.prev_hash or b"") == (bytes(older.leaf_hash) if older else b"")
    place = getattr(row, "leaf", None)
    if leaf(bytes(row.body)) != bytes(row.leaf_hash):
        proof = "changed"
    elif not linked:
        proof = "unlinked"
    else:
        proof = "sealed" if place is not None and place.position < sealed else "waiting"
    key = str(line.payload.get("sign_off", ""))
    return Moment(
        line=line,
        seq=row.seq or 0,
        proof=proof,
        differences=contents.get(row.recorded_at, ()),
        details=tuple(flat(line.payload, reveal)),
        sign_off=int(key) if key.isdigit() and int(key) in signed else None,
        bytes_hash=bytes(row.leaf_hash).hex(),
    )


def _quiet(row: Entry, later: Entry, count: Callable[[dt.date, dt.date], int]) -> list[Moment]:
    since, until = civil_date(row.recorded_at), civil_date(later.recorded_at)
    days = count(since, until) - 1 if until > since else 0
    return [Moment(quiet=days, since=since, until=until)] if days >= QUIET else []


def _reveal(county: str, commitments: set[str]) -> Callable[[str], str]:
    """What to show for a commitment: its value, or when and on which basis it was erased."""
    values = private.opened(county, commitments) if commitments else {}
    gone = Erasure.objects.filter(county=county, commitment__in=commitments, granted=True) if commitments else []
    erased = {row.commitment: f"× {civil_date(row.decided_at)} {row.basis}" for row in gone if row.decided_at}
    return lambda found: values.get(found) or erased.get(found) or f"HMAC {found[:12]}…"


def flat(payload: Any, reveal: Callable[[str], str], path: str = "") -> list[tuple[str, str]]:
    """Every value of a payload with the path to it, empty ones left out."""
    if isinstance(payload, dict):
        if set(payload) == {private.MARK}:
            return [(path, reveal(str(payload[private.MARK])))]
        parts = [(f"{path}.{key}" if path else key, item) for key, item in payload.items()]
    elif isinstance(payload, list):
        parts = [(f"{path}[{at}]", item) for at, item in enumerate(payload, 1)]
    else:
        return [(path, str(payload))] if payload not in ("", None) else []
    return [found for key, item in parts for found in flat(item, reveal, key)]


def _contents(application: Application, rows: list[Entry]) -> dict[dt.datetime, tuple[Difference, ...]]:
    """{instant: what the content version of that instant changed}, for versions of the shown entries; one statement."""
    if not rows:
        return {}
    first = min(row.recorded_at for row in rows)
    procedure = registry.procedure(application.procedure)
    names = {fact.code: str(fact.title) for fact in procedure.facts}
    names |= {slot.code: str(slot.title) for slot in procedure.documents}
    found: dict[dt.datetime, tuple[Difference, ...]] = {}
    old: dict[str, Any] = {}
    for version in ContentVersion.objects.filter(application=application).order_by("number").iterator(chunk_size=100):
        new = json.loads(bytes(version.body))
        if version.recorded_at >= first and old:
            found[version.recorded_at] = found.get(version.recorded_at, ()) + differences(old, new, names)
        old = new
    return found


def differences(old: dict[str, Any], new: dict[str, Any], names: dict[str, str]) -> tuple[Difference, ...]:
    """What changed between two contents (`operations.content.content_of`), facts and papers by their titles."""
    was, now = _said(old), _said(new)
    changed = [key for key in {**was, **now} if was.get(key, "") != now.get(key, "")]
    return tuple(Difference(names.get(key, key), was.get(key, ""), now.get(key, "")) for key in changed)


def _said(content: dict[str, Any]) -> dict[str, str]:
    said = {key: content[key] for key in ("procedure", "version", "subject", "applicant")} | content["facts"]
    papers: dict[str, str] = {}
    for row in content["documents"]:
        papers[row["slot"]] = f"v{row['version']} {row['name']} {row['sha256'][:8]}…"
    return said | papers
