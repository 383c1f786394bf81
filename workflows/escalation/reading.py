"""What the pages of the ladder show: whom it put before me, what is supervised, what one case has climbed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.ladder import DIRECTOR
from workflows.escalation.models import CauseClass, Directive, Escalation, Supervision
from workflows.flow import registry
from workflows.labels import label_of
from workflows.legal import OPEN_STATES
from workflows.models import Application, Step
from workflows.offices.titles import post_names
from workflows.queries.clockbar import step_over

PAGE = 50
TABS = ("mine", "all", "answered")
# What still stands still: the step waits, the application is undecided, or the supervision of a project is open.
STILL = (
    Q(step__isnull=False, step__finished__isnull=True)
    | Q(step__isnull=True, application__isnull=False, application__state__in=OPEN_STATES)
    | Q(application__isnull=True, supervision__isnull=True)
    | Q(application__isnull=True, supervision__closed_at__isnull=True)
)


@dataclass(frozen=True)
class Raised:
    """One escalation as a line. `over`: working days since the answer was due; `may_answer` asks for a form."""

    pk: int
    rung: int
    trigger: str
    on: dt.date
    days: int
    subject: str
    number: str
    procedure: str
    step: str
    url: str
    target: str
    passed_over: tuple[str, ...]
    answer_by: dt.date
    over: int
    answered_at: dt.datetime | None
    answered_by: str
    cause: str
    plan_on: dt.date | None
    answer: str
    supervision_url: str
    supervision_number: str
    may_answer: bool
    needs_plan: bool
    address: str = ""


@dataclass(frozen=True)
class Task:
    """One directive as a line. `over`: working days past its due date, 0 when it is not."""

    url: str
    number: str
    task: str
    owner: str
    due_on: dt.date
    over: int
    state: str
    open: bool
    urged: int


@dataclass(frozen=True)
class Matter:
    """One supervised matter as a card."""

    number: str
    url: str
    subject: str
    about: str
    about_url: str
    trigger: str
    since: str
    level: int
    owner: str
    step: str
    step_url: str
    step_due: dt.date | None
    step_over: int
    mine: bool
    tasks: tuple[Task, ...]
    closed_at: dt.datetime | None

    @property
    def late_tasks(self) -> int:
        """Directives past their due date."""
        return sum(1 for task in self.tasks if task.open and task.over)


@dataclass(frozen=True)
class Raisings:
    """A page of the ladder; `older` is the key of the next page, 0 when there is none."""

    rows: list[Raised]
    older: int


def escalations(county: str, posts: Iterable[str], now: dt.datetime, *, tab: str = "mine", before: int = 0) -> Raisings:
    """One page, newest first: put before `posts`, everything that still stands still, or answered. Two statements."""
    held = set(posts)
    rows = Escalation.objects.filter(county=county)
    if tab == "mine":
        rows = rows.filter(STILL, target__in=held, answered_at__isnull=True)
    elif tab == "answered":
        rows = rows.filter(target__in=held, answered_at__isnull=False)
    else:
        rows = rows.filter(STILL)
    if before:
        rows = rows.filter(pk__lt=before)
    page = list(
        rows.select_related("application", "step", "answered_by", "supervision__application").order_by("-pk")[
            : PAGE + 1
        ]
    )
    shown = raised_lines(page[:PAGE], county, held, now)
    return Raisings(shown, page[PAGE - 1].pk if len(page) > PAGE else 0)


def climbed(application: Application, posts: Iterable[str], now: dt.datetime) -> list[Raised]:
    """What one case has climbed, oldest first; two statements."""
    rows = Escalation.objects.filter(application=application).order_by("pk")
    page = list(rows.select_related("application", "step", "answered_by", "supervision__application"))
    return raised_lines(page, application.county, posts, now)


def raised_lines(rows: list[Escalation], county: str, posts: Iterable[str], now: dt.datetime) -> list[Raised]:
    """These escalations as lines; one statement."""
    titles = post_names(county, {key for row in rows for key in (row.target, *row.passed_over)})
    return [_raised(row, titles, set(posts), now) for row in rows]


def tasks_of(supervision: Supervision, now: dt.datetime) -> tuple[Task, ...]:
    """The directives of one supervision, by their due date; two statements."""
    rows = list(supervision.directives.select_related("application").order_by("due_on", "pk"))
    return directive_lines(rows, supervision.county, now)


def directive_lines(rows: list[Directive], county: str, now: dt.datetime) -> tuple[Task, ...]:
    """These directives as lines; one statement."""
    titles = post_names(county, {row.owner_post for row in rows})
    return tuple(_task(row, titles, civil_date(now), calendar_for(county)) for row in rows)


def matters_of(subject_key: str, county: str, posts: Iterable[str], now: dt.datetime) -> list[Matter]:
    """The supervised matters of a subject, newest first."""
    rows = Supervision.objects.filter(county=county, application__subject_key=subject_key)
    return _matters(list(_with(rows)[:PAGE]), county, set(posts), now)


def open_matters(county: str, posts: Iterable[str], now: dt.datetime, *, everybody: bool = False) -> list[Matter]:
    """Open supervisions that these posts own, or all of them; the most urgent first. Three statements."""
    held = set(posts)
    rows = Supervision.objects.filter(county=county, closed_at__isnull=True)
    if not everybody:
        rows = rows.filter(application__facts__owner__in=list(held))
    found = _matters(list(_with(rows)[:PAGE]), county, held, now)
    return sorted(found, key=lambda matter: (-matter.level, -matter.late_tasks, -matter.step_over, matter.number))


def matter_of(application: Application, posts: Iterable[str], now: dt.datetime) -> Matter | None:
    """The matter whose work this application is: a supervision, or one of its directives; None for an approval."""
    if not registry.procedure(application.procedure).internal:
        return None
    rows = Supervision.objects.filter(Q(application=application) | Q(directives__application=application))
    found = _matters(list(_with(rows)[:1]), application.county, set(posts), now)
    return found[0] if found else None


def _with(rows: Any) -> Any:
    return rows.select_related("application", "about").order_by("-pk")


def _matters(rows: list[Supervision], county: str, held: set[str], now: dt.datetime) -> list[Matter]:
    directives = Directive.objects.filter(supervision__in=rows).select_related("application").order_by("due_on", "pk")
    tasks: dict[int, list[Directive]] = {}
    for directive in directives:
        tasks.setdefault(directive.supervision_id, []).append(directive)
    works = [row.application_id for row in rows]
    steps = {
        step.process_id: step
        for step in Step.objects.filter(process__in=works, finished__isnull=True).exclude(post_key="")
    }
    keys = {str(row.application.facts["owner"]) for row in rows}
    keys |= {directive.owner_post for line in tasks.values() for directive in line}
    titles = post_names(county, keys)
    return [_matter(row, steps.get(row.application_id), tasks.get(row.pk, []), titles, held, now) for row in rows]


def _matter(
    row: Supervision, step: Any, tasks: list[Directive], titles: dict[str, str], held: set[str], now: dt.datetime
) -> Matter:
    application, today, calendar = row.application, civil_date(now), calendar_for(row.county)
    procedure = registry.procedure(application.procedure)
    facts = {fact.code: fact.shown(application.facts) for fact in procedure.facts}
    return Matter(
        number=application.number,
        url=f"/applications/{application.pk}/",
        subject=application.subject,
        about=facts["about"],
        about_url=f"/applications/{row.about_id}/" if row.about_id else row.url,
        trigger=facts["trigger"],
        since=facts["since"],
        level=row.level,
        owner=titles.get(str(application.facts["owner"]), str(application.facts["owner"])),
        step=str(step.flow_task.task_title) if step else "",
        step_url=f"/steps/{step.pk}/" if step and step.post_key in held else "",
        step_due=step.due_on if step else None,
        step_over=step_over(calendar, today, step.due_on) if step else 0,
        mine=bool(step and step.post_key in held),
        tasks=tuple(_task(task, titles, today, calendar) for task in tasks),
        closed_at=row.closed_at,
    )


def _task(task: Directive, titles: dict[str, str], today: dt.date, calendar: Any) -> Task:
    is_open = task.application.finished is None
    return Task(
        url=f"/applications/{task.application_id}/",
        number=task.application.number,
        task=task.task,
        owner=titles.get(task.owner_post, task.owner_post),
        due_on=task.due_on,
        over=step_over(calendar, today, task.due_on) if is_open else 0,
        state=task.application.state_label(),
        open=is_open,
        urged=task.urged,
    )


def _raised(row: Escalation, titles: dict[str, str], held: set[str], now: dt.datetime) -> Raised:
    today, calendar = civil_date(now), calendar_for(row.county)
    application, step = row.application, row.step
    procedure = registry.procedure(application.procedure) if application else None
    return Raised(
        pk=row.pk,
        rung=row.rung,
        trigger=label_of(Escalation.Reason, row.trigger),
        on=row.on,
        days=max(0, calendar.count(row.on, today)) if today > row.on else 0,
        subject=row.subject,
        number=application.number if application else "",
        procedure=str(procedure.short) if procedure else "",
        step=str(step.flow_task.task_title) if step else "",
        url=row.url,
        target=titles.get(row.target, row.target),
        passed_over=tuple(titles.get(key, key) for key in row.passed_over),
        answer_by=row.answer_by,
        over=step_over(calendar, today, row.answer_by) if row.answered_at is None else 0,
        answered_at=row.answered_at,
        answered_by=row.answered_by.display_name if row.answered_by else "",
        cause=label_of(CauseClass, row.cause) if row.cause else "",
        plan_on=row.plan_on,
        answer=row.answer,
        supervision_url=f"/applications/{row.supervision.application_id}/" if row.supervision else "",
        supervision_number=row.supervision.application.number if row.supervision else "",
        may_answer=row.target in held and row.answered_at is None and row.rung <= DIRECTOR,
        needs_plan=row.rung == DIRECTOR,
        address=row.address,
    )
