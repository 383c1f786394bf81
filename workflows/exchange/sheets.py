"""The trail as trail.csv and trail.xlsx: a line for each entry, in the order of entries.jsonl; nothing in them runs."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import pgettext

from workflows.exchange.telling import Names, Told
from workflows.tables import guard

# What one sheet and one cell of a spreadsheet hold at most.
MOST_LINES, MOST_LETTERS = 1_000_000, 32_000
# Letters that neither XML 1.0 nor a spreadsheet knows.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def heading() -> list[str]:
    """The columns' titles, in the active language."""
    return [
        pgettext("trail", "Line"),
        pgettext("trail", "Sealed as"),
        pgettext("trail", "Entry"),
        pgettext("trail", "Recorded"),
        pgettext("trail", "Effective"),
        pgettext("trail", "County"),
        pgettext("trail", "Chain"),
        pgettext("trail", "Place in the chain"),
        pgettext("trail", "Kind"),
        pgettext("trail", "What"),
        pgettext("trail", "Step"),
        pgettext("trail", "By"),
        pgettext("trail", "Stands in for"),
        pgettext("trail", "Post"),
        pgettext("trail", "Opinion"),
        pgettext("trail", "Legal state"),
        pgettext("trail", "Content"),
        pgettext("trail", "Details"),
        pgettext("trail", "Request"),
    ]


def line(number: int, position: int | None, entry: Told, names: Names) -> list[int | str | None]:
    """The cells of one entry; an entry that cannot be read keeps its bytes under Details."""
    payload, county = entry.payload, entry.text("county")
    details: Any = payload if "sign_off" not in payload else payload.get("details", {})
    return [
        number,
        position,
        entry.text("id"),
        entry.text("recorded_at"),
        entry.text("occurred_at"),
        county,
        entry.text("chain"),
        entry.text("seq"),
        entry.text("kind"),
        names.kind(entry),
        _plain(payload.get("node", "")),
        names.person(entry.text("actor")),
        names.person(entry.text("on_behalf_of")),
        names.post(county, entry.text("post")),
        _plain(payload.get("opinion", "")),
        _plain(payload.get("state", "")),
        _plain(payload.get("content", "")),
        _plain(details) if entry.readable else entry.body.decode("utf-8", "backslashreplace"),
        entry.text("request_id"),
    ]


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value else ""


def clean(text: str) -> str:
    """Text without the letters that XML and spreadsheets refuse."""
    return FORBIDDEN.sub("\ufffd", text)


def cell(text: str) -> str:
    """Text for a cell: guarded against being run, and cut visibly where a cell would cut it silently."""
    safe = guard(clean(text))
    return safe if len(safe) <= MOST_LETTERS else safe[: MOST_LETTERS - 1] + "…"


class Csv:
    """trail.csv: UTF-8 with a byte order mark, so that spreadsheets read Chinese."""

    def __init__(self, path: Path, titles: Sequence[str]) -> None:
        self.file = path.open("w", encoding="utf-8-sig", newline="")
        self.writer = csv.writer(self.file)
        self.writer.writerow(titles)

    def write(self, cells: Sequence[int | str | None]) -> None:
        """One line."""
        self.writer.writerow(
            ["" if value is None else cell(value) if isinstance(value, str) else value for value in cells]
        )

    def close(self) -> None:
        """Finish the file."""
        self.file.close()


class Xlsx:
    """trail.xlsx, written as it comes: no workbook stands in memory. A full sheet is followed by another."""

    def __init__(self, path: Path, titles: Sequence[str], now: dt.datetime) -> None:
        import openpyxl  # heavy; only exports and imports of spreadsheets need it

        self.path, self.titles = path, titles
        self.book = openpyxl.Workbook(write_only=True)
        self.book.properties.created = self.book.properties.modified = now.astimezone(dt.UTC).replace(tzinfo=None)
        self._begin()

    def _begin(self) -> None:
        self.sheet = self.book.create_sheet(f"trail {len(self.book.worksheets) + 1}")
        self.sheet.freeze_panes = "A2"
        self.sheet.append(list(self.titles))
        self.lines = 0

    def write(self, cells: Sequence[int | str | None]) -> None:
        """One line."""
        if self.lines == MOST_LINES:
            self._begin()
        self.sheet.append([cell(value) if isinstance(value, str) else value for value in cells])
        self.lines += 1

    def close(self) -> None:
        """Finish the file."""
        self.book.save(self.path)
