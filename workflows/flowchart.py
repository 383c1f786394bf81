"""Where the boxes and arrows of a flow chart stand: geometry. Titles and statuses come from the application's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BOX_W, BOX_H, GAP_X, GAP_Y, PAD = 96, 46, 22, 12, 12
LINE = 9


@dataclass(frozen=True, slots=True)
class Node:
    """One node to draw. `status`: done, now, locked, cancelled; `gate` for split, join, start and end."""

    name: str
    title: str
    status: str = "locked"
    gate: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn node: corner, size, the lines of its title with their baseline."""

    name: str
    title: str
    status: str
    gate: bool
    x: int
    y: int
    width: int
    height: int
    lines: tuple[tuple[str, int], ...]

    @property
    def middle(self) -> int:
        """Its horizontal middle."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """A drawn edge: an SVG path and the tip's path; `back` for one that returns to an earlier rank."""

    path: str
    tip: str
    back: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def layout(nodes: Sequence[Node], edges: Sequence[tuple[str, str]]) -> Chart:
    """Lay nodes out from left to right, one column per rank; `nodes` are in the order in which a case meets them."""
    leaving = {a for a, _b in edges}
    ordered = sorted(nodes, key=lambda node: node.name not in leaving)  # what ends stands last
    order = {node.name: index for index, node in enumerate(ordered)}
    forward = [(a, b) for a, b in edges if order[a] < order[b]]
    ranks = _ranks(list(order), forward)
    columns: dict[int, list[Node]] = {}
    for node in ordered:
        columns.setdefault(ranks[node.name], []).append(node)
    tallest = max(len(column) for column in columns.values())
    boxes = {
        node.name: _box(node, rank, row, len(column), tallest)
        for rank, column in columns.items()
        for row, node in enumerate(column)
    }
    bottom = PAD + tallest * (BOX_H + GAP_Y)
    lanes: dict[str, int] = {}
    arrows = []
    for a, b in edges:
        if ranks[b] == ranks[a] + 1:
            arrows.append(_straight(boxes[a], boxes[b]))
        else:
            lane = lanes.setdefault(b, len(lanes))
            arrows.append(_around(boxes[a], boxes[b], bottom + lane * LINE, lane, back=ranks[b] <= ranks[a]))
    width = PAD * 2 + len(columns) * (BOX_W + GAP_X) - GAP_X
    return Chart(tuple(boxes.values()), tuple(arrows), width, bottom + len(lanes) * LINE + PAD // 2)


def _ranks(names: Sequence[str], forward: Sequence[tuple[str, str]]) -> dict[str, int]:
    ranks = dict.fromkeys(names, 0)
    for name in names:
        ranks[name] = max((ranks[a] + 1 for a, b in forward if b == name), default=0)
    return ranks


def _box(node: Node, rank: int, row: int, rows: int, tallest: int) -> Box:
    x = PAD + rank * (BOX_W + GAP_X)
    y = PAD + row * (BOX_H + GAP_Y) + (tallest - rows) * (BOX_H + GAP_Y) // 2
    parts = wrap(node.title)
    first = y + BOX_H // 2 + 4 - (len(parts) - 1) * 7
    lines = tuple((part, first + index * 14) for index, part in enumerate(parts))
    return Box(node.name, node.title, node.status, node.gate, x, y, BOX_W, BOX_H, lines)


def wrap(title: str, room: int = 14) -> list[str]:
    """A title in at most three lines of `room` half-width characters; what is longer ends in an ellipsis."""
    parts = title.split(" ") if " " in title else list(title)
    glue = " " if " " in title else ""
    lines = [""]
    for part in parts:
        longer = part if not lines[-1] else lines[-1] + glue + part
        if _wide(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines if len(lines) <= 3 else [*lines[:2], lines[2][: max(1, len(lines[2]) - 1)] + "…"]


def _wide(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _straight(a: Box, b: Box) -> Arrow:
    x1, y1, x2, y2 = a.x + a.width, a.y + a.height // 2, b.x, b.y + b.height // 2
    turn = x1 + GAP_X // 2
    path = f"M{x1} {y1}H{x2}" if y1 == y2 else f"M{x1} {y1}H{turn}V{y2}H{x2}"
    return Arrow(path, f"M{x2} {y2}l-6 -3.5v7z", False)


def _around(a: Box, b: Box, y: int, lane: int, *, back: bool) -> Arrow:
    """Down the gap right of `a`, along a lane of its own target below all boxes, up the gap left of `b`."""
    x1, y1, x2, y2 = a.x + a.width, a.y + a.height // 2, b.x, b.y + b.height // 2
    down, up = x1 + 4 + lane * 2 % 6, max(4, x2 - 8 - lane * 2 % 6)
    return Arrow(f"M{x1} {y1}H{down}V{y}H{up}V{y2}H{x2}", f"M{x2} {y2}l-6 -3.5v7z", back)


def chart_of(page: Any) -> Chart:
    """The chart of an `ApplicationPage`: its own flow version, with what is done and what waits now."""
    from workflows.flow import registry

    return chart_of_flow(registry.flow_of(page.application), {line.node: line.status for line in page.tasks})


def chart_of_flow(flow: Any, statuses: Mapping[str, str] | None = None) -> Chart:
    """The chart of one published version; `statuses` are those of one case's task lines, None for no case."""
    from workflows.flow.graph import reachable, successors
    from workflows.flow.nodes import Review

    reached = reachable(flow)
    said = statuses or {}
    titles = _gate_titles()
    nodes = [
        Node(
            node.name,
            str(node.task_title) if isinstance(node, Review) else titles.get(type(node).__name__, node.name),
            status_of(said.get(node.name, "locked")),
            not isinstance(node, Review),
        )
        for node in reached
    ]
    return layout(nodes, [(node.name, target.name) for node in reached for target in successors(node)])


def _gate_titles() -> Mapping[str, str]:
    from django.utils.translation import pgettext

    return {
        "Start": pgettext("chart", "Received"),
        "Split": pgettext("chart", "In parallel"),
        "Join": pgettext("chart", "All answered"),
        "End": pgettext("chart", "Closed"),
    }


def status_of(task: str) -> str:
    """A task line's status as the chart colours it."""
    known = {"done": "done", "open": "now", "yours": "now", "stopped": "now", "cancelled": "cancelled"}
    return known.get(task, "locked")
