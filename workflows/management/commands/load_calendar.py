"""`manage.py load_calendar 2022 2023 [--dry-run]`: load years of the State Council's notices into a county's table.

Shows which dates move; without `--dry-run` it moves them, each with its old and new value on record.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from workflows.audit.refused import Refused
from workflows.now import now
from workflows.operations import calendars
from workflows.operations.recounting import Move


class Command(BaseCommand):
    """Exit code 0; 1 for a year that is not published."""

    help = "Load years of the State Council's holiday notices and recompute the due dates that follow."

    def add_arguments(self, parser: CommandParser) -> None:
        """The years, and whether anything is written."""
        parser.add_argument("years", nargs="+", type=int, metavar="YEAR")
        parser.add_argument("--county", default=settings.COUNTY_CODE)
        parser.add_argument("--dry-run", action="store_true", help="show which dates would move, write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview, then apply."""
        county, as_json = options["county"], options["json"]
        try:
            change = calendars.years_change(options["years"])
            moves = list(calendars.preview(county, change))
            told: dict[str, Any] = {"years": sorted(set(options["years"])), "moved": [_plain(move) for move in moves]}
            if not options["dry_run"]:
                told |= self._apply(county, change)
        except Refused as refused:
            if as_json:
                self.stdout.write(json.dumps({"error": refused.code, "text": str(refused)}, ensure_ascii=False))
            raise CommandError(str(refused)) from refused
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for move in told["moved"]:
            mark = _("provisional") if move["provisional"] else ""
            self.stdout.write(f"{move['number']} {move['what']} {move['node']} {move['old']} → {move['new']} {mark}")
        self.stdout.write(_("%(n)s dates move.") % {"n": len(moves)})

    def _apply(self, county: str, change: calendars.Change) -> dict[str, Any]:
        try:
            applied = calendars.apply(county, change, actor=None, now=now())
        except calendars.NothingChanges:
            return {"version": calendars.version_of(county), "days": 0}
        return {"version": str(applied.version), "days": applied.days}


def _plain(move: Move) -> dict[str, Any]:
    return {
        "number": move.application.number,
        "what": str(move.what),
        "node": move.step.node if move.step else "",
        "old": move.old.isoformat() if move.old else None,
        "new": move.new.isoformat() if move.new else None,
        "was_provisional": move.was_provisional,
        "provisional": move.is_provisional,
    }
