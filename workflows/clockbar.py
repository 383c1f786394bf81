"""时限条: where the rectangles of a clock bar stand. Pure geometry: no Django, no clock, no I/O, no words.

The x axis counts working days from acceptance (0). A stop takes its place on the axis, since the days really pass.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

USED, STOPPED = "used", "stopped"


@dataclass(frozen=True, slots=True)
class Span:
    """Days that passed, from `start` to `end` on the axis (working days). `kind`: used or stopped; `why` for a stop."""

    kind: str
    start: int
    end: int
    since: dt.date | None = None
    until: dt.date | None = None
    why: str = ""

    @property
    def days(self) -> int:
        """Its length in working days."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class ClockBar:
    """One application's clock on the axis; a date that is unknown has no place on it (None).

    `spans` are in order and end at `today_at`, or at the decision when `closed`.
    """

    today: dt.date
    today_at: int = 0
    accepted: dt.date | None = None
    spans: tuple[Span, ...] = ()
    promised: dt.date | None = None
    promised_at: int | None = None
    statutory: dt.date | None = None
    statutory_at: int | None = None
    forecast: dt.date | None = None
    forecast_at: int | None = None
    provisional: bool = False
    stopped: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Rect:
    """A piece of the bar from `x`, `width` wide (units of the drawing). `kind`: used, stopped, left, over, breach."""

    kind: str
    x: float
    width: float
    days: int = 0
    why: str = ""

    @property
    def middle(self) -> float:
        """Where a word inside it is centred."""
        return round(self.x + self.width / 2, 3)


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical mark at `x`. `kind`: accepted, stop, resume, today, promised, forecast, statutory.

    `row` is where its word stands: top, bottom, or empty when there is no room; `anchor` as in SVG.
    """

    kind: str
    x: float
    on: dt.date
    row: str = ""
    anchor: str = "middle"
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that a template needs: rectangles, the thin line to the statutory limit, marks, and day ticks."""

    rects: tuple[Rect, ...]
    rail: tuple[float, float] | None
    marks: tuple[Mark, ...]
    days: tuple[float, ...] = ()
    end: float = 0.0
    room: tuple[float, float] | None = None


class Timed(Protocol):
    """What the engine knows of an application's time (`workflows.queries.clockbar.Times`)."""

    light: str
    accepted: dt.date | None
    promised: dt.date | None
    statutory: dt.date | None
    provisional: bool
    today: dt.date
    used: int
    left_promised: int | None
    left_statutory: int | None
    stopped: bool


def from_times(times: Timed) -> ClockBar:
    """The bar of an application.

    `times.used` is today's place on the axis; `stops`, if it has them, are (start, end, since, until, why) on the axis;
    `forecast` and `forecast_left` (working days from today) are optional too.
    """
    at = times.used
    forecast_left = getattr(times, "forecast_left", None)
    return ClockBar(
        today=times.today,
        today_at=at,
        accepted=times.accepted,
        spans=tuple(spans(at, getattr(times, "stops", ()))),
        promised=times.promised,
        promised_at=None if times.left_promised is None else max(0, at + times.left_promised),
        statutory=times.statutory,
        statutory_at=None if times.left_statutory is None else max(0, at + times.left_statutory),
        forecast=getattr(times, "forecast", None),
        forecast_at=None if forecast_left is None else max(0, at + forecast_left),
        provisional=times.provisional,
        stopped=times.stopped,
        closed=times.light == "closed",
    )


def spans(end: int, stops: Sequence[tuple[int, int, dt.date | None, dt.date | None, str]]) -> list[Span]:
    """Used and stopped days in order, from 0 to `end`; `stops` are in order and do not overlap."""
    found: list[Span] = []
    at = 0
    for start, stop_end, since, until, why in stops:
        if start > at:
            found.append(Span(USED, at, start))
        if stop_end > start:
            found.append(Span(STOPPED, start, min(stop_end, end), since, until, why))
        at = max(at, min(stop_end, end))
    if end > at:
        found.append(Span(USED, at, end))
    return found


def length(bar: ClockBar) -> int:
    """Working days on the whole axis; at least 1."""
    marks = (bar.promised_at, bar.statutory_at, bar.forecast_at, bar.today_at, *(span.end for span in bar.spans))
    return max(1, *(mark for mark in marks if mark is not None))


def pieces(bar: ClockBar) -> list[tuple[str, int, int, str]]:
    """(kind, start, end, why) in working days: what is used is cut where the promise and the statute are passed."""
    found: list[tuple[str, int, int, str]] = []
    for span in bar.spans:
        if span.kind == STOPPED:
            found.append((STOPPED, span.start, span.end, span.why))
        else:
            found.extend((kind, start, end, "") for kind, start, end in _cut(span, bar))
    passed = max((span.end for span in bar.spans), default=0)
    if bar.promised_at is not None and bar.promised_at > passed and not bar.closed:
        found.append(("left", passed, bar.promised_at, ""))
    return found


def _cut(span: Span, bar: ClockBar) -> list[tuple[str, int, int]]:
    statute = bar.statutory_at if bar.statutory_at is not None else span.end
    promise = min(bar.promised_at if bar.promised_at is not None else statute, statute)
    edges = [span.start, min(max(promise, span.start), span.end), min(max(statute, span.start), span.end), span.end]
    parts = zip((USED, "over", "breach"), edges, edges[1:], strict=False)
    return [(kind, start, end) for kind, start, end in parts if end > start]


def draw(bar: ClockBar, width: float, *, nominal: float = 1200.0, words: bool = False) -> Drawing:
    """Lay the bar out on `width` units (pixels for a row, 100 for per cent of the full bar).

    `nominal` is the width in pixels for which words are kept from overlapping. A clock that has not started is empty.
    """
    if bar.accepted is None:
        return Drawing((), None, ())
    scale = width / length(bar)

    def at(day: int) -> float:
        return round(day * scale, 3)

    rects = tuple(
        Rect(kind, at(start), round((end - start) * scale, 3), end - start, why)
        for kind, start, end, why in pieces(bar)
    )
    filled = max((rect.x + rect.width for rect in rects), default=0.0)
    limit = at(bar.statutory_at) if bar.statutory_at is not None else 0.0
    marks = _marks(bar, at)
    return Drawing(
        rects=rects,
        rail=(round(filled, 3), limit) if limit > filled else None,
        marks=tuple(_placed(marks, width, nominal)) if words else tuple(marks),
        days=tuple(at(day) for day in range(1, length(bar))) if words and length(bar) <= 90 else (),
        end=at(length(bar)),
        room=(round(filled, 3), limit) if words and _has_room(bar, filled, limit, width, at) else None,
    )


def _has_room(bar: ClockBar, filled: float, limit: float, width: float, at: Callable[[int], float]) -> bool:
    """Whether the words before the statutory limit have room: wide enough, and no forecast stands among them."""
    stands_there = bar.forecast_at is not None and filled < at(bar.forecast_at) <= limit
    return limit - filled > width * 0.16 and not stands_there


def _marks(bar: ClockBar, at: Callable[[int], float]) -> list[Mark]:
    found: list[Mark] = []
    if bar.accepted is not None:
        found.append(Mark("accepted", 0.0, bar.accepted))
    for span in bar.spans:
        if span.kind == STOPPED and span.since is not None:
            found.append(Mark("stop", at(span.start), span.since, minor=True))
            if span.until is not None and not (bar.stopped and span.end == bar.today_at):
                found.append(Mark("resume", at(span.end), span.until, minor=True))
    if not bar.closed:
        found.append(Mark("today", at(bar.today_at), bar.today))
    for kind, on, day in (
        ("promised", bar.promised, bar.promised_at),
        ("statutory", bar.statutory, bar.statutory_at),
        ("forecast", bar.forecast, bar.forecast_at),
    ):
        if on is not None and day is not None:
            found.append(Mark(kind, at(day), on, minor=kind == "forecast"))
    return found


# Words that matter most are placed first; one that finds no room stays out (its date stands in the three dates).
_ORDER = ("promised", "today", "accepted", "statutory", "forecast", "resume", "stop")
_ROWS = {
    "promised": ("top",),
    "statutory": ("top", "bottom"),
    "forecast": ("top", "bottom"),
    "today": ("bottom", "top"),
    "accepted": ("bottom",),
    "stop": ("bottom",),
    "resume": ("bottom",),
}
_WORD = 96.0


def _placed(marks: list[Mark], width: float, nominal: float) -> list[Mark]:
    taken: dict[str, list[tuple[float, float]]] = {"top": [], "bottom": []}
    done: dict[int, Mark] = {}
    for index, mark in sorted(enumerate(marks), key=lambda pair: _ORDER.index(pair[1].kind)):
        row, anchor = _spot(mark, mark.x / width * nominal, nominal, taken)
        done[index] = Mark(mark.kind, mark.x, mark.on, row, anchor, mark.minor)
    return [done[index] for index in range(len(marks))]


def _spot(mark: Mark, x: float, nominal: float, taken: dict[str, list[tuple[float, float]]]) -> tuple[str, str]:
    for row in _ROWS[mark.kind]:
        for anchor in ("middle", "end", "start"):
            left = {"start": x, "middle": x - _WORD / 2, "end": x - _WORD}[anchor]
            inside = left >= -1 and left + _WORD <= nominal + 1
            if inside and all(left + _WORD <= low or left >= high for low, high in taken[row]):
                taken[row].append((left, left + _WORD))
                return row, anchor
    return "", "middle"
