"""The scheduler thread of the one-process default: the same tasks, the same list, no broker.

A task that fails is logged and comes again; the thread itself only ends with the process.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from typing import Any

from django.db import close_old_connections, connections

from config.celery import PERIODIC, app
from workflows.escalation import heartbeat

log = logging.getLogger(__name__)
TICK_SECONDS = 1.0


class Scheduler(threading.Thread):
    """Runs what is due, one task after another; `wake` makes it look at once."""

    def __init__(self, periodic: dict[str, dict[str, Any]] | None = None) -> None:
        super().__init__(name="kaigong-scheduler", daemon=True)
        self.entries = {name: self._entry(entry) for name, entry in (periodic or PERIODIC).items()}
        self._woken = threading.Event()
        self._ends = threading.Event()

    @staticmethod
    def _entry(entry: dict[str, Any]) -> dict[str, Any]:
        when = entry["schedule"]
        when.app = app
        # The first round comes at once for what runs by the minute; what runs at night waits for its night.
        first = when.now() if hasattr(when, "hour") else when.now() - dt.timedelta(days=1)
        return {"task": entry["task"], "schedule": when, "last": first}

    def run(self) -> None:
        """Until the process ends."""
        app.loader.import_default_modules()
        while not self._ends.is_set():
            self.run_due()
            self._woken.wait(TICK_SECONDS)
            self._woken.clear()

    def run_due(self) -> list[str]:
        """Run every entry that is due now; their names."""
        done = []
        for name, entry in self.entries.items():
            if self._ends.is_set() or not entry["schedule"].is_due(entry["last"]).is_due:
                continue
            entry["last"] = entry["schedule"].now()
            self._run(name, entry["task"])
            done.append(name)
        return done

    def _run(self, name: str, task: str) -> None:
        close_old_connections()
        try:
            app.tasks[task]()
            heartbeat.ran(name)
        except Exception as error:
            log.exception("%s failed; it comes again", name)
            self._note(name, error)
        finally:
            connections.close_all()

    @staticmethod
    def _note(name: str, error: Exception) -> None:
        try:
            heartbeat.failed(name, error)
        except Exception:
            log.exception("%s: the failure could not be written down", name)

    def wake(self) -> None:
        """Look now, not at the next tick."""
        self._woken.set()

    def end(self) -> None:
        """Finish the task under way and stop."""
        self._ends.set()
        self._woken.set()


def start() -> Scheduler:
    """Start the thread of this process."""
    scheduler = Scheduler()
    scheduler.start()
    return scheduler
