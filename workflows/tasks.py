"""Thin edges of the trail's periodic work."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from workflows.audit import keys
from workflows.audit.delivering import deliver_checkpoint
from workflows.audit.models import VerificationRun
from workflows.audit.sequencer import Diverged, note_finding, sequence
from workflows.audit.verifying import finish, work
from workflows.exchange import packing
from workflows.now import now
from workflows.operations.audits import note_verified
from workflows.replaying.fit import fit
from workflows.templatetags.kinds import kind_word

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def seal_entries() -> int:
    """Give every entry its place, sign when it is time, and send what did not arrive yet.

    A diverged log is on the register and unsigned.
    """
    moment = timezone.now()
    try:
        found = sequence(moment)
    except (Diverged, keys.NoKey) as error:
        log.error("audit: not signed: %s", error)
        return 0
    deliver_checkpoint(moment)
    return found.added


@shared_task(ignore_result=True)
def verify_trail() -> int:
    """Nightly: verify everything; what is found goes on the register."""
    # Entries carry the house's clock, which in the demo county is another than the machine's.
    moment = now()
    run = VerificationRun.objects.create(asked_at=timezone.now(), total=1)
    verdict = finish(run, timezone.now, moment, deep=True)
    note_verified(verdict, "the whole trail, deep", moment)
    return len(verdict.findings)


@shared_task(ignore_result=True)
def fit_record() -> int:
    """Nightly: replay every application against flow and law; what does not fit goes on the register."""
    verdict = fit()
    for found in verdict.findings:
        note_finding(found.kind, found.where, found.text)
    for text in verdict.cannot_tell:
        log.error("audit: fit cannot tell: %s", text)
    return len(verdict.findings)


@shared_task(ignore_result=True)
def verify_asked() -> int:
    """Every few seconds: the verification that an auditor asked for on a page."""
    return work(timezone.now, now())


@shared_task(ignore_result=True)
def pack_asked() -> bool:
    """Every few seconds: the export package that an auditor asked for on a page."""
    return packing.work(timezone.now, now(), kind_word)
