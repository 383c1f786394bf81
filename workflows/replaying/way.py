"""The way of one act: the steps it closed and opened, as its entry says, or for entries of schema 1 the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from workflows.flow.decisions import Decision
from workflows.replaying.said import WITH_PATH, Misfit, Said
from workflows.replaying.tables import Tables

Place = tuple[str, str]


@dataclass
class Way:
    """`step`: the step acted on; `owner`: in whose hands it is afterwards (None: not recorded); `opened`: keys of the
    steps opened, by node and token, to be claimed one by one."""

    step: int | None = None
    owner: str | None = None
    closed: list[tuple[int, str]] = field(default_factory=list)
    opened: dict[Place, list[int]] = field(default_factory=dict)
    clock: list[dict[str, str]] | None = None
    exact: bool = True

    def claim(self, node: str, token: str) -> int:
        """The key of the step that the flow opens here. Raises `Misfit` when the act opened none."""
        keys = self.opened.get((node, token))
        if not keys:
            raise Misfit(_("By the flow this act opens “%(node)s”; the record opens nothing there.") % {"node": node})
        return keys.pop(0)

    def check_used(self) -> None:
        """Raises `Misfit` when the act opened a step that the flow does not open."""
        left = [node for (node, _token), keys in self.opened.items() if keys]
        if left and self.exact:
            raise Misfit(_("The record opens “%(node)s”; by the flow this act does not.") % {"node": "、".join(left)})


def way_of(said: Said, tables: Tables, taken: dict[int, Any]) -> Way:
    """The way that an entry says. Raises `Misfit`."""
    if said.schema < WITH_PATH:
        return _looked_up(said, tables, taken)
    path = said.path
    try:
        way = Way(
            step=int(path["step"]) if "step" in path else None,
            owner=path.get("owner"),
            closed=[(int(row["step"]), str(row["decision"])) for row in path.get("closed", ())],
            clock=list(path.get("clock", ())),
        )
        for row in path.get("opened", ()):
            way.opened.setdefault((row["node"], row["token"]), []).append(int(row["step"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Misfit(_("The entry does not say its way.")) from error
    for keys in way.opened.values():
        if any(key in taken for key in keys):
            raise Misfit(_("The record opens a step that was open already."))
    return way


def _looked_up(said: Said, tables: Tables, taken: dict[int, Any]) -> Way:
    way = Way(exact=False)
    row = next((row for row in tables.sign_offs if row["pk"] == said.sign_off), None)
    way.step = row["step_id"] if row else None
    unsigned = {"deemed_accepted": Decision.DEEMED, "close_consultation": Decision.SILENT}.get(said.kind)
    if unsigned is not None:
        way.closed = [
            (step["pk"], step["decision"])
            for step in tables.steps
            if step["decision"] == unsigned and step["finished"] == said.recorded_at
        ]
    elif way.step is not None and said.kind in Decision.values:
        way.closed = [(way.step, said.kind)]
    for step in tables.steps:
        if step["created"] == said.recorded_at and step["pk"] not in taken:
            way.opened.setdefault((step["node"], str(step["token"])), []).append(step["pk"])
    return way
