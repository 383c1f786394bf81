"""What every operation on people shares: who may do it, the locked row, and the entry in the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db import models

from workflows.audit import entries
from workflows.clock.days import civil_date
from workflows.offices import refusals
from workflows.offices.models import Person
from workflows.offices.seats import seats

ADMINISTRATOR_POST = "county.admin"
# What the trail names as actor when a command on the server acted, not a signed-in person.
SYSTEM = "system"

Row = TypeVar("Row", bound=models.Model)


def check_administrator(actor: Person | None, county: str, now: dt.datetime) -> None:
    """Refuse whoever does not keep this county's people; None is a command on the server.

    At most one SQL statement. Raises `OtherCounty`, `NotTheAdministrator`.
    """
    if actor is None:
        return
    if actor.county != county and not (actor.is_superuser and not actor.county):
        raise refusals.OtherCounty
    if actor.is_superuser:
        return
    held = seats(actor.pk, civil_date(now))
    if not any(seat.post_key == ADMINISTRATOR_POST for seat in held):
        raise refusals.NotTheAdministrator


def locked(model: type[Row], pk: int, *related: str) -> Row:
    """Read one row and lock it; inside a transaction. Raises the model's `DoesNotExist`."""
    found = model._default_manager.select_for_update(of=("self",), no_key=True)
    return found.select_related(*related).get(pk=pk)


def record(
    kind: str, *, actor: Person | None, county: str, now: dt.datetime, payload: dict[str, Any], request_id: str = ""
) -> None:
    """Append one audit entry about people: no chain, the tree holds it. Never give it a password or a phone number."""
    entry, _head = entries.draft(
        head=None,
        kind=kind,
        now=now,
        actor=str(actor.pk) if actor else SYSTEM,
        county=county,
        payload=payload,
        request_id=request_id,
    )
    entries.append([entry])


def dates(starts: dt.date, ends: dt.date | None) -> dict[str, str]:
    """A period for a payload; an open end is empty."""
    return {"from": starts.isoformat(), "to": ends.isoformat() if ends else ""}
