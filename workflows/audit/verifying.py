"""全量核验: asked for on a page, done by the periodic work, watched on the page; and every file of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from workflows.audit import asked
from workflows.audit.models import VerificationRun
from workflows.audit.sequencer import note_finding
from workflows.audit.verify import Verdict, verify


def ask(person: str, now: dt.datetime) -> VerificationRun:
    """Put a verification of everything on the list, once while one waits; `now` is the machine's instant."""
    found: VerificationRun = asked.ask(VerificationRun.objects, person, now)
    return found


def work(machine: Callable[[], dt.datetime], now: dt.datetime) -> int:
    """Do the verification that waits, if any, and say how far it is; the number of findings.

    `machine()` gives the machine's instant, `now` is the instant of the house's clock, which entries carry.
    """
    run = asked.take_up(VerificationRun.objects, machine())
    return len(finish(run, machine, now).findings) if run is not None else 0


def finish(
    run: VerificationRun, machine: Callable[[], dt.datetime], now: dt.datetime, *, deep: bool = False
) -> Verdict:
    """Verify everything for this run; what is found goes on the register."""
    verdict = verify(now, deep=deep, tick=asked.teller(VerificationRun.objects, run))
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
