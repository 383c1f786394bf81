"""办件 and 环节: one application with its steps, sign-offs, documents; and one step with what may be done on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from workflows.clock.calendars import calendar_for
from workflows.clock.corrections import corrections_due
from workflows.clock.days import civil_date
from workflows.flow import registry
from workflows.flow.decisions import SEVERITY, Decision
from workflows.flow.graph import reachable, reached_from
from workflows.flow.nodes import Join, Review
from workflows.flow.procedure import Procedure
from workflows.legal import GRANTED_STATES, OPEN_STATES, State
from workflows.models import Application, Ball, CorrectionItem, CoSigner, Document, Note, SignOff, Step
from workflows.offices.titles import post_names
from workflows.operations import refusals
from workflows.operations.core import Actor, entitlement, screen_of
from workflows.operations.going_back import legal_targets, who_signs_again
from workflows.operations.rectifying import CONFIRMED
from workflows.operations.seating import note_recusal
from workflows.queries.clockbar import Times
from workflows.queries.clockstate import ClockState, clock_state, mark_late
from workflows.queries.sight import is_unit
from workflows.queries.verbs import Verb, verbs


@dataclass(frozen=True)
class TaskLine:
    """One line of the task list. `status`: done, open, yours, stopped, cancelled, locked, silent."""

    node: str
    title: str
    post: str
    status: str
    on: dt.date | None = None
    due_on: dt.date | None = None
    decision: str = ""
    step_id: int | None = None


@dataclass(frozen=True)
class SlotLine:
    """One line of the checklist with its current document and its older versions."""

    code: str
    title: str
    required: bool
    by_office: bool
    current: Document | None
    older: tuple[Document, ...]


@dataclass(frozen=True)
class JoinLine:
    """What the parallel offices said: the most severe answer, and who is silent."""

    severest: str
    severest_by: str
    answered: int
    asked: int
    silent: tuple[str, ...]


@dataclass(frozen=True)
class ApplicationPage:
    """Everything that the application's page shows."""

    application: Application
    procedure: Procedure
    times: Times
    clock: ClockState
    tasks: list[TaskLine]
    sign_offs: list[SignOff]
    slots: list[SlotLine]
    notes: list[Note]
    corrections: list[CorrectionItem]
    facts: list[tuple[str, str, str]]
    join: JoinLine | None
    open_steps: list[Step]
    corrections_until: dt.date | None
    earlier: Application | None


@dataclass(frozen=True)
class Target:
    """A step that one may return to, and who would have to sign again: office, post and name, oldest first."""

    name: str
    title: str
    again: tuple[str, ...]


@dataclass(frozen=True)
class StepPage:
    """Everything that one screen needs to decide a step."""

    page: ApplicationPage
    step: Any
    node: Review
    title: str
    post: str
    verbs: list[Verb]
    targets: list[Target]
    checks: list[Any]
    seen: str
    prefill: str
    seat: Any
    co_signers: list[CoSigner]
    extra: dict[str, Any] = field(default_factory=dict)


def load_application(application_id: int, county: str) -> Application:
    """The application. Raises `NoSuchStep`."""
    found = Application.objects.select_related("office").filter(pk=application_id, county=county).order_by("pk").first()
    if found is None:
        raise refusals.NoSuchStep
    return found


def load_step(step_id: int, person: Any) -> Any:
    """A step with the columns that entitlement asks for, unlocked. Raises `NoSuchStep`."""
    step = (
        Step.objects.select_related("process__office", "owner")
        .annotate(**entitlement(person))
        .filter(pk=step_id, county=person.county)
        .order_by("pk")
        .first()
    )
    if step is None or not step.post_key:
        raise refusals.NoSuchStep
    return step


def application_page(application: Application, actor: Actor, now: dt.datetime) -> ApplicationPage:
    """Read one application for its page: a fixed number of statements, whatever its size."""
    steps = list(Step.objects.filter(process=application).order_by("pk"))
    for step in steps:
        step.process = application
    sign_offs = list(SignOff.objects.filter(application=application).order_by("-signed_at", "-pk"))
    mark_corrected(sign_offs)
    documents = list(Document.objects.filter(application=application).order_by("slot", "-version"))
    procedure = registry.procedure(application.procedure)
    titles = post_titles(application)
    clock = clock_state(application, steps, now)
    mark_late(sign_offs, clock.rows)
    return ApplicationPage(
        application=application,
        procedure=procedure,
        times=clock.times,
        clock=clock,
        tasks=_tasks(application, steps, titles, actor),
        sign_offs=sign_offs,
        slots=_slots(procedure, application, documents),
        notes=_notes(application, actor),
        corrections=list(CorrectionItem.objects.filter(application=application).order_by("round", "pk")),
        facts=[(str(fact.title), fact.shown(application.facts), str(fact.unit)) for fact in procedure.facts],
        join=_join(application, steps, titles),
        open_steps=[step for step in steps if step.finished is None and step.post_key],
        corrections_until=_corrections_until(application, steps),
        earlier=_earlier(application, procedure, actor),
    )


def _corrections_until(application: Application, steps: list[Step]) -> dt.date | None:
    """The last day for corrections by local rule, while they are awaited."""
    if application.state != State.CORRECTING:
        return None
    asked = [step for step in steps if step.finished is None and step.ball == Ball.APPLICANT]
    return corrections_due(civil_date(asked[0].created), calendar_for(application.county)) if asked else None


def _earlier(application: Application, procedure: Procedure, actor: Actor) -> Application | None:
    """The newest earlier filing of the same matter that came to nothing; this one has its own number and clock (E6)."""
    if procedure.internal or not application.subject_key:
        return None
    rows = Application.objects.filter(
        county=application.county, subject_key=application.subject_key, procedure=application.procedure
    )
    if is_unit(actor):
        rows = rows.filter(applicant_post=application.applicant_post)
    rows = rows.filter(pk__lt=application.pk).exclude(state__in=[*OPEN_STATES, *GRANTED_STATES])
    return rows.only("number", "state").order_by("-pk").first()


def mark_corrected(sign_offs: list[SignOff]) -> None:
    """Give every sign-off whose words were corrected later its `corrected_by`, the newest correction."""
    found = {row.corrects_id: row for row in reversed(sign_offs) if row.act == CONFIRMED}
    for row in sign_offs:
        row.corrected_by = found.get(row.pk)


def _notes(application: Application, actor: Actor) -> list[Note]:
    # Internal means: not for the project unit.
    if is_unit(actor):
        return []
    return list(Note.objects.filter(application=application).order_by("-written_at", "-pk"))


def step_page(step_id: int, actor: Actor, now: dt.datetime) -> StepPage:
    """Read one step for its page. Raises `NoSuchStep`."""
    step = load_step(step_id, actor.person)
    note_recusal(step.process, actor, step.recused)
    page = application_page(step.process, actor, now)
    node: Review = step.flow_task
    return StepPage(
        page=page,
        step=step,
        node=node,
        title=str(node.task_title),
        post=post_titles(step.process).get(step.post_key, step.post_key),
        verbs=verbs(step, actor, now),
        targets=[_target(node, page.sign_offs) for node in legal_targets(step)],
        checks=list(node.checks),
        seen=screen_of(step.process),
        prefill=str(node.prefill),
        seat=actor.seat(step.post_key),
        co_signers=list(
            CoSigner.objects.filter(step=step, removed_at__isnull=True)
            .select_related("step__co_sign_policy", "sign_off")
            .order_by("order", "pk")
        ),
    )


def _target(node: Review, sign_offs: list[SignOff]) -> Target:
    again = dict.fromkeys(f"{row.post_title} {row.signer_name}" for row in who_signs_again(node, sign_offs))
    return Target(node.name, str(node.task_title), tuple(again))


def post_titles(application: Application) -> dict[str, str]:
    """{post key: office and post in the reader's language} of the posts that the application's flow names."""
    cached: dict[str, str] | None = getattr(application, "_post_titles", None)
    if cached is None:
        nodes = registry.flow_of(application).node_map().values()
        keys = {node.post_of(application) for node in nodes if isinstance(node, Review)}
        cached = post_names(application.county, keys)
        application._post_titles = cached
    return cached


def _tasks(application: Application, steps: list[Step], titles: dict[str, str], actor: Actor) -> list[TaskLine]:
    flow = registry.flow_of(application)
    latest = {step.node: step for step in steps}
    # What no open step leads to any more will not come: it is not shown as waiting.
    ahead = {name for step in steps if step.finished is None for name in reached_from(flow, step.node)}
    return [
        _task(node, node.post_of(application), latest.get(node.name), titles, actor)
        for node in reachable(flow)
        if isinstance(node, Review) and (node.name in latest or node.name in ahead)
    ]


def _task(node: Review, post_key: str, step: Step | None, titles: dict[str, str], actor: Actor) -> TaskLine:
    post = titles.get(post_key, post_key)
    if step is None:
        return TaskLine(node.name, str(node.task_title), post, "locked")
    if step.finished is None:
        status = "yours" if actor.seat(step.post_key) or _is_applicants(step, actor) else "open"
    else:
        status = "done" if step.decision and step.decision != Decision.SILENT else "cancelled"
    on = civil_date(step.finished or step.created)
    return TaskLine(node.name, str(node.task_title), post, status, on, step.due_on, step.decision, step.pk)


def _is_applicants(step: Step, actor: Actor) -> bool:
    """Whether the step waits for the applicant, and he is the reader; he answers on his own page."""
    return step.ball == Ball.APPLICANT and bool(step.process.applicant_post and actor.seat(step.process.applicant_post))


def _slots(procedure: Procedure, application: Application, documents: list[Document]) -> list[SlotLine]:
    by_slot: dict[str, list[Document]] = {}
    for document in documents:
        by_slot.setdefault(document.slot, []).append(document)
    lines = []
    for slot in procedure.documents:
        versions = by_slot.get(slot.code, [])
        current = versions[0] if versions and versions[0].superseded_at is None else None
        lines.append(
            SlotLine(
                slot.code,
                str(slot.title),
                slot.required(application.facts),
                slot.by_office,
                current,
                tuple(versions[1:] if current else versions),
            )
        )
    return lines


def _join(application: Application, steps: list[Step], titles: dict[str, str]) -> JoinLine | None:
    flow = registry.flow_of(application)
    feeding = {
        node.name
        for node in flow.node_map().values()
        if isinstance(node, Review) and any(isinstance(answer.to, Join) for answer in node.answers.values())
    }
    asked = {step.node: step for step in steps if step.node in feeding}
    if not asked:
        return None
    answered = [step for step in asked.values() if step.decision and step.decision != Decision.SILENT]
    worst = max(answered, key=lambda step: SEVERITY.get(step.decision, 0), default=None)
    return JoinLine(
        severest=str(Decision(worst.decision).label) if worst else "",
        severest_by=titles.get(worst.post_key, "") if worst else "",
        answered=len(answered),
        asked=len(asked),
        silent=tuple(titles.get(step.post_key, step.post_key) for step in asked.values() if step not in answered),
    )
