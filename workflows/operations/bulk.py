"""Sign many, or hand many over: every item is its own transaction with its own result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from workflows.audit.refused import Refused
from workflows.models import Step
from workflows.offices.access_log import keep_refusal
from workflows.offices.models import Person
from workflows.operations import refusals
from workflows.operations.beside import Request
from workflows.operations.handing_over import hand_over
from workflows.operations.signing import Form, sign

# More than an inbox page is not one decision.
MOST = 100


@dataclass(frozen=True)
class Result:
    """What became of one item; `refused` is the sentence when it was not signed."""

    step_id: int
    label: str
    refused: str | None


def sign_many(
    *, person: Person, chosen: Sequence[tuple[int, str]], opinion: str, now: dt.datetime, request_id: str = ""
) -> list[Result]:
    """Give each chosen step (id, seen) its main decision; items that need more than an opinion drop out by name."""
    found = Step.objects.select_related("process").in_bulk([step_id for step_id, _seen in chosen[:MOST]])
    results = []
    for step_id, seen in chosen[:MOST]:
        step = found.get(step_id)
        label = step.process.subject if step and step.county == person.county else str(step_id)
        results.append(Result(step_id, label, _sign_one(step, seen, person, opinion, now, request_id)))
    return results


def _sign_one(
    step: Step | None, seen: str, person: Person, opinion: str, now: dt.datetime, request_id: str
) -> str | None:
    try:
        if step is None:
            raise refusals.NoSuchStep
        form = Form(decision=_routine(step), opinion=opinion or str(step.flow_task.prefill))
        sign(step_id=step.pk, person=person, form=form, seen=seen, now=now, request_id=request_id)
    except Refused as refused:
        if refused.kept:
            where = {"view": "bulk_sign", "of": {"step_id": str(step.pk) if step else ""}, "method": "POST"}
            keep_refusal(person, refused, where, now=now, request_id=request_id)
        return str(refused)
    return None


def _routine(step: Step) -> str:
    for answer in getattr(step.flow_task, "answers", {}).values():
        if answer.main and not (answer.second or answer.items or answer.reasons):
            return str(answer.code)
    raise refusals.NeedsItsOwnPage


def hand_over_many(
    *,
    person: Person,
    chosen: Sequence[tuple[int, str]],
    to_id: int | None,
    opinion: str,
    now: dt.datetime,
    request_id: str = "",
) -> list[Result]:
    """Give each chosen step (id, seen) to one person (None: back to everybody on the post), each by itself."""
    found = Step.objects.select_related("process").in_bulk([step_id for step_id, _seen in chosen[:MOST]])
    results = []
    for step_id, seen in chosen[:MOST]:
        step = found.get(step_id)
        refused: str | None = None
        try:
            if step is None or step.county != person.county:
                raise refusals.NoSuchStep
            asked = Request(step.process_id, person, seen, now, request_id)
            hand_over(asked, step_id=step_id, to_id=to_id, opinion=opinion)
        except Refused as no:
            refused = str(no)
        label = step.process.subject if step and step.county == person.county else str(step_id)
        results.append(Result(step_id, label, refused))
    return results
