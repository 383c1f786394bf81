"""`manage.py compare_due`: compare every stored date with its recount and put right what differs; nightly."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from workflows.now import now
from workflows.operations.comparing import Difference, compare_due_dates


class Command(BaseCommand):
    """Exit code 0; prints each difference, and nothing when all is right."""

    help = "Compare the stored due dates with their recount, put right what differs, and tell the administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        """Text or one JSON object."""
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """One pass."""
        found = [_plain(difference) for difference in compare_due_dates(now())]
        if options["json"]:
            self.stdout.write(json.dumps({"differences": found}, ensure_ascii=False))
            return
        for row in found:
            self.stdout.write(f"{row['number']} {row['what']} {row['node']} {row['old']} → {row['new']}")


def _plain(difference: Difference) -> dict[str, Any]:
    return {
        "number": difference.application.number,
        "what": difference.what,
        "node": difference.node,
        "old": difference.old.isoformat() if difference.old else None,
        "new": difference.new.isoformat() if difference.new else None,
    }
