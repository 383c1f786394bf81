"""Thin edges of the messenger's periodic work."""

from __future__ import annotations

from celery import shared_task

from notifications.delivery import deliver
from notifications.people import now
from notifications.planning import channels, plan


@shared_task(ignore_result=True)
def send_messages() -> str:
    """Plan what was written, then deliver what is due, until nothing is left for now."""
    moment, planned = now(), 0
    while n := plan(moment):
        planned += n
    done = deliver(moment) if channels() else None
    return f"planned {planned}, sent {done.sent if done else 0}"
