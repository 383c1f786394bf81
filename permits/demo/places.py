"""Where the demo county's projects stand: invented positions around invented town centres, for the map to draw.

The county is fictional (示范县). The centres lie apart as towns of a county do; the projects of one town lie around its
centre on a sunflower spiral, so that each has a place of its own and the same place every time.
"""

from __future__ import annotations

import math
from decimal import Decimal

from permits.models import Project

# Beginning of the project's name: (latitude, longitude) of the place.
CENTRES = {
    "清泉镇": (38.784, 101.088),
    "城区": (38.781, 101.094),
    "东乐镇": (38.862, 100.872),
    "位奇镇": (38.704, 101.021),
    "陈户镇": (38.722, 101.214),
    "霍城镇": (38.546, 101.047),
    "大马营镇": (38.402, 101.243),
    "李桥乡": (38.618, 101.176),
    "老军乡": (38.566, 101.432),
    "绣花庙": (38.838, 101.352),
}
STEP = 0.011  # degrees between neighbours: about a kilometre
GOLDEN = math.pi * (3 - math.sqrt(5))


def place_projects(county: str) -> int:
    """Give every project whose name begins with a known place its position; how many got one."""
    seen: dict[str, int] = {}
    placed = 0
    for project in Project.objects.in_county(county).order_by("pk"):
        town = next((name for name in CENTRES if project.name.startswith(name)), None)
        if town is None:
            continue
        n = seen[town] = seen.get(town, -1) + 1
        (latitude, longitude), radius, turn = CENTRES[town], STEP * math.sqrt(n), n * GOLDEN
        Project.objects.filter(pk=project.pk).update(
            latitude=_degrees(latitude + radius * math.sin(turn)),
            longitude=_degrees(longitude + radius * math.cos(turn) / math.cos(math.radians(latitude))),
        )
        placed += 1
    return placed


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")
