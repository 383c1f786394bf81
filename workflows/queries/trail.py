"""审计: how the trail stands, its entries found again, and the receipt of a sign-off."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from workflows.audit import keys
from workflows.audit.keyring import Reign
from workflows.audit.models import CheckpointDelivery, Entry, Finding, SignedCheckpoint
from workflows.audit.receipts import code_of
from workflows.audit.sequencer import size
from workflows.clock.days import SHANGHAI
from workflows.models import Application, SignOff
from workflows.offices.models import Person
from workflows.offices.titles import post_names

PAGE = 50
# Among so many of the newest entries those without a place are counted.
NEWEST = 2000
# An act entered this long after it took effect is shown to the auditor.
LATE = dt.timedelta(days=3)


@dataclass(frozen=True)
class Health:
    """How the trail stands."""

    leaves: int
    waiting: int
    checkpoint: SignedCheckpoint | None
    age_minutes: int
    key_file: str
    key_private: bool
    key_in_web: bool
    reigns: list[Reign]
    deliveries: list[CheckpointDelivery]
    witnesses: int
    findings: list[Finding]
    late: list[Entry]


@dataclass(frozen=True)
class EntryLine:
    """One entry as a line."""

    pk: str
    code: str
    kind: str
    actor: str
    acting_for: str
    post: str
    number: str
    application_id: int | None
    occurred_at: dt.datetime
    recorded_at: dt.datetime
    late: bool
    payload: dict[str, Any]


def health(now: dt.datetime) -> Health:
    """How the trail stands at the machine's instant `now`; nine statements."""
    newest = SignedCheckpoint.objects.order_by("-size").first()
    leaves = size()
    try:
        reigns = list(reversed(keys.ring().reigns))
    except keys.NoKey:
        reigns = []
    recent = Entry.objects.order_by("-recorded_at", "-pk")
    return Health(
        leaves=leaves,
        waiting=Entry.objects.filter(pk__in=recent.values("pk")[:NEWEST], leaf__isnull=True).count(),
        checkpoint=newest,
        age_minutes=int((now - newest.signed_at).total_seconds() // 60) if newest else 0,
        key_file=str(settings.AUDIT_KEY_FILE.name),
        key_private=keys.is_private(settings.AUDIT_KEY_FILE),
        key_in_web=settings.EMBEDDED_SCHEDULER,
        reigns=reigns,
        deliveries=list(CheckpointDelivery.objects.order_by("-pk")[:10]),
        witnesses=len(settings.WITNESSES),
        findings=list(Finding.objects.filter(resolved_at__isnull=True).order_by("-found_at")[:PAGE]),
        late=list(recent.filter(occurred_at__lt=F("recorded_at") - LATE)[:20]),
    )


@dataclass(frozen=True)
class Wanted:
    """What an auditor looks for; empty fields ask for nothing."""

    kind: str = ""
    person: str = ""
    number: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


def entries_of(county: str, wanted: Wanted, before: str = "") -> tuple[list[EntryLine], str]:
    """One page, newest first, and the key of the next page; at most five statements."""
    rows = Entry.objects.filter(Q(county=county) | Q(county=""))
    if wanted.kind:
        rows = rows.filter(kind__startswith=wanted.kind)
    if wanted.person:
        named = Person.objects.filter(Q(name=wanted.person) | Q(username__iexact=wanted.person), county=county)
        rows = rows.filter(actor__in=[str(pk) for pk in named.values_list("pk", flat=True)])
    if wanted.number:
        found = Application.objects.filter(county=county, number=wanted.number).values_list("pk", flat=True)
        rows = rows.filter(chain__in=[f"application:{pk}" for pk in found])
    if wanted.first:
        rows = rows.filter(recorded_at__gte=dt.datetime.combine(wanted.first, dt.time(), SHANGHAI))
    if wanted.last:
        rows = rows.filter(recorded_at__lt=dt.datetime.combine(wanted.last + dt.timedelta(days=1), dt.time(), SHANGHAI))
    if before:
        rows = rows.filter(pk__lt=before)
    # Ids are UUIDv7: their order is that of the instants at which the entries were drafted.
    page = list(rows.order_by("-pk")[: PAGE + 1])
    return lines(page[:PAGE]), str(page[PAGE - 1].pk) if len(page) > PAGE else ""


def lines(rows: list[Entry]) -> list[EntryLine]:
    """Entries as lines, with the names of people and the numbers of applications; three statements."""
    people = {int(key) for row in rows for key in (row.actor, row.on_behalf_of) if key.isdigit()}
    names = {str(person.pk): person.display_name for person in Person.objects.filter(pk__in=people)}
    chains = {int(row.chain.partition(":")[2]) for row in rows if row.chain.startswith("application:")}
    numbers = dict(Application.objects.filter(pk__in=chains).values_list("pk", "number"))
    posts = post_names(rows[0].county, {row.post for row in rows}) if rows else {}
    return [_line(row, names, numbers, posts) for row in rows]


def _line(row: Entry, names: dict[str, str], numbers: dict[int, str], posts: dict[str, str]) -> EntryLine:
    application = int(row.chain.partition(":")[2]) if row.chain.startswith("application:") else None
    return EntryLine(
        pk=str(row.pk),
        code=code_of(bytes(row.leaf_hash)),
        kind=row.kind,
        actor=names.get(row.actor, row.actor),
        acting_for=names.get(row.on_behalf_of, row.on_behalf_of),
        post=posts.get(row.post, row.post),
        number=numbers.get(application, "") if application else "",
        application_id=application,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        late=row.recorded_at - row.occurred_at > LATE,
        payload=json.loads(bytes(row.body))["payload"],
    )


def entry_of(sign_off: SignOff) -> Entry | None:
    """The entry of a sign-off: the one of its instant in its application's chain that names it."""
    chain = f"application:{sign_off.application_id}"
    for row in Entry.objects.filter(chain=chain, recorded_at=sign_off.signed_at).order_by("seq"):
        if json.loads(bytes(row.body))["payload"].get("sign_off") == str(sign_off.pk):
            return row
    return None
