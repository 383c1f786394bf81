"""A flow version as the elements and sequence flows of a BPMN process. Pure: reads nodes, touches no row.

What the engine plays and BPMN draws must be the same game, token for token:

- after each Review stands an exclusive gateway with one flow for each answer; a return has one for each target;
- a Join waits for one flow of each branch, so the answers of a branch first meet in an exclusive gateway;
- a Split that several flows reach has one such gateway before it, for a parallel gateway would wait for all of them;
- a branch with a condition has an exclusive gateway that may pass it by;
- a return is drawn where its target stands at the same depth in the same branch. Going back out of a parallel part
  cancels what stands beside, which no sequence flow can say: those returns are not drawn.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from workflows.flow.decisions import Decision
from workflows.flow.graph import return_targets, start_of, states_at, successors
from workflows.flow.nodes import End, Filing, Join, Review, Split, Start
from workflows.flow.procedure import ProcedureFlow

# The branches that a node stands inside, outermost first: (Split, number of the branch).
Place = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Element:
    """A flow node. `tag` is its BPMN element, `about` what its documentation says, `closes_all` for an end that cancels
    what is still open beside it."""

    id: str
    tag: str
    name: str = ""
    about: str = ""
    closes_all: bool = False


@dataclass(frozen=True)
class Arc:
    """A sequence flow; `decision` is the code of the answer that takes it."""

    id: str
    source: str
    target: str
    name: str = ""
    decision: str = ""


@dataclass
class Chart:
    """A process: its elements in the order in which a case meets them, and its flows."""

    id: str
    name: str
    elements: list[Element] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)


@cache
def places(flow: type[ProcedureFlow]) -> dict[str, Place]:
    """{node name: where it stands}. Raises `ValueError` when two branches meet before their Join."""
    found: dict[str, Place] = {start_of(flow).name: ()}
    queue = deque([start_of(flow)])
    while queue:
        node = queue.popleft()
        here = found[node.name]
        for n, target in enumerate(_targets(node)):
            inside: Place = (*here, (node.name, n)) if isinstance(node, Split) else here
            place = () if isinstance(target, End) else inside[:-1] if isinstance(target, Join) else inside
            if target.name not in found:
                found[target.name] = place
                queue.append(target)
            elif isinstance(node, Split) and not isinstance(target, Join | End) and found[target.name] != place:
                raise ValueError(f"{flow.__name__}: two branches of {node.name} meet before their Join.")
    return found


@cache
def drawn_returns(flow: type[ProcedureFlow], name: str) -> tuple[str, ...]:
    """The targets of a Review's return that are drawn, in the order of the flow."""
    where = places(flow)
    return tuple(target for target in legal_returns(flow, name) if where[target] == where[name])


@cache
def legal_returns(flow: type[ProcedureFlow], name: str) -> tuple[str, ...]:
    """The targets of a Review's return that are lawful in some state in which a case may stand there."""
    found = [node.name for state in states_at(flow)[name] for node in return_targets(flow, name, state)]
    return tuple(sorted(set(found), key=list(places(flow)).index))


@cache
def leaves_branch(flow: type[ProcedureFlow], name: str, target: str) -> bool:
    """Whether an answer leads out of a parallel part past its Join: what stands beside is cancelled."""
    where, nodes = places(flow), flow.node_map()
    here = where[name]
    return len(where[target]) < len(here) - isinstance(nodes[target], Join)


def task_id(node: str) -> str:
    """The id of a step's task."""
    return f"task.{node}"


def arc_id(node: str, decision: str, target: str = "") -> str:
    """The id of the flow that an answer takes; `target` for a return. Names of nodes hold no dot, so ids are unique."""
    return ".".join(part for part in ("flow", node, decision, target) if part)


def titles(flow: type[ProcedureFlow]) -> dict[str, str]:
    """{node name: the name of its task}, in the active language; a title that two nodes share gets the node's name."""
    nodes = [node for node in (flow.node_map()[name] for name in places(flow)) if isinstance(node, Review | Filing)]
    often = Counter(str(node.task_title) for node in nodes)
    return {
        node.name: f"{node.task_title} ({node.name})" if often[str(node.task_title)] > 1 else str(node.task_title)
        for node in nodes
    }


def chart_of_flow(flow: type[ProcedureFlow]) -> Chart:
    """The process of one published version, named in the active language."""
    chart = Chart(f"{flow.procedure.code}.{flow.version}", f"{flow.procedure.title} {flow.version}")
    names, nodes = titles(flow), flow.node_map()
    for name in places(flow):
        chart.elements += _elements(flow, nodes[name], names)
        chart.arcs += _arcs(flow, nodes[name], names)
    return chart


def _elements(flow: type[ProcedureFlow], node: Any, names: dict[str, str]) -> Iterator[Element]:
    if isinstance(node, Start):
        yield Element(_id(node), "startEvent", pgettext("chart", "Received"))
    elif isinstance(node, Review):
        yield Element(_id(node), "userTask", names[node.name], about=node.post_key)
        yield Element(f"answer.{node.name}", "exclusiveGateway")
    elif isinstance(node, Filing):
        yield Element(_id(node), "serviceTask", names[node.name])
    elif isinstance(node, Split):
        if _met_often(flow, node):
            yield Element(f"enter.{node.name}", "exclusiveGateway")
        yield Element(_id(node), "parallelGateway", pgettext("chart", "In parallel"))
        for target, condition, _source in node._branches:
            if condition is not None:
                yield Element(f"choice.{node.name}.{target.name}", "exclusiveGateway", _("Needed?"))
    elif isinstance(node, Join):
        for split, n in sorted(branch for branch, arcs in _incoming(flow, node).items() if arcs > 1):
            yield Element(f"merge.{split}.{n}", "exclusiveGateway")
        yield Element(_id(node), "parallelGateway", pgettext("chart", "All answered"))
    elif isinstance(node, End):
        sources = [name for name in places(flow) if node in successors(flow.node_map()[name])]
        closes_all = any(places(flow)[name] for name in sources)
        yield Element(_id(node), "endEvent", pgettext("chart", "Closed"), closes_all=closes_all)


def _arcs(flow: type[ProcedureFlow], node: Any, names: dict[str, str]) -> Iterator[Arc]:
    if isinstance(node, Review):
        gate = f"answer.{node.name}"
        yield Arc(f"flow.{node.name}", _id(node), gate)
        for answer in node.answers.values():
            if answer.decision == Decision.RETURN:
                for target in drawn_returns(flow, node.name):
                    label = f"{answer.label}: {names[target]}"
                    arc = arc_id(node.name, answer.code, target)
                    yield Arc(arc, gate, _id(flow.node_map()[target]), label, answer.code)
            elif answer.to is not None:
                into = _into(flow, node, answer.to)
                yield Arc(arc_id(node.name, answer.code), gate, into, answer.label, answer.code)
    elif isinstance(node, Split):
        if _met_often(flow, node):
            yield Arc(f"flow.enter.{node.name}", f"enter.{node.name}", _id(node))
        for n, (target, condition, _source) in enumerate(node._branches):
            into = _into(flow, node, target, n)
            if condition is None:
                yield Arc(f"flow.{node.name}.{n}", _id(node), into)
                continue
            choice = f"choice.{node.name}.{target.name}"
            yield Arc(f"flow.{node.name}.{n}", _id(node), choice)
            yield Arc(f"flow.{node.name}.{n}.yes", choice, into, _("yes"))
            yield Arc(f"flow.{node.name}.{n}.no", choice, _into(flow, node, _join_of(flow, node), n), _("no"))
    else:
        if isinstance(node, Join):
            for split, n in sorted(branch for branch, arcs in _incoming(flow, node).items() if arcs > 1):
                yield Arc(f"flow.merge.{split}.{n}", f"merge.{split}.{n}", _id(node))
        for target in successors(node):
            yield Arc(f"flow.{node.name}", _id(node), _into(flow, node, target))


def _id(node: Any) -> str:
    kinds = ((Start, "start"), (End, "end"), (Split, "split"), (Join, "join"))
    kind = next((word for cls, word in kinds if isinstance(node, cls)), "task")
    return f"{kind}.{node.name}"


def _into(flow: type[ProcedureFlow], node: Any, target: Any, branch: int = 0) -> str:
    """The element that a flow from `node` to `target` enters: the branch's own gateway before a Join, if it has one."""
    if isinstance(target, Join):
        key = _branch(flow, node, branch)
        if key is not None and _incoming(flow, target).get(key, 0) > 1:
            return f"merge.{key[0]}.{key[1]}"
    return f"enter.{target.name}" if isinstance(target, Split) and _met_often(flow, target) else _id(target)


def _met_often(flow: type[ProcedureFlow], split: Any) -> bool:
    """Whether more than one flow leads into a Split."""
    return sum(target is split for name in places(flow) for target in _targets(flow.node_map()[name])) > 1


def _branch(flow: type[ProcedureFlow], node: Any, branch: int) -> tuple[str, int] | None:
    if isinstance(node, Split):
        return node.name, branch
    return next(iter(reversed(places(flow)[node.name])), None)


def _incoming(flow: type[ProcedureFlow], join: Any) -> Counter[tuple[str, int]]:
    """How many flows of each branch lead into a Join."""
    found: Counter[tuple[str, int]] = Counter()
    for name in places(flow):
        node = flow.node_map()[name]
        if isinstance(node, Split):
            for n, (target, condition, _source) in enumerate(node._branches):
                past = condition is not None and _join_of(flow, node) is join
                found[node.name, n] += (target is join) + past
        else:
            key = _branch(flow, node, 0)
            if key is not None:
                found[key] += sum(target is join for target in _targets(node))
    return found


def _join_of(flow: type[ProcedureFlow], split: Any) -> Any:
    """The Join that closes a Split. Raises `ValueError` when there is none."""
    where = places(flow)
    for name in where:
        node = flow.node_map()[name]
        inside = node is split or any(found == split.name for found, _n in where[name])
        for target in _targets(node) if inside else ():
            if isinstance(target, Join) and where[target.name] == where[split.name]:
                return target
    raise ValueError(f"{flow.__name__}: {split.name} has no Join.")


def _targets(node: Any) -> list[Any]:
    """The nodes that `node` leads to, once for each answer or branch."""
    return [branch[0] for branch in node._branches] if isinstance(node, Split) else successors(node)
