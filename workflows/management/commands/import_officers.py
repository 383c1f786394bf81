"""`manage.py import_officers FILE [--dry-run] [--json]`: accounts and appointments from a spreadsheet or CSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflows.audit.refused import Refused
from workflows.now import now
from workflows.offices import roster
from workflows.offices.importing import Imported, import_officers


class Command(BaseCommand):
    """Import officers. Bad rows are named with line and reason and stop no good one; exit 1 when there are any."""

    help = "Import officers from a spreadsheet or CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file and how to answer."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="show what would change, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        parser.add_argument("--county", default=settings.COUNTY_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, import, print."""
        file: Path = options["file"]
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        try:
            result = import_officers(
                lines=roster.read(file.name, content),
                county=options["county"],
                actor=None,
                now=now(),
                dry_run=options["dry_run"],
                file_name=file.name,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json.dumps(as_json(result, dry_run=options["dry_run"]), ensure_ascii=False, indent=2))
        else:
            self._print(result)
        if result.bad:
            raise SystemExit(1)

    def _print(self, result: Imported) -> None:
        self.stdout.write(
            f"created {result.created}, changed {result.changed}, appointed {result.appointed}, "
            f"unchanged {result.unchanged}, bad {len(result.bad)}"
        )
        for bad in result.bad:
            self.stdout.write(f"line {bad.line}: {bad.reason}")
        for made in result.passwords:
            self.stdout.write(f"{made.person.username}: one-time password {made.password}")


def as_json(result: Imported, *, dry_run: bool) -> dict[str, Any]:
    """The result as plain data; the one-time passwords are in it, for they are shown nowhere else."""
    return {
        "dry_run": dry_run,
        "created": result.created,
        "changed": result.changed,
        "appointed": result.appointed,
        "unchanged": result.unchanged,
        "changes": result.changes,
        "bad": [{"line": bad.line, "reason": bad.reason} for bad in result.bad],
        "passwords": [{"username": made.person.username, "password": made.password} for made in result.passwords],
    }
