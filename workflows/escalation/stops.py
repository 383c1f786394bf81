"""A stop can stall itself: one that outlasts the end told to the applicant climbs like anything else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q

from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.events import effective_events, events_of
from workflows.clock.ladder import Trigger, late_climbs, raised_by
from workflows.escalation.models import Escalation
from workflows.escalation.raising import Batch, Stalled
from workflows.escalation.sweep import add_source, of_application
from workflows.escalation.targets import Directory
from workflows.legal import State
from workflows.models import Application, ClockRow
from workflows.operations.climbing import ladder_for
from workflows.rows import update_rows


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


def rungs_of(sources: list[str]) -> dict[str, int]:
    """The highest rung that was raised for each of these sources."""
    rows = Escalation.objects.filter(source__in=sources).values("source").annotate(highest=Max("rung"))
    return {row["source"]: row["highest"] for row in rows}


def source_of(stop: ClockRow) -> str:
    """How an escalation names a stop: each stop climbs once."""
    return f"stop:{stop.pk}"


def sweep_stops(now: dt.datetime) -> list[Batch]:
    """Raise what is due; one transaction for each county."""
    found = overdue_stops(civil_date(now))
    return [
        _sweep([stop for stop in found if stop.application.county == county], county, now)
        for county in sorted({stop.application.county for stop in found})
    ]


def _sweep(stops: list[ClockRow], county: str, now: dt.datetime) -> Batch:
    today, calendar, ladder = civil_date(now), calendar_for(county), ladder_for(county)
    with transaction.atomic():
        wanted = Application.objects.filter(pk__in=[stop.application_id for stop in stops], state=State.STOPPED)
        skip = connection.features.has_select_for_update_skip_locked
        locked = {row.pk: row for row in wanted.order_by("pk").select_for_update(no_key=True, skip_locked=skip)}
        known = rungs_of([source_of(stop) for stop in stops])
        batch = Batch(now, Directory.read(county, today), calendar)
        batch.know_leads(row.subject_key for row in locked.values())
        for stop in stops:
            application = locked.get(stop.application_id)
            if application is None or stop.expected_end is None:
                continue
            source = source_of(stop)
            thresholds = ladder.of(application.procedure)
            climbs = late_climbs(stop.expected_end, Trigger.STOP_LATE, thresholds, calendar, known.get(source, 0))
            about = of_application(application)
            batch.raise_rungs(Stalled(**{**about.__dict__, "source": source, "round": 1}), raised_by(climbs, today))
        batch.write()
        update_rows(
            Application,
            ("entry_count", "last_hash"),
            [(row.pk, row.entry_count, row.last_hash) for row in locked.values()],
        )
    return batch


add_source("stops", sweep_stops)
