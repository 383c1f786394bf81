"""Thin edges of the domain's periodic work."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from permits.operations.rights import lapse_due
from workflows.now import now


@shared_task(ignore_result=True)
def lapse_permits() -> int:
    """Let every permit lapse whose validity has ended."""
    return len(lapse_due(now=now(), county=settings.COUNTY_CODE))
