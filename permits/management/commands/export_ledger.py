"""`manage.py export_ledger FILE`: the county's own spreadsheet back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from permits.importing.exporting import ledger_rows
from permits.ledger.writing import write_csv, write_ledger
from permits.queries.figures import newest_year
from workflows.clock.days import civil_date
from workflows.now import now
from workflows.operations.audits import note_command


class Command(BaseCommand):
    """Exit code 0; 1 when the file cannot be written."""

    help = "Write the county's projects as its own spreadsheet (.xlsx, or .csv by the file's ending)."

    def add_arguments(self, parser: Any) -> None:
        """A file and a plan year."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, help="plan year; default: the newest on record")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it."""
        county = settings.COUNTY_CODE
        year = options["year"] or newest_year(county, civil_date(now()).year)
        rows = ledger_rows(county, year)
        write = write_csv if options["file"].suffix.lower() == ".csv" else write_ledger
        try:
            with options["file"].open("wb") as file:
                write(rows, file, title=f"{settings.COUNTY_NAME}重点项目台账", year=year)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        note_command("reading.ledger", {"year": str(year), "rows": len(rows)}, now())
        self.stdout.write(f"{len(rows)} → {options['file']}")
