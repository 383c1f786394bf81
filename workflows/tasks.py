"""Thin edges of the trail's periodic work."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from workflows.audit import keys
from workflows.audit.delivering import deliver_checkpoint
from workflows.audit.models import VerificationRun
from workflows.audit.sequencer import Diverged, sequence
from workflows.audit.verifying import finish, work
from workflows.now import now

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def seal_entries() -> int:
    """Give every entry its place and sign when it is time; a diverged log is on the register and unsigned."""
    moment = timezone.now()
    try:
        found = sequence(moment)
    except (Diverged, keys.NoKey) as error:
        log.error("audit: not signed: %s", error)
        return 0
    if found.signed:
        deliver_checkpoint(moment)
    return found.added


@shared_task(ignore_result=True)
def verify_trail() -> int:
    """Nightly: verify everything; what is found goes on the register."""
    # Entries carry the house's clock, which in the demo county is another than the machine's.
    run = VerificationRun.objects.create(asked_at=timezone.now(), total=1)
    return finish(run, timezone.now, now(), deep=True)


@shared_task(ignore_result=True)
def verify_asked() -> int:
    """Every few seconds: the verification that an auditor asked for on a page."""
    return work(timezone.now, now())
