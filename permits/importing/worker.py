"""The work on a file outside the request: reading, then taking over. The database says how far it is.

In the one-process default a thread does it; it may die with the process, and the page then says so and starts it again.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable

from django.db import connection, transaction

from permits.importing import jobs
from permits.importing.by import By
from permits.models import LedgerFile

log = logging.getLogger(__name__)
Clock = Callable[[], dt.datetime]
# How often a worker says how far it is: often enough for a bar that moves, seldom enough for one writer.
EVERY_SECONDS = 0.5


def start(ledger: LedgerFile, by: By, clock: Clock) -> None:
    """Begin the work on a file in the background, once the request's transaction is committed."""
    key, run = ledger.pk, ledger.run
    thread = threading.Thread(target=_in_thread, args=(key, run, by, clock), name=f"ledger-{key}", daemon=True)
    transaction.on_commit(thread.start)


def _in_thread(key: int, run: int, by: By, clock: Clock) -> None:
    try:
        work(key, run, by, clock)
    except Exception:
        log.exception("The work on ledger file %s broke off.", key)
    finally:
        connection.close()


def work(key: int, run: int, by: By, clock: Clock) -> None:
    """Do what the file waits for; nothing when another worker has taken it over."""
    ledger = LedgerFile.objects.filter(pk=key, run=run).first()
    if ledger is None:
        return
    tick = _Tick(ledger, clock)
    try:
        if ledger.state == LedgerFile.State.READING:
            jobs.read(ledger, clock(), tick)
        elif ledger.state == LedgerFile.State.APPLYING:
            jobs.apply(ledger, by, clock(), tick)
    except jobs.Superseded:
        log.info("Ledger file %s was started anew.", key)


class _Tick:
    """Tells the row how far the work is, a few times a second and at the end."""

    def __init__(self, ledger: LedgerFile, clock: Clock) -> None:
        self.ledger, self.clock = ledger, clock
        self.told = 0.0

    def __call__(self, done: int, total: int) -> None:
        if done < total and time.monotonic() - self.told < EVERY_SECONDS:
            return
        self.told = time.monotonic()
        jobs.beat(self.ledger, done, total, self.clock())
