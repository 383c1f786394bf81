"""审计: how the trail stands, its entries found again, and the receipt of a sign-off."""

from __future__ import annotations

import base64
import datetime as dt
import json
import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import DurationField, ExpressionWrapper, F, Q

from workflows.audit import keys
from workflows.audit.keyring import Reign
from workflows.audit.models import CheckpointDelivery, Entry, Finding, SavedSearch, SignedCheckpoint
from workflows.audit.receipts import code_of
from workflows.audit.sequencer import size
from workflows.clock.days import SHANGHAI
from workflows.models import Application, Document, SignOff
from workflows.offices.models import Person, Post
from workflows.offices.titles import post_names

PAGE = 50
# Free text is read in so many entries a page; the name of a project may fit so many applications.
WINDOW, MOST_CASES = 5000, 500
# Among so many of the newest entries those without a place are counted.
NEWEST = 2000
# An act entered this long after it took effect is shown to the auditor.
LATE = dt.timedelta(days=3)


# Written as the partial index of migration `speed` has it: what is late is found without reading the rest.
_AFTER = ExpressionWrapper(F("recorded_at") - F("occurred_at"), output_field=DurationField())


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
    # Ids are UUIDv7: their order is that of the instants, and their index stands already.
    recent = Entry.objects.order_by("-pk")
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
        late=list(recent.annotate(after=_AFTER).filter(after__gt=LATE)[:20]),
    )


@dataclass(frozen=True)
class Wanted:
    """What an auditor looks for; empty fields ask for nothing."""

    kind: str = ""
    person: str = ""
    number: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    office: str = ""
    project: str = ""
    procedure: str = ""
    text: str = ""


@dataclass(frozen=True)
class Result:
    """One page of a search. `older`: the key to go on before; `read`: entries whose text was read (0: no free text);
    `cut`: the name of a project fits more applications than are searched.
    """

    rows: list[EntryLine]
    older: str
    read: int = 0
    cut: bool = False


def search(county: str, wanted: Wanted, before: str = "", most: int = PAGE) -> Result:
    """One page, newest first; at most seven statements, whatever the trail's length.

    Free text has no index: each page reads the texts of at most `WINDOW` entries that fit the rest, and says so.
    """
    rows, cut = _fitting(county, wanted)
    if before:
        rows = rows.filter(pk__lt=before)
    # Ids are UUIDv7: their order is that of the instants at which the entries were drafted.
    rows = rows.order_by("-pk")
    if not wanted.text:
        page = list(rows[: most + 1])
        return Result(lines(page[:most]), str(page[most - 1].pk) if len(page) > most else "", 0, cut)
    found: list[Entry] = []
    read, last = 0, None
    words = unicodedata.normalize("NFC", wanted.text).casefold()
    for row in rows[:WINDOW].iterator(chunk_size=500):
        read, last = read + 1, row
        if words in bytes(row.body).decode().casefold():
            found.append(row)
            if len(found) == most:
                break
    more = last is not None and (read == WINDOW or len(found) == most)
    return Result(lines(found), str(last.pk) if last and more else "", read, cut)


def _fitting(county: str, wanted: Wanted) -> tuple[Any, bool]:
    """Entries that fit everything but the free text, and whether too many applications fit."""
    rows = Entry.objects.filter(Q(county=county) | Q(county=""))
    if wanted.kind:
        rows = rows.filter(kind__startswith=wanted.kind)
    if wanted.person:
        named = Person.objects.filter(Q(name=wanted.person) | Q(username__iexact=wanted.person), county=county)
        rows = rows.filter(actor__in=[str(pk) for pk in named.values_list("pk", flat=True)])
    cut = False
    if wanted.number or wanted.project or wanted.procedure:
        cases = Application.objects.filter(county=county)
        cases = cases.filter(number=wanted.number) if wanted.number else cases
        cases = cases.filter(procedure=wanted.procedure) if wanted.procedure else cases
        cases = cases.filter(subject__icontains=wanted.project) if wanted.project else cases
        found = list(cases.order_by("-pk").values_list("pk", flat=True)[: MOST_CASES + 1])
        cut = len(found) > MOST_CASES
        rows = rows.filter(chain__in=[f"application:{pk}" for pk in found[:MOST_CASES]])
    if wanted.office:
        at = Q(office__code=wanted.office) | Q(office__parent__code=wanted.office)
        rows = rows.filter(post__in=list(Post.objects.filter(at, county=county).values_list("key", flat=True)))
    if wanted.first:
        rows = rows.filter(recorded_at__gte=dt.datetime.combine(wanted.first, dt.time(), SHANGHAI))
    if wanted.last:
        rows = rows.filter(recorded_at__lt=dt.datetime.combine(wanted.last + dt.timedelta(days=1), dt.time(), SHANGHAI))
    return rows, cut


@dataclass(frozen=True)
class SavedLine:
    """A saved search as a link; `current` when it is the one that was just asked."""

    pk: int
    name: str
    query: str
    current: bool


def saved_searches(owner: str, asked: dict[str, str]) -> list[SavedLine]:
    """A person's saved searches by name; one statement. `asked` are the fields of the search on the page."""
    rows = SavedSearch.objects.filter(owner=owner).order_by("name", "pk")
    return [SavedLine(row.pk, row.name, urlencode(row.fields), row.fields == asked) for row in rows]


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


def entry_by_code(code: str) -> Entry | None:
    """The entry whose receipt has this code, the oldest if several; one statement over an index."""
    plain = code.replace("-", "").replace(" ", "").upper()
    try:
        start = base64.b32decode(plain)
    except ValueError:
        return None
    if len(start) != 5:
        return None
    end = (int.from_bytes(start, "big") + 1).to_bytes(6, "big")[-5:]
    rows = Entry.objects.filter(leaf_hash__gte=start)
    rows = rows.filter(leaf_hash__lt=end) if any(end) else rows
    return rows.order_by("leaf_hash").first()


def documents_of(county: str, sha256: str) -> list[Document]:
    """The document versions with exactly this content, the first twenty; one statement."""
    rows = Document.objects.filter(application__county=county, sha256=sha256).select_related("application")
    return list(rows.order_by("pk")[:20])
