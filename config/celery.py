"""The Celery app, and the ONLY list of periodic work.

With a broker (REDIS_URL) beat and workers run it; without one a thread of the web process does (config.embedded). The
web process sends no message in either case: it writes rows, and what is listed here finds them.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab, schedule
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def every(seconds: float, task: str) -> dict[str, Any]:
    """A task that runs every `seconds`; a message that waited longer is dropped, the next one does its work."""
    return {"task": task, "schedule": schedule(seconds), "options": {"expires": max(seconds, 30)}}


def nightly(hour: int, minute: int, task: str) -> dict[str, Any]:
    """A task that runs once a night, Asia/Shanghai."""
    return {"task": task, "schedule": crontab(hour=hour, minute=minute), "options": {"expires": 6 * 3600}}


PERIODIC: dict[str, dict[str, Any]] = {
    "sweep the ladder": every(settings.SWEEP_SECONDS, "workflows.escalation.tasks.sweep_ladder"),
    "tell people": every(2, "notifications.tasks.send_messages"),
    "accept by silence": every(600, "workflows.escalation.tasks.deem_silence"),
    "release stranded work": every(600, "workflows.escalation.tasks.release_work"),
    "lapse permits": every(600, "permits.tasks.lapse_permits"),
    "compare the due dates": nightly(2, 0, "workflows.escalation.tasks.compare_dates"),
    "seal the trail": every(5, "workflows.tasks.seal_entries"),
    "verify what was asked": every(5, "workflows.tasks.verify_asked"),
    "make the export that was asked for": every(5, "workflows.tasks.pack_asked"),
    "verify the trail": nightly(3, 0, "workflows.tasks.verify_trail"),
    "fit record and procedure": nightly(3, 30, "workflows.tasks.fit_record"),
    "recount the ladders": nightly(2, 10, "workflows.escalation.tasks.recount_ladders"),
}

app = Celery("kaigong")


@app.on_configure.connect
def _configure(sender: Celery, **kwargs: Any) -> None:
    sender.conf.update(
        broker_url=settings.REDIS_URL or "memory://",
        broker_connection_retry_on_startup=True,
        task_ignore_result=True,
        # A worker that dies gives its message back; every task bears being run twice.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        timezone=settings.TIME_ZONE,
        beat_schedule=PERIODIC,
        beat_schedule_filename=str(settings.DATA_DIR / "beat"),
    )


app.autodiscover_tasks(["workflows", "workflows.escalation", "permits", "notifications"])
