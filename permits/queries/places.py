"""地图: the projects that have a position, with one status each, and how many have none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from permits.models import Project
from permits.queries.blocks import held_on
from permits.queries.portfolio import RISKS, Asked, by_risk, listed
from permits.queries.words import short_causes
from workflows.operations.core import Actor

# How many projects the map draws at most, the riskiest first.
MOST = 500
STATUSES: dict[str, Any] = {
    "early": gettext_lazy("Started early"),
    "blocked": gettext_lazy("Blocked"),
    "overdue": gettext_lazy("Plan passed"),
    "waiting": pgettext_lazy("map", "In preparation"),
    "started": gettext_lazy("Started"),
}


@dataclass(frozen=True)
class Place:
    """One project on the map."""

    pk: int
    name: str
    url: str
    latitude: float
    longitude: float
    status: str
    word: str
    bureau: str
    causes: str
    planned: dt.date | None


@dataclass(frozen=True)
class Places:
    """What the map draws, the riskiest first; `without` have no position, `beyond` did not fit."""

    rows: tuple[Place, ...]
    without: int
    beyond: int

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """(status, word, how many of it are drawn)."""
        found = [
            (code, str(word), sum(1 for row in self.rows if row.status == code)) for code, word in STATUSES.items()
        ]
        return [row for row in found if row[2]]


def places(actor: Actor, asked: Asked, today: dt.date) -> Places:
    """The map of what the reader looks at; five statements."""
    found = listed(actor, asked)
    without = found.filter(latitude__isnull=True).count()
    placed = found.filter(latitude__isnull=False)
    projects = list(by_risk(placed, today)[:MOST])
    beyond = placed.count() - len(projects)
    held = held_on([project.pk for project in projects], today)
    rows = []
    for project in projects:
        risk, block = RISKS[project.risk], held.get(project.pk)
        status = _status(risk, block is not None)
        causes = short_causes(block.causes) if block and status == "blocked" else ""
        rows.append(_place(project, status, causes))
    return Places(tuple(rows), without, beyond)


def _status(risk: str, held: bool) -> str:
    if risk in ("early", "started"):
        return risk
    if held:
        return "blocked"
    return "overdue" if risk == "plan_passed" else "waiting"


def _place(project: Project, status: str, causes: str) -> Place:
    return Place(
        pk=project.pk,
        name=project.name,
        url=reverse("permits:project", args=[project.pk]),
        latitude=float(project.latitude or 0),
        longitude=float(project.longitude or 0),
        status=status,
        word=str(STATUSES[status]),
        bureau=project.bureau,
        causes=causes,
        planned=project.planned_start_to,
    )
