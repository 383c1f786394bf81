"""`manage.py sweep`: raise what is due now; safe to run beside any other sweeper."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workflows.clock.days import SHANGHAI
from workflows.escalation.heartbeat import SWEEP, beat
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep
from workflows.now import now


def instant(text: str) -> dt.datetime:
    """An ISO 8601 instant; without a zone it is Shanghai's, a bare date means nine in the morning."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no instant such as 2022-03-01T09:00") from error
    if "T" not in text and " " not in text:
        found = found.replace(hour=9)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


class Command(BaseCommand):
    """Exit code 0; prints how many rungs were raised."""

    help = "Raise what is due now: escalations, prompts, supervisions."

    def add_arguments(self, parser: CommandParser) -> None:
        """Another instant than now, and JSON."""
        parser.add_argument("--as-of", default="", metavar="INSTANT", help="sweep as if it were this instant")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """One sweep."""
        moment = instant(options["as_of"]) if options["as_of"] else now()
        found = sweep(moment)
        opened = open_supervisions(moment)
        beat(SWEEP, timezone.now(), f"raised {found.total} by command")
        if options["json"]:
            answer = {
                "as_of": moment.isoformat(),
                "raised": {str(rung): found.raised.get(rung, 0) for rung in range(1, 5)},
                "prompts": found.prompts,
                "supervisions": [row.application.number for row in opened],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for rung, n in sorted(found.raised.items()):
            self.stdout.write(f"rung {rung}: {n}")
        self.stdout.write(f"prompts: {found.prompts}; supervisions opened: {len(opened)}")
