"""`manage.py lapse_due`: let permits lapse whose last day has passed; daily, may run twice."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from permits.operations.rights import lapse_due
from workflows.now import now


class Command(BaseCommand):
    """Exit code 0; prints what lapsed."""

    help = "Let every permit lapse whose validity has ended; the gate of its project shuts."

    def handle(self, *args: Any, **options: Any) -> None:
        """One pass."""
        for permit in lapse_due(now=now(), county=settings.COUNTY_CODE):
            self.stdout.write(f"{permit.project_id} {permit.bar} {permit.number}")
