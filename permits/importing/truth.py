"""The county's projects, read from the database, in the shape of `data/ledger-2022.truth.json`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from permits.importing.planning import stage_now
from permits.importing.standing import Standing, standing
from permits.importing.wanted import KIND_WORDS
from permits.ledger.truth import CLEARED
from permits.models import LedgerLine

PAPERS = frozenset({"land", "eia"})


def truth_of(county: str, ledger_id: int) -> dict[str, Any]:
    """`{"projects": […], "totals": {…}}` of the projects that a taken over file names, in the file's order."""
    lines = LedgerLine.objects.filter(ledger=ledger_id, project__isnull=False).order_by("position")
    rows = list(lines.values_list("project_id", "row_number"))
    found = {each.project.pk: each for each in standing(county, [pk for pk, _row in rows])}
    precisions = {pk: each.project.planned_start_precision for pk, each in found.items()}
    projects = [_project(found[pk], row, precisions[pk]) for pk, row in rows]
    started = sum(project["started"] for project in projects)
    blocked = sum(project["blocked"] for project in projects)
    totals = {
        "projects": len(projects),
        "total_wan": _sum(found, "total_wan"),
        "plan_wan": _sum(found, "plan_wan"),
        "done_wan": _sum(found, "done_wan"),
        "started": started,
        "blocked_by_land_or_eia": blocked,
        "neither": len(projects) - started - blocked,
    }
    return {"projects": projects, "totals": totals}


def _project(each: Standing, row: int, precision: str) -> dict[str, Any]:
    values = each.values
    block = values["block"] or {"causes": []}
    return {
        "row": row,
        "name": values["name"],
        "code": values["code"][0] if values["code"] else "",
        "code_status": values["code"][1] if values["code"] else "missing",
        "kind": KIND_WORDS.get(values["kind"]),
        "total": _figure(values["total_wan"]),
        "plan": _figure(values["plan_wan"]),
        "done": _figure(values["done_wan"]),
        "started": values["ledger_started"] or values["started_on"] is not None,
        "land": stage_now("land", each) in CLEARED,
        "eia": stage_now("eia", each) in CLEARED,
        "blocked": bool(PAPERS & set(block["causes"])),
        "bureau": values["bureau"],
        "leader": values["leads"][0] if values["leads"] else "",
        "in_library": values["in_statistics"],
        "planned_start_precision": precision or None,
    }


def _sum(found: dict[int, Standing], key: str) -> int | float:
    return _figure(sum((Decimal(each.values[key] or 0) for each in found.values()), Decimal(0)))


def _figure(amount: Any) -> int | float:
    value = Decimal(amount or 0)
    return int(value) if value == value.to_integral_value() else float(value)
