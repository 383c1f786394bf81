"""Sign many, or hand many over: every item is its own transaction with its own result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workflows.audit.refused import Refused
from workflows.flow.decisions import Decision
from workflows.models import SignOff, Step
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
    """What became of one item; `refused` is the sentence when nothing was done."""

    step_id: int
    label: str
    refused: str | None


def sign_many(
    *, person: Person, chosen: Sequence[tuple[int, str]], opinion: str, now: dt.datetime, request_id: str = ""
) -> list[Result]:
    """Give each chosen step (id, seen) its main decision; items that need more than an opinion drop out by name."""
    results = []
    for step_id, seen, step in _found(chosen):
        label = _label(step_id, step, person)
        results.append(Result(step_id, label, _sign_one(step, seen, person, opinion, now, request_id)))
    return results


def hand_over_many(
    *,
    person: Person,
    chosen: Sequence[tuple[int, str]],
    to_id: int | None,
    opinion: str,
    now: dt.datetime,
    request_id: str = "",
) -> list[Result]:
    """Give each chosen step (id, seen) to one person, or back to its post (`to_id` None); what may not drops out."""
    results = []
    for step_id, seen, step in _found(chosen):
        label = _label(step_id, step, person)
        refused = None
        try:
            if step is None:
                raise refusals.NoSuchStep
            asked = Request(step.process_id, person, seen, now, request_id)
            hand_over(asked, step_id=step_id, to_id=to_id, opinion=opinion)
        except Refused as no:
            refused = _kept(no, "bulk_hand_over", person, step_id, now, request_id)
        results.append(Result(step_id, label, refused))
    return results


def _found(chosen: Sequence[tuple[int, str]]) -> list[tuple[int, str, Step | None]]:
    found = Step.objects.select_related("process").in_bulk([step_id for step_id, _seen in chosen[:MOST]])
    return [(step_id, seen, found.get(step_id)) for step_id, seen in chosen[:MOST]]


def _label(step_id: int, step: Step | None, person: Person) -> str:
    return step.process.subject if step and step.county == person.county else str(step_id)


def _kept(refused: Refused, view: str, person: Person, step_id: int, now: dt.datetime, request_id: str) -> str:
    if refused.kept:
        where = {"view": view, "of": {"step_id": str(step_id)}, "method": "POST"}
        keep_refusal(person, refused, where, now=now, request_id=request_id)
    return str(refused)


def _sign_one(
    step: Step | None, seen: str, person: Person, opinion: str, now: dt.datetime, request_id: str
) -> str | None:
    try:
        if step is None:
            raise refusals.NoSuchStep
        form = Form(decision=_routine(step), opinion=opinion or str(step.flow_task.prefill))
        sign(step_id=step.pk, person=person, form=form, seen=seen, now=now, request_id=request_id)
    except Refused as refused:
        return _kept(refused, "bulk_sign", person, step.pk if step else 0, now, request_id)
    return None


def _routine(step: Step) -> str:
    if with_conditions(step.process_id):
        raise refusals.ConditionsStand
    for answer in getattr(step.flow_task, "answers", {}).values():
        if answer.main and not (answer.second or answer.items or answer.reasons):
            return str(answer.code)
    raise refusals.NeedsItsOwnPage


def with_conditions(application: Any) -> bool:
    """Whether an office agreed with conditions that still stand: whoever signs next must read them first."""
    return bool(conditions_of(application).exists())


def conditions_of(application: Any) -> Any:
    """The standing sign-offs "agree with conditions" of an application, or of an outer query's row."""
    return SignOff.objects.filter(application=application, act=Decision.CONDITIONS, voided_at__isnull=True)
