"""卡点: what holds a project up, a block on record or a cleared bar that fell away again (DOMAIN.md E11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from permits.bars import BARS, Group
from permits.gate import because_label
from permits.models import Block, GateEvent, Project

# What the county calls blocked by its papers: land or environmental assessment.
PAPERS = frozenset({Block.Cause.LAND, Block.Cause.EIA})
_CAUSE_OF = {Group.LAND: Block.Cause.LAND, Group.EIA: Block.Cause.EIA, Group.PLANNING: Block.Cause.PLANNING}


@dataclass(frozen=True)
class Held:
    """What holds one project up: causes of `Block.Cause`, in words, since when."""

    causes: tuple[str, ...]
    text: str
    since: dt.date


def cause_of(bar: str) -> str:
    """The cause that a fallen bar is; the project's facts are none."""
    return str(_CAUSE_OF.get(BARS[bar].group, Block.Cause.PAPERS)) if bar in BARS else ""


def held_on(projects: Any, day: dt.date) -> dict[int, Held]:
    """What held each of these up on a day, by key; two statements. A block on record goes before a fallen bar."""
    found: dict[int, Held] = {}
    last: dict[int, GateEvent] = {}
    for event in GateEvent.objects.filter(project__in=projects, on__lte=day).order_by("pk"):
        last[event.project_id] = event
    for pk, event in last.items():
        cause = cause_of(event.because)
        if event.kind == GateEvent.Kind.SHUT and cause:
            text = _("“%(bar)s” fell away.") % {"bar": because_label(event.because)}
            found[pk] = Held((cause,), text, event.on)
    for block in Block.objects.filter(_stood(day), project__in=projects).order_by("pk"):
        found[block.project_id] = Held(tuple(block.causes), block.text, block.since)
    return found


def _stood(day: dt.date) -> Q:
    return Q(since__lte=day) & (Q(cleared_on__isnull=True) | Q(cleared_on__gt=day))


def _says(causes: Iterable[str]) -> Q:
    """Blocks annotated with their causes as text, `said`, that name one of these."""
    found = Q()
    for cause in causes:
        found |= Q(said__contains=f'"{cause}"')
    return found


def count_held(projects: QuerySet[Project], day: dt.date) -> int:
    """How many of these land or EIA held up on a day, as `held_on` tells them; two statements.

    Only blocks and fallen bars that stand are read: they are few however many the projects are.
    """
    blocks = Block.objects.filter(_stood(day), project__in=projects).order_by("pk")
    blocked: dict[int, list[str]] = dict(blocks.values_list("project_id", "causes"))
    events = GateEvent.objects.filter(on__lte=day)
    shut = events.filter(kind=GateEvent.Kind.SHUT, because__in=[bar for bar in BARS if cause_of(bar) in PAPERS])
    shut = shut.filter(~Exists(events.filter(project=OuterRef("project"), pk__gt=OuterRef("pk"))), project__in=projects)
    # A block on record goes before a fallen bar.
    fallen = set(shut.values_list("project_id", flat=True)) - set(blocked)
    return sum(not PAPERS.isdisjoint(causes) for causes in blocked.values()) + len(fallen)


def is_held(causes: Iterable[str] = ()) -> Q:
    """The condition on projects that something holds up, or one of these causes; the same on both databases."""
    asked = set(causes)
    rows = Block.objects.filter(project=OuterRef("pk"), cleared_on__isnull=True)
    shut = GateEvent.objects.filter(project=OuterRef("pk"), kind=GateEvent.Kind.SHUT, round=OuterRef("gate_round"))
    shut = shut.filter(because__in=[bar for bar in BARS if not asked or cause_of(bar) in asked])
    if asked:
        rows = rows.annotate(said=Cast("causes", TextField())).filter(_says(asked))
        # A block on record goes before a fallen bar, as on the page.
        other = Block.objects.filter(project=OuterRef("pk"), cleared_on__isnull=True)
        return Q(Exists(rows)) | (Q(phase=Project.Phase.PREPARING) & Q(Exists(shut)) & ~Q(Exists(other)))
    return Q(Exists(rows)) | (Q(phase=Project.Phase.PREPARING) & Q(Exists(shut)))
