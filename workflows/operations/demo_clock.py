"""The demo county's clock moves: every later entry is dated by it, so the move itself is on record."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from workflows.audit.canonical import instant
from workflows.now import set_demo_now
from workflows.offices.models import Person
from workflows.offices.records import record


def move_demo_clock(*, to: dt.datetime, person: Person, now: dt.datetime, request_id: str = "") -> None:
    """Put the demo clock at `to`; the entry is dated `now`, before it. Raises `RuntimeError` outside demo mode."""
    with transaction.atomic():
        said = {"from": instant(now), "to": instant(to)}
        record("demo.clock_moved", actor=person, county=person.county, now=now, payload=said, request_id=request_id)
        set_demo_now(to)
