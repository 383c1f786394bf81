"""补正期限: until when an applicant's corrections may come, by local rule; no national law refuses by itself (E6)."""

from __future__ import annotations

import datetime as dt

from workflows.clock.calendar import Calendar
from workflows.clock.rules import rule

RULE = "local-corrections"


def corrections_due(asked_on: dt.date, calendar: Calendar) -> dt.date:
    """The last day for corrections that were asked for on the civil day `asked_on`, as in Taizhou 15 working days.

    After it the office may hand the papers back in writing; nothing happens by itself.
    """
    return calendar.add(asked_on, rule(RULE, asked_on).limit).date
