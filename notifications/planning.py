"""Fan messages out: who gets each one, over which channel, alone or in a digest, and not before when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from notifications.hours import SHANGHAI, after_quiet, next_slot
from notifications.models import Channel, Delivery, Message, Preference
from notifications.people import people_of

# What waits for a signature stands in the inbox; a mail for each would teach people not to read them.
DIGEST_ONLY = frozenset({"step_due", "step_due_soon", "escalated_copy"})
QUIET_FROM, QUIET_TO = dt.time(20), dt.time(7, 30)


def channels() -> list[str]:
    """The channels that this county has configured."""
    return [code for code in Channel.values if settings.CHANNELS.get(code)]


def plan(now: dt.datetime, most: int = 500) -> int:
    """Plan messages that nobody planned yet, oldest first; how many. One transaction; two planners share the work.

    A message that was planned has its deliveries; the same message twice has the same ids and adds nothing.
    """
    with transaction.atomic():
        rows = Message.objects.filter(planned_at__isnull=True).order_by("pk")
        skip = connection.features.has_select_for_update_skip_locked
        messages = list(rows.select_for_update(skip_locked=skip)[:most])
        if messages and channels():
            Delivery.objects.bulk_create(_deliveries(messages, now), ignore_conflicts=True, batch_size=500)
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(planned_at=now)
    return len(messages)


def _deliveries(messages: list[Message], now: dt.datetime) -> Iterable[Delivery]:
    day = now.astimezone(SHANGHAI).date()
    readers: dict[int, list[int]] = {}
    for county in {message.county for message in messages}:
        mine = [message for message in messages if message.county == county]
        held = people_of(county, {message.post_key for message in mine if message.post_key}, day)
        for message in mine:
            direct = [message.person_id] if message.person_id else []
            readers[message.pk] = [*dict.fromkeys([*direct, *held.get(message.post_key, ())])]
    wanted = {person for people in readers.values() for person in people}
    people = {row.pk: row for row in get_user_model().objects.filter(pk__in=wanted, is_active=True)}
    said = Preference.objects.in_bulk(list(people))
    for message in messages:
        for person in readers[message.pk]:
            if person in people:
                yield from _of_person(message, people[person], said.get(person), now)


def _of_person(message: Message, person: Any, said: Preference | None, now: dt.datetime) -> Iterable[Delivery]:
    preference = said or default_preference(person)
    at_once = message.urgent or (preference.digest == Preference.Digest.NONE and message.kind not in DIGEST_ONLY)
    digest = preference.digest if preference.digest != Preference.Digest.NONE else Preference.Digest.DAILY
    slot = None if at_once else next_slot(digest, now)
    goes = now if message.urgent else after_quiet(slot or now, preference.quiet_from, preference.quiet_to)
    for channel in preference.channels:
        if settings.CHANNELS.get(channel) and address_of(person, channel):
            yield Delivery(
                id=Delivery.id_of(message.pk, preference.person_id, channel),
                message=message,
                person_id=preference.person_id,
                channel=channel,
                slot=slot,
                next_try_at=goes,
            )


def default_preference(person: Any) -> Preference:
    """What holds for whoever said nothing: e-mail, together every morning, quiet at night. Not saved."""
    return Preference(
        person=person,
        channels=[Channel.EMAIL],
        digest=Preference.Digest.DAILY,
        quiet_from=QUIET_FROM,
        quiet_to=QUIET_TO,
    )


def address_of(person: Any, channel: str) -> str:
    """Where a channel reaches this person; empty when it cannot. A group's robot reaches whoever reads the group."""
    if channel == Channel.EMAIL:
        return str(getattr(person, "email", "") or "")
    if channel == Channel.SMS:
        return str(getattr(person, "phone", "") or "")
    return str(getattr(person, "username", ""))
