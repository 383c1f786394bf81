"""漏斗: how many projects came how far on the way from the plan to the start, and what each lost step is due to.

The counts are those of `figures` and of `manage.py brief`: nothing is counted twice, and what is lost adds up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from permits.models import Block, Project
from permits.queries.blocks import PAPERS
from permits.queries.figures import Blocked, Figures, figures
from permits.queries.portfolio import Asked, scope
from permits.queries.words import short_causes
from workflows.clock.days import civil_date
from workflows.operations.core import Actor


@dataclass(frozen=True)
class Level:
    """One level: how many came so far, how many were lost right before it, and why. `kind` filters the list."""

    code: str
    label: str
    count: int
    lost: int
    why: str
    kind: str = ""

    def width(self, whole: int) -> float:
        """Its width in per cent of the first level."""
        return round(100 * self.count / whole, 2) if whole else 0.0

    def width_before(self, whole: int) -> float:
        """The width of the level before, from which it lost."""
        return round(100 * (self.count + self.lost) / whole, 2) if whole else 0.0


@dataclass(frozen=True)
class Cause:
    """Some of the blocked projects: those held up by exactly these papers."""

    label: str
    projects: tuple[Blocked, ...]


@dataclass(frozen=True)
class Funnel:
    """The figures, the levels from the list to the statistics, and the blocked projects by cause."""

    figures: Figures
    levels: tuple[Level, ...]
    causes: tuple[Cause, ...]
    in_statistics: int
    early_work: int

    @property
    def not_due(self) -> int:
        """Neither started, nor blocked, nor in early work: their planned start is still to come, or has no date."""
        return self.figures.neither - self.early_work


def funnel(actor: Actor, asked: Asked, now: dt.datetime) -> Funnel:
    """The funnel of what the reader looks at; five statements."""
    county, today = actor.person.county, civil_date(now)
    among = Q(pk__in=scope(actor, asked).values("pk"))
    found = figures(county, asked.year, now, among)
    blocked = {row.pk for row in found.blocked}
    rows = Project.objects.filter(among, created_at__lte=now).values_list(
        "pk", "kind", "ledger_started", "started_on", "in_statistics", "in_statistics_on"
    )
    listed = early = 0
    for pk, kind, ledger, on, counted, since in rows:
        if ledger or (on is not None and on <= today):
            listed += bool(counted or since)
        elif pk not in blocked and kind == Project.Kind.EARLY:
            early += 1
    return Funnel(found, tuple(_levels(found, early, listed)), tuple(_causes(found.blocked)), listed, early)


def _levels(found: Figures, early: int, listed: int) -> list[Level]:
    land = sum(1 for row in found.blocked if Block.Cause.LAND in row.causes)
    eia = len(found.blocked) - land
    ready = found.planned - early
    waiting = found.neither - early
    return [
        Level("listed", _("On the year's list"), found.planned, 0, ""),
        Level("ready", _("Early work done"), ready, early, _("still in early work"), "neither"),
        Level("land", _("Land not blocked"), ready - land, land, _("blocked by land"), "blocked"),
        Level("eia", _("Land and EIA not blocked"), ready - land - eia, eia, _("blocked by EIA alone"), "blocked"),
        Level("started", _("Started"), found.started, waiting, _("start not due, or no date yet"), "started"),
        Level("statistics", _("In the statistics"), listed, found.started - listed, _("started, not counted"), ""),
    ]


def _causes(blocked: Sequence[Blocked]) -> list[Cause]:
    groups: dict[tuple[str, ...], list[Blocked]] = {}
    for row in blocked:
        papers = tuple(sorted((cause for cause in row.causes if cause in PAPERS), reverse=True))
        groups.setdefault(papers, []).append(row)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[0]), item[0] != (Block.Cause.LAND,)))
    return [Cause(short_causes(papers), tuple(rows)) for papers, rows in ordered]
