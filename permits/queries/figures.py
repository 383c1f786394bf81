"""The county's figures of a year: how many projects, how much money, how many started, blocked by what, the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from permits.models import Block, Project
from permits.queries.blocks import PAPERS, Held, count_held, held_on
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
class Headline:
    """Money in 万元; every share is of the base that its name says. `held`: not started, and held up by land or EIA."""

    year: int
    planned: int
    total_wan: Decimal
    plan_wan: Decimal
    done_wan: Decimal
    started: int
    started_early: int
    held: int

    @property
    def neither(self) -> int:
        """Neither started nor blocked by land or EIA."""
        return self.planned - self.started - self.held

    @property
    def started_share(self) -> Decimal:
        """Started of planned, per cent with one decimal."""
        return share(Decimal(self.started), Decimal(self.planned))

    @property
    def done_share(self) -> Decimal:
        """Money done of the total investment, per cent with one decimal."""
        return share(self.done_wan, self.total_wan)


@dataclass(frozen=True)
class Figures(Headline):
    """The headline, and each of the projects that are held up."""

    blocked: tuple[Blocked, ...]


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


def headline(county: str, year: int, as_of: dt.datetime, among: Q | None = None) -> Headline:
    """The county's figures as of an instant, or those of the projects `among` which a reader looks; three statements.

    Counted by the database.

    What rows date counts only from its day: projects on record, actual starts, blocks. Money and a start that only the
    ledger tells carry no day of their own; they count as they stand.
    """
    live, day = projects_of(county, year, as_of).filter(among or Q()), civil_date(as_of)
    begun = Q(started_on__lte=day)
    sums: dict[str, Any] = live.aggregate(
        planned=Count("pk"),
        total=Sum("total_wan"),
        plan=Sum("plan_wan"),
        done=Sum("done_wan"),
        started=Count("pk", filter=Q(ledger_started=True) | begun),
        early=Count("pk", filter=Q(started_early=True) & begun),
    )
    return Headline(
        year=year,
        planned=sums["planned"],
        total_wan=sums["total"] or Decimal(0),
        plan_wan=sums["plan"] or Decimal(0),
        done_wan=sums["done"] or Decimal(0),
        started=sums["started"],
        started_early=sums["early"],
        held=count_held(live.filter(Q(started_on__isnull=True) | Q(started_on__gt=day), ledger_started=False), day),
    )


def figures(county: str, year: int, as_of: dt.datetime, among: Q | None = None) -> Figures:
    """The headline with the projects that are held up, in the list's order; six statements."""
    live, day = projects_of(county, year, as_of).filter(among or Q()), civil_date(as_of)
    found = headline(county, year, as_of, among)
    unbegun = live.filter(Q(started_on__isnull=True) | Q(started_on__gt=day), ledger_started=False)
    waiting = dict(unbegun.order_by("pk").values_list("pk", "name"))
    rows = tuple(blocked(waiting, held_on(live, day)))
    return Figures(**{**vars(found), "held": len(rows)}, blocked=rows)


def blocked(waiting: Mapping[int, str], held: Mapping[int, Held]) -> Iterator[Blocked]:
    """Of the projects not started (key → name), those that land or EIA holds up, in the list's order."""
    for pk, name in waiting.items():
        causes = tuple(cause for cause in held[pk].causes if cause in PAPERS) if pk in held else ()
        if causes:
            yield Blocked(pk, name, causes, held[pk].text, held[pk].since)
