"""What a row of the ledger wants the project to be: plain values by field. Pure.

A field that is absent is not spoken of: the file has no such column, or the cell could not be read, or a person has
not settled it. `None` and "" mean that the ledger says: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from permits.importing.classes import SPOKEN_OF, Class, bars_done, class_of
from permits.ledger.doubts import Finding, find
from permits.ledger.facts import Cell, Precision, Span, Stage
from permits.ledger.reading import LedgerRow
from permits.ledger.truth import CLEARED
from permits.ledger.words import NAME_LIMIT, as_text

KINDS = {"新建": "new", "续建": "continued", "前期": "early"}
KIND_WORDS = {kind: word for word, kind in KINDS.items()}
MONEY = {"total": "total_wan", "plan": "plan_wan", "done": "done_wan"}
# Field of the ledger → field of the project, and the longest text that it holds.
TEXTS = {
    "content": ("content", 20_000),
    "address": ("town", 60),
    "owner": ("unit", 120),
    "contact": ("contact", 60),
    "bureau": ("bureau", 60),
}
DAYS = {"started_on": "started_on", "in_library_on": "in_statistics_on"}
# The ledger's own words: no field of the project, but a block follows from them.
PROBLEM = "problem"
MONTH = re.compile(r"month_(\d\d)_(plan|done)")
LARGEST = Decimal(10) ** 12
_CAUSES = (
    ("expropriation", re.compile("征收|征地|拆迁|征拆|补偿|安置")),
    ("money", re.compile("资金|融资|贷款|债券")),
    ("planning", re.compile("规划|指标|选址")),
    ("higher", re.compile("省级|市级|上级|国家级|省厅|市局")),
)


@dataclass
class Wanted:
    """`values` by field; `findings` are new doubts as (field of the ledger, doubt); `stop` keeps the row out."""

    values: dict[str, Any] = field(default_factory=dict)
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    stop: bool = False


def wanted(row: LedgerRow, columns: Collection[str], year: int | None, site: Class | None = None) -> Wanted:
    """Read one row. `columns`: the fields that its sheet has; `site`: the class that a person named for it."""
    found = Wanted()
    if len(row.name) > NAME_LIMIT:
        # The reader has asked about it already; until it is settled there is nothing to call the project by.
        found.stop = True
    values = found.values
    values["name"] = row.name
    if year is not None:
        values["year"] = year
    if row.code:
        values["code"] = [_cut(found, "code", row.code, 40), row.code_status]
    if row.value("kind") in KINDS:
        values["kind"] = KINDS[str(row.value("kind"))]
    # In a fixed order: what the review shows and what is taken over are compared by their digest.
    for key in sorted(columns):
        _one(found, row, key)
    _class(found, row, site)
    _stages(found, row, columns)
    values[PROBLEM] = _problem(row)
    if {"land", "eia"} & set(columns) or row.value("problem"):
        values["block"] = _block(row, columns, values[PROBLEM])
    return found


def _one(found: Wanted, row: LedgerRow, key: str) -> None:
    """The fields that are one cell."""
    cell, values = row.cells.get(key), found.values
    if _unread(cell):
        return
    if key in MONEY or MONTH.fullmatch(key):
        _money(found, key, cell)
    elif key in TEXTS:
        name, limit = TEXTS[key]
        values[name] = _cut(found, key, _words(cell, first=key == "bureau"), limit)
    elif key in DAYS:
        span = cell.value if cell else None
        exact = isinstance(span, Span) and cell is not None and cell.precision == Precision.DAY
        values[DAYS[key]] = span.earliest.isoformat() if exact and isinstance(span, Span) else None
    elif key == "planned_start":
        values[key] = _span(cell)
    elif key == "started":
        values["ledger_started"] = bool(cell and cell.value is True)
    elif key == "in_library":
        values["in_statistics"] = bool(cell and cell.value is True)
    elif key == "leader":
        names = cell.value if cell and isinstance(cell.value, tuple) else ()
        values["leads"] = [name[:80] for name in names]


def _unread(cell: Cell | None) -> bool:
    """Whether something stands in the cell that gave no value: then the project keeps what it has."""
    return cell is not None and cell.value is None and cell.precision not in ("", Precision.NOTHING)


def _money(found: Wanted, key: str, cell: Cell | None) -> None:
    """An amount with two decimals; one that no column can hold is asked about and not taken."""
    amount = cell.value if cell and isinstance(cell.value, Decimal) else None
    if amount is not None and abs(amount) >= LARGEST - 1:
        found.findings.append((key, find("amount_too_large", value=f"{amount:.0f}")))
        return
    found.values[MONEY.get(key, key)] = None if amount is None else f"{amount:.2f}"


def _words(cell: Cell | None, *, first: bool) -> str:
    if cell is None or cell.value is None:
        return ""
    if isinstance(cell.value, tuple):
        return cell.value[0] if first and cell.value else "、".join(cell.value)
    return str(cell.value)


def _cut(found: Wanted, key: str, text: str, limit: int) -> str:
    if len(text) > limit:
        found.findings.append((key, find("text_cut", limit=limit)))
    return text[:limit]


def _span(cell: Cell | None) -> list[str] | None:
    """[the cell's own words unless it is a day, first day, last day, precision]."""
    if cell is None or not isinstance(cell.value, Span):
        return None
    text = "" if cell.precision == Precision.DAY else as_text(cell.raw)[:60]
    return [text, cell.value.earliest.isoformat(), cell.value.latest.isoformat(), str(cell.precision)]


def _class(found: Wanted, row: LedgerRow, site: Class | None) -> None:
    answer = site or class_of(row)
    if isinstance(answer, Finding):
        found.findings.append(("site_class", answer))
    else:
        found.values["site"] = list(answer)


def _stages(found: Wanted, row: LedgerRow, columns: Collection[str]) -> None:
    """Each procedure's column: how far it is, and the bars that are cleared if it is done."""
    stages = {key: row.value(key) for key in sorted(columns) if key in SPOKEN_OF and not _unread(row.cells.get(key))}
    known = {key: stage for key, stage in stages.items() if isinstance(stage, Stage)}
    site = found.values.get("site")
    bars = bars_done((site[0], site[1]) if site else None, known)
    for key, stage in stages.items():
        found.values[key] = {"stage": str(stage) if stage else "", "bars": bars.get(key, [])}


def _problem(row: LedgerRow) -> str:
    """What the row says in words of why it does not go on."""
    texts = dict.fromkeys(str(text) for key in ("not_started_cause", "problem") if (text := row.value(key)))
    return "；".join(texts)[:500]


def _block(row: LedgerRow, columns: Collection[str], text: str) -> dict[str, Any] | None:
    """Why the project cannot go on: not started, not in early work, and land, EIA or a known word stands against it."""
    if row.value("kind") == "前期" or row.value("started") is True:
        return None
    causes = [key for key in ("land", "eia") if key in columns and row.value(key) not in CLEARED]
    causes += list(_other_causes(text))
    return {"causes": causes, "text": text} if causes else None


def _other_causes(text: str) -> Iterator[str]:
    for cause, pattern in _CAUSES:
        if pattern.search(text):
            yield cause
