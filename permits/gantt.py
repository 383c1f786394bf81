"""进度图: where the bars and marks of a schedule stand, in per cent of its width. Pure geometry: no Django, no clock.

Words and dates stand beside the drawing, not in it: nothing can overlap at any width.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LANES = ("land", "eia", "papers")
MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Axis:
    """From the first to the last day shown, both included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """Days on the axis."""
        return (self.last - self.first).days + 1

    def at(self, day: dt.date) -> float:
        """The place of the beginning of a day, 0 to 100; a day beyond stands at the edge."""
        return round(min(100.0, max(0.0, (day - self.first).days * 100 / self.days)), 3)

    def shows(self, day: dt.date) -> bool:
        """Whether the day lies on the axis."""
        return self.first <= day <= self.last

    def months(self) -> list[dt.date]:
        """The first day of every month."""
        found, day = [], self.first
        while day <= self.last:
            found.append(day)
            day = _next_month(day)
        return found


@dataclass(frozen=True, slots=True)
class Month:
    """A month's line and where its word is centred; `minor` words go first when there is little room."""

    on: dt.date
    x: float
    middle: float
    minor: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a lane. `kind`: done, running, forecast."""

    lane: str
    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """One project's line. A mark that is unknown or beyond the axis is None; `slip` is (from, to) of plan and start."""

    bars: tuple[Bar, ...]
    today: float | None
    plan: float | None
    plan_span: tuple[float, float] | None
    start: float | None
    slip: tuple[float, float] | None
    barred: tuple[float, float] | None
    before: bool
    beyond: bool

    @property
    def barred_width(self) -> float:
        """How wide the days are on which the law allows no start."""
        return round(self.barred[1] - self.barred[0], 3) if self.barred else 0.0


def _next_month(day: dt.date) -> dt.date:
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def axis_of(year: int, days: Iterable[dt.date]) -> Axis:
    """The plan year, and as many months more as the latest of `days` needs, at most a year more."""
    first = dt.date(year, 1, 1)
    end = dt.date(year + 1, 1, 1)
    latest = max(days, default=first)
    while end <= latest and (end.year - year) * 12 + end.month - 1 < MOST_MONTHS:
        end = _next_month(end)
    return Axis(first, end - dt.timedelta(days=1))


def months_of(axis: Axis) -> list[Month]:
    """The months as they are written above the lines."""
    firsts = axis.months()
    every = 3 if len(firsts) <= 15 else 6
    ends = [*firsts[1:], axis.last + dt.timedelta(days=1)]
    return [
        Month(day, axis.at(day), round((axis.at(day) + min(100.0, axis.at(end))) / 2, 3), (day.month - 1) % every != 0)
        for day, end in zip(firsts, ends, strict=True)
    ]


def merged(spans: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Spans of days as few as possible: those that touch are one."""
    found: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + dt.timedelta(days=1):
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def bars_of(axis: Axis, lane: str, kind: str, spans: Sequence[tuple[dt.date, dt.date]]) -> list[Bar]:
    """The pieces of one lane and kind that lie on the axis; a single day is still seen."""
    found = []
    for first, last in merged(spans):
        if last < axis.first or first > axis.last:
            continue
        x, end = axis.at(first), axis.at(last + dt.timedelta(days=1))
        found.append(Bar(lane, kind, x, round(max(0.4, end - x), 3)))
    return found


def draw(
    axis: Axis,
    bars: Sequence[Bar],
    today: dt.date,
    plan: tuple[dt.date | None, dt.date | None],
    start: dt.date | None,
    barred_until: dt.date | None,
) -> Drawing:
    """Lay one line out. `plan`: first and last planned day; `barred_until`: the law allows no start before that day."""
    first, last = plan
    shown = start is not None and axis.shows(start)
    planned = last is not None and axis.shows(last)
    return Drawing(
        bars=tuple(bars),
        today=axis.at(today) if axis.shows(today) else None,
        plan=axis.at(last) if last and planned else None,
        plan_span=(axis.at(first), axis.at(last)) if first and last and first < last and last >= axis.first else None,
        start=axis.at(start) if start and shown else None,
        slip=(axis.at(last), axis.at(start)) if last and start and start != last and (planned or shown) else None,
        barred=(axis.at(today), axis.at(barred_until)) if barred_until and barred_until > today else None,
        before=start is not None and start < axis.first,
        beyond=start is not None and start > axis.last,
    )
