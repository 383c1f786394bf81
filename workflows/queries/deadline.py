"""Why this date? One application's statutory, promised and forecast dates, day by day, and what is odd in its clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workflows.clock.calendars import calendar_for
from workflows.clock.days import Bilingual, civil_date
from workflows.clock.due import Due, promised_due
from workflows.clock.events import events_of
from workflows.clock.explain import Day, explain_due
from workflows.clock.grounds import NoSuchGround
from workflows.clock.grounds import ground as any_ground
from workflows.clock.lawful import REASONS
from workflows.clock.rules import NoSuchRule
from workflows.clock.rules import rule as rule_on
from workflows.models import Application, ClockRow, Step
from workflows.operations.timekeeping import counted, promise_of
from workflows.queries.forecasting import Outlook, forecaster

UNIT_WORDS = {"working_day": Bilingual("工作日", "working days"), "calendar_day": Bilingual("自然日", "calendar days")}


@dataclass(frozen=True)
class DayLine:
    """One day in the reader's language. `state`: counted, off, stopped, due."""

    date: dt.date
    number: int | None
    text: str
    article: str
    state: str
    provisional: bool


@dataclass(frozen=True)
class Track:
    """One of the dates and the days that lead to it."""

    kind: str
    on: dt.date | None
    limit: str
    provisional: bool
    cut: bool
    days: tuple[DayLine, ...]


@dataclass(frozen=True)
class Alternative:
    """The date in one unit, where practice is split; `warns`: the earlier one."""

    unit: str
    on: dt.date | None
    warns: bool


@dataclass(frozen=True)
class ClockNote:
    """Something about the clock that is not silent: a late entry, an overdue stop, an event without effect."""

    kind: str
    on: dt.date
    recorded: dt.date
    what: str
    days: int = 0
    notice: str = ""
    expected_end: dt.date | None = None


@dataclass(frozen=True)
class DeadlinePage:
    """Everything that the page of an application's dates shows."""

    application: Application
    rule: str
    text: str
    starts: str
    statutory: Track | None
    promised: Track | None
    outlook: Outlook | None
    alternatives: tuple[Alternative, ...]
    notes: tuple[ClockNote, ...]
    if_refused_counted: dt.date | None
    sure: str
    decided_under: str = ""

    @property
    def tracks(self) -> list[Track]:
        """The dates that are counted day by day."""
        return [track for track in (self.statutory, self.promised) if track]


def deadline_page(application: Application, now: dt.datetime, language: str) -> DeadlinePage:
    """Read and explain one application's clock; three statements with cold paces, two with warm ones."""
    calendar, today = calendar_for(application.county), civil_date(now)
    rows = list(ClockRow.objects.filter(application=application).order_by("pk"))
    steps = list(Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="").order_by("pk"))
    statutory = counted(application, rows, calendar)
    promise = promise_of(application, statutory.start) if statutory and statutory.start else None
    promised = promised_due(statutory, promise) if statutory and promise else None
    outlook = forecaster(application.county, now, calendar).outlook(application, steps, resumes_after(statutory, today))
    return DeadlinePage(
        application=application,
        rule=statutory.rule.citation.of(language) if statutory else "",
        text=statutory.rule.text.of(language) if statutory else "",
        starts=statutory.rule.starts_from.of(language) if statutory else "",
        statutory=_track("statutory", statutory, language) if statutory else None,
        promised=_track("promised", promised, language) if promised else None,
        outlook=outlook,
        alternatives=alternatives(statutory, language),
        notes=clock_notes(rows, statutory, today, language),
        if_refused_counted=statutory.if_refused_stops_counted
        if statutory and statutory.history.refused_stops
        else None,
        sure=outlook.forecast.words.of(language) if outlook else "",
        decided_under=decided_under(application, statutory, today, language),
    )


def decided_under(application: Application, statutory: Due | None, today: dt.date, language: str) -> str:
    """The law of the decision where it is another than that of the filing; empty where it is the same (E17).

    It is decided under the law in force at the decision (最高法审理行政许可案件规定 Art. 9); its clock is not reset.
    """
    if statutory is None:
        return ""
    decided = application.decided_at
    try:
        then = rule_on(statutory.rule.id, civil_date(decided) if decided else today)
    except NoSuchRule:
        return ""
    return "" if then.law == statutory.rule.law else then.citation.of(language)


def resumes_after(statutory: Due | None, today: dt.date) -> dt.date | None:
    """The announced end of the stop that runs today; None when nothing is stopped."""
    stop = statutory.stop_on(today) if statutory else None
    return stop.expected_end if stop and stop.last is None else None


def alternatives(statutory: Due | None, language: str) -> tuple[Alternative, ...]:
    """Both dates where practice is split on the unit, the earlier one marked; empty elsewhere."""
    if statutory is None:
        return ()
    early = statutory.warns_on
    return tuple(
        Alternative(UNIT_WORDS[unit].of(language), on, on is not None and on == early)
        for unit, on in statutory.alternatives.items()
    )


def _track(kind: str, found: Due, language: str) -> Track:
    days = tuple(_day(day, language) for day in explain_due(found))
    limit = f"{found.total} {UNIT_WORDS[found.unit].of(language)}" if found.total else ""
    return Track(kind, found.date, limit, found.provisional, found.cut, days)


def _day(day: Day, language: str) -> DayLine:
    state = "due" if day.is_due else "counted" if day.counted else "stopped" if day.why == "stopped" else "off"
    return DayLine(day.date, day.number, day.text.of(language), day.article.of(language), state, day.provisional)


def clock_notes(
    rows: Iterable[ClockRow], statutory: Due | None, today: dt.date, language: str
) -> tuple[ClockNote, ...]:
    """Late entries, stops past their announced end, and events without effect, oldest first."""
    rows = list(rows)
    notes = [
        ClockNote(
            "late",
            event.effective,
            civil_date(event.recorded),
            str(ClockRow.Kind(event.kind).label),
            event.entered_after.n,
            event.notice,
        )
        for event in events_of(rows)
        if event.is_late_entry()
    ]
    if statutory is None:
        return tuple(notes)
    recorded: dict[Any, dt.datetime] = {row.pk: row.recorded_at for row in rows}
    for stop in statutory.overdue_stops(today) if statutory.finish is None else ():
        told, name = recorded[stop.event_id], _ground(stop.ground, language)
        over = (today - (stop.expected_end or today)).days
        notes.append(ClockNote("overdue", stop.first, civil_date(told), name, over, stop.notice, stop.expected_end))
    for event, code in statutory.unused:
        reason = REASONS[code].of(language)
        notes.append(ClockNote("unused", event.effective, civil_date(event.recorded), reason, 0, event.notice))
    return tuple(sorted(notes, key=lambda note: note.on))


def _ground(key: str, language: str) -> str:
    try:
        return any_ground(key).name.of(language)
    except NoSuchGround:
        return key
