"""What can be known of a flow without a case: order, splits, states at each node, and where one may go back to.

Pure: reads nodes and the legal machine, touches no row.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import Any

from workflows.flow.nodes import End, Filing, Join, Review, Split, Start
from workflows.flow.procedure import ProcedureFlow
from workflows.legal import State, moves
from workflows.models import Application


def successors(node: Any) -> list[Any]:
    """The nodes that an edge of `node` leads to."""
    return [edge.dst for edge in node._outgoing()]


def start_of(flow: type[ProcedureFlow]) -> Any:
    """The flow's Start. Raises `LookupError` when it has none or several."""
    starts = [node for node in flow.node_map().values() if isinstance(node, Start)]
    if len(starts) != 1:
        raise LookupError(f"{flow.__name__} needs exactly one Start.")
    return starts[0]


def reachable(flow: type[ProcedureFlow]) -> list[Any]:
    """Nodes in the order in which a case first meets them, breadth first from the Start."""
    first = start_of(flow)
    seen, queue, order = {first}, deque([first]), []
    while queue:
        node = queue.popleft()
        order.append(node)
        for target in successors(node):
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return order


@cache
def states_at(flow: type[ProcedureFlow]) -> dict[str, frozenset[int]]:
    """{node name: legal states in which a case may stand there}, by walking every edge to a fixed point."""
    table = moves(Application)
    found: dict[str, set[int]] = {start_of(flow).name: {int(State.RECEIVED)}}
    queue = deque([start_of(flow)])
    while queue:
        node = queue.popleft()
        here = found[node.name]
        for target, law in _edges(node):
            after = {table.get(law, {}).get(state, -1) for state in here} - {-1} if law else set(here)
            known = found.setdefault(target.name, set())
            if not after <= known:
                known |= after
                queue.append(target)
    return {name: frozenset(states) for name, states in found.items()}


def _edges(node: Any) -> list[tuple[Any, str | None]]:
    if isinstance(node, Review):
        return [(answer.to, answer.law) for answer in node.answers.values() if answer.to is not None]
    law = node.answer.law if isinstance(node, Filing) else None
    return [(target, law) for target in successors(node)]


@cache
def enclosing(flow: type[ProcedureFlow]) -> dict[str, tuple[str, ...]]:
    """{node name: the Splits it stands inside, outermost first}."""
    found: dict[str, tuple[str, ...]] = {start_of(flow).name: ()}
    for node in reachable(flow):
        here = found[node.name]
        inside = (*here, node.name) if isinstance(node, Split) else here
        for target in successors(node):
            found.setdefault(target.name, inside[:-1] if isinstance(target, Join) else inside)
    return found


@cache
def reviews_before(flow: type[ProcedureFlow], name: str) -> tuple[str, ...]:
    """Names of the Reviews from which this node can be reached, in the flow's order."""
    order = [node for node in reachable(flow) if isinstance(node, Review) and node.name != name]
    return tuple(node.name for node in order if name in reached_from(flow, node.name))


@cache
def reached_from(flow: type[ProcedureFlow], name: str) -> frozenset[str]:
    """Names of all nodes that can follow this one."""
    seen: set[str] = set()
    queue = deque(successors(flow.node_map()[name]))
    while queue:
        node = queue.popleft()
        if node.name not in seen:
            seen.add(node.name)
            queue.extend(successors(node))
    return frozenset(seen)


def lawful_in(node: Review, state: int) -> bool:
    """Whether every answer of the node would be lawful in this legal state."""
    table = moves(Application)
    return all(answer.law is None or state in table.get(answer.law, {}) for answer in node.answers.values())


def return_targets(flow: type[ProcedureFlow], name: str, state: int) -> list[Review]:
    """Where a step may be returned to: earlier Reviews, not inside another parallel part, lawful in this state."""
    splits = enclosing(flow)
    here = splits[name]
    nodes = flow.node_map()
    return [
        nodes[before]
        for before in reviews_before(flow, name)
        if here[: len(splits[before])] == splits[before] and lawful_in(nodes[before], state)
    ]


def ends(flow: type[ProcedureFlow]) -> list[Any]:
    """The End nodes."""
    return [node for node in flow.node_map().values() if isinstance(node, End)]
