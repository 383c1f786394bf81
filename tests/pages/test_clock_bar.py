"""The geometry of the clock bar: what is drawn where."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workflows.clockbar import ClockBar, Span, draw, from_times, length, pieces, spans

TODAY = dt.date(2022, 4, 15)


def bar(**fields: object) -> ClockBar:
    """The wind farm's clock of the visual direction: 4 used, 9 stopped, 5 used, 1 and 11 left."""
    given_fields: dict[str, object] = {
        "today": TODAY,
        "today_at": 18,
        "accepted": dt.date(2022, 3, 21),
        "spans": (
            Span("used", 0, 4),
            Span("stopped", 4, 13, dt.date(2022, 3, 28), dt.date(2022, 4, 11), "experts"),
            Span("used", 13, 18),
        ),
        "promised": dt.date(2022, 4, 18),
        "promised_at": 19,
        "statutory": dt.date(2022, 4, 29),
        "statutory_at": 29,
        **fields,
    }
    return ClockBar(**given_fields)  # type: ignore[arg-type]


def kinds(found: ClockBar) -> list[tuple[str, int, int]]:
    return [(kind, start, end) for kind, start, end, _why in pieces(found)]


def test_a_running_clock_shows_used_stopped_used_and_what_is_left_of_the_promise() -> None:
    assert kinds(bar()) == [("used", 0, 4), ("stopped", 4, 13), ("used", 13, 18), ("left", 18, 19)]


def test_the_thin_line_runs_from_what_is_filled_to_the_statutory_limit() -> None:
    drawing = draw(bar(), 290)
    assert drawing.rail == (190.0, 290.0)


def test_days_after_the_promise_are_cut_off_as_over() -> None:
    late = bar(today_at=15, spans=(Span("used", 0, 15),), promised_at=10, statutory_at=20)
    assert kinds(late) == [("used", 0, 10), ("over", 10, 15)]


def test_days_after_the_statute_are_a_breach() -> None:
    late = bar(today_at=22, spans=(Span("used", 0, 22),), promised_at=10, statutory_at=20)
    assert kinds(late) == [("used", 0, 10), ("over", 10, 20), ("breach", 20, 22)]
    assert draw(late, 132).rail is None


def test_without_a_promise_nothing_is_over_until_the_statute_passes() -> None:
    late = bar(today_at=22, spans=(Span("used", 0, 22),), promised=None, promised_at=None, statutory_at=20)
    assert kinds(late) == [("used", 0, 20), ("breach", 20, 22)]


def test_a_promise_that_passed_during_a_stop_makes_the_days_after_it_over() -> None:
    found = bar(today_at=9, spans=(Span("used", 0, 3), Span("stopped", 3, 6), Span("used", 6, 9)), promised_at=5)
    assert kinds(found) == [("used", 0, 3), ("stopped", 3, 6), ("over", 6, 9)]


def test_a_clock_that_has_not_started_draws_nothing() -> None:
    assert draw(ClockBar(today=TODAY), 132).rects == ()


def test_a_closed_clock_shows_neither_today_nor_what_would_have_been_left() -> None:
    closed = bar(closed=True)
    assert "left" not in [kind for kind, *_rest in kinds(closed)]
    assert "today" not in [mark.kind for mark in draw(closed, 100, words=True).marks]


def test_an_open_stop_has_no_mark_of_resuming() -> None:
    found = bar(spans=(Span("used", 0, 4), Span("stopped", 4, 18, TODAY, TODAY)), stopped=True)
    assert [mark.kind for mark in draw(found, 100).marks if mark.kind in ("stop", "resume")] == ["stop"]


def test_the_axis_reaches_to_a_forecast_after_the_statute() -> None:
    assert length(bar(forecast=TODAY, forecast_at=40)) == 40


def test_the_words_of_one_row_never_overlap() -> None:
    marks = draw(bar(forecast=dt.date(2022, 4, 19), forecast_at=20), 100, words=True).marks
    spots = {
        row: sorted(
            {"start": mark.x, "middle": mark.x - 4, "end": mark.x - 8}[mark.anchor] for mark in marks if mark.row == row
        )
        for row in ("top", "bottom")
    }
    for lefts in spots.values():
        assert all(b - a >= 8 - 0.01 for a, b in pairwise(lefts))


@dataclass
class Times:
    light: str = "on_track"
    accepted: dt.date | None = dt.date(2022, 3, 21)
    promised: dt.date | None = dt.date(2022, 4, 6)
    statutory: dt.date | None = dt.date(2022, 4, 20)
    provisional: bool = False
    today: dt.date = TODAY
    used: int = 12
    left_promised: int | None = -2
    left_statutory: int | None = 8
    stopped: bool = False


def test_the_engine_s_times_become_places_on_the_axis() -> None:
    found = from_times(Times())
    assert (found.today_at, found.promised_at, found.statutory_at) == (12, 10, 20)
    assert kinds(found) == [("used", 0, 10), ("over", 10, 12)]


def test_stops_cut_what_is_used() -> None:
    found = spans(18, [(4, 13, dt.date(2022, 3, 28), dt.date(2022, 4, 11), "experts")])
    assert [(span.kind, span.days) for span in found] == [("used", 4), ("stopped", 9), ("used", 5)]


@given(
    used=st.integers(0, 60),
    promise=st.one_of(st.none(), st.integers(0, 60)),
    statute=st.one_of(st.none(), st.integers(0, 90)),
    stop=st.tuples(st.integers(0, 60), st.integers(0, 30)),
)
def test_the_pieces_follow_one_another_without_gap_or_overlap(
    used: int, promise: int | None, statute: int | None, stop: tuple[int, int]
) -> None:
    stops = [(stop[0], stop[0] + stop[1], None, None, "")] if stop[0] + stop[1] <= used else []
    found = bar(today_at=used, spans=tuple(spans(used, stops)), promised_at=promise, statutory_at=statute)
    edges = [(start, end) for _kind, start, end, _why in pieces(found)]
    assert all(end > start for start, end in edges)
    assert all(a[1] == b[0] for a, b in pairwise(edges))
    assert max((end for _start, end in edges), default=0) == max(used, promise or 0)
    drawing = draw(found, 132)
    assert all(rect.x >= 0 and rect.x + rect.width <= 132.01 for rect in drawing.rects)
