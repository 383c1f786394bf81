"""The county's figures of a year: how many projects, how much money, how many started, blocked by what, the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from permits.models import Block, Project
from permits.queries.blocks import PAPERS, Held, held_on
from workflows.clock.days import civil_date


@dataclass(frozen=True)
class Blocked:
    """One project that its papers hold up."""

    pk: int
    name: str
    causes: tuple[str, ...]
    text: str
    since: dt.date

    @property
    def cause_labels(self) -> list[str]:
        """The causes in the reader's language."""
        return [str(Block.Cause(cause).label) for cause in self.causes]


@dataclass(frozen=True)
class Figures:
    """Money in 万元; every share is of the base that its name says."""

    year: int
    planned: int
    total_wan: Decimal
    plan_wan: Decimal
    done_wan: Decimal
    started: int
    started_early: int
    blocked: tuple[Blocked, ...]

    @property
    def neither(self) -> int:
        """Neither started nor blocked by land or EIA."""
        return self.planned - self.started - len(self.blocked)

    @property
    def started_share(self) -> Decimal:
        """Started of planned, per cent with one decimal."""
        return share(Decimal(self.started), Decimal(self.planned))

    @property
    def done_share(self) -> Decimal:
        """Money done of the total investment, per cent with one decimal."""
        return share(self.done_wan, self.total_wan)


def share(part: Decimal, whole: Decimal) -> Decimal:
    """`part` of `whole` in per cent, one decimal, half up; 0 of nothing."""
    if not whole:
        return Decimal("0.0")
    return (part * 100 / whole).quantize(Decimal("0.1"), rounding="ROUND_HALF_UP")


def is_started() -> Q:
    """Projects that have started: by a recorded start, or because the ledger says so."""
    return Q(ledger_started=True) | Q(started_on__isnull=False)


def projects_of(county: str, year: int | None, as_of: dt.datetime) -> QuerySet[Project]:
    """The live projects of a year that were on record by `as_of`; of every year when `year` is None."""
    found = Project.objects.in_county(county).live().filter(created_at__lte=as_of)
    return found.filter(year=year) if year is not None else found


def newest_year(county: str, otherwise: int) -> int:
    """The newest plan year on record."""
    found = Project.objects.in_county(county).order_by("-year").values_list("year", flat=True).first()
    return found if found is not None else otherwise


def figures(county: str, year: int, as_of: dt.datetime, among: Q | None = None) -> Figures:
    """The county's figures as of an instant, or those of the projects `among` which a reader looks; four statements.

    What rows date counts only from its day: projects on record, actual starts, blocks. Money and a start that only the
    ledger tells carry no day of their own; they count as they stand.
    """
    live, day = projects_of(county, year, as_of).filter(among or Q()), civil_date(as_of)
    sums: dict[str, Any] = live.aggregate(total=Sum("total_wan"), plan=Sum("plan_wan"), done=Sum("done_wan"))
    rows = list(live.order_by("pk").values_list("pk", "name", "ledger_started", "started_on", "started_early"))
    begun = {pk: on is not None and on <= day for pk, _name, _ledger, on, _early in rows}
    started = {pk for pk, _name, ledger, _on, _early in rows if ledger or begun[pk]}
    waiting = {pk: name for pk, name, _ledger, _on, _early in rows if pk not in started}
    return Figures(
        year=year,
        planned=len(rows),
        total_wan=sums["total"] or Decimal(0),
        plan_wan=sums["plan"] or Decimal(0),
        done_wan=sums["done"] or Decimal(0),
        started=len(started),
        started_early=sum(1 for pk, _name, _ledger, _on, early in rows if early and begun[pk]),
        blocked=tuple(blocked(waiting, held_on(live, day))),
    )


def blocked(waiting: Mapping[int, str], held: Mapping[int, Held]) -> Iterator[Blocked]:
    """Of the projects not started (key → name), those that land or EIA holds up, in the list's order."""
    for pk, name in waiting.items():
        causes = tuple(cause for cause in held[pk].causes if cause in PAPERS) if pk in held else ()
        if causes:
            yield Blocked(pk, name, causes, held[pk].text, held[pk].since)
