"""What silence does: deemed acceptance (行政许可法 Art. 32(4)), and the five years of an EIA approval.

Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from workflows.clock.calendar import Calendar
from workflows.clock.days import ONE_DAY, civil_date
from workflows.clock.rules import rule


@dataclass(frozen=True)
class DeemedAcceptance:
    """The last day for the one complete list of what is missing; after it, acceptance from the day of receipt."""

    notice_due: dt.date
    accepted_as_of: dt.date
    provisional: bool

    @property
    def takes_effect(self) -> dt.date:
        """The first day on which silence has become acceptance."""
        return self.notice_due + ONE_DAY

    def holds(self, as_of: dt.date, noticed: dt.date | None) -> bool:
        """Whether the application counts as accepted by silence on `as_of`, given the day of the notice, if any."""
        return as_of >= self.takes_effect and (noticed is None or noticed > self.notice_due)


def deemed_acceptance(received: dt.date | dt.datetime, calendar: Calendar) -> DeemedAcceptance:
    """What silence does to papers `received` on a civil date, or at an instant as the designated system recorded it.

    The day of receipt is not counted, and the five days are working days (Art. 82; E7: filed on a Saturday night, the
    first of them is the next working day). Raises `TypeError` for an instant without a time zone, `rules.NoSuchRule`.
    """
    day = civil_date(received) if isinstance(received, dt.datetime) else received
    last = calendar.add(day, rule("xkf-32", day).limit)
    return DeemedAcceptance(last.date, day, last.provisional)


def eia_recheck_needed(approved: dt.date, starts: dt.date) -> bool:
    """Whether construction starts more than five years after the EIA approval; on the very day, it does not (E12)."""
    return starts > Calendar().add(approved, rule("eia-validity", starts).limit).date
