"""Move the demo county's clock day by day with nobody acting, and tell what the ladder raised on each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from permits.demo.telling import at
from workflows.clock.days import ONE_DAY
from workflows.escalation.models import Escalation
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep

Line = tuple[str, int, str, str, str, str, str]


def until(first: dt.date, last: dt.date) -> Iterator[Line]:
    """(day, rung, reason, since, matter, step, put before) of every rung raised from `first` to `last`, in order."""
    known = 0
    day = first
    while day <= last:
        now = at(day.isoformat(), 9)
        sweep(now)
        open_supervisions(now)
        for row in Escalation.objects.filter(pk__gt=known).select_related("step", "application").order_by("pk"):
            known = row.pk
            number = row.application.number if row.application else row.source.partition(":")[0]
            node = row.step.node if row.step else "—"
            yield (
                *(day.isoformat(), row.rung, row.trigger, row.on.isoformat()),
                *(f"{row.subject} {number}", node, row.target or "(vacant)"),
            )
        day += ONE_DAY
