"""The shape of a published version as text: everything that running cases lean on, no wording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from viewflow.workflow.fields import get_flow_ref

from workflows.flow.nodes import Filing, Review
from workflows.flow.procedure import ProcedureFlow

FLAGS = ("opinion", "items", "reasons", "second", "main")


def shape(flow: type[ProcedureFlow]) -> str:
    return "\n".join(lines(flow))


def reference(flow: type[ProcedureFlow]) -> str:
    return str(get_flow_ref(flow))


def lines(flow: type[ProcedureFlow]) -> Iterator[str]:
    yield f"{reference(flow)}: {flow.procedure.code} {flow.version}, rule {flow.procedure.rule}"
    for name, node in sorted(flow.node_map().items()):
        kind = type(node).__name__
        if isinstance(node, Review):
            yield f"{name}: {kind} " + ", ".join(step_words(node))
            yield from (f"    {code}: " + ", ".join(answer_words(answer)) for code, answer in node.answers.items())
        else:
            law = f" [{node.answer.law}]" if isinstance(node, Filing) else ""
            yield f"{name}: {kind}{law} -> " + " ".join(edge.dst.name for edge in node._outgoing())


def step_words(node: Review) -> Iterator[str]:
    yield f"post {node.post_key}"
    yield f"ball {node.ball.value if node.ball else 'office'}"
    yield f"limit {node.limit}"
    if node.wait:
        yield f"wait {node.wait.days} {'working' if node.wait.working else 'calendar'} days ({node.wait.article})"
    yield from (mark for mark in ("four_eyes", "decides") if getattr(node, mark))
    if node.apart and not node.four_eyes:
        yield "apart"
    if node.checks:
        yield "checks " + " ".join(check.code for check in node.checks)
    if node.records:
        yield "records " + " ".join(node.records)
    if node.due_fact:
        yield f"due on {node.due_fact}"


def answer_words(answer: Any) -> Iterator[str]:
    yield f"-> {answer.to.name if answer.to is not None else '(an earlier step)'}"
    yield f"law {answer.law}"
    yield "needs " + " ".join(flag for flag in FLAGS if getattr(answer, flag))
    if answer.document:
        yield f"document {answer.document}"
    if answer.only_if:
        yield f"only if {answer.only_if.__name__}"
    if answer.record:
        yield "record " + " ".join(fact.code for fact in answer.record)
    if answer.barred:
        yield f"barred by {answer.barred.__name__}"
    if answer.then:
        yield f"followed by {answer.then.__name__}"
