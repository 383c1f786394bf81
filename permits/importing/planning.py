"""What a file would change, field by field, and what it leaves alone. Reads; writes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from permits.importing.classes import SPOKEN_OF, bars_done
from permits.importing.incoming import MATCH, Incoming, doubt_at, own_doubts
from permits.importing.matching import Matched, match
from permits.importing.standing import Standing, standing
from permits.importing.wanted import PROBLEM
from permits.ledger.doubts import Doubt, find
from permits.ledger.facts import Stage

_BLOCK_FOLLOWS = frozenset({"kind", "ledger_started", "land", "eia"})
NEW, CHANGED, CONFLICT = "new", "changed", "conflict"


@dataclass(frozen=True)
class Change:
    """One difference: `kind` is `new` (a project), `changed`, or `conflict` (changed here and in the file)."""

    project: str
    sheet: str
    row: int
    field: str
    before: Any
    after: Any
    kind: str


@dataclass
class Step:
    """What is to be done with one row. `project` None: it becomes a new one."""

    item: Incoming
    project: Standing | None
    changes: list[Change] = field(default_factory=list)


@dataclass
class Plan:
    """All rows: `steps` may go on, `waiting` need a person, `skipped` he left out; `absent` projects are not named."""

    steps: list[Step]
    waiting: dict[int, list[Standing]]
    skipped: set[int]
    doubts: list[tuple[Incoming, Doubt]]
    absent: list[str]

    @property
    def changes(self) -> list[Change]:
        """Every difference in the order of the file."""
        return [change for step in self.steps for change in step.changes]

    @property
    def counts(self) -> tuple[int, int, int]:
        """(new, changed, unchanged) projects."""
        new = sum(step.project is None for step in self.steps)
        changed = sum(step.project is not None and bool(step.changes) for step in self.steps)
        return new, changed, len(self.steps) - new - changed

    @property
    def digest(self) -> str:
        """Names exactly these differences."""
        text = json.dumps([asdict(change) for change in self.changes], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def compare(rows: Sequence[Incoming], county: str) -> Plan:
    """Rows against the county's projects; eight statements, whatever their number."""
    known = standing(county, gone=True)
    found = match(rows, known)
    plan = Plan([], found.choices, found.skipped, [], [])
    for item in rows:
        project = found.projects.get(item.position)
        if project is not None and project.values["site"]:
            item.lend_class(*project.values["site"])
        plan.doubts += [(item, doubt) for doubt in own_doubts(item)]
        if item.position in found.waiting:
            plan.doubts.append((item, doubt_at(item, MATCH, found.waiting[item.position])))
        elif project is not None and project.gone:
            plan.doubts.append((item, doubt_at(item, MATCH, find("project_gone", name=project.project.name))))
        elif item.position not in found.skipped and not item.wanted.stop:
            plan.steps.append(_step(item, project))
    plan.absent = _absent(rows, known, found)
    return plan


def _absent(rows: Sequence[Incoming], known: Sequence[Standing], found: Matched) -> list[str]:
    """Projects of the file's years that no row names: nothing happens to them, but a person should know."""
    years = {item.year for item in rows if item.year}
    named = {each.project.pk for each in found.projects.values()}
    named |= {each.project.pk for choices in found.choices.values() for each in choices}
    return [
        each.project.name
        for each in known
        if each.project.year in years and each.project.pk not in named and not each.gone
    ]


def _step(item: Incoming, project: Standing | None) -> Step:
    if project is None:
        return Step(item, None, [_change(item, item.row.name, "project", None, item.row.name, NEW)])
    return Step(item, project, differences(item, project))


def differences(item: Incoming, project: Standing) -> list[Change]:
    """Where the row differs from the project, unless it only repeats what the last ledger said."""
    changes: list[Change] = []
    base = project.base or {}
    for key, theirs in item.wanted.values.items():
        if key == PROBLEM or (key in base and same(key, base[key], theirs)):
            continue
        if key == "block" and _follows_from_nothing_new(item, project, changes):
            continue
        before, after = _stage(key, item, project) if key in SPOKEN_OF else (project.values.get(key), theirs)
        if same(key, before, after):
            continue
        untouched = key not in base or same(key, base[key], before)
        kind = CHANGED if untouched or key in SPOKEN_OF else CONFLICT
        changes.append(_change(item, project.project.name, key, before, after, kind))
    return changes


def _follows_from_nothing_new(item: Incoming, project: Standing, changes: Sequence[Change]) -> bool:
    """A block is read off other cells: when the county knows them all already, it stands or falls by its own acts."""
    values, base = item.wanted.values, project.base or {}
    if base.get(PROBLEM, "") != values[PROBLEM] or any(change.field in _BLOCK_FOLLOWS for change in changes):
        return False
    stages = {key: values[key]["stage"] for key in ("land", "eia") if key in values}
    return all(stage in (_base(key, project)["stage"], stage_now(key, project)) for key, stage in stages.items())


def _stage(key: str, item: Incoming, project: Standing) -> tuple[Any, Any]:
    """A procedure's column as what the project would gain and lose: bars that stand, and bars that would."""
    theirs = item.wanted.values[key]
    held = [bar for bar in SPOKEN_OF[key] if bar in project.permits]
    now = {"stage": stage_now(key, project), "bars": held}
    if theirs["stage"] == now["stage"] and (item.class_lent or set(theirs["bars"]) <= set(held)):
        return now, now
    # A permit that was decided or recorded here does not fall because a spreadsheet says otherwise.
    lost = [bar for bar in _base(key, project)["bars"] if bar not in theirs["bars"] and project.permits.get(bar)]
    after = [bar for bar in SPOKEN_OF[key] if (bar in held or bar in theirs["bars"]) and bar not in lost]
    return now, {"stage": theirs["stage"], "bars": after}


def stage_now(key: str, project: Standing) -> str:
    """How far a procedure's column is: what the last ledger said, unless permits were granted or fell since."""
    base = _base(key, project)
    site = project.values["site"]
    asked = bars_done((site[0], site[1]), {key: Stage.DONE})[key] if site else []
    held = [bar for bar in asked if bar in project.permits]
    if base["stage"] != Stage.DONE:
        return str(Stage.DONE) if asked and held == asked else str(base["stage"])
    if all(bar in project.permits for bar in base["bars"]):
        return str(Stage.DONE)
    return str(Stage.UNDER_WAY if held else Stage.NOT_DONE)


def _base(key: str, project: Standing) -> dict[str, Any]:
    return (project.base or {}).get(key) or {"stage": "", "bars": []}


def same(key: str, one: Any, other: Any) -> bool:
    """Whether two sides of a field say the same: neither the words of a vague date count, nor the order of causes."""
    if key == "planned_start" and one and other:
        return bool(one[1:] == other[1:])
    if key == "block" and one and other:
        return set(one["causes"]) == set(other["causes"]) and one["text"] == other["text"]
    if key in SPOKEN_OF and one and other:
        return one["bars"] == other["bars"] and (one["stage"] == other["stage"] or not one["stage"])
    return bool(one == other)


def _change(item: Incoming, project: str, key: str, before: Any, after: Any, kind: str) -> Change:
    return Change(project, item.read.sheet, item.read.row_number, key, before, after, kind)
