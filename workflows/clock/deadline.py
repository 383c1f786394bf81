"""The answer of `manage.py deadline`: one due date with its day list, from a rule, a start, stops and an extension.

Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from workflows.clock.calendar import Calendar, state_council_calendar
from workflows.clock.days import SHANGHAI, Bilingual
from workflows.clock.due import Due, due
from workflows.clock.events import ClockEvent, EventKind
from workflows.clock.explain import AS_TOLD, Day, explain_due
from workflows.clock.history import why_no_stop
from workflows.clock.lawful import Unlawful, check
from workflows.clock.rules import Rule, rule


def deadline(
    rule_id: str,
    start: dt.date,
    stops: Sequence[tuple[dt.date, dt.date, str]] = (),
    extend: int = 0,
    calendar: Calendar | None = None,
    on: dt.date | None = None,
) -> dict[str, Any]:
    """One due date and why, as a plain dict for JSON: dates in ISO 8601, texts as {"zh", "en"}.

    `stops`: (first day, last day, ground), both ends included, taken to have been announced in writing. `extend`:
    days (or months) of an extension granted in time by whoever may. `on`: whose day's law decides, the start by
    default. Raises `rules.NoSuchRule`, `lawful.Unlawful`, `ValueError` for a stop that ends before it begins.
    """
    law = rule(rule_id, on or start)
    calendar = calendar or state_council_calendar()
    events = _events(law, start, stops, calendar)
    if extend:
        granter = law.extension.granter if law.extension else None
        event = ClockEvent(EventKind.EXTEND, start, _at(start), len(events) + 1, law.id, AS_TOLD, days=extend)
        check(event, events, law, calendar, granter)
        events.append(event)
    found = due(events, law, calendar)
    return {
        **_rule(law),
        **_dates(found),
        "calendar": calendar.version,
        "days": [_day(day) for day in explain_due(found)],
    }


def _events(
    law: Rule, start: dt.date, stops: Sequence[tuple[dt.date, dt.date, str]], calendar: Calendar
) -> list[ClockEvent]:
    events = [ClockEvent(EventKind.START, start, _at(start), 1, law.id)]
    for first, last, ground in stops:
        if last < first:
            raise ValueError(f"A stop cannot end ({last}) before it begins ({first}).")
        number = len(events) + 1
        stop = ClockEvent(EventKind.STOP, first, _at(first), number, law.id, AS_TOLD, last, ground)
        if why_no_stop(stop, law):
            check(stop, events, law, calendar)
        events += [stop, ClockEvent(EventKind.RESUME, last, _at(last), number + 1, law.id, ground=ground)]
    return events


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), SHANGHAI).astimezone(dt.UTC)


def _rule(law: Rule) -> dict[str, Any]:
    return {
        "rule": law.id,
        "law": _words(law.law),
        "article": _words(law.article),
        "text": _words(law.text),
        "limit": law.limit.n,
        "unit": law.limit.unit,
        "kind": law.kind.value,
        "on_expiry": law.on_expiry.value,
        "in_force_from": law.effective_from.isoformat(),
        "in_force_to": _iso(law.effective_to),
        "grounds": [ground.key for ground in law.grounds],
    }


def _dates(found: Due) -> dict[str, Any]:
    return {
        "start": _iso(found.start),
        "due": _iso(found.date),
        "provisional": found.provisional,
        "moved_from": _iso(found.full_on) if found.moved else None,
        "total": found.total,
        "counted_in": found.unit,
        "alternatives": {unit: _iso(date) for unit, date in found.alternatives.items()},
        "warns_on": _iso(found.warns_on),
        "stops": [
            {"from": _iso(stop.first), "to": _iso(stop.last), "ground": stop.ground} for stop in found.history.stops
        ],
        "extended_by": sum(event.days or 0 for event in found.granted),
    }


def _day(day: Day) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "counted": day.counted,
        "number": day.number,
        "why": day.why,
        "text": _words(day.text),
        "article": _words(day.article),
        "due": day.is_due,
        "provisional": day.provisional,
    }


def refusal(refused: Unlawful) -> dict[str, Any]:
    """A refusal as a plain dict for JSON."""
    return {"error": refused.code, "rule": refused.rule.id, "text": _words(refused.text)} | {
        "article": _words(refused.citation),
        "grounds": [ground.key for ground in refused.rule.grounds],
    }


def _words(words: Bilingual) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
