"""A reading as rows of the record, and rows of the record as a reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from permits.importing.cells import pack_row, unpack_row
from permits.importing.incoming import Incoming, answered, answers_by_row, shown
from permits.importing.memory import Asked, Recalled
from permits.importing.planning import Plan
from permits.ledger.doubts import Level
from permits.ledger.reading import LedgerRow, Reading
from permits.models import LedgerDoubt, LedgerFile, LedgerLine

_BATCH = 300


def sheets_of(reading: Reading) -> list[dict[str, Any]]:
    """What the file's sheets were taken for."""
    return [
        {
            "title": seen.title,
            "header_row": seen.header_row,
            "columns": sorted(set(seen.columns.values())),
            "year": seen.year,
            "unit": seen.unit,
            "heading": seen.heading,
        }
        for seen in reading.sheets
    ]


def store_lines(ledger: LedgerFile, rows: Sequence[Incoming]) -> None:
    """One line for each row, by the batch; the rows learn their line's key."""
    lines = [
        LedgerLine(
            ledger=ledger,
            position=item.position,
            sheet=item.read.sheet[:100],
            row_number=item.read.row_number,
            year=item.year,
            category=list(item.read.category),
            hidden=item.read.hidden,
            cells=pack_row(item.read.cells),
        )
        for item in rows
    ]
    LedgerLine.objects.bulk_create(lines, batch_size=_BATCH)
    for item, line in zip(rows, lines, strict=True):
        item.line_id = line.pk


def store_doubts(ledger: LedgerFile, asked: Iterable[Asked], answers: dict[str, LedgerDoubt]) -> None:
    """The doubts of a file, each with the answer that was given to the same question before."""
    rows = [_doubt(ledger, each, answers.get(each.key)) for each in asked]
    LedgerDoubt.objects.bulk_create(rows, batch_size=_BATCH)


def _doubt(ledger: LedgerFile, each: Asked, answer: LedgerDoubt | None) -> LedgerDoubt:
    doubt, item = each.doubt, each.item
    row = LedgerDoubt(
        ledger=ledger,
        line_id=item.line_id if item else None,
        sheet=doubt.sheet[:100],
        row_number=doubt.row,
        column=doubt.column,
        field=doubt.field[:200],
        raw=doubt.raw,
        code=doubt.code,
        args=[list(pair) for pair in doubt.args],
        ask=doubt.level is Level.ASK,
        key=each.key,
        read_as=shown(doubt.field, item.read, item.year)[:500] if item else "",
    )
    if answer is not None:
        row.answer, row.settled_at = answer.answer, answer.settled_at
        row.settled_by_id, row.settled_name = answer.settled_by_id, answer.settled_name
    return row


def store_plan(ledger: LedgerFile, plan: Plan) -> None:
    """What the review page shows, on the (unsaved) file."""
    ledger.changes = [asdict(change) for change in plan.changes]
    ledger.absent = plan.absent
    ledger.plan_hash = plan.digest
    ledger.new_count, ledger.changed_count, ledger.unchanged_count = plan.counts


def store_new_doubts(ledger: LedgerFile, recalled: Recalled) -> None:
    """Doubts that an answer brought up, which the file does not have yet."""
    known = set(LedgerDoubt.objects.filter(ledger=ledger).values_list("line_id", "key"))
    new = [each for each in recalled.asked if (each.item.line_id if each.item else None, each.key) not in known]
    store_doubts(ledger, new, recalled.answers)


def rows_of(ledger: LedgerFile) -> list[Incoming]:
    """The rows of a stored file with the answers given so far; two statements."""
    columns = {sheet["title"][:100]: frozenset(sheet["columns"]) for sheet in ledger.sheets}
    settled = LedgerDoubt.objects.filter(ledger=ledger, line__isnull=False, settled_at__isnull=False).exclude(answer="")
    answers = answers_by_row(list(settled.order_by("settled_at", "pk").values_list("line_id", "field", "answer")))
    lines = LedgerLine.objects.filter(ledger=ledger).order_by("position")
    return [
        Incoming(line.position, row_of(line), line.year, columns[line.sheet], answers.get(line.pk, {}), line.pk)
        for line in lines
    ]


def settled_rows(lines: Sequence[LedgerLine]) -> dict[int, LedgerRow]:
    """Lines as the reader gave them, with what people settled since, by key; one statement."""
    settled = LedgerDoubt.objects.filter(line__in=[line.pk for line in lines], settled_at__isnull=False)
    told = settled.exclude(answer="").order_by("settled_at", "pk").values_list("line_id", "field", "answer")
    answers = answers_by_row(list(told))
    return {line.pk: answered(row_of(line), answers.get(line.pk, {}), line.year) for line in lines}


def row_of(line: LedgerLine) -> LedgerRow:
    """A stored line as the reader gave it."""
    return LedgerRow(line.sheet, line.row_number, unpack_row(line.cells), tuple(line.category), line.hidden)
