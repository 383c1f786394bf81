"""The watch over the watch: when periodic work last ran, by the machine's clock, and whether that is too long ago."""

from __future__ import annotations

import datetime as dt
import time

from django.utils import timezone

SWEEP = "sweep"
# When the sweep itself has not run for ten minutes, everybody who could mend it is told.
MOST_SILENT = dt.timedelta(minutes=10)
_started = time.monotonic()
# What runs every second is written down every half minute: the watch needs no more.
NOTED_SECONDS = 30.0
_expected: dict[str, dt.timedelta] = {}
_noted: dict[str, float] = {}


def expect(works: dict[str, dt.timedelta]) -> None:
    """Name the work that comes again, and how often; the house says so once, at its start."""
    _expected.update(works)


def expected() -> dict[str, dt.timedelta]:
    """{name: how far apart two runs are}."""
    return dict(_expected)


def ran(name: str) -> None:
    """A periodic work came to its end; at most one statement every half minute."""
    if time.monotonic() - _noted.get(name, -NOTED_SECONDS) < NOTED_SECONDS:
        return
    beat(f"ran:{name}", timezone.now())
    _noted[name] = time.monotonic()


def failed(name: str, error: BaseException | None) -> None:
    """A periodic work failed; what it said is kept until it fails again."""
    beat(f"failed:{name}", timezone.now(), f"{type(error).__name__}: {error}" if error else "")


def beat(name: str, at: dt.datetime, note: str = "") -> None:
    """Record that a periodic work came to its end; `at` is the machine's time, not the demo county's."""
    from workflows.escalation.models import Heartbeat

    Heartbeat.objects.update_or_create(name=name, defaults={"at": at, "note": note[:300]})


def silent_since(name: str, at: dt.datetime) -> dt.datetime | None:
    """Since when a work has been silent for too long; None while all is well. One statement.

    A process that just started waits its ten minutes for a first run.
    """
    from workflows.escalation.models import Heartbeat

    last = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    if last is None:
        alive = dt.timedelta(seconds=time.monotonic() - _started)
        return at - alive if alive > MOST_SILENT else None
    return last if at - last > MOST_SILENT else None
