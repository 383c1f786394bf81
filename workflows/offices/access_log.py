"""Who came in, who was turned away, and who took what away: the entries of acts that change nothing.

A flood of attempts must neither fill the record nor hide in it: what an outsider can repeat at will (wrong passwords)
and what a person can repeat at will (refusals) is kept singly up to `MOST_AN_HOUR` for each person; the last entry of
the hour says that it is the last, and what follows stands in the server's log. What is handed out is kept every time.

No entry here holds what was typed: a user name that nobody has may be a password in the wrong field. Network addresses
stay in axes' tables, which may be emptied when the law's six months are over; the record may not.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from workflows.audit import entries
from workflows.audit.models import Entry
from workflows.audit.refused import Refused
from workflows.offices.models import Person
from workflows.offices.records import record

log = logging.getLogger(__name__)
MOST_AN_HOUR = 30
HOUR = dt.timedelta(hours=1)
MOST_LETTERS = 60
REFUSED, FAILED, LOCKED = "access.refused", "access.sign_in_failed", "access.locked_out"


def note_reading(request: Any, what: str, **said: Any) -> None:
    """Keep that the signed-in person took something away, as `reading.<what>`; one statement of its own.

    `said` holds keys, counts and hashes, never a file's name or a search word: those may be a citizen's.
    """
    record(
        f"reading.{what}",
        actor=request.user,
        county=request.user.county,
        now=request.now,
        payload=said,
        request_id=request.request_id,
    )


def note_refusal(request: HttpRequest, refused: Refused) -> None:
    """Keep that a signed-in person was refused what is not his, if the refusal is of that sort (`Refused.kept`).

    Also a POST to what he may not even see. At most two statements.
    """
    asked: Any = request
    unseen = refused.status == 404 and request.method == "POST"
    if not (refused.kept or unseen) or not request.user.is_authenticated:
        return
    match = request.resolver_match
    where = {
        "view": match.view_name if match else "",
        "of": {key: str(value)[:MOST_LETTERS] for key, value in match.kwargs.items()} if match else {},
        "method": request.method or "",
    }
    keep_refusal(asked.user, refused, where, now=asked.now, request_id=asked.request_id)


def keep_refusal(
    person: Person, refused: Refused, where: dict[str, Any], *, now: dt.datetime, request_id: str = ""
) -> None:
    """Keep one refusal of a person; `where` says what it was about, in texts."""
    log.warning("refused: person %s, %s, %s", person.pk, refused.code, where.get("view", ""))
    row: dict[str, Any] = {"actor": str(person.pk), "county": person.county, "now": now, "request_id": request_id}
    entry = _within_measure(REFUSED, {"code": refused.code, "status": refused.status, **where}, **row)
    entries.append(entry)


def note_failed_sign_in(*, username: str, locked: bool, now: dt.datetime, request_id: str = "") -> None:
    """Keep a wrong password, and with `locked` that it was one too many; at most four statements.

    Who tried is not known: the entry has no actor and names the account in whose name he tried.
    """
    person = Person.objects.filter(username__iexact=username).order_by("pk").first()
    log.warning("sign-in failed: account %s", person.pk if person else "unknown")
    row: dict[str, Any] = {
        "actor": "",
        "on_behalf_of": str(person.pk) if person else "",
        "county": (person.county if person else "") or settings.COUNTY_CODE,
        "now": now,
        "request_id": request_id,
    }
    said = {"account": "known" if person else "unknown"}
    kept = _within_measure(FAILED, said, **row)
    if locked:
        kept += _within_measure(LOCKED, said, **row)
    entries.append(kept)


def note_sign_out(*, person: Person, now: dt.datetime, request_id: str = "") -> None:
    """Keep that a person signed out."""
    record("access.signed_out", actor=person, county=person.county, now=now, payload={}, request_id=request_id)


def _within_measure(
    kind: str, payload: dict[str, Any], *, now: dt.datetime, actor: str, on_behalf_of: str = "", **row: Any
) -> list[Entry]:
    """The drafted entry, unless this person's measure of the hour is full."""
    same = Entry.objects.filter(actor=actor, recorded_at__gt=now - HOUR, kind=kind, on_behalf_of=on_behalf_of)
    already = same.order_by()[:MOST_AN_HOUR].count()
    if already >= MOST_AN_HOUR:
        return []
    last = {"last_of_the_hour": True} if already == MOST_AN_HOUR - 1 else {}
    entry, _head = entries.draft(
        head=None, kind=kind, now=now, actor=actor, on_behalf_of=on_behalf_of, payload={**payload, **last}, **row
    )
    return [entry]
