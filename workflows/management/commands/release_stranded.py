"""`manage.py release_stranded`: give back steps whose holder may no longer act on them; daily."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from workflows.now import now
from workflows.operations.staffing import release_stranded


class Command(BaseCommand):
    """Exit code 0; prints each step that moved."""

    help = "Hand over every open step of somebody whose appointment or cover has ended (DOMAIN E8, E9)."

    def handle(self, *args: Any, **options: Any) -> None:
        """One pass."""
        for moved in release_stranded(now=now()):
            self.stdout.write(f"{moved.post_key} {moved.work_key}")
