"""Where the shapes and flows of a BPMN process stand: the house's own flow chart, stretched to give labels room."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from workflows.exchange.chart import Chart, Element
from workflows.flowchart import BOX_W, GAP_X, PAD, Arrow, Box, Node, layout

SIZES = {"userTask": (120, 76), "serviceTask": (120, 76), "startEvent": (36, 36), "endEvent": (36, 36)}
GATEWAY = (50, 50)
# Room between two columns: behind gateways stand the words of the answers.
NARROW, WIDE = 40, 130
STRETCH, TURN = 2.0, 20
LETTER, LABEL_H = 12, 14

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]


@dataclass
class Drawing:
    """Bounds of the shapes, the ways of the flows, bounds of the flows' labels; by id."""

    shapes: dict[str, Bounds] = field(default_factory=dict)
    ways: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Bounds] = field(default_factory=dict)


def draw(chart: Chart) -> Drawing:
    """Place every shape, flow and label."""
    nodes = [Node(element.id, element.name) for element in chart.elements]
    pairs = list(dict.fromkeys((arc.source, arc.target) for arc in chart.arcs))
    found = layout(nodes, pairs)
    boxes = {box.name: box for box in found.boxes}
    columns = _Columns(chart.elements, boxes)
    drawing = Drawing()
    for element in chart.elements:
        width, height = SIZES.get(element.tag, GATEWAY)
        box = boxes[element.id]
        x = columns.at(box.x) + (columns.width(box) - width) / 2
        y = (box.y + box.height / 2) * STRETCH - height / 2
        drawing.shapes[element.id] = (x, y, width, height)
    arrows = dict(zip(pairs, found.arrows, strict=True))
    drawn: Counter[tuple[str, str]] = Counter()
    written: Counter[tuple[str, str]] = Counter()
    for arc in chart.arcs:
        pair = (arc.source, arc.target)
        start, end = drawing.shapes[arc.source], drawing.shapes[arc.target]
        way = _way(arrows[pair], columns, start, end)
        if drawn[pair]:
            way = _beside(way, start, end, drawn[pair])
        drawn[pair] += 1
        drawing.ways[arc.id] = way
        if arc.name:
            # Flows in one lane write their words one behind the other.
            drawing.labels[arc.id] = _label(arc.name, way, written[pair] if len(way) > 4 else 0)
            written[pair] += int(drawing.labels[arc.id][2]) + LETTER
    return drawing


class _Columns:
    """The chart's columns with widths of their own."""

    def __init__(self, elements: list[Element], boxes: dict[str, Box]) -> None:
        tags: dict[int, list[str]] = {}
        for element in elements:
            tags.setdefault(self._rank(boxes[element.id].x), []).append(element.tag)
        self.left: list[float] = []
        self.widths: list[float] = []
        self.gaps: list[float] = []
        x = float(PAD)
        for rank in range(max(tags) + 1):
            self.left.append(x)
            self.widths.append(max(SIZES.get(tag, GATEWAY)[0] for tag in tags[rank]))
            self.gaps.append(WIDE if "exclusiveGateway" in tags[rank] else NARROW)
            x += self.widths[-1] + self.gaps[-1]

    @staticmethod
    def _rank(x: float) -> int:
        return max(0, int((x - PAD) // (BOX_W + GAP_X)))

    def at(self, x: float) -> float:
        """A horizontal position of the chart, stretched."""
        rank = min(self._rank(x), len(self.left) - 1)
        inside = x - PAD - rank * (BOX_W + GAP_X)
        if inside <= BOX_W:
            return self.left[rank] + max(-8.0, inside * self.widths[rank] / BOX_W)
        return self.left[rank] + self.widths[rank] + (inside - BOX_W) * self.gaps[rank] / GAP_X

    def width(self, box: Box) -> float:
        """The width of a box's column."""
        return self.widths[self._rank(box.x)]


def _way(arrow: Arrow, columns: _Columns, start: Bounds, end: Bounds) -> list[Point]:
    """An arrow's path as points, from the border of the one shape to that of the other."""
    x, y = 0.0, 0.0
    points: list[Point] = []
    for letter, rest in re.findall(r"([MHV])([-\d .]+)", arrow.path):
        numbers = [float(number) for number in rest.split()]
        if letter == "M":
            x, y = numbers
        elif letter == "H":
            x = numbers[0]
        else:
            y = numbers[0]
        points.append((columns.at(x), y * STRETCH))
    points[0] = (start[0] + start[2], points[0][1])
    points[-1] = (end[0], points[-1][1])
    if len(points) == 4:
        # It turns at once, so that there is room for its words before the target.
        turn = points[0][0] + TURN
        points[1:3] = [(turn, points[0][1]), (turn, points[3][1])]
    return points


def _beside(way: list[Point], start: Bounds, end: Bounds, n: int) -> list[Point]:
    """The n-th further flow between two shapes: below the first one."""
    if len(way) > 2:
        return way
    y = start[1] + start[3] / 2 + (LABEL_H + 4) * n + 14
    x1, x2 = start[0] + start[2] / 2, end[0] + end[2] / 2
    return [(x1, start[1] + start[3] / 2), (x1, y), (x2, y), (x2, end[1] + end[3] / 2)]


def _label(name: str, way: list[Point], shift: int) -> Bounds:
    """Over the longest level stretch of a way, or the last of one that turns once, at its beginning."""
    level = [(a, b) for a, b in pairwise(way) if a[1] == b[1]]
    (x1, y), (x2, _y) = level[-1] if len(way) == 4 else max(level, key=lambda pair: abs(pair[1][0] - pair[0][0]))
    wide = sum(LETTER if ord(letter) > 0x2E80 else LETTER * 0.55 for letter in name)
    left = x1 + 4 + shift if x1 <= x2 else x1 - wide - 4 - shift
    return (left, y - LABEL_H - 1, wide, LABEL_H)
