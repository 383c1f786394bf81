"""Every night: is each stored date what its recount says? What differs is put right, on record and not silently.

The reading pass locks nothing. Only what differs is locked, counted again, and written: the cache, an entry in the
application's chain, a row with old and new, a message to those concerned and one to the administrator.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from notifications.models import Message
from workflows.clock.calendar import Calendar
from workflows.clock.calendars import calendar_for
from workflows.models import Application, MovedDueDate
from workflows.offices.records import ADMINISTRATOR_POST
from workflows.operations.recounting import BATCH, Move, batches, is_broken, recount, write_moves


@dataclass(frozen=True)
class Difference:
    """One stored date that was wrong, or a clock that contradicts itself and gives no date (`what` is `broken`)."""

    application: Application
    what: str
    node: str
    old: dt.date | None
    new: dt.date | None


def compare_due_dates(now: dt.datetime) -> list[Difference]:
    """Compare every open application and its open steps with their recount, and put right what differs.

    One transaction for each 500 that differ; a run that is cut short leaves the rest to the next night. Safe to run
    twice or beside clicks: what was put right meanwhile is not written again.
    """
    counties = Application.objects.filter(finished__isnull=True).order_by("county").values_list("county", flat=True)
    found: list[Difference] = []
    for county in counties.distinct():
        found += _county(county, now)
    return found


def _county(county: str, now: dt.datetime) -> list[Difference]:
    calendar = calendar_for(county)
    wrong: list[int] = []
    broken: list[Difference] = []
    for batch in batches(county):
        for standing in batch:
            if is_broken(standing, calendar):
                broken.append(Difference(standing.application, "broken", "", None, None))
            if recount(standing, calendar):
                wrong.append(standing.application.pk)
    Message.objects.bulk_create([_message(difference, now) for difference in broken])
    found = list(broken)
    for at in range(0, len(wrong), BATCH):
        found += _put_right(county, wrong[at : at + BATCH], calendar, now)
    return found


@transaction.atomic
def _put_right(county: str, keys: list[int], calendar: Calendar, now: dt.datetime) -> list[Difference]:
    moves: list[Move] = []
    for batch in batches(county, lock=True, only=keys):
        moves += [move for standing in batch for move in recount(standing, calendar)]
    write_moves(moves, because=MovedDueDate.Because.COMPARED, calendar_version=calendar.version, now=now)
    found = [
        Difference(move.application, str(move.what), move.step.node if move.step else "", move.old, move.new)
        for move in moves
    ]
    Message.objects.bulk_create([_message(difference, now) for difference in found])
    return found


def _message(difference: Difference, now: dt.datetime) -> Message:
    application = difference.application
    about = {"number": application.number, "subject": application.subject}
    kind = "clock_contradicts_itself"
    if difference.what != "broken":
        kind = "due_date_was_wrong"
        about["old"] = difference.old.isoformat() if difference.old else "—"
        about["new"] = difference.new.isoformat() if difference.new else "—"
    return Message(
        county=application.county,
        kind=kind,
        post_key=ADMINISTRATOR_POST,
        params=about,
        url=f"/applications/{application.pk}/",
        created_at=now,
    )
