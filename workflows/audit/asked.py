"""Long work that an auditor asks for on a page and the periodic work does: one way to ask, to take it up, to tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction

# A run without an end after this long was interrupted; it is given up and may be asked for again.
GIVEN_UP = dt.timedelta(hours=6)


def ask(runs: Any, person: str, now: dt.datetime) -> Any:
    """Put a run on the list, once while one waits; `now` is the machine's instant."""
    with transaction.atomic():
        waiting = runs.filter(finished_at__isnull=True, asked_at__gt=now - GIVEN_UP).order_by("pk")
        return waiting.first() or runs.create(asked_by=person, asked_at=now)


def take_up(runs: Any, now: dt.datetime) -> Any:
    """The run that waits and is this worker's from now on; None when there is none."""
    run = runs.filter(finished_at__isnull=True, total=0, asked_at__gt=now - GIVEN_UP).order_by("pk").first()
    # The one who sets the total owns the run: a second worker finds nothing to set.
    return run if run is not None and runs.filter(pk=run.pk, total=0).update(total=1) else None


def teller(runs: Any, run: Any) -> Callable[[int, int], None]:
    """What tells the page how far the run is: (done, of)."""

    def tick(done: int, of: int) -> None:
        runs.filter(pk=run.pk).update(done=done, total=max(of, 1))

    return tick
