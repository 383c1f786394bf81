"""A person's own saved filters of the inbox, and the first-day card put away or brought back: nobody else's affair."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.models import SavedFilter
from workflows.offices.models import Person
from workflows.operations import refusals

# What fits beside the tabs without a second list.
MOST = 12


def keep_filter(*, person: Person, name: str, tab: str, procedure: str, words: str) -> SavedFilter:
    """Keep a view of the inbox under a name; the same name again takes the new view.

    Raises `Missing` for an empty name, or when there are `MOST` already.
    """
    name = " ".join(name.split())[:30]
    if not name:
        raise refusals.Missing(_("Give the filter a name."), "name")
    with transaction.atomic():
        mine = list(SavedFilter.objects.select_for_update().filter(person=person))
        if len(mine) >= MOST and name not in {one.name for one in mine}:
            raise refusals.Missing(_("You keep %(n)s filters already; delete one first.") % {"n": MOST}, "name")
        found, _made = SavedFilter.objects.update_or_create(
            person=person, name=name, defaults={"tab": tab[:10], "procedure": procedure[:40], "words": words[:100]}
        )
    return found


def forget_filter(*, person: Person, filter_id: int) -> None:
    """Delete one of the person's own filters; nothing happens to another's, or to one that is gone."""
    SavedFilter.objects.filter(pk=filter_id, person=person).delete()


def tour(*, person: Person, done: bool, now: dt.datetime) -> None:
    """Put the card "what to do first" away, or bring it back."""
    Person.objects.filter(pk=person.pk).update(toured_at=now if done else None)
