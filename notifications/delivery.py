"""Deliver what is due: claim it, send it outside every transaction, and write down what became of it.

At least once: a crash between sending and writing sends again, under the same id. Nothing waits on the network while a
row is locked; a claim that was not answered runs out.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.channels import Letter, send
from notifications.faults import Permanent, Temporary
from notifications.models import Delivery
from notifications.planning import address_of
from notifications.texts import text_of

CLAIM = dt.timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(minutes=1), dt.timedelta(hours=6)
MOST_TRIES = 12
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
    for letter in _grouped(_claim(now, most)):
        _deliver(letter, now, sender, done)
    return done


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


def _deliver(rows: list[Delivery], now: dt.datetime, sender: Sender, done: Delivered) -> None:
    mine = Delivery.objects.filter(pk__in=[row.pk for row in rows])
    tries = max(row.tries for row in rows) + 1
    try:
        sender(letter_of(rows))
    except (KeyError, TypeError, ValueError) as error:
        # A text that cannot be written keeps no other letter waiting, and is seen by the administrator.
        said = f"{type(error).__name__}: {error}"[:300]
        mine.update(state=Delivery.State.GIVEN_UP, tries=tries, error=said, claimed_until=None)
        done.given_up += 1
    except Permanent as error:
        mine.update(state=Delivery.State.GIVEN_UP, tries=tries, error=str(error)[:300], claimed_until=None)
        done.given_up += 1
    except Temporary as error:
        if tries >= MOST_TRIES:
            mine.update(state=Delivery.State.GIVEN_UP, tries=tries, error=str(error)[:300], claimed_until=None)
            done.given_up += 1
            return
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1))
        mine.update(tries=tries, error=str(error)[:300], next_try_at=now + wait, claimed_until=None)
        done.failed += 1
    else:
        mine.update(state=Delivery.State.SENT, sent_at=now, tries=tries, error="", claimed_until=None)
        done.sent += 1


def letter_of(rows: list[Delivery]) -> Letter:
    """The letter of one delivery, or of a whole digest, in the reader's language."""
    first = rows[0]
    person = first.person
    key = first.pk if first.slot is None else uuid.uuid5(first.pk, f"digest:{first.slot.isoformat()}")
    with translation.override(getattr(person, "language", "") or settings.LANGUAGE_CODE):
        lines = [f"{text_of(row.message.kind, row.message.params)}\n{_link(row.message.url)}" for row in rows]
        if first.slot is None:
            subject = text_of(first.message.kind, first.message.params)
        else:
            n = len(rows)
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


def _link(url: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{url}" if url else ""


def try_again(now: dt.datetime, county: str, delivery_id: uuid.UUID | None = None) -> int:
    """Put one delivery of the county that was given up, or all of them, back in line; how many."""
    rows = Delivery.objects.filter(state=Delivery.State.GIVEN_UP, message__county=county)
    if delivery_id is not None:
        rows = rows.filter(pk=delivery_id)
    return rows.update(state=Delivery.State.WAITING, tries=0, next_try_at=now, claimed_until=None)
