"""Deliver what is due: claim it, send it outside every transaction, and write down what became of it.

At least once: a crash between sending and writing sends again, under the same id. Nothing waits on the network while a
row is locked; a claim that was not answered runs out. A try counts before it is made, so that a letter which ends the
process is given up like any other, and keeps nobody waiting meanwhile.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.channels import Letter, send
from notifications.faults import Permanent, Temporary
from notifications.hours import after_quiet
from notifications.models import Delivery, Preference
from notifications.people import settled_pages
from notifications.planning import address_of, default_preference
from notifications.texts import text_of

CLAIM = dt.timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(minutes=1), dt.timedelta(hours=6)
MOST_TRIES = 12
# A channel that failed so often in a row is left alone for a minute: its silence must not hold up the other work.
MOST_SILENCE = 2
# What only says that something waits: worth nothing once nothing waits there any more.
WAITING_KINDS = frozenset({"step_due", "step_due_soon", "step_handed_over", "co_signature_asked"})
# One matter on its way up: a digest says where it stands, not every rung that it passed.
CLIMBING_KINDS = frozenset({"escalated", "escalated_copy"})
# A digest names this many and counts the rest.
MOST_LINES = 60

Sender = Callable[[Letter], None]


@dataclass
class Delivered:
    """What one round did, in letters: a digest is one."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0


def deliver(now: dt.datetime, sender: Sender = send, most: int = 100) -> Delivered:
    """Send what is due, at most `most` deliveries."""
    done = Delivered()
    claimed = _claim(now, most)
    known = Preference.objects.in_bulk({row.person_id for row in claimed})
    silent: Counter[str] = Counter()
    for letter in _grouped(_still_needed(claimed)):
        person, channel = letter[0].person, letter[0].channel
        goes = _awake(letter, known.get(person.pk) or default_preference(person), now)
        if silent[channel] >= MOST_SILENCE:
            goes = max(goes, now + FIRST_WAIT)
        if goes > now:
            _of(letter).update(next_try_at=goes, claimed_until=None)
        elif _deliver(letter, now, sender, done):
            silent[channel] = 0
        else:
            silent[channel] += 1
    return done


def _of(rows: list[Delivery]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk__in=[row.pk for row in rows])


def _awake(rows: list[Delivery], wishes: Preference, now: dt.datetime) -> dt.datetime:
    """`now`, or the end of the reader's quiet hours: a retry and an outage's backlog keep them as well."""
    urgent = any(row.message.urgent for row in rows)
    return now if urgent else after_quiet(now, wishes.quiet_from, wishes.quiet_to)


def _still_needed(rows: list[Delivery]) -> list[Delivery]:
    """The rows without those that announce what was done meanwhile; these are marked so."""
    waiting = [row for row in rows if row.message.kind in WAITING_KINDS and row.message.url]
    settled = settled_pages({row.message.url for row in waiting}) if waiting else set()
    moot = {row.pk for row in waiting if row.message.url in settled}
    if moot:
        Delivery.objects.filter(pk__in=moot).update(state=Delivery.State.MOOT, claimed_until=None)
    return [row for row in rows if row.pk not in moot]


def _claim(now: dt.datetime, most: int) -> list[Delivery]:
    """Take what is due for five minutes; whoever comes meanwhile takes other rows."""
    with transaction.atomic():
        rows = Delivery.objects.filter(state=Delivery.State.WAITING, next_try_at__lte=now)
        rows = rows.exclude(claimed_until__gt=now).order_by("next_try_at", "pk")
        skip = connection.features.has_select_for_update_skip_locked
        found = list(rows.select_for_update(skip_locked=skip, of=("self",)).select_related("message", "person")[:most])
        for person, channel, slot in {(row.person_id, row.channel, row.slot) for row in found if row.slot}:
            found = _whole_digest(found, person, channel, slot, now)
        Delivery.objects.filter(pk__in=[row.pk for row in found]).update(claimed_until=now + CLAIM)
    return found


def _whole_digest(
    found: list[Delivery], person: int, channel: str, slot: dt.datetime, now: dt.datetime
) -> list[Delivery]:
    """A digest goes whole, by whoever holds its first row: what belongs to it comes along, or is left to him."""
    rows = Delivery.objects.filter(state=Delivery.State.WAITING, person=person, channel=channel, slot=slot)
    whole = list(rows.exclude(claimed_until__gt=now).select_related("message", "person").order_by("pk"))
    others = [row for row in found if (row.person_id, row.channel, row.slot) != (person, channel, slot)]
    mine = whole and whole[0].pk in {row.pk for row in found}
    return [*others, *whole] if mine else others


def _grouped(rows: list[Delivery]) -> list[list[Delivery]]:
    letters: dict[object, list[Delivery]] = {}
    for row in rows:
        letters.setdefault((row.person_id, row.channel, row.slot) if row.slot else row.pk, []).append(row)
    return [sorted(letter, key=lambda row: row.message_id) for letter in letters.values()]


def _deliver(rows: list[Delivery], now: dt.datetime, sender: Sender, done: Delivered) -> bool:
    """Send one letter and write down what became of it; False when the channel is out of order."""
    mine = _of(rows)
    tries = max(row.tries for row in rows) + 1
    if tries > MOST_TRIES:
        mine.update(state=Delivery.State.GIVEN_UP, error=_unanswered(rows), claimed_until=None)
        done.given_up += 1
        return True
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1))
    mine.update(tries=tries, next_try_at=now + wait)
    try:
        sender(letter_of(rows))
    except (KeyError, TypeError, ValueError) as error:
        # A text that cannot be written keeps no other letter waiting, and is seen by the administrator.
        _give_up(mine, f"{type(error).__name__}: {error}", done)
    except Permanent as error:
        _give_up(mine, str(error), done)
    except Temporary as error:
        if tries >= MOST_TRIES:
            _give_up(mine, str(error), done)
        else:
            mine.update(error=str(error)[:300], claimed_until=None)
            done.failed += 1
        return False
    else:
        mine.update(state=Delivery.State.SENT, sent_at=now, error="", claimed_until=None)
        done.sent += 1
    return True


def _give_up(rows: QuerySet[Delivery], why: str, done: Delivered) -> None:
    rows.update(state=Delivery.State.GIVEN_UP, error=why[:300], claimed_until=None)
    done.given_up += 1


def _unanswered(rows: list[Delivery]) -> str:
    """What the last try said; a try that ended with its process said nothing."""
    return next((row.error for row in rows if row.error), "") or _("Sending it began again and again and never ended.")


def letter_of(rows: list[Delivery]) -> Letter:
    """The letter of one delivery, or of a whole digest, in the reader's language."""
    first = rows[0]
    person = first.person
    key = first.pk if first.slot is None else uuid.uuid5(first.pk, f"digest:{first.slot.isoformat()}")
    with translation.override(getattr(person, "language", "") or settings.LANGUAGE_CODE):
        told = _newest(rows)
        said = (f"{text_of(row.message.kind, row.message.params)}\n{_link(row.message.url)}" for row in told)
        # Who holds two of the posts is told once.
        lines = list(dict.fromkeys(said))
        if first.slot is None:
            subject = text_of(first.message.kind, first.message.params)
        else:
            n = len(lines)
            subject = ngettext("Kaigong: %(n)s message", "Kaigong: %(n)s messages", n) % {"n": n}
        if len(lines) > MOST_LINES:
            more = len(lines) - MOST_LINES
            lines = [*lines[:MOST_LINES], _("… and %(n)s more; all of them stand in your messages.") % {"n": more}]
        body = "\n\n".join([*lines, _("Sent by %(county)s's Kaigong.") % {"county": settings.COUNTY_NAME}])
    return Letter(
        key,
        first.channel,
        address_of(person, first.channel),
        getattr(person, "username", ""),
        " ".join(subject.split())[:200],
        body,
    )


def _newest(rows: list[Delivery]) -> list[Delivery]:
    """The rows, of several rungs of one matter only the last that was raised, in their order."""
    found: dict[object, Delivery] = {}
    for row in rows:
        params = row.message.params
        climbs = row.message.kind in CLIMBING_KINDS
        key = (row.message.kind, params.get("number"), params.get("subject")) if climbs else row.pk
        found.pop(key, None)
        found[key] = row
    return list(found.values())


def _link(url: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{url}" if url else ""


def try_again(now: dt.datetime, county: str, delivery_id: uuid.UUID | None = None) -> int:
    """Put one delivery of the county that was given up, or all of them, back in line; how many."""
    rows = Delivery.objects.filter(state=Delivery.State.GIVEN_UP, message__county=county)
    if delivery_id is not None:
        rows = rows.filter(pk=delivery_id)
    return rows.update(state=Delivery.State.WAITING, tries=0, next_try_at=now, claimed_until=None)
