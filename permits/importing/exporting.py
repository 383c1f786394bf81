"""The county's own spreadsheet back: every cell as it came, except where the project says something else by now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import Any

from permits.importing.classes import SPOKEN_OF
from permits.importing.planning import same, stage_now
from permits.importing.standing import Standing, standing
from permits.importing.storing import settled_rows
from permits.importing.wanted import KIND_WORDS
from permits.ledger.facts import Cell, Precision, Span, Stage
from permits.ledger.reading import LedgerRow
from permits.ledger.writing import cell_of
from permits.models import LedgerLine

# Field of the project → field of the ledger.
FIELDS = {
    "name": "name",
    "kind": "kind",
    "content": "content",
    "town": "address",
    "unit": "owner",
    "contact": "contact",
    "bureau": "bureau",
    "total_wan": "total",
    "plan_wan": "plan",
    "done_wan": "done",
    "started_on": "started_on",
    "in_statistics_on": "in_library_on",
    "ledger_started": "started",
    "in_statistics": "in_library",
    "planned_start": "planned_start",
    "leads": "leader",
    "code": "code",
}
SHEET = "重点项目"


def ledger_rows(county: str, year: int, only: Collection[int] | None = None) -> list[LedgerRow]:
    """Every live project of a year, or `only` some, as a row of the ledger; in its last file's order, new ones last."""
    known = [each for each in standing(county, only) if each.project.year == year]
    lines = {line.pk: line for line in LedgerLine.objects.filter(project__county=county, in_force=True).order_by("pk")}
    rows = settled_rows([lines[each.line_id] for each in known if each.line_id])
    places = {each.project.pk: _place(each, lines) for each in known}
    known.sort(key=lambda each: places[each.project.pk])
    last = max((line.row_number for line in lines.values()), default=0)
    sheet = lines[max(lines)].sheet if lines else SHEET
    return [_row(each, lines, rows, sheet, last + n) for n, each in enumerate(known, start=1)]


def _place(each: Standing, lines: dict[int, LedgerLine]) -> tuple[int, int, int]:
    line = lines.get(each.line_id or 0)
    return (0, line.ledger_id, line.position) if line else (1, 0, each.project.pk)


def _row(
    each: Standing, lines: dict[int, LedgerLine], rows: dict[int, LedgerRow], sheet: str, number: int
) -> LedgerRow:
    line = lines.get(each.line_id or 0)
    row = rows[line.pk] if line else LedgerRow(sheet, number, {}, (), False)
    base = (line.applied or {}) if line else {}
    cells = dict(row.cells)
    for field, key in FIELDS.items():
        value = each.values.get(field)
        moved = not same(field, base[field], value) if field in base else bool(value)
        if moved:
            cells[key] = _cell(key, value) or Cell(None, None)
    for field, value in each.values.items():
        if field.startswith("month_") and base.get(field) != value:
            cells[field] = cell_of(field, Decimal(value) if value else None)
    for key in SPOKEN_OF:
        # What was granted here since, or fell, is written where the county writes it.
        stage = stage_now(key, each)
        if stage and stage != (base.get(key) or {}).get("stage", ""):
            cells[key] = cell_of(key, Stage(stage))
    return replace(row, cells=cells)


def _cell(key: str, value: Any) -> Cell | None:
    """A project's value as a cell of the ledger; None when there is nothing to say."""
    if value in (None, "", []):
        return None
    if key == "code":
        return cell_of("code", value[0], precision=value[1])
    if key == "kind":
        return cell_of("kind", KIND_WORDS.get(value))
    if key in ("total", "plan", "done"):
        return cell_of(key, Decimal(value))
    if key in ("started_on", "in_library_on"):
        return cell_of(key, dt.date.fromisoformat(value))
    if key == "planned_start":
        first, last = dt.date.fromisoformat(value[1]), dt.date.fromisoformat(value[2])
        return cell_of(key, Span(first, last), raw=value[0] or None, precision=value[3] or Precision.SPAN)
    if key == "leader":
        return cell_of(key, tuple(value))
    if key in ("owner", "bureau"):
        return cell_of(key, (value,))
    return cell_of(key, value)
