"""How a person wants to be told: his own choice, within what the county has configured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import Preference
from notifications.planning import channels as configured
from workflows.audit.refused import NotAllowed
from workflows.offices.models import Person
from workflows.offices.records import record


class WrongPreference(NotAllowed):
    """What was asked for cannot be done."""

    code = "wrong_preference"


def set_preference(
    *,
    person: Person,
    email: str,
    channels: Sequence[str],
    digest: str,
    quiet_from: dt.time | None,
    quiet_to: dt.time | None,
    now: dt.datetime,
    request_id: str = "",
) -> Preference:
    """Keep a person's wishes; raises `WrongPreference` for a channel without address or half a quiet time."""
    if "email" in channels and not email:
        raise WrongPreference(_("Write your e-mail address, or take e-mail off."))
    if "sms" in channels and not person.phone:
        raise WrongPreference(_("Your phone number is not on record; ask the administrator."))
    if (quiet_from is None) != (quiet_to is None):
        raise WrongPreference(_("Quiet hours have a beginning and an end."))
    if set(channels) - set(configured()):
        raise WrongPreference(_("This channel is not set up in this county."))
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(email=email)
        found, _made = Preference.objects.update_or_create(
            person=person,
            defaults={
                "channels": list(channels),
                "digest": digest,
                "quiet_from": quiet_from,
                "quiet_to": quiet_to,
            },
        )
        # The address itself is personal data and stays out of the trail.
        said = {"person": person.pk, "channels": list(channels), "digest": digest, "has_email": bool(email)}
        record("person.preferences", actor=person, county=person.county, now=now, payload=said, request_id=request_id)
    return found
