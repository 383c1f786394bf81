"""The list of exceptions: what a person should look at, where it stands, what it was read as."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from permits.importing.incoming import shown
from permits.importing.memory import Recalled
from permits.importing.settling import place
from permits.importing.words import doubt_words, name_of
from permits.ledger.doubts import Level
from permits.models import LedgerDoubt, LedgerFile


def doubts_of(ledger: LedgerFile) -> QuerySet[LedgerDoubt]:
    """The doubts of a stored file that ask for an answer, in its order; one statement."""
    return LedgerDoubt.objects.filter(ledger=ledger, ask=True).select_related("line").order_by("row_number", "pk")


def exceptions_of(ledger: LedgerFile) -> list[dict[str, Any]]:
    """A stored file's exceptions as plain values; settled ones say by whom."""
    return [
        {
            "place": place(row),
            "project": name_of(row),
            "field": row.field,
            "raw": row.raw,
            "read_as": row.read_as,
            "code": row.code,
            "doubt": doubt_words(row.code, row.args),
            "settled": row.settled_name if row.settled_at else "",
        }
        for row in doubts_of(ledger)
    ]


def exceptions_read(recalled: Recalled) -> list[dict[str, Any]]:
    """The same of a file that was only read."""
    found = []
    for each in recalled.asked:
        doubt, item = each.doubt, each.item
        if doubt.level is Level.ASK:
            found.append(
                {
                    "place": f"{doubt.sheet}!{doubt.column}{doubt.row or ''}",
                    "project": item.read.name if item else "",
                    "field": doubt.field,
                    "raw": doubt.raw,
                    "read_as": shown(doubt.field, item.read, item.year) if item else "",
                    "code": doubt.code,
                    "doubt": doubt_words(doubt.code, doubt.args),
                    "settled": recalled.answers[each.key].settled_name if each.key in recalled.answers else "",
                }
            )
    return found
