"""The figures of a reading in the shape of `data/ledger-2022.truth.json`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from permits.ledger.facts import Stage
from permits.ledger.reading import LedgerRow, Reading

CLEARED = (Stage.DONE, Stage.NOT_NEEDED)


def as_truth(reading: Reading) -> dict[str, Any]:
    """`{"projects": […], "totals": {…}}`: every project of the reading, and the county's figures in 万元."""
    projects = [_project(row) for row in reading.rows]
    started = sum(project["started"] for project in projects)
    blocked = sum(project["blocked"] for project in projects)
    totals = {
        "projects": len(projects),
        "total_wan": _sum(reading, "total"),
        "plan_wan": _sum(reading, "plan"),
        "done_wan": _sum(reading, "done"),
        "started": started,
        "blocked_by_land_or_eia": blocked,
        "neither": len(projects) - started - blocked,
    }
    return {"projects": projects, "totals": totals}


def is_blocked(row: LedgerRow) -> bool:
    """Whether land or EIA keeps a project from the start that is planned: not started, not in early work (前期)."""
    cleared = row.value("land") in CLEARED and row.value("eia") in CLEARED
    return row.value("kind") != "前期" and row.value("started") is not True and not cleared


def _project(row: LedgerRow) -> dict[str, Any]:
    planned = row.cells.get("planned_start")
    return {
        "row": row.row_number,
        "name": row.name,
        "code": row.code,
        "code_status": row.code_status,
        "kind": row.value("kind"),
        "total": _figure(row.amount("total")),
        "plan": _figure(row.amount("plan")),
        "done": _figure(row.amount("done")),
        "started": row.value("started") is True,
        "land": row.value("land") in CLEARED,
        "eia": row.value("eia") in CLEARED,
        "blocked": is_blocked(row),
        "bureau": _first(row.value("bureau")),
        "leader": _first(row.value("leader")),
        "in_library": row.value("in_library") is True,
        "planned_start_precision": planned.precision if planned and planned.value is not None else None,
    }


def _first(names: object) -> str:
    """The first of several names: the one in charge; the others are in the doubts."""
    return names[0] if isinstance(names, tuple) and names else ""


def _sum(reading: Reading, key: str) -> int | float:
    return _figure(sum((row.amount(key) for row in reading.rows), Decimal(0)))


def _figure(value: Decimal) -> int | float:
    """A JSON number: whole 万元 as int."""
    return int(value) if value == value.to_integral_value() else float(value)
