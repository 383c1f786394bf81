"""A county changes its ladder: a new version with the document that orders it; the old one stays readable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from workflows.audit.refused import Moved
from workflows.clock.ladder import DEFAULTS, PROMPT, Threshold, Trigger
from workflows.escalation.heartbeat import beat
from workflows.escalation.models import Heartbeat
from workflows.flow import registry
from workflows.models import LadderRung
from workflows.offices.models import Person
from workflows.offices.records import check_administrator, record
from workflows.operations import refusals
from workflows.operations.climbing import forget_ladders, ladder_for, recount

MOST_DAYS = 120


class LadderMoved(Moved):
    """Somebody else changed the ladder since this page was opened."""

    code = "ladder_moved"

    def __init__(self) -> None:
        super().__init__(_("The ladder was changed since you opened this page. Look at it again."))


def version_of(county: str) -> int:
    """The version in force; 0 while the county lives by the default ladder."""
    return LadderRung.objects.filter(county=county).aggregate(newest=Max("version"))["newest"] or 0


def in_force(county: str) -> Sequence[Threshold]:
    """The thresholds in force."""
    return ladder_for(county).thresholds if version_of(county) else DEFAULTS


def set_ladder(
    *,
    thresholds: Sequence[Threshold],
    document: str,
    seen: int,
    person: Person,
    now: dt.datetime,
    request_id: str = "",
) -> int:
    """Write a new version; returns its number. Open cases follow with the next sweep, which recounts them.

    Raises `NotTheAdministrator`, `LadderMoved`, `Missing` naming the line that is wrong.
    """
    county = person.county
    check_administrator(person, county, now)
    if not document.strip():
        raise refusals.Missing(_("Name the document that orders the change."), "document")
    for line, threshold in enumerate(thresholds):
        _check(line, threshold)
    with transaction.atomic():
        # One change at a time: the second waits here, then finds its page old.
        list(LadderRung.objects.select_for_update().filter(county=county).order_by("-pk")[:1])
        if version_of(county) != seen:
            raise LadderMoved
        LadderRung.objects.bulk_create(
            LadderRung(
                county=county,
                version=seen + 1,
                rung=each.rung,
                trigger=each.trigger,
                value=each.value,
                procedure=each.procedure,
                node=each.node,
                document=document.strip(),
                set_at=now,
                set_by=person,
            )
            for each in thresholds
        )
        said = {
            "version": seen + 1,
            "document": document.strip(),
            "rungs": [
                {
                    "rung": each.rung,
                    "trigger": str(each.trigger),
                    "value": each.value,
                    "procedure": each.procedure,
                    "node": each.node,
                }
                for each in thresholds
            ],
        }
        record("ladder.changed", actor=person, county=county, now=now, payload=said, request_id=request_id)
    forget_ladders()
    return seen + 1


def _check(line: int, threshold: Threshold) -> None:
    where = f"value_{line}"
    if threshold.trigger is Trigger.PROMISE_USED:
        if not 1 <= threshold.value <= 99:
            raise refusals.Missing(_("A share of the promise lies between 1 and 99 per cent."), where)
    elif not 1 <= threshold.value <= MOST_DAYS:
        raise refusals.Missing(_("Days lie between 1 and %(most)s.") % {"most": MOST_DAYS}, where)
    if (threshold.trigger is Trigger.STEP_DUE) != (threshold.rung == PROMPT):
        raise refusals.Missing(_("Only the reminder before a step's limit belongs to rung 0."), where)
    known = {row.code for row in registry.procedures()}
    if threshold.procedure and threshold.procedure not in known:
        raise refusals.Missing(_("There is no such procedure."), f"procedure_{line}")


def follow_changes(now: dt.datetime, at: dt.datetime) -> int:
    """Recount the open cases of every county whose ladder changed since the last time; how many rows moved."""
    newest = LadderRung.objects.values("county").annotate(version=Max("version"))
    versions = {f"ladder:{row['county']}": str(row["version"]) for row in newest}
    known = dict(Heartbeat.objects.filter(name__in=versions).values_list("name", "note"))
    behind = {name: version for name, version in versions.items() if known.get(name) != version}
    if not behind:
        return 0
    forget_ladders()
    moved = recount(now)
    for name, version in behind.items():
        beat(name, at, version)
    return moved
