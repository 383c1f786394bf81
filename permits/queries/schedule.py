"""进度: the planned, the actual or forecast start of every project on one axis of months, with its papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from permits.bars import BARS, Group
from permits.gantt import LANES, Axis, Bar, Drawing, Month, axis_of, bars_of, draw, months_of
from permits.queries.matrix import RISK_WORDS, no_forecast
from permits.queries.portfolio import Dossier
from permits.queries.prospect import Prospect, prospects
from permits.queries.words import short_causes
from workflows.clock.days import civil_date

LANE_OF = {Group.LAND: "land", Group.EIA: "eia"}


@dataclass(frozen=True)
class Line:
    """One project of the schedule."""

    pk: int
    name: str
    bureau: str
    risk: str
    word: str
    icon: str
    tone: str
    causes: str
    prospect: Prospect
    why: str
    drawing: Drawing


@dataclass(frozen=True)
class Schedule:
    """The axis with its months, and one line for each project."""

    axis: Axis
    months: list[Month]
    today: float | None
    lines: tuple[Line, ...]


def schedule(found: Sequence[Dossier], year: int, now: dt.datetime) -> Schedule:
    """The schedule of these projects; no statement, one while the paces are cold."""
    today, ahead = civil_date(now), prospects(found, now)
    days = [day for one in ahead.values() for day in (one.starts, one.planned_to) if day is not None]
    axis = axis_of(year, [*days, *(leg.last for one in ahead.values() for leg in one.legs)])
    lines = tuple(_line(one, ahead[one.project.pk], axis, today) for one in found)
    return Schedule(axis, months_of(axis), axis.at(today) if axis.shows(today) else None, lines)


def _line(one: Dossier, ahead: Prospect, axis: Axis, today: dt.date) -> Line:
    spans: dict[tuple[str, str], list[tuple[dt.date, dt.date]]] = {}
    for leg in ahead.legs:
        lane = LANE_OF.get(BARS[leg.bar].group, "papers") if leg.bar in BARS else "papers"
        kind = "done" if leg.state in ("done", "running") else "forecast"
        spans.setdefault((lane, kind), []).append((leg.first, leg.last))
    bars = [bar for lane in LANES for kind in ("forecast", "done") for bar in _of(axis, lane, kind, spans)]
    word, icon, tone = RISK_WORDS[one.risk]
    held = one.held if not one.started else None
    barred = ahead.earliest if ahead.impossible else None
    return Line(
        pk=one.project.pk,
        name=one.project.name,
        bureau=one.project.bureau,
        risk=one.risk,
        word=str(word),
        icon=icon,
        tone=tone,
        causes=short_causes(held.causes) if held else "",
        prospect=ahead,
        why="" if one.started or ahead.starts else no_forecast(one),
        drawing=draw(axis, bars, today, (ahead.planned_from, ahead.planned_to), ahead.starts, barred),
    )


def _of(axis: Axis, lane: str, kind: str, spans: dict[tuple[str, str], list[tuple[dt.date, dt.date]]]) -> list[Bar]:
    return bars_of(axis, lane, kind, spans.get((lane, kind), []))
