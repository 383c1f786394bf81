"""The agreement of flow and law, as system checks: what could disagree is found before a case meets it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from workflows.flow import registry
from workflows.flow.decisions import Answer
from workflows.flow.graph import reachable, reached_from, start_of, states_at
from workflows.flow.nodes import End, Filing, Review
from workflows.flow.procedure import ProcedureFlow
from workflows.legal import State, moves
from workflows.models import Application


@register(Tags.models)
def flows_agree_with_the_law(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every published version, walked against the legal machine (DESIGN.md 3)."""
    return [message for flow in registry.flows() for message in disagreements(flow)]


def disagreements(flow: type[ProcedureFlow]) -> list[CheckMessage]:
    """What is wrong with one version: E001 no start, E002 unreachable, E003 dead end, E004 no title or post,
    E005 illegal transition, E006 edge into another class, E007 an end in an open state."""
    try:
        start_of(flow)
    except LookupError as error:
        return [Error(str(error), obj=flow, id="workflows.E001")]
    strays = list(_edges_out(flow))
    if strays:
        return strays
    met = {node.name for node in reachable(flow)}
    found: list[CheckMessage] = [
        Error(f"{flow.__name__}.{name} is never reached.", obj=flow, id="workflows.E002")
        for name in flow.node_map()
        if name not in met
    ]
    for name in sorted(met):
        found += _node_faults(flow, flow.node_map()[name])
    return found


def _edges_out(flow: type[ProcedureFlow]) -> list[CheckMessage]:
    return [
        Error(f"{flow.__name__}.{name} leads into another class.", obj=flow, id="workflows.E006")
        for name, node in flow.node_map().items()
        for edge in node._outgoing()
        if getattr(edge.dst, "flow_class", None) is not flow
    ]


def _node_faults(flow: type[ProcedureFlow], node: Any) -> list[CheckMessage]:
    label = f"{flow.__name__}.{node.name}"
    states = states_at(flow).get(node.name, frozenset())
    if isinstance(node, End):
        open_states = [State(s).label for s in states if s in _open()]
        if open_states:
            return [Error(f"{label} ends a case that is still open.", obj=flow, id="workflows.E007")]
        return []
    found: list[CheckMessage] = []
    if not any(isinstance(flow.node_map()[name], End) for name in reached_from(flow, node.name)):
        found.append(Error(f"{label} never comes to an end.", obj=flow, id="workflows.E003"))
    if isinstance(node, Review):
        if not node.titled or not node.post or not node.answers:
            found.append(Error(f"{label} has no title, post or answer.", obj=flow, id="workflows.E004"))
        found += _illegal(flow, node, node.answers.values(), states)
    if isinstance(node, Filing):
        found += _illegal(flow, node, [node.answer], states)
    return found


def _illegal(
    flow: type[ProcedureFlow], node: Any, answers: Iterable[Answer], states: frozenset[int]
) -> list[CheckMessage]:
    table = moves(Application)
    return [
        Error(
            f"{flow.__name__}.{node.name}: {answer.code} makes '{answer.law}' in state {state}, which is not lawful.",
            obj=flow,
            id="workflows.E005",
        )
        for answer in answers
        if answer.law is not None
        for state in sorted(states)
        if state not in table.get(answer.law, {})
    ]


def _open() -> tuple[State, ...]:
    from workflows.legal import OPEN_STATES

    return OPEN_STATES


@register(Tags.database)
def open_applications_have_their_version(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """`check --database default`: every open application's version still exists in the code."""
    if not databases:
        return []
    try:
        return [
            Error(f"Open applications run on a version that is gone: {ref}.", id="workflows.E008")
            for ref in missing_versions()
        ]
    except DatabaseError:
        return []


def missing_versions() -> list[str]:
    """References of flow classes that open applications need and the code no longer has."""
    from django.db.models import CharField
    from django.db.models.functions import Cast

    refs = (
        Application.objects.filter(finished__isnull=True)
        .annotate(ref=Cast("flow_class", CharField()))
        .values_list("ref", flat=True)
        .distinct()
        .order_by("ref")
    )
    from viewflow.workflow.fields import get_flow_ref

    known = {get_flow_ref(flow) for flow in registry.flows()}
    return [ref for ref in refs if ref not in known]
