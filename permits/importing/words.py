"""Fields, differences and doubts of a ledger in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from permits.bars import BARS
from permits.importing.classes import SPOKEN_OF
from permits.importing.exporting import FIELDS
from permits.importing.incoming import MATCH, SITE
from permits.importing.wanted import MONTH
from permits.ledger.doubts import TABLE as DOUBTS
from permits.ledger.facts import Stage
from permits.ledger.header import OTHER, kind_of
from permits.ledger.writing import STAGES
from permits.models import Block, LedgerDoubt, Project
from permits.queries.words import joined
from permits.routing.table import TABLE
from workflows.templatetags.words import money

LABELS: dict[str, Any] = {
    "name": gettext_lazy("name"),
    "code": gettext_lazy("project code"),
    "owner": gettext_lazy("project unit"),
    "kind": gettext_lazy("kind"),
    "content": gettext_lazy("content and scale"),
    "address": gettext_lazy("town"),
    "sector": gettext_lazy("sector"),
    "total": gettext_lazy("total investment"),
    "plan": gettext_lazy("plan of the year"),
    "done_before": gettext_lazy("done in earlier years"),
    "done": gettext_lazy("done this year"),
    "planned_start": gettext_lazy("planned start"),
    "planned_finish": gettext_lazy("planned completion"),
    "period": gettext_lazy("years of construction"),
    "started": gettext_lazy("started, by the ledger"),
    "started_on": gettext_lazy("actual start"),
    "not_started_cause": gettext_lazy("why it has not started"),
    "progress": gettext_lazy("progress of the works"),
    "approval": gettext_lazy("project approval or filing"),
    "land": gettext_lazy("land approvals"),
    "eia": gettext_lazy("environmental assessment"),
    "permit": gettext_lazy("permit to build"),
    "planning": gettext_lazy("planning permit"),
    "energy": gettext_lazy("energy review"),
    "forest": gettext_lazy("forest and grassland"),
    "water": gettext_lazy("soil and water conservation"),
    "fire": gettext_lazy("fire safety"),
    "air_defence": gettext_lazy("civil air defence"),
    "problem": gettext_lazy("difficulties"),
    "bureau": gettext_lazy("bureau in charge"),
    "leader": gettext_lazy("leaders in charge"),
    "contact": gettext_lazy("contact"),
    "phone": gettext_lazy("telephone"),
    "in_library": gettext_lazy("in statistics"),
    "in_library_on": gettext_lazy("in statistics since"),
    "library_cause": gettext_lazy("why it is not in statistics"),
    "funding": gettext_lazy("source of money"),
    "note": gettext_lazy("remark"),
    "year": gettext_lazy("plan year"),
    "site": gettext_lazy("class"),
    "block": gettext_lazy("block"),
    SITE: gettext_lazy("class"),
    MATCH: gettext_lazy("project"),
}
_STAGES: dict[str, Any] = {
    "": "",
    Stage.DONE: pgettext_lazy("procedure", "done"),
    Stage.UNDER_WAY: pgettext_lazy("procedure", "under way"),
    Stage.NOT_DONE: pgettext_lazy("procedure", "not done"),
    Stage.NOT_NEEDED: pgettext_lazy("procedure", "not needed"),
}
CHANGE_KINDS: dict[str, Any] = {
    "new": gettext_lazy("a new project"),
    "changed": gettext_lazy("changed in the file"),
    "conflict": gettext_lazy("changed here and in the file: the file would win"),
}


def label(key: str) -> str:
    """A field of the ledger, or of the project, as the reader calls it; an unknown column by its own heading."""
    if key.startswith(OTHER):
        return key.removeprefix(OTHER)
    month = MONTH.fullmatch(key)
    if month:
        template = _("month %(n)s, planned") if month[2] == "plan" else _("month %(n)s, done")
        return template % {"n": int(month[1])}
    return str(LABELS.get(FIELDS.get(key, key), key))


def change_words(change: Mapping[str, Any]) -> dict[str, str]:
    """One difference as texts: project, field, before, after, and what kind it is."""
    return {
        "project": change["project"],
        "field": label(change["field"]),
        "before": value_words(change["field"], change["before"]),
        "after": value_words(change["field"], change["after"]),
        "kind": str(CHANGE_KINDS[change["kind"]]),
        "conflict": "yes" if change["kind"] == "conflict" else "",
    }


def value_words(key: str, value: Any) -> str:
    """A value of `Wanted` as text; empty for nothing."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key in SPOKEN_OF:
        held = joined(BARS[bar].title for bar in value["bars"])
        return " · ".join(text for text in (str(_STAGES[value["stage"]]), held) if text)
    if key == "block":
        causes = joined(Block.Cause(cause).label for cause in value["causes"])
        return f"{causes} · {value['text']}" if value["text"] else causes
    if key == "planned_start":
        return value[0] or (value[1] if value[1] == value[2] else f"{value[1]} – {value[2]}")
    if key == "site":
        return str(TABLE[value[0], value[1]].title) if (value[0], value[1]) in TABLE else "/".join(value)
    if key == "kind":
        return str(Project.Kind(value).label)
    if key == "code":
        return str(value[0])
    if key.endswith("_wan") or MONTH.fullmatch(key):
        return money(value)
    return joined(value) if isinstance(value, list) else str(value)


def doubt_words(code: str, args: Iterable[Any]) -> str:
    """A doubt as a sentence. `args`: (name, text) pairs."""
    return _(DOUBTS[code][1]) % {pair[0]: pair[1] for pair in args}


def choices_of(doubt: LedgerDoubt, meant: Mapping[str, list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """What may be answered to a doubt, as (value, words); empty when anything may be written.

    `meant`: name of a row → the projects of that name as (number, words).
    """
    if doubt.field == SITE:
        found = [(f"{sector}/{kind}", str(row.title)) for (sector, kind), row in TABLE.items()]
        return [("", _("choose")), *sorted(found, key=lambda pair: pair[1])]
    if doubt.field == MATCH:
        own = [("new", _("a project of its own")), ("skip", _("leave the row out"))]
        return [("", _("choose")), *meant.get(name_of(doubt), []), *own]
    kind = kind_of(doubt.field) if doubt.field else ""
    if kind == "yes_no":
        return _first(doubt.read_as, [("是", _("yes")), ("否", _("no"))])
    if kind == "stage":
        return _first(doubt.read_as, [(text, str(_STAGES[stage])) for stage, text in STAGES.items()])
    if kind == "kind":
        return _first(doubt.read_as, [("新建", _("new")), ("续建", _("continued")), ("前期", _("early work"))])
    return []


def _first(read_as: str, choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was read stands first, so that a click without a choice confirms it."""
    known = {value for value, _words in choices}
    own = [] if read_as in known else [("", read_as or _("leave open"))]
    return own + sorted(choices, key=lambda pair: pair[0] != read_as)


def name_of(doubt: LedgerDoubt) -> str:
    """The name in the row of a doubt; empty for a doubt about the sheet."""
    found = (doubt.line.cells if doubt.line else {}).get("name", {}).get("value", "")
    return found if isinstance(found, str) else ""
