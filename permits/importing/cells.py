"""Cells of a ledger as plain JSON and back: what was read is kept to the letter, with its type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from permits.ledger.facts import Cell, Raw, Span, Stage, Value


def pack_row(cells: Mapping[str, Cell]) -> dict[str, Any]:
    """The cells of one project's row as JSON, by field."""
    return {key: pack(cell) for key, cell in cells.items()}


def unpack_row(packed: Mapping[str, Any]) -> dict[str, Cell]:
    """`pack_row` undone."""
    return {key: unpack(cell) for key, cell in packed.items()}


def pack(cell: Cell) -> dict[str, Any]:
    """One cell: what is empty is left out."""
    found: dict[str, Any] = {
        "raw": _pack_raw(cell.raw),
        "value": _pack_value(cell.value),
        "unit": cell.unit,
        "precision": str(cell.precision),
        "parts": [list(part) for part in cell.parts],
        "doubts": list(cell.doubts),
        "column": cell.column,
        "formula": cell.formula,
    }
    return {key: value for key, value in found.items() if value not in ("", None, [])}


def unpack(packed: Mapping[str, Any]) -> Cell:
    """`pack` undone."""
    return Cell(
        raw=_unpack_raw(packed.get("raw")),
        value=_unpack_value(packed.get("value")),
        unit=packed.get("unit", ""),
        precision=packed.get("precision", ""),
        parts=tuple((label, figure) for label, figure in packed.get("parts", ())),
        doubts=tuple(packed.get("doubts", ())),
        column=packed.get("column", ""),
        formula=packed.get("formula", ""),
    )


def _pack_raw(raw: Raw) -> Any:
    if isinstance(raw, dt.datetime):
        return {"moment": raw.isoformat()}
    if isinstance(raw, dt.date):
        return {"day": raw.isoformat()}
    return raw


def _unpack_raw(packed: Any) -> Raw:
    if isinstance(packed, dict):
        if "moment" in packed:
            return dt.datetime.fromisoformat(packed["moment"])
        return dt.date.fromisoformat(packed["day"])
    return packed


def _pack_value(value: Value) -> Any:
    if isinstance(value, Decimal):
        return {"number": f"{value:f}"}
    if isinstance(value, Span):
        return {"span": [value.earliest.isoformat(), value.latest.isoformat()]}
    if isinstance(value, Stage):
        return {"stage": str(value)}
    if isinstance(value, tuple):
        return {"names": list(value)}
    return value


def _unpack_value(packed: Any) -> Value:
    if not isinstance(packed, dict):
        return packed
    if "number" in packed:
        return Decimal(packed["number"])
    if "span" in packed:
        first, last = packed["span"]
        return Span(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    if "stage" in packed:
        return Stage(packed["stage"])
    return tuple(packed["names"])
