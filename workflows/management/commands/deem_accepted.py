"""`manage.py deem_accepted`: accept by silence whatever is due; daily, may run twice or late."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from workflows.now import now
from workflows.operations.deeming import deem_accepted


class Command(BaseCommand):
    """Exit code 0; prints the reference of each."""

    help = "Accept by silence every application that got no answer within five working days (Art. 32)."

    def handle(self, *args: Any, **options: Any) -> None:
        """One pass."""
        for application in deem_accepted(now=now()):
            self.stdout.write(application.number)
