"""删除个人信息: a person asks on a basis of the law, another decides; the chain stays whole (PIPL art. 47)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.audit import entries
from workflows.audit.models import Erasure, PrivateValue
from workflows.audit.refused import Moved, NotAllowed, NotYours

BASES = {
    "pipl-47-1": gettext_lazy("PIPL art. 47 (1): the purpose is achieved"),
    "pipl-47-2": gettext_lazy("PIPL art. 47 (2): no longer offered, or the period is over"),
    "pipl-47-3": gettext_lazy("PIPL art. 47 (3): consent was withdrawn"),
    "pipl-47-4": gettext_lazy("PIPL art. 47 (4): handled against the law"),
}

# Says of a value (`about`) why another law keeps it, or nothing; the domain adds its own.
KEEPERS: list[Callable[[str], str]] = []


class CannotErase(NotAllowed):
    """What was asked is not there, lacks words, or is kept by another law."""

    code = "cannot_erase"


class DecidedAlready(Moved):
    """The erasure was asked for, or decided, by somebody else meanwhile."""

    code = "erasure_decided"


class OwnErasure(NotYours):
    """Who asks does not decide."""

    code = "own_erasure"


def ask(*, county: str, value_id: int, basis: str, words: str, person: str, now: dt.datetime) -> Erasure:
    """Ask for the erasure of one value. Raises `CannotErase`, `DecidedAlready`."""
    if not words.strip():
        raise CannotErase(_("Write why."))
    with transaction.atomic():
        value = PrivateValue.objects.select_for_update().filter(county=county, pk=value_id).first()
        if value is None or basis not in BASES:
            raise CannotErase(_("Choose a value that is kept, and a basis of the law."))
        _refuse_kept(value.about)
        if Erasure.objects.filter(commitment=value.commitment, decided_at__isnull=True).exists():
            raise DecidedAlready(_("This is asked for already."))
        row = Erasure(county=county, commitment=value.commitment, about=value.about, basis=basis)
        row.words, row.asked_by, row.asked_at = words.strip()[:300], person, now
        row.save()
        _record("pii.erasure_asked", row, person, now)
    return row


def decide(*, county: str, erasure_id: int, granted: bool, person: str, now: dt.datetime) -> Erasure:
    """Grant or reject as the second person; granting takes salt and value away.

    Raises `DecidedAlready`, `OwnErasure`, `CannotErase`.
    """
    with transaction.atomic():
        row = Erasure.objects.select_for_update().filter(county=county, pk=erasure_id).first()
        if row is None or row.decided_at is not None:
            raise DecidedAlready(_("This was decided already."))
        if row.asked_by == person:
            raise OwnErasure(_("A second person decides: you asked for it yourself."))
        if granted:
            _refuse_kept(row.about)
            PrivateValue.objects.filter(county=county, commitment=row.commitment).delete()
        row.granted, row.decided_by, row.decided_at = granted, person, now
        row.save(update_fields=["granted", "decided_by", "decided_at"])
        _record("pii.erased" if granted else "pii.erasure_rejected", row, person, now)
    return row


def _refuse_kept(about: str) -> None:
    for keeper in KEEPERS:
        if why := keeper(about):
            raise CannotErase(why)


def _record(kind: str, row: Erasure, person: str, now: dt.datetime) -> None:
    payload = {"erasure": str(row.pk), "commitment": row.commitment, "about": row.about, "basis": row.basis}
    payload |= {"words": row.words, "asked_by": row.asked_by, "decided_by": row.decided_by}
    entry, _head = entries.draft(head=None, kind=kind, now=now, actor=person, county=row.county, payload=payload)
    entries.append([entry])
