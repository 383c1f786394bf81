"""Which of the chosen steps a person may hand to others, and who may take them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from workflows.clock.days import civil_date
from workflows.flow import registry
from workflows.models import Step
from workflows.offices.holders import who_may_act
from workflows.operations.bulk import MOST
from workflows.operations.core import Actor, screen_of
from workflows.operations.handing_over import seat_over


@dataclass(frozen=True)
class Chosen:
    """One step that may change hands; `seen` is what its application's screen showed."""

    step_id: int
    subject: str
    number: str
    procedure: str
    title: str
    due_on: dt.date | None
    owner: str
    seen: str


@dataclass(frozen=True)
class Reassignment:
    """The steps that this person may hand over, how many he may not, and who may take them (person, name)."""

    steps: list[Chosen]
    left_out: int
    people: list[tuple[int, str]]


def reassignment(step_ids: Sequence[int], actor: Actor, now: dt.datetime) -> Reassignment:
    """One statement for the steps, two for each different post among them; at most `MOST` steps."""
    wanted = list(dict.fromkeys(step_ids))[:MOST]
    rows = Step.objects.filter(pk__in=wanted, county=actor.person.county, finished__isnull=True)
    rows = rows.exclude(post_key="").select_related("process", "owner").order_by("due_on", "pk")
    mine = [step for step in rows if seat_over(step, actor) is not None]
    today = civil_date(now)
    people: dict[int, str] = {}
    for post_key in sorted({step.post_key for step in mine}):
        people |= {one.person_id: one.name for one in who_may_act(actor.person.county, post_key, today)}
    return Reassignment(
        [_chosen(step) for step in mine], len(wanted) - len(mine), sorted(people.items(), key=lambda pair: pair[1])
    )


def _chosen(step: Step) -> Chosen:
    application = step.process
    return Chosen(
        step_id=step.pk,
        subject=application.subject,
        number=application.number,
        procedure=str(registry.procedure(application.procedure).short),
        title=str(step.flow_task.task_title),
        due_on=step.due_on,
        owner=step.owner.display_name if step.owner else "",
        seen=screen_of(application),
    )
