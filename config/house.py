"""The house as a Django app: tells the engine which work comes again and how often, and when each piece last ran."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import AppConfig


class House(AppConfig):
    """No models: only what has to be said once everything is loaded."""

    name = "config"
    label = "house"

    def ready(self) -> None:
        """Name the periodic work to the watch, and write down what workers finish."""
        from celery.signals import task_failure, task_success

        from config.celery import PERIODIC
        from workflows.escalation import heartbeat

        names = {entry["task"]: name for name, entry in PERIODIC.items()}
        heartbeat.expect({name: interval(entry["schedule"]) for name, entry in PERIODIC.items()})

        def ended(sender: Any = None, **_kwargs: Any) -> None:
            if getattr(sender, "name", "") in names:
                heartbeat.ran(names[sender.name])

        def failed(sender: Any = None, exception: Any = None, **_kwargs: Any) -> None:
            if getattr(sender, "name", "") in names:
                heartbeat.failed(names[sender.name], exception)

        task_success.connect(ended, weak=False, dispatch_uid="house-ran")
        task_failure.connect(failed, weak=False, dispatch_uid="house-failed")


def interval(when: Any) -> dt.timedelta:
    """How far apart two runs are: what the schedule says, a day for what runs at night."""
    run_every: Any = getattr(when, "run_every", None)
    return dt.timedelta(days=1) if hasattr(when, "hour") or run_every is None else run_every
