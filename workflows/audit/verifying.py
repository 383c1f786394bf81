"""全量核验: asked for on a page, done by the periodic work, watched on the page; and every file of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction

from workflows.audit.models import VerificationRun
from workflows.audit.sequencer import note_finding
from workflows.audit.verify import Verdict, verify

# A run without an end after this long was interrupted; it is given up and may be asked for again.
GIVEN_UP = dt.timedelta(hours=6)


def ask(person: str, now: dt.datetime) -> VerificationRun:
    """Put a verification of everything on the list, once while one waits; `now` is the machine's instant."""
    with transaction.atomic():
        waiting = VerificationRun.objects.filter(finished_at__isnull=True, asked_at__gt=now - GIVEN_UP).order_by("pk")
        return waiting.first() or VerificationRun.objects.create(asked_by=person, asked_at=now)


def work(machine: Callable[[], dt.datetime], now: dt.datetime) -> int:
    """Do the verification that waits, if any, and say how far it is; the number of findings.

    `machine()` gives the machine's instant, `now` is the instant of the house's clock, which entries carry.
    """
    first = VerificationRun.objects.filter(finished_at__isnull=True, total=0, asked_at__gt=machine() - GIVEN_UP)
    run = first.order_by("pk").first()
    # The one who sets the total owns the run: a second worker finds nothing to set.
    if run is None or not VerificationRun.objects.filter(pk=run.pk, total=0).update(total=1):
        return 0
    return len(finish(run, machine, now).findings)


def finish(
    run: VerificationRun, machine: Callable[[], dt.datetime], now: dt.datetime, *, deep: bool = False
) -> Verdict:
    """Verify everything for this run; what is found goes on the register."""

    def tick(done: int, of: int) -> None:
        VerificationRun.objects.filter(pk=run.pk).update(done=done, total=max(of, 1))

    verdict = verify(now, deep=deep, tick=tick)
    for found in verdict.findings:
        note_finding(found.kind, found.where, found.text)
    said: dict[str, Any] = {
        "entries": verdict.entries,
        "leaves": verdict.leaves,
        "checkpoints": verdict.checkpoints,
        "outside": verdict.outside,
        "findings": [found.__dict__ for found in verdict.findings],
        "cannot_tell": verdict.cannot_tell,
    }
    ended = VerificationRun.objects.filter(pk=run.pk)
    ended.update(done=verdict.leaves, finished_at=machine(), exit_code=verdict.exit_code, said=said)
    return verdict
