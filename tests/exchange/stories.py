"""Applications walked to where a story wants them, by the right people, without a browser."""

from __future__ import annotations

from typing import Any

from permits.demo.staff import username_of
from tests.cast import County, at
from workflows import operations
from workflows.models import Application, Step


def walk(
    county: County, application: Application, answers: dict[str, list[Any]] | None = None, most: int = 80
) -> Application:
    """Answer every open step, oldest first, until nobody is awaited or `most` answers were given.

    `answers` gives, by node, what to answer in turn; then the main answer. A tuple names a return's target too.
    """
    wanted = {node: list(row) for node, row in (answers or {}).items()}
    for _n in range(most):
        waiting = Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="")
        step: Any = waiting.select_related("process").order_by("pk").first()
        if step is None:
            break
        _answer(county, application, step, wanted)
    return Application.objects.get(pk=application.pk)


def _answer(county: County, application: Application, step: Any, wanted: dict[str, list[Any]]) -> None:
    turn = wanted.get(step.node)
    asked = turn.pop(0) if turn else None
    code, target = asked if isinstance(asked, tuple) else (asked, "")
    offered = [answer for answer in step.flow_task.answers.values() if answer.offered(step.process.facts)]
    answer = next(row for row in offered if (row.code == code if code else row.main))
    if step.not_before is not None and not target:
        county.now = max(county.now, at(step.not_before.isoformat()))
    if answer.document and not application.documents.filter(slot=answer.document).exists():
        county.hand_in(application, answer.document)
    operations.sign(
        step_id=step.pk,
        person=county[username_of(step.post_key)],
        form=operations.Form(
            decision=answer.code,
            opinion="同意，情况属实。",
            reasons="见附件。",
            target=target,
            second_name="李梅" if answer.second else "",
            items=[("", "补交一份材料")] if answer.items else [],
        ),
        seen=operations.screen_of(Application.objects.get(pk=application.pk)),
        now=county.now,
    )
