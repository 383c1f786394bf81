"""`manage.py recount_ladder`: give every open case the day of its next rung anew; after an upgrade or a restore."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from workflows.now import now
from workflows.operations.climbing import recount


class Command(BaseCommand):
    """Exit code 0; prints how many rows differed."""

    help = "Compare the next rung of every open case with its recomputation, and put right what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        """One pass."""
        self.stdout.write(str(recount(now())))
