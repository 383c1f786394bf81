"""`manage.py import_ledger FILE`: take over a county's ledger, or say what it would change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from permits.importing import jobs, worker
from permits.importing.by import By
from permits.importing.exceptions import exceptions_of, exceptions_read
from permits.importing.refusals import ChangedMeanwhile
from permits.importing.truth import truth_of
from permits.importing.words import change_words
from permits.ledger.truth import as_truth
from permits.ledger.workbook import MAX_BYTES
from permits.models import LedgerFile
from workflows.audit.refused import Refused
from workflows.now import now
from workflows.templatetags.words import money


class Command(BaseCommand):
    """Exit code 0: read, and unless it was a dry run taken over, doubts or not; 1: refused, the sentence says why."""

    help = "Take over a county's ledger (.xlsx, .csv). Doubtful cells go to the list of exceptions."

    def add_arguments(self, parser: Any) -> None:
        """A file; only say what would change; one JSON object instead of text."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--language", default=settings.LANGUAGE_CODE, choices=[code for code, _n in settings.LANGUAGES]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, and unless it is a dry run take over."""
        with override(options["language"]):
            try:
                content = self._content(options["file"])
                found = (self._preview if options["dry_run"] else self._take_over)(content, options["file"].name)
            except Refused as refused:
                raise CommandError(str(refused)) from refused
            self.stdout.write(json.dumps(found, ensure_ascii=False) if options["json"] else _text(found))

    def _content(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _preview(self, content: bytes, name: str) -> dict[str, Any]:
        reading, recalled = jobs.preview(content=content, file_name=name, county=settings.COUNTY_CODE, now=now())
        changes = [asdict(change) for change in recalled.plan.changes]
        return {**as_truth(reading), "exceptions": exceptions_read(recalled), "changes": changes}

    def _take_over(self, content: bytes, name: str) -> dict[str, Any]:
        county, by = settings.COUNTY_CODE, By()
        ledger = jobs.receive(content=content, file_name=name, county=county, by=by, now=now())
        worker.work(ledger.pk, ledger.run, by, now)
        ledger.refresh_from_db()
        if ledger.state == LedgerFile.State.FAILED:
            raise CommandError(jobs.failure_of(ledger))
        changes = ledger.changes
        begun = jobs.begin(ledger_id=ledger.pk, county=county, seen=ledger.plan_hash, by=by, now=now())
        worker.work(begun.pk, begun.run, by, now)
        begun.refresh_from_db()
        if begun.state != LedgerFile.State.DONE:
            raise ChangedMeanwhile
        return {**truth_of(county, begun.pk), "exceptions": exceptions_of(begun), "changes": changes}


def _text(found: dict[str, Any]) -> str:
    """What was read, what changes and what is doubtful, in the chosen language."""
    totals = found["totals"]
    head = _("%(projects)s projects, %(total)s in all; %(changes)s changes, %(exceptions)s doubts to settle.") % {
        "projects": totals["projects"],
        "total": money(totals["total_wan"]),
        "changes": len(found["changes"]),
        "exceptions": sum(not row["settled"] for row in found["exceptions"]),
    }
    changes = (change_words(change) for change in found["changes"])
    told = (f"  {row['project']}: {row['field']} {row['before'] or '—'} → {row['after'] or '—'}" for row in changes)
    open_doubts = (row for row in found["exceptions"] if not row["settled"])
    asked = (f"  ? {row['place']} {row['project']}: {row['doubt']}" for row in open_doubts)
    return "\n".join([head, *_some(told), *_some(asked)])


def _some(lines: Iterable[str], most: int = 100) -> list[str]:
    found = list(lines)
    more = _("  … and %(n)s more: --json") % {"n": len(found) - most}
    return found if len(found) <= most else [*found[:most], more]
