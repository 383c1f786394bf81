"""Two offices disagree: an objection in a consultation goes to the deputy in charge while the matter is undecided.

The deputy confers with both; the decision stays with whoever decides the case (DOMAIN.md 3.3).
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from workflows.clock.days import civil_date
from workflows.clock.ladder import Trigger
from workflows.escalation.dated import Dated, sweep_dated
from workflows.escalation.raising import Batch
from workflows.escalation.sweep import add_source
from workflows.flow.decisions import Decision
from workflows.flow.registry import procedure
from workflows.legal import AFTER_ACCEPTANCE, State
from workflows.models import Ball, SignOff

PREFIX = "objection:"
# An objection that was voided, or a matter that is decided or stands lawfully, calls nobody.
RUNNING = [state for state in AFTER_ACCEPTANCE if state != State.STOPPED]
UNDECIDED = Q(state__in=RUNNING, decided_at__isnull=True)


def standing_objections() -> list[SignOff]:
    """Objections of other offices, oldest first, in applications that nobody has decided yet."""
    undecided = Q(application__state__in=RUNNING, application__decided_at__isnull=True)
    rows = SignOff.objects.filter(undecided, act=Decision.OBJECT, voided_at__isnull=True, step__ball=Ball.OTHER_OFFICE)
    rows = rows.select_related("application").defer("application__search", "application__facts").order_by("pk")
    # A section of the same bureau is overruled by its own director.
    return [row for row in rows if row.post_key.partition(".")[0] != procedure(row.application.procedure).office]


def source_of(objection: SignOff) -> str:
    """How an escalation names an objection: each climbs once."""
    return f"{PREFIX}{objection.pk}"


def objection_of(source: str) -> SignOff | None:
    """The objection behind an escalation's source; None when it is another source."""
    if not source.startswith(PREFIX):
        return None
    return SignOff.objects.filter(pk=int(source.removeprefix(PREFIX))).first()


def sweep_objections(now: dt.datetime) -> list[Batch]:
    """Raise what is due; one transaction for each county."""
    found = [Dated(source_of(row), row.application, civil_date(row.signed_at)) for row in standing_objections()]
    return sweep_dated(found, Trigger.DISAGREED, UNDECIDED, now)


add_source("objections", sweep_objections)
