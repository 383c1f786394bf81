"""办件 list: filtered, keyset paged, newest receipt first; a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.flow import registry
from workflows.legal import GRANTED_STATES, State
from workflows.models import Application, Step
from workflows.offices.titles import post_names
from workflows.operations.core import Actor
from workflows.queries.clockbar import Times, times
from workflows.queries.forecasting import Forecaster, forecaster
from workflows.queries.risk import at_risk, late
from workflows.queries.sight import in_sight

PAGE = 50
KINDS = ("open", "late", "risk", "stopped", "granted", "refused")


@dataclass(frozen=True)
class ApplicationRow:
    """One line of the list; `step` and `post` name whom it waits for, empty when it is closed."""

    pk: int
    number: str
    subject: str
    procedure: str
    state_label: str
    applicant: str
    times: Times
    step: str
    post: str
    # Whose turn it is and until when, by the step that waits longest; empty when it is closed.
    ball: str = ""
    due_on: dt.date | None = None
    since: dt.date | None = None


@dataclass(frozen=True)
class ApplicationList:
    """A page of the list and the keys of its neighbours (empty: none)."""

    rows: list[ApplicationRow]
    older: str


def applications(
    actor: Actor,
    now: dt.datetime,
    *,
    procedure: str = "",
    kind: str = "",
    query: str = "",
    after: str = "",
    within: Q | None = None,
) -> ApplicationList:
    """One page, at most 50 rows. `after` is the key `older` of the page before; a broken key means the first page.

    `within` narrows the list further, such as to what a leader answers for.
    """
    found = Application.objects.filter(in_sight(actor)).filter(within or Q()).filter(_after(after))
    found = found.filter(_kind(kind, civil_date(now), actor.person.county))
    if procedure:
        found = found.filter(procedure=procedure)
    if query.strip():
        found = found.filter(search__contains=query.strip().lower()) | found.filter(number=query.strip())
    page = list(found.order_by("-received_at", "-pk")[: PAGE + 1])
    rows = rows_of(page[:PAGE], now)
    last = page[PAGE - 1] if len(page) > PAGE else None
    return ApplicationList(rows, f"{last.received_at.timestamp():.6f}_{last.pk}" if last else "")


def every_application(actor: Actor, now: dt.datetime, **asked: Any) -> Iterator[ApplicationRow]:
    """Every line of the filtered list, read a page at a time."""
    after = ""
    while True:
        found = applications(actor, now, **asked, after=after)
        yield from found.rows
        after = found.older
        if not after:
            return


def rows_of(found: list[Application], now: dt.datetime) -> list[ApplicationRow]:
    """Lines of these applications: two more statements, whatever their number; a third while the paces are cold."""
    today = civil_date(now)
    steps: dict[int, list[Any]] = {}
    for step in (
        Step.objects.filter(process__in=[row.pk for row in found if row.is_open], finished__isnull=True)
        .exclude(post_key="")
        .order_by("pk")
    ):
        steps.setdefault(step.process_id, []).append(step)
    # A list is of one county: who asks sees no other.
    keys = [step.post_key for line in steps.values() for step in line]
    posts = post_names(found[0].county, keys) if found else {}
    pace: dict[str, Forecaster] = {}
    for row in found:
        if row.county not in pace:
            pace[row.county] = forecaster(row.county, now, calendar_for(row.county))
    return [_row(row, steps.get(row.pk, []), posts, today, pace[row.county]) for row in found]


def _row(
    row: Application,
    open_steps: list[Any],
    posts: dict[str, str],
    today: dt.date,
    pace: Forecaster,
) -> ApplicationRow:
    outlook = pace.outlook(row, open_steps)
    first = open_steps[0] if open_steps else None
    others = len(open_steps) - 1
    title = str(first.flow_task.task_title) if first else ""
    return ApplicationRow(
        pk=row.pk,
        number=row.number,
        subject=row.subject,
        procedure=str(registry.procedure(row.procedure).short),
        state_label=row.state_label(),
        applicant=row.applicant,
        times=times(row, today, pace.calendar, outlook.forecast if outlook else None),
        step=f"{title} +{others}" if others > 0 else title,
        post=posts.get(first.post_key, first.post_key) if first else "",
        ball=first.ball if first else "",
        due_on=first.due_on if first else None,
        since=civil_date(first.created) if first else None,
    )


def _kind(kind: str, today: dt.date, county: str) -> Q:
    if kind == "open":
        return Q(finished__isnull=True)
    if kind == "late":
        return late(today)
    if kind == "risk":
        return at_risk(today, calendar_for(county))
    if kind == "stopped":
        return Q(state=State.STOPPED)
    if kind == "granted":
        return Q(state__in=GRANTED_STATES)
    if kind == "refused":
        return Q(state__in=[State.REFUSED, State.NOT_NEEDED, State.REFUSED_AT_COUNTER])
    return Q()


def _after(key: str) -> Q:
    moment, _sep, pk = key.partition("_")
    try:
        when = dt.datetime.fromtimestamp(float(moment), tz=dt.UTC)
        return Q(received_at__lt=when) | Q(received_at=when, pk__lt=int(pk))
    except (ValueError, OverflowError, OSError):
        return Q()
