"""What must hold for every history, not only for the ones we thought of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.clock.story import Case, law, national, noon
from workflows.clock.days import ONE_DAY, CalendarDays, WorkingDays
from workflows.clock.due import due, promised_due
from workflows.clock.events import ClockEvent, EventKind
from workflows.clock.explain import explain
from workflows.clock.grounds import VOID
from workflows.clock.history import Stop
from workflows.clock.three_dates import Light, light, shade
from workflows.models import Application, Ball, Step
from workflows.queries.clockbar import RISK, _light
from workflows.queries.clockstate import held

RULES = [law(name) for name in ("xkf-42", "xkf-42-joint", "eia-report", "eia-form", "construction-permit")]
FAR = dt.date.max

days = st.dates(dt.date(2021, 11, 1), dt.date(2022, 12, 1))
starts = st.dates(dt.date(2021, 12, 1), dt.date(2022, 10, 1))
rules = st.sampled_from(RULES)
spans = st.tuples(days, st.integers(0, 40)).map(lambda pair: (pair[0], pair[0] + pair[1] * ONE_DAY))
stops = st.lists(spans, max_size=4)


def ground(rule: object) -> str:
    return rule.grounds[0].key  # type: ignore[attr-defined]


def history(start: dt.date, spans: list[tuple[dt.date, dt.date]], key: str) -> list[ClockEvent]:
    case = Case(start.isoformat())
    for first, last in spans:
        case.stop(first.isoformat(), last.isoformat(), ground=key)
    return case.events


def end(start: dt.date, spans: list[tuple[dt.date, dt.date]], rule: object) -> dt.date:
    date = due(history(start, spans, ground(rule)), rule, national()).date  # type: ignore[arg-type]
    assert date is not None
    return date


@given(starts, st.integers(0, 60), st.integers(0, 60))
def test_adding_n_then_m_working_days_is_adding_n_plus_m(start: dt.date, n: int, m: int) -> None:
    calendar = national()
    once = calendar.add(start, WorkingDays(n) + WorkingDays(m)).date
    assert calendar.add(calendar.add(start, WorkingDays(n)).date, WorkingDays(m)).date == once
    assert calendar.count(start, once) == n + m


@given(starts, st.integers(1, 60))
def test_back_is_the_latest_start_that_fits(end_: dt.date, n: int) -> None:
    start = national().back(end_, WorkingDays(n)).date
    assert national().count(start, end_) == n
    assert national().count(start + ONE_DAY, end_) == n - 1


@given(starts, stops, spans, rules)
def test_one_more_stop_never_brings_the_date_forward(
    start: dt.date, some: list[tuple[dt.date, dt.date]], more: tuple[dt.date, dt.date], rule: object
) -> None:
    assert end(start, [*some, more], rule) >= end(start, some, rule)


@given(starts, spans, st.integers(0, 20), rules)
def test_a_longer_stop_never_brings_the_date_forward(
    start: dt.date, span: tuple[dt.date, dt.date], longer: int, rule: object
) -> None:
    first, last = span
    assert end(start, [(first, last + longer * ONE_DAY)], rule) >= end(start, [span], rule)


@given(starts, stops, rules)
def test_overlapping_stops_count_once(start: dt.date, some: list[tuple[dt.date, dt.date]], rule: object) -> None:
    """Any stops give the date of their union, written as stops of one day each; and twice the same stop is one."""
    covered = sorted({first + n * ONE_DAY for first, last in some for n in range((last - first).days + 1)})
    assert end(start, some, rule) == end(start, [(d, d) for d in covered], rule) == end(start, some + some, rule)


@given(starts, stops, rules)
def test_the_date_agrees_with_counting_by_hand(
    start: dt.date, some: list[tuple[dt.date, dt.date]], rule: object
) -> None:
    calendar, working = national(), isinstance(rule.limit, WorkingDays)  # type: ignore[attr-defined]
    stopped = {first + n * ONE_DAY for first, last in some for n in range((last - first).days + 1)}
    left, day = rule.limit.n, start  # type: ignore[attr-defined]
    while left:
        day += ONE_DAY
        left -= day not in stopped and (not working or calendar.is_workday(day))
    while not working and (day in stopped or not calendar.is_workday(day)):
        day += ONE_DAY
    assert end(start, some, rule) == day


@given(starts, stops, st.data())
def test_replay_in_any_order_of_insertion_gives_the_same_date(
    start: dt.date, some: list[tuple[dt.date, dt.date]], data: st.DataObject
) -> None:
    rule = law("xkf-42")
    events = history(start, some, ground(rule))
    for n in range(data.draw(st.integers(0, 3))):
        wrong = data.draw(st.sampled_from(events))
        moved = wrong.effective + data.draw(st.integers(-5, 5)) * ONE_DAY
        why = data.draw(st.sampled_from(["", VOID]))
        recorded = noon(start + data.draw(st.integers(0, 9)) * ONE_DAY)
        events.append(ClockEvent(EventKind.CORRECT, moved, recorded, 100 + n, ground=why, replaces=wrong.id))
    if data.draw(st.booleans()):
        events.append(ClockEvent(EventKind.EXTEND, start + 5 * ONE_DAY, noon(start), 200, days=10))
    shuffled = data.draw(st.permutations(events))
    assert due(shuffled, rule, national()) == due(events, rule, national())


@given(starts, stops, rules, st.integers(1, 45), st.booleans())
def test_a_promise_is_never_after_the_law(
    start: dt.date, some: list[tuple[dt.date, dt.date]], rule: object, n: int, working: bool
) -> None:
    statutory = due(history(start, some, ground(rule)), rule, national())  # type: ignore[arg-type]
    promised = promised_due(statutory, WorkingDays(n) if working else CalendarDays(n))
    assert (promised.date or FAR) <= (statutory.date or FAR)


@given(starts, stops, rules)
def test_the_day_list_counts_exactly_the_limit_and_ends_on_the_date(
    start: dt.date, some: list[tuple[dt.date, dt.date]], rule: object
) -> None:
    listed = explain(history(start, some, ground(rule)), rule, national())  # type: ignore[arg-type]
    assert [day.date for day in listed] == [start + n * ONE_DAY for n in range(len(listed))]
    counted = [day.number for day in listed if day.counted]
    assert counted == list(range(1, rule.limit.n + 1))  # type: ignore[attr-defined]
    assert [day.is_due for day in listed].index(True) == len(listed) - 1
    assert listed[-1].date == end(start, some, rule)
    assert all(day.text.zh and day.text.en and day.article.zh for day in listed)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_the_shade_has_a_colour_for_every_integer(used: int, total: int, left: int) -> None:
    expected = Light.DUE_SOON if used * 10 >= total * 9 or left <= 1 else Light.ON_TRACK
    assert shade(used, total, left) is expected


@given(days, starts, stops, rules, st.integers(1, 30), st.one_of(st.none(), days), st.booleans(), st.booleans())
def test_the_light_has_a_colour_on_every_day(
    as_of: dt.date,
    start: dt.date,
    some: list[tuple[dt.date, dt.date]],
    rule: object,
    n: int,
    forecast: dt.date | None,
    closed: bool,
    still_open: bool,
) -> None:
    events = history(start, some, ground(rule))
    if still_open:
        events = [e for e in events if e.kind is not EventKind.RESUME]
    statutory = due(events, rule, national())  # type: ignore[arg-type]
    promised = promised_due(statutory, WorkingDays(n))
    colour = light(as_of, statutory, promised, forecast, closed)
    if closed:
        assert colour is Light.CLOSED
    elif as_of < start:
        assert colour is Light.NOT_STARTED
    elif statutory.date and as_of > statutory.date:
        assert colour is Light.PAST_STATUTE
    elif promised.date and as_of > promised.date:
        assert colour is Light.PAST_PROMISE
    elif any(first <= as_of and (still_open or as_of <= last) for first, last in some):
        assert colour is Light.STOPPED
    else:
        assert colour in {Light.ON_TRACK, Light.DUE_SOON, Light.STOPPED}
        assert (colour is Light.STOPPED) == (promised.date is None)


@given(starts, stops, rules)
def test_the_light_never_brightens_as_days_pass_unless_a_stop_ends(
    start: dt.date, some: list[tuple[dt.date, dt.date]], rule: object
) -> None:
    statutory = due(history(start, some, ground(rule)), rule, national())  # type: ignore[arg-type]
    order = [Light.ON_TRACK, Light.DUE_SOON, Light.PAST_PROMISE, Light.PAST_STATUTE]
    seen = [light(start + n * ONE_DAY, statutory) for n in range(120)]
    running = [order.index(colour) for colour in seen if colour is not Light.STOPPED]
    assert running == sorted(running)


@given(starts, stops)
def test_an_event_recorded_twice_or_copied_by_id_changes_nothing(
    start: dt.date, some: list[tuple[dt.date, dt.date]]
) -> None:
    rule = law("xkf-42")
    events = history(start, some, ground(rule))
    copies = [replace(event) for event in events]
    assert due(events + copies, rule, national()) == due(events, rule, national())


lengths = st.integers(-400, 400)
lights = st.one_of(st.none(), lengths)


@given(st.booleans(), st.booleans(), st.one_of(st.none(), starts), st.integers(0, 400), lights, lights)
def test_the_light_of_a_list_has_a_colour_and_its_days_for_every_integer(
    closed: bool, stopped: bool, accepted: dt.date | None, used: int, promised: int | None, statutory: int | None
) -> None:
    colour, over = _light(closed, stopped, accepted, used, promised, statutory)
    assert colour in RISK and over >= 0
    if closed or accepted is None or stopped:
        assert over == 0
    elif statutory is not None and statutory < 0:
        assert (colour, over) == ("past_statute", -statutory)
    elif promised is not None and promised < 0:
        assert (colour, over) == ("past_promise", -promised)
    else:
        warns = promised if promised is not None else statutory
        soon = warns is not None and (warns <= 1 or used * 10 >= (used + warns) * 9)
        assert colour == ("due_soon" if soon else "on_track")


@given(st.lists(st.tuples(st.sampled_from(list(Ball)), spans), max_size=6), st.lists(spans, max_size=2))
def test_no_day_has_two_owners(
    steps: list[tuple[Ball, tuple[dt.date, dt.date]]], some: list[tuple[dt.date, dt.date]]
) -> None:
    """Whoever is awaited at once, the working days of all owners together are the days that passed, each once."""
    rows = [Step(ball=ball, post_key="x", created=noon(first), finished=noon(last)) for ball, (first, last) in steps]
    halts = [Stop(first, last, "expert-review") for first, last in some]
    today = dt.date(2023, 3, 1)
    owned = dict(held(Application(), rows, halts, today, national()))
    passed = {first + n * ONE_DAY for _ball, (first, last) in steps for n in range(1, (last - first).days + 1)}
    passed |= {first + n * ONE_DAY for first, last in some for n in range((last - first).days + 1)}
    assert sum(owned.values()) == sum(national().is_workday(day) for day in passed)
