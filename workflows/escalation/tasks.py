"""Thin edges: read the clock once, make one call. Each may be lost, doubled or late: the database is the truth."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from workflows.escalation.heartbeat import SWEEP, beat
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep
from workflows.escalation.thresholds import follow_changes
from workflows.now import now
from workflows.operations.climbing import recount
from workflows.operations.comparing import compare_due_dates
from workflows.operations.deeming import deem_accepted
from workflows.operations.staffing import release_stranded


@shared_task(ignore_result=True)
def sweep_ladder() -> str:
    """Raise what is due, open supervisions, and say that the watch is awake."""
    moment = now()
    follow_changes(moment, timezone.now())
    found = sweep(moment)
    opened = open_supervisions(moment)
    said = f"raised {found.total}, prompts {found.prompts}, supervisions {len(opened)}"
    beat(SWEEP, timezone.now(), said)
    return said


@shared_task(ignore_result=True)
def deem_silence() -> int:
    """Accept by silence whatever is due (行政许可法 Art. 32(4))."""
    return len(deem_accepted(now=now()))


@shared_task(ignore_result=True)
def release_work() -> int:
    """Give back the open work of people who left, are away or were deactivated."""
    return len(release_stranded(now=now()))


@shared_task(ignore_result=True)
def compare_dates() -> int:
    """Nightly: compare every stored due date with its recomputation and put right what differs, on record."""
    return len(compare_due_dates(now()))


@shared_task(ignore_result=True)
def recount_ladders() -> int:
    """Nightly: compare every open step's and application's next rung with its recomputation, and mend what differs."""
    return recount(now())
