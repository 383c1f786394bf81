"""What the county knows of its projects now, in the fields of the ledger: a handful of queries for all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from permits.ledger.words import name_key
from permits.models import Block, Lead, LedgerLine, MonthlyFigure, Permit, Project, ProjectCode

PLAIN = ("name", "kind", "content", "town", "unit", "contact", "bureau", "year", "ledger_started", "in_statistics")
AMOUNTS = ("total_wan", "plan_wan", "done_wan")
DATES = ("started_on", "in_statistics_on")


@dataclass
class Standing:
    """One project: its row, its side of every field, what it last took from a ledger, and its standing permits.

    `permits` maps bar → whether the standing permit was imported.
    """

    project: Project
    values: dict[str, Any] = field(default_factory=dict)
    base: dict[str, Any] | None = None
    line_id: int | None = None
    permits: dict[str, bool] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code in force; empty without one."""
        found = self.values.get("code")
        return found[0] if found else ""

    @property
    def gone(self) -> bool:
        """Whether it lives on in others, or was taken off the plan: a ledger that still names it changes nothing."""
        return self.project.phase in (Project.Phase.CANCELLED, Project.Phase.MERGED)

    @property
    def unit_key(self) -> str:
        """The unit as a key."""
        return name_key(self.project.unit)


def standing(county: str, only: Collection[int] | None = None, *, gone: bool = False) -> list[Standing]:
    """The live projects of a county, or some of them, with `gone` the others too; seven statements, however many."""
    projects = Project.objects.in_county(county) if gone else Project.objects.in_county(county).live()
    if only is not None:
        projects = projects.filter(pk__in=only)
    found = {project.pk: Standing(project, _plain(project)) for project in projects.order_by("pk")}
    ours = Q(project__county=county) if only is None else Q(project__in=only)
    for code in ProjectCode.objects.filter(ours).exclude(kind=ProjectCode.Kind.SUPERSEDED).order_by("pk"):
        if code.project_id in found:
            found[code.project_id].values["code"] = [code.code, code.check_status]
    _leads(found, ours)
    _blocks(found, ours)
    _figures(found, ours)
    permits = Permit.objects.filter(ours, state__in=[Permit.State.VALID, Permit.State.EXTENDED])
    for project_id, bar, source in permits.values_list("project_id", "bar", "source"):
        if project_id in found:
            found[project_id].permits[bar] = source == Permit.Source.IMPORTED
    lines = LedgerLine.objects.filter(ours, in_force=True).order_by("pk")
    for pk, project_id, applied in lines.values_list("pk", "project_id", "applied"):
        if project_id in found:
            found[project_id].base, found[project_id].line_id = applied, pk
    return list(found.values())


def _plain(project: Project) -> dict[str, Any]:
    values: dict[str, Any] = {key: getattr(project, key) for key in PLAIN}
    values |= {key: None if (amount := getattr(project, key)) is None else f"{amount:.2f}" for key in AMOUNTS}
    values |= {key: day.isoformat() if (day := getattr(project, key)) else None for key in DATES}
    values["site"] = [project.sector, project.site_class] if project.site_class else None
    values["planned_start"] = (
        [
            project.planned_start_text,
            project.planned_start_from.isoformat(),
            project.planned_start_to.isoformat(),
            project.planned_start_precision,
        ]
        if project.planned_start_from and project.planned_start_to
        else None
    )
    values |= {"code": None, "leads": [], "block": None}
    return values


def _leads(found: dict[int, Standing], ours: Q) -> None:
    rows = Lead.objects.filter(ours, ends__isnull=True).order_by("co_lead", "pk")
    for project_id, title in rows.values_list("project_id", "title"):
        if project_id in found:
            found[project_id].values["leads"].append(title)


def _blocks(found: dict[int, Standing], ours: Q) -> None:
    """The newest block that stands; a project has one from its ledger at most."""
    for block in Block.objects.filter(ours, cleared_on__isnull=True).order_by("pk"):
        if block.project_id in found:
            found[block.project_id].values["block"] = {"causes": list(block.causes), "text": block.text}


def _figures(found: dict[int, Standing], ours: Q) -> None:
    for row in MonthlyFigure.objects.filter(ours).order_by("pk"):
        owner = found.get(row.project_id)
        if owner is not None and row.year == owner.project.year:
            for side, amount in (("plan", row.plan_wan), ("done", row.done_wan)):
                if amount is not None:
                    owner.values[f"month_{row.month:02}_{side}"] = f"{amount:.2f}"
