"""Corrections that never come (E6): the counter is told once when the local limit is over; no act follows by itself."""

from __future__ import annotations

import datetime as dt
from functools import cache

from django.db import connection, transaction

from notifications.models import Message
from workflows.clock.calendars import calendar_for
from workflows.clock.corrections import corrections_due
from workflows.clock.days import civil_date
from workflows.escalation.raising import Batch
from workflows.escalation.sweep import add_source, of_step
from workflows.escalation.targets import Directory
from workflows.flow import registry
from workflows.flow.decisions import Decision
from workflows.flow.nodes import Review
from workflows.models import Ball, Step
from workflows.rows import insert_rows

# Working days are never fewer than calendar days: nothing younger can be over its fifteen.
YOUNGEST = dt.timedelta(days=15)


@cache
def waiting_nodes() -> frozenset[str]:
    """The names of the steps at which papers may be handed back."""
    nodes = [node for flow in registry.flows() for node in flow.node_map().values() if isinstance(node, Review)]
    return frozenset(node.name for node in nodes if Decision.HAND_BACK in node.answers)


def sweep_corrections(now: dt.datetime) -> list[Batch]:
    """Tell each counter once; one transaction for each county."""
    rows = Step.objects.filter(ball=Ball.APPLICANT, finished__isnull=True, prompted=False, node__in=waiting_nodes())
    found: dict[str, list[tuple[int, dt.date]]] = {}
    for pk, county, created in rows.filter(created__lt=now - YOUNGEST).values_list("pk", "county", "created"):
        due = corrections_due(civil_date(created), calendar_for(county))
        if due < civil_date(now):
            found.setdefault(county, []).append((pk, due))
    return [_tell(county, dict(steps), now) for county, steps in sorted(found.items())]


def _tell(county: str, due: dict[int, dt.date], now: dt.datetime) -> Batch:
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        rows = Step.objects.filter(pk__in=due, finished__isnull=True, prompted=False).select_related("process")
        steps = list(rows.order_by("pk").select_for_update(no_key=True, skip_locked=skip, of=("self",) if skip else ()))
        batch = Batch(now, Directory.read(county, civil_date(now)), calendar_for(county))
        for step in steps:
            batch.prompt(of_step(step), "corrections_over", due=due[step.pk].isoformat())
        Step.objects.filter(pk__in=[step.pk for step in steps]).update(prompted=True)
        insert_rows(Message, batch.messages)
    return batch


add_source("corrections", sweep_corrections)
