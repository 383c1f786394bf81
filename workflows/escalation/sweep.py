"""The sweep: find what is due now and not done, lock it in batches, raise it (DESIGN.md 6).

The finding is one indexed condition on a column that every act keeps right (`workflows.operations.climbing`): a sweep
with nothing to do reads one index. Deciding happens after the lock, on rows read behind it. Safe to run at any time,
twice, late, from anywhere: the database alone says what is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.ladder import next_day, raised_by
from workflows.escalation.raising import Batch, Stalled
from workflows.escalation.targets import Directory
from workflows.flow.registry import procedure
from workflows.models import Application, Step
from workflows.operations.climbing import climbs_of_application, climbs_of_step, ladder_for
from workflows.operations.quick_calendar import QuickCalendar
from workflows.rows import update_rows


@dataclass
class Swept:
    """What one sweep raised, by rung, and how many prompts it sent."""

    raised: dict[int, int] = field(default_factory=dict)
    prompts: int = 0

    def add(self, batch: Batch) -> None:
        """Count a batch that was written."""
        self.prompts += batch.prompts
        for row in batch.escalations:
            self.raised[row.rung] = self.raised.get(row.rung, 0) + 1

    @property
    def total(self) -> int:
        """All escalations."""
        return sum(self.raised.values())


# Further sources, swept after steps and applications: stops here, projects from the domain. Each commits its own work.
Source = Callable[[dt.datetime], list[Batch]]
_sources: dict[str, Source] = {}


def add_source(name: str, sweep: Source) -> None:
    """Let something else that can stall be swept: one place to add a source. Raises `ValueError` for a taken name."""
    if _sources.setdefault(name, sweep) is not sweep:
        raise ValueError(f"There is a source {name!r} already.")


def sweep(now: dt.datetime, batch: int | None = None) -> Swept:
    """Raise what is due on the civil day of `now`; one transaction for each batch of at most `batch` applications."""
    found, batch = Swept(), batch or settings.SWEEP_BATCH
    for kind in (_due_steps, _due_applications):
        passed_by: set[int] = set()
        while True:
            wanted = kind(civil_date(now), batch, passed_by)
            if not wanted:
                break
            done, batches = _sweep_batch(wanted, now)
            # What another sweeper or a signer holds right now is his; the next sweep looks again.
            passed_by |= set(wanted) - done
            for written in batches:
                found.add(written)
    for source in _sources.values():
        for written in source(now):
            found.add(written)
    return found


def _due_steps(today: dt.date, most: int, passed_by: set[int]) -> list[int]:
    rows = Step.objects.filter(climbs_on__lte=today, finished__isnull=True).order_by("climbs_on", "process")
    if passed_by:
        rows = rows.exclude(process__in=passed_by)
    return list(dict.fromkeys(rows.values_list("process", flat=True)[:most]))


def _due_applications(today: dt.date, most: int, passed_by: set[int]) -> list[int]:
    rows = Application.objects.filter(climbs_on__lte=today).order_by("climbs_on", "pk")
    if passed_by:
        rows = rows.exclude(pk__in=passed_by)
    return list(rows.values_list("pk", flat=True)[:most])


def _sweep_batch(wanted: list[int], now: dt.datetime) -> tuple[set[int], list[Batch]]:
    """Sweep these applications and their steps; which of them could be locked, and what was written by county."""
    today = civil_date(now)
    with transaction.atomic():
        locked = {row.pk: row for row in _lock(wanted)}
        steps = Step.objects.filter(process__in=locked, climbs_on__lte=today, finished__isnull=True).order_by("pk")
        by_county: dict[str, list[Step]] = {}
        for step in steps:
            step.process = locked[step.process_id]
            by_county.setdefault(step.county, []).append(step)
        counties = {row.county for row in locked.values()}
        batches = [
            _sweep_county(
                county,
                by_county.get(county, []),
                [row for row in locked.values() if row.county == county],
                now,
            )
            for county in sorted(counties)
        ]
    return set(locked), batches


def _lock(wanted: list[int]) -> list[Application]:
    rows = Application.objects.filter(pk__in=wanted).order_by("pk").defer("search")
    skip = connection.features.has_select_for_update_skip_locked
    return list(rows.select_for_update(no_key=True, skip_locked=skip))


def _sweep_county(county: str, steps: list[Step], applications: list[Application], now: dt.datetime) -> Batch:
    today, ladder, calendar = civil_date(now), ladder_for(county), QuickCalendar.of(calendar_for(county))
    batch = Batch(now, Directory.read(county, today), calendar)
    batch.know_leads(row.subject_key for row in applications)
    step_rows, application_rows = [], []
    for step in steps:
        climbs = climbs_of_step(step, step.process, ladder, calendar)
        due = raised_by(climbs, today)
        if due and due[0].rung == 0:
            # A prompt that comes with a rung, or after one, prompts nobody any more.
            if len(due) == 1 and step.rung == 0:
                batch.prompt(of_step(step))
            step.prompted = True
        _climb(step, batch.raise_rungs(of_step(step), [climb for climb in due if climb.rung]), today)
        after = climbs_of_step(step, step.process, ladder, calendar)
        step.climbs_on = next_day(after, step.rung, step.prompted or step.rung > 0)
        step_rows.append((step.pk, step.rung, step.rung_on, step.prompted, step.climbs_on))
    for application in applications:
        if application.climbs_on is not None and application.climbs_on <= today:
            due = raised_by(climbs_of_application(application, ladder, calendar), today)
            _climb(application, batch.raise_rungs(of_application(application), due), today)
            after = climbs_of_application(application, ladder, calendar)
            application.climbs_on = next_day(after, application.rung)
        application_rows.append(
            (
                *(application.pk, application.rung, application.rung_on, application.climbs_on),
                *(application.entry_count, application.last_hash),
            )
        )
    batch.write()
    update_rows(Step, ("rung", "rung_on", "prompted", "climbs_on"), step_rows)
    update_rows(Application, ("rung", "rung_on", "climbs_on", "entry_count", "last_hash"), application_rows)
    return batch


def _climb(row: Any, highest: int, today: dt.date) -> None:
    if highest > row.rung:
        row.rung, row.rung_on = highest, today


def of_step(step: Step) -> Stalled:
    """A step as a stalled thing: it waits at its post."""
    application = step.process
    return Stalled(
        source=f"step:{step.pk}",
        matter=f"application:{application.pk}",
        county=step.county,
        post=step.post_key,
        subject=application.subject,
        subject_key=application.subject_key,
        number=application.number,
        url=f"/steps/{step.pk}/",
        round=step.ladder_round,
        application=application,
        step=step,
        superior=superior_of(application),
    )


def of_application(application: Application) -> Stalled:
    """An application as a stalled thing: it waits at the head of its office."""
    return Stalled(
        source=f"application:{application.pk}",
        matter=f"application:{application.pk}",
        county=application.county,
        post=f"{procedure(application.procedure).office}.handler",
        subject=application.subject,
        subject_key=application.subject_key,
        number=application.number,
        url=f"/applications/{application.pk}/",
        round=application.ladder_round,
        application=application,
    )


def superior_of(application: Application) -> str:
    """Who gave the task, where the case itself names him: a directive answers to the leader who gave it."""
    return str(application.facts.get("giver", "")) if procedure(application.procedure).internal else ""
