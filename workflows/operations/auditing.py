"""What an auditor writes: findings opened and resolved, searches kept and dropped; each with its entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.audit.models import Finding, SavedSearch
from workflows.audit.refused import NotAllowed
from workflows.offices.models import Person
from workflows.offices.records import record

MOST_SAVED = 50


class NotOnRegister(NotAllowed):
    """The finding cannot be opened or resolved so; the sentence says why."""

    code = "not_on_register"


class NotSaved(NotAllowed):
    """The search cannot be kept; the sentence says why."""

    code = "search_not_saved"


def open_finding(
    *, person: Person, where: str, text: str, now: dt.datetime, machine: dt.datetime, request_id: str = ""
) -> Finding:
    """Put on the register what a person found. `now` is the instant of the entry, `machine` the machine's.

    Raises `NotOnRegister` for empty words, and while a finding about the same place is open.
    """
    where, text = where.strip()[:200], text.strip()[:2000]
    if not where or not text:
        raise NotOnRegister(_("Say where it is and what is wrong."))
    with transaction.atomic():
        found, new = Finding.objects.get_or_create(
            kind="person", where=where, resolved_at=None, defaults={"text": text, "found_at": machine}
        )
        if not new:
            raise NotOnRegister(_("There is an open finding about this already."))
        said = {"where": where, "words": text}
        record("audit.finding_opened", actor=person, county=person.county, now=now, payload=said, request_id=request_id)
    return found


def resolve_finding(
    *, finding_id: int, person: Person, words: str, now: dt.datetime, machine: dt.datetime, request_id: str = ""
) -> Finding | None:
    """Close a finding with words; None when none of that number is open. Raises `NotOnRegister` without words."""
    with transaction.atomic():
        open_ones = Finding.objects.select_for_update(no_key=True).filter(resolved_at__isnull=True)
        found = open_ones.filter(pk=finding_id).first()
        if found is None:
            return None
        if not words.strip():
            raise NotOnRegister(_("Write how the finding was resolved."))
        found.resolved_at, found.resolved_by, found.resolution = machine, person.display_name, words.strip()[:500]
        found.save(update_fields=["resolved_at", "resolved_by", "resolution"])
        said = {"finding": found.kind, "where": found.where, "words": found.resolution}
        record(
            "audit.finding_resolved", actor=person, county=person.county, now=now, payload=said, request_id=request_id
        )
    return found


def save_search(
    *, person: Person, name: str, fields: Mapping[str, str], now: dt.datetime, request_id: str = ""
) -> SavedSearch:
    """Keep a search under a name, in the place of the one that had it. Raises `NotSaved`."""
    name, asked = name.strip()[:60], {key: value for key, value in fields.items() if value}
    if not name:
        raise NotSaved(_("Give the search a name."))
    if not asked:
        raise NotSaved(_("Search for something first; an empty search needs no name."))
    own = SavedSearch.objects.filter(owner=str(person.pk))
    with transaction.atomic():
        if own.exclude(name=name).count() >= MOST_SAVED:
            raise NotSaved(_("You have %(n)s saved searches; delete one first.") % {"n": MOST_SAVED})
        found, _new = own.update_or_create(
            name=name,
            owner=str(person.pk),
            defaults={"county": person.county, "fields": asked, "saved_at": now},
        )
        said = {"name": name, **asked}
        record("audit.search_saved", actor=person, county=person.county, now=now, payload=said, request_id=request_id)
    return found


def drop_search(*, search_id: int, person: Person, now: dt.datetime, request_id: str = "") -> str:
    """Delete a saved search of one's own: its name, empty when there is none of that number."""
    with transaction.atomic():
        found = SavedSearch.objects.filter(pk=search_id, owner=str(person.pk)).first()
        if found is None:
            return ""
        found.delete()
        said = {"name": found.name}
        record("audit.search_dropped", actor=person, county=person.county, now=now, payload=said, request_id=request_id)
    return found.name
