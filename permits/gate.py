"""成熟一个、开工一个: the start gate of one locked project.

`weigh` compares the route with the permits that stand and moves the gate, if it must, exactly once per round: the
project's row is locked, and a unique constraint holds (project, kind, round).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notifications.models import Message
from permits.bars import BARS, EIA_BARS
from permits.models import GateEvent, Permit, Project
from permits.routes import NoSuchRoute, Route, route
from permits.trail import entry_of
from workflows.audit.models import Entry
from workflows.clock.days import civil_date
from workflows.flow import registry

STATISTICS = "statistics.chief"
# What moved the gate when it was not a bar: the project's facts changed, and its route with them.
FACTS = "facts"


def because_label(because: str) -> str:
    """What moved the gate, in the reader's language."""
    return str(BARS[because].title) if because in BARS else _("the project's facts")


# More than the projects of a county's year; some 8 kB each. Past it the keeping begins anew.
MOST_KEPT = 2048
_routes: dict[Any, Route | None] = {}


def route_of(project: Project) -> Route | None:
    """The project's route; None while its sector and class are not known.

    Worked out once for all projects of one class with the same facts: in one language, a route is a function of these.
    """
    facts = tuple(sorted((key, repr(value)) for key, value in project.facts.items()))
    key = (project.sector, project.site_class, facts, get_language())
    try:
        return _routes[key]
    except KeyError:
        found = _route_of(project)
    if len(_routes) >= MOST_KEPT:
        _routes.clear()
    _routes[key] = found
    return found


def _route_of(project: Project) -> Route | None:
    try:
        return route(project.sector, project.site_class, project.facts)
    except NoSuchRoute:
        return None


def cleared(codes: Collection[str]) -> set[str]:
    """Which bars these permits clear: a heavier EIA clears a lighter one, never the other way round (E19)."""
    found = set(codes)
    for n, bar in enumerate(EIA_BARS):
        if bar in found:
            found |= set(EIA_BARS[n:])
    return found


def missing(project: Project, standing: Collection[str]) -> list[str] | None:
    """Codes of the bars that still hold the project back; None when its route is not known."""
    found = route_of(project)
    if found is None:
        return None
    return [line.bar.code for line in found.missing(cleared(standing))]


def standing_permits(project: Project) -> dict[str, Permit]:
    """The permits that stand, by bar, each with its project; one statement."""
    rows = list(Permit.objects.filter(project=project, state__in=[Permit.State.VALID, Permit.State.EXTENDED]))
    for row in rows:
        row.project = project
    return {row.bar: row for row in rows}


def weigh(
    project: Project, standing: Mapping[str, Permit], now: dt.datetime, because: str, lead_post: str = ""
) -> tuple[set[str], list[Message | Entry]]:
    """Open or shut the gate of a locked project; its changed columns, the messages and the entry.

    `because` is the code of the bar that moved it. One INSERT when the gate moves; the caller saves the project.
    """
    left = missing(project, standing)
    phase = Project.Phase
    if left == [] and project.phase in (phase.PREPARING, phase.STARTED_EARLY):
        return _open(project, lawful_from(project, standing, now, because), now, because, lead_post)
    if left and project.phase in (phase.MAY_START, phase.STARTED):
        return _shut(project, now, because, lead_post)
    return set(), []


def lawful_from(project: Project, standing: Mapping[str, Permit], now: dt.datetime, because: str) -> dt.date:
    """From which day the start is lawful: that of the last paper, though it be recorded here only later.

    Today when no paper has a date, when the facts moved the gate, and when it opens again after it was shut.
    """
    found = route_of(project)
    needed = {*found.codes, *EIA_BARS} if found else set()
    issued = [permit.issued_on for bar, permit in standing.items() if permit.issued_on and bar in needed]
    if not issued or because == FACTS or project.gate_round:
        return civil_date(now)
    return max(issued)


def _open(
    project: Project, lawful: dt.date, now: dt.datetime, because: str, lead_post: str
) -> tuple[set[str], list[Message | Entry]]:
    if project.phase == Project.Phase.PREPARING:
        project.open_gate()
    else:
        # 未批先建 stays on record: the lawful date is never put before the papers.
        project.regularise()
    project.may_start_on = lawful
    project.gate_round += 1
    entry = _event(project, GateEvent.Kind.OPENED, now, because)
    told = _messages(project, "gate_opened", now, because, lead_post)
    return {"phase", "may_start_on", "gate_round"}, [*told, entry]


def _shut(project: Project, now: dt.datetime, because: str, lead_post: str) -> tuple[set[str], list[Message | Entry]]:
    if project.phase == Project.Phase.MAY_START:
        project.shut_gate()
    else:
        project.lose_ground()
    project.may_start_on = None
    entry = _event(project, GateEvent.Kind.SHUT, now, because)
    return {"phase", "may_start_on"}, [*_messages(project, "gate_shut", now, because, lead_post), entry]


def _event(project: Project, kind: str, now: dt.datetime, because: str) -> Entry:
    on, number = civil_date(now), project.gate_round
    row = GateEvent(project=project, kind=kind, on=on, recorded_at=now, because=because, round=number)
    row.save(force_insert=True)
    said = {"because": because, "round": str(number), "on": on.isoformat(), "phase": project.phase}
    return entry_of(f"gate_{kind}", project, now, said)


def _messages(project: Project, kind: str, now: dt.datetime, because: str, lead_post: str) -> list[Message]:
    posts = [post for post in (project.applicant_post, lead_post, STATISTICS) if post]
    if kind == "gate_shut":
        posts += _who_let_it_start(project)
    about: dict[str, Any] = {"subject": project.name, "bar": because}
    return [
        Message(
            county=project.county,
            kind=kind,
            post_key=post,
            params=about,
            url=f"/projects/{project.pk}/",
            created_at=now,
        )
        for post in dict.fromkeys(posts)
    ]


def _who_let_it_start(project: Project) -> list[str]:
    """The chief of the office whose act opens the works: when its base falls, he weighs his own permit (E11)."""
    found = route_of(project)
    bar = BARS.get(found.row.start) if found else None
    if bar is None or bar.procedure is None:
        return []
    return [f"{registry.procedure(bar.procedure).office}.chief"]
