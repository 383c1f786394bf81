"""待办: what waits for this person today. Single-table index reads; no count of the whole table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q

from notifications.prepared import Prepared
from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.flow import registry
from workflows.models import Ball, CoSigner, CoSignPolicy, Step
from workflows.offices.models import Post
from workflows.offices.seats import Seat, seat_for
from workflows.operations.bulk import conditions_of
from workflows.queries.clockbar import RISK, Times, step_over, times

PAGE = 50
# How many rows a badge counts before it says "99+": no unbounded count on a page.
BADGE = 99

TABS = ("mine", "unit", "waiting", "soon", "done")


@dataclass(frozen=True)
class InboxRow:
    """One line of the inbox."""

    step_id: int
    application_id: int
    number: str
    subject: str
    procedure: str
    title: str
    times: Times
    internal: bool
    due_on: dt.date | None
    step_over: int
    days_here: int
    seat: Seat | None
    ball: str
    rung: int
    weight: Any
    opened_on: dt.date
    finished: dt.datetime | None
    decision: str
    not_before: dt.date | None
    simple: str
    conditions: bool
    seen: str


@dataclass(frozen=True)
class Inbox:
    """A page of the inbox: rows in order of risk, and whether there are more."""

    tab: str
    rows: list[InboxRow]
    counts: dict[str, int]
    more: bool
    procedure: str
    query: str


def inbox(
    *,
    person_id: int,
    seats: Iterable[Seat],
    county: str,
    now: dt.datetime,
    tab: str = "mine",
    procedure: str = "",
    query: str = "",
    page: int = 0,
) -> Inbox:
    """One tab of the inbox: mine, unit (my office's), waiting (for the applicant), soon (due within three days), done.

    Two statements: the rows, and the bounded counts. Rows of a page come in order of risk (design/README.md 4).
    """
    held = tuple(seats)
    today = civil_date(now)
    chosen = tab if tab in TABS else "mine"
    found = _of_tab(chosen, person_id, held, county, today)
    if procedure:
        found = found.filter(process__procedure=procedure)
    if query.strip():
        found = found.filter(process__search__contains=query.strip().lower())
    order = ("-finished", "-pk") if chosen == "done" else ("due_on", "pk")
    if chosen != "done":
        found = found.annotate(conditions=Exists(conditions_of(OuterRef("process"))))
    steps = list(found.select_related("process").order_by(*order)[page * PAGE : page * PAGE + PAGE + 1])
    calendar = calendar_for(county)
    rows = [_row(step, held, calendar, today) for step in steps[:PAGE]]
    if chosen != "done":
        rows.sort(key=lambda row: (RISK[row.times.light], -row.times.over, -row.step_over, -row.weight, row.step_id))
    return Inbox(chosen, rows, counts(person_id, held, county, today), len(steps) > PAGE, procedure, query)


def every_item(**wanted: Any) -> Iterator[InboxRow]:
    """Every line of one tab, a page at a time; takes what `inbox` takes but the page."""
    page = 0
    while True:
        found = inbox(**wanted, page=page)
        yield from found.rows
        if not found.more:
            return
        page += 1


def _open(keys: Collection[str], county: str, person_id: int) -> Any:
    """Steps that wait for a post of mine, or for my co-signature beside another's."""
    asked = CoSigner.objects.filter(post_key__in=keys, removed_at__isnull=True, answered_at__isnull=True)
    before = CoSigner.objects.filter(
        step=OuterRef("step"), order__lt=OuterRef("order"), removed_at__isnull=True, answered_at__isnull=True
    )
    asked = asked.exclude(Exists(before), step__co_sign_policy__rule=CoSignPolicy.Rule.TURN)
    mine = Q(post_key__in=keys) & (Q(owner__isnull=True) | Q(owner=person_id))
    # No step without a post waits for a hand; saying so lets the database read the open steps by their own index.
    waiting = Step.objects.filter(county=county, finished__isnull=True).exclude(post_key="")
    return waiting.filter(mine | Q(pk__in=asked.values("step")))


def _balls(keys: Collection[str], county: str, person_id: int) -> Any:
    return _open(keys, county, person_id).order_by("due_on", "pk").values_list("ball", "due_on")[: BADGE + 1]


# Every page asks it for the badge of its top bar.
_BALLS = Prepared(_balls)


def _of_tab(tab: str, person_id: int, held: tuple[Seat, ...], county: str, today: dt.date) -> Any:
    if tab == "done":
        return Step.objects.filter(owner=person_id, finished__isnull=False, county=county).exclude(decision="")
    if tab == "unit":
        return of_unit(held, county)
    found = _open({seat.post_key for seat in held}, county, person_id)
    if tab == "waiting":
        return found.filter(ball=Ball.APPLICANT)
    if tab == "soon":
        return found.exclude(ball=Ball.APPLICANT).filter(due_on__lte=today + dt.timedelta(days=3))
    return found.exclude(ball=Ball.APPLICANT)


def of_unit(held: tuple[Seat, ...], county: str) -> Any:
    """Open steps that wait for any post of the offices in which this person sits; a project unit has no office."""
    offices = {seat.office_id for seat in held if not seat.post_key.startswith("applicant.")}
    posts = Post.objects.filter(county=county, office_id__in=offices).values("key")
    waiting = Step.objects.filter(county=county, finished__isnull=True).exclude(post_key="")
    return waiting.filter(post_key__in=posts).exclude(ball=Ball.APPLICANT)


def counts(person_id: int, held: tuple[Seat, ...], county: str, today: dt.date) -> dict[str, int]:
    """How many rows each open tab holds, counted to `BADGE` + 1 at most; one statement, none without a seat."""
    pairs = _BALLS.rows(sorted({seat.post_key for seat in held}), county, person_id) if held else []
    mine = [due for ball, due in pairs if ball != Ball.APPLICANT]
    limit = today + dt.timedelta(days=3)
    return {
        "mine": len(mine),
        "waiting": len(pairs) - len(mine),
        "soon": sum(1 for due in mine if due is not None and due <= limit),
    }


def _row(step: Any, held: tuple[Seat, ...], calendar: Any, today: dt.date) -> InboxRow:
    from workflows.operations.core import screen_of

    application = step.process
    opened = civil_date(step.created)
    node = step.flow_task
    internal = registry.procedure(application.procedure).internal
    return InboxRow(
        step_id=step.pk,
        application_id=application.pk,
        number=application.number,
        subject=application.subject,
        procedure=str(registry.procedure(application.procedure).short),
        title=str(node.task_title),
        times=_times(step, internal, calendar, today),
        internal=internal,
        due_on=step.due_on,
        step_over=step_over(calendar, today, step.due_on),
        days_here=calendar.count(opened, today) if today > opened else 0,
        seat=seat_for(held, step.post_key),
        ball=step.ball,
        rung=step.rung,
        weight=application.weight,
        opened_on=opened,
        finished=step.finished,
        decision=step.decision,
        not_before=step.not_before if step.not_before and step.not_before > today else None,
        simple=_simple(node),
        conditions=getattr(step, "conditions", False),
        seen=screen_of(application),
    )


def _times(step: Any, internal: bool, calendar: Any, today: dt.date) -> Times:
    """The application's dates and light; the house's own work has no clock in law, its step's last day is its light."""
    found = times(step.process, today, calendar)
    if not internal or step.finished or step.due_on is None:
        return found
    soon = step.due_on <= today or calendar.count(today, step.due_on) <= 1
    return replace(found, light="due_soon" if soon else "on_track")


def _simple(node: Any) -> str:
    """The decision that may be signed in bulk: the main one, when it needs nothing but an opinion."""
    for answer in getattr(node, "answers", {}).values():
        if answer.main and not (answer.second or answer.items or answer.reasons):
            return str(answer.code)
    return ""
