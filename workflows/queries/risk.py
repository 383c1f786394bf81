"""The lights as conditions of the database: what is late, and what is about to be, counted and listed by one rule.

`clockbar.times` shows a case's light; these ask for all cases with that light at once, on indexed columns.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from workflows.clock.calendar import Calendar
from workflows.clock.days import ONE_DAY, WorkingDays
from workflows.legal import State

# The last tenth of limits up to 100 working days, more than any rule gives (60, and 30 of extension).
LAST_TENTH = 10


def running() -> Q:
    """Accepted, not decided, and the clock runs."""
    return Q(finished__isnull=True, decided_at__isnull=True, accepted_on__isnull=False) & ~Q(state=State.STOPPED)


def late(today: dt.date) -> Q:
    """Past the promise, or past the statute where nothing is promised (a promise is never later)."""
    passed = Q(promised_due__lt=today) | Q(promised_due__isnull=True, statutory_due__lt=today)
    return running() & passed


def at_risk(today: dt.date, calendar: Calendar) -> Q:
    """Due soon: at most one working day is left, or at most a tenth of the limit."""
    near = Q()
    first = today
    for left in range(1, LAST_TENTH + 1):
        # `left` working days remain up to the day before the next one; nothing below two asks how long it ran.
        last = calendar.add(today, WorkingDays(left + 1)).date - ONE_DAY
        accepted = None if left == 1 else calendar.back(today, WorkingDays(9 * left)).date
        near |= _due(first, last, accepted)
        first = last + ONE_DAY
    return running() & near


def _due(first: dt.date, last: dt.date, accepted_by: dt.date | None) -> Q:
    promised = Q(promised_due__range=(first, last))
    statutory = Q(promised_due__isnull=True, statutory_due__range=(first, last))
    found = promised | statutory
    return found if accepted_by is None else found & Q(accepted_on__lte=accepted_by)
