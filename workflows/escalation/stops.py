"""A stop can stall itself: one that outlasts the end told to the applicant climbs like anything else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q

from workflows.clock.days import civil_date
from workflows.clock.events import effective_events, events_of
from workflows.clock.ladder import Trigger
from workflows.escalation.dated import Dated, sweep_dated
from workflows.escalation.raising import Batch
from workflows.escalation.sweep import add_source
from workflows.legal import State
from workflows.models import ClockRow


def overdue_stops(today: dt.date, county: str = "") -> list[ClockRow]:
    """The stop under which each stopped application stands, where its announced end has passed."""
    newest = ClockRow.objects.filter(kind=ClockRow.Kind.STOP, application__state=State.STOPPED)
    if county:
        newest = newest.filter(application__county=county)
    newest = newest.values("application").annotate(last=Max("pk")).values("last")
    corrected = Exists(ClockRow.objects.filter(replaces=OuterRef("pk")))
    rows = ClockRow.objects.filter(Q(expected_end__lt=today) | corrected, pk__in=newest)
    found = list(rows.select_related("application").annotate(corrected=corrected).order_by("application"))
    _take_corrections([row for row in found if row.corrected])
    return [row for row in found if row.expected_end is not None and row.expected_end < today]


def _take_corrections(stops: list[Any]) -> None:
    """Give corrected stops the announced end that stands now; one statement."""
    by_application: dict[int, list[ClockRow]] = {}
    wanted = [stop.application_id for stop in stops]
    for row in ClockRow.objects.filter(application__in=wanted).order_by("pk") if wanted else ():
        by_application.setdefault(row.application_id, []).append(row)
    for stop in stops:
        events = effective_events(events_of(by_application[stop.application_id]), stop.rule)
        stop.expected_end = next((event.expected_end for event in events if event.id == stop.pk), None)


def source_of(stop: ClockRow) -> str:
    """How an escalation names a stop: each stop climbs once."""
    return f"stop:{stop.pk}"


def sweep_stops(now: dt.datetime) -> list[Batch]:
    """Raise what is due; one transaction for each county."""
    found = [
        Dated(source_of(stop), stop.application, stop.expected_end)
        for stop in overdue_stops(civil_date(now))
        if stop.expected_end is not None
    ]
    return sweep_dated(found, Trigger.STOP_LATE, Q(state=State.STOPPED), now)


add_source("stops", sweep_stops)
