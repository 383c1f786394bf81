"""The edge's clock: the one place where the present moment is read.

In demo mode the county stands at KAIGONG_NOW when it is loaded and runs on; the administrator may move it forward.
"""

from __future__ import annotations

import datetime as dt
import time

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

_shift: tuple[float, dt.timedelta] | None = None
_KEEP_SECONDS = 5.0


def now() -> dt.datetime:
    """The present instant, aware, in UTC; shifted in demo mode. Call it once, in a view, task or command."""
    real = timezone.now()
    return real + demo_shift() if settings.DEMO else real


def demo_shift() -> dt.timedelta:
    """How far the demo clock is from the real one; read from the database at most every few seconds."""
    global _shift
    if _shift is None or time.monotonic() - _shift[0] > _KEEP_SECONDS:
        _shift = (time.monotonic(), _read_shift())
    return _shift[1]


def _read_shift() -> dt.timedelta:
    from workflows.models import DemoClock

    try:
        row = DemoClock.objects.order_by("pk").first()
    except DatabaseError:
        row = None
    return row.shift if row else dt.datetime.fromisoformat(settings.DEMO_START) - timezone.now()


def set_demo_now(moment: dt.datetime) -> None:
    """Put the demo clock at `moment`. Raises `RuntimeError` outside demo mode."""
    global _shift
    if not settings.DEMO:
        raise RuntimeError("Only the demo county's clock can be moved.")
    from workflows.models import DemoClock

    DemoClock.objects.update_or_create(pk=1, defaults={"shift": moment - timezone.now(), "started_at": timezone.now()})
    _shift = None
