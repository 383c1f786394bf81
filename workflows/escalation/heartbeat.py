"""The watch over the watch: when periodic work last ran, by the machine's clock, and whether that is too long ago."""

from __future__ import annotations

import datetime as dt
import time

from workflows.escalation.models import Heartbeat

SWEEP = "sweep"
# When the sweep itself has not run for ten minutes, everybody who could mend it is told.
MOST_SILENT = dt.timedelta(minutes=10)
_started = time.monotonic()


def beat(name: str, at: dt.datetime, note: str = "") -> None:
    """Record that a periodic work came to its end; `at` is the machine's time, not the demo county's."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at, "note": note[:300]})


def silent_since(name: str, at: dt.datetime) -> dt.datetime | None:
    """Since when a work has been silent for too long; None while all is well. One statement.

    A process that just started waits its ten minutes for a first run.
    """
    last = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    if last is None:
        alive = dt.timedelta(seconds=time.monotonic() - _started)
        return at - alive if alive > MOST_SILENT else None
    return last if at - last > MOST_SILENT else None
