"""What stalls an application from one day on, whatever its steps do: an overdue stop, an objection that stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max, Q

from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.ladder import Trigger, late_climbs, raised_by
from workflows.escalation.models import Escalation
from workflows.escalation.raising import Batch, Stalled
from workflows.escalation.sweep import of_application
from workflows.escalation.targets import Directory
from workflows.models import Application
from workflows.operations.climbing import ladder_for
from workflows.rows import update_rows


@dataclass(frozen=True)
class Dated:
    """`source` holds an application up since the civil day `since`, the last on which nobody was late."""

    source: str
    application_id: int
    county: str
    since: dt.date


def rungs_of(sources: list[str]) -> dict[str, int]:
    """The highest rung that was raised for each of these sources."""
    rows = Escalation.objects.filter(source__in=sources).values("source").annotate(highest=Max("rung"))
    return {row["source"]: row["highest"] for row in rows}


def sweep_dated(found: Iterable[Dated], trigger: Trigger, standing: Q, now: dt.datetime) -> list[Batch]:
    """Raise what is due; one transaction for each county. Only applications that are `standing` once locked climb."""
    by_county: dict[str, list[Dated]] = {}
    for one in found:
        by_county.setdefault(one.county, []).append(one)
    return [_sweep(rows, trigger, standing, county, now) for county, rows in sorted(by_county.items())]


def _sweep(found: list[Dated], trigger: Trigger, standing: Q, county: str, now: dt.datetime) -> Batch:
    today, calendar, ladder = civil_date(now), calendar_for(county), ladder_for(county)
    with transaction.atomic():
        wanted = Application.objects.filter(standing, pk__in=[one.application_id for one in found])
        skip = connection.features.has_select_for_update_skip_locked
        locked = {row.pk: row for row in wanted.order_by("pk").select_for_update(no_key=True, skip_locked=skip)}
        known = rungs_of([one.source for one in found])
        batch = Batch(now, Directory.read(county, today), calendar)
        batch.know_leads(row.subject_key for row in locked.values())
        for one in found:
            application = locked.get(one.application_id)
            if application is None:
                continue
            thresholds = ladder.of(application.procedure)
            climbs = late_climbs(one.since, trigger, thresholds, calendar, known.get(one.source, 0))
            about = of_application(application)
            batch.raise_rungs(Stalled(**{**about.__dict__, "source": one.source, "round": 1}), raised_by(climbs, today))
        batch.write()
        update_rows(
            Application,
            ("entry_count", "last_hash"),
            [(row.pk, row.entry_count, row.last_hash) for row in locked.values()],
        )
    return batch
