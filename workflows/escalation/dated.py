"""What stalls an application from one day on, whatever its steps do: an overdue stop, an objection that stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max, Q

from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.ladder import Climb, Trigger, late_climbs, raised_by
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
    application: Application
    since: dt.date


def rungs_of(sources: list[str]) -> dict[str, int]:
    """The highest rung that was raised for each of these sources."""
    rows = Escalation.objects.filter(source__in=sources).values("source").annotate(highest=Max("rung"))
    return {row["source"]: row["highest"] for row in rows}


def sweep_dated(found: Iterable[Dated], trigger: Trigger, standing: Q, now: dt.datetime) -> list[Batch]:
    """Raise what is due; one transaction for each county. Only applications that are `standing` once locked climb.

    What was raised already is left alone without a lock: an objection may stand for months.
    """
    found = list(found)
    due = _due(found, trigger, civil_date(now)) if found else []
    by_county: dict[str, list[Dated]] = {}
    for one, _climbs in due:
        by_county.setdefault(one.application.county, []).append(one)
    return [_sweep(rows, trigger, standing, county, now) for county, rows in sorted(by_county.items())]


def _due(found: list[Dated], trigger: Trigger, today: dt.date) -> list[tuple[Dated, list[Climb]]]:
    """Those with a rung to raise today, and which; one statement."""
    known = rungs_of([one.source for one in found])
    rows = []
    for one in found:
        county, procedure = one.application.county, one.application.procedure
        thresholds, calendar = ladder_for(county).of(procedure), calendar_for(county)
        climbs = raised_by(late_climbs(one.since, trigger, thresholds, calendar, known.get(one.source, 0)), today)
        if climbs:
            rows.append((one, climbs))
    return rows


def _sweep(found: list[Dated], trigger: Trigger, standing: Q, county: str, now: dt.datetime) -> Batch:
    today = civil_date(now)
    with transaction.atomic():
        wanted = Application.objects.filter(standing, pk__in=[one.application.pk for one in found])
        skip = connection.features.has_select_for_update_skip_locked
        locked = {row.pk: row for row in wanted.order_by("pk").select_for_update(no_key=True, skip_locked=skip)}
        batch = Batch(now, Directory.read(county, today), calendar_for(county))
        batch.know_leads(row.subject_key for row in locked.values())
        # Asked again behind the lock: another sweeper may have been quicker.
        for one, climbs in _due(found, trigger, today):
            application = locked.get(one.application.pk)
            if application is not None:
                about = of_application(application)
                batch.raise_rungs(Stalled(**{**about.__dict__, "source": one.source, "round": 1}), climbs)
        batch.write()
        update_rows(
            Application,
            ("entry_count", "last_hash"),
            [(row.pk, row.entry_count, row.last_hash) for row in locked.values()],
        )
    return batch
