"""矩阵: one row for each project, one cell for each stage of its way to the start; words and dates in one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from permits import gate
from permits.bars import BARS, Group
from permits.models import Block, Project
from permits.queries.portfolio import Dossier
from permits.queries.prospect import Prospect, prospects
from permits.queries.words import short_causes
from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.models import Application, Step
from workflows.offices.titles import post_names
from workflows.queries.clockbar import RISK, times

# The stages of the way, in the order of the chain; the start itself is a column of its own.
STAGES: tuple[tuple[str, Any, tuple[Group, ...]], ...] = (
    ("investment", pgettext_lazy("stage", "Investment"), (Group.INVESTMENT,)),
    ("land", pgettext_lazy("stage", "Land"), (Group.LAND,)),
    ("eia", pgettext_lazy("stage", "EIA"), (Group.EIA,)),
    ("nature", pgettext_lazy("stage", "Forest, water, energy"), (Group.NATURE,)),
    ("planning", pgettext_lazy("stage", "Planning, design"), (Group.PLANNING, Group.DESIGN)),
    ("papers", pgettext_lazy("stage", "Start papers"), (Group.START,)),
)
# Which stage a cause of a block is said of.
STAGE_OF = {
    Block.Cause.LAND: "land",
    Block.Cause.EXPROPRIATION: "land",
    Block.Cause.EIA: "eia",
    Block.Cause.PLANNING: "planning",
    Block.Cause.PAPERS: "papers",
}
RISK_WORDS: dict[str, tuple[Any, str, str]] = {
    # risk: (word, drawing, tone)
    "early": (gettext_lazy("Started early"), "warn", "breach"),
    "past_statute": (gettext_lazy("Past statute"), "", "past_statute"),
    "past_promise": (gettext_lazy("Past promise"), "", "past_promise"),
    "blocked": (gettext_lazy("Blocked"), "hand", "late"),
    "plan_passed": (gettext_lazy("Plan passed"), "flag", "late"),
    "held": (gettext_lazy("Held up"), "hand", "warn"),
    "plan_soon": (gettext_lazy("Due within a month"), "clock", "warn"),
    "plan_later": (gettext_lazy("Due later"), "circle", "ink"),
    "no_plan": (gettext_lazy("No plan date"), "dashed", "quiet"),
    "started": (gettext_lazy("Started"), "check", "quiet"),
}


@dataclass(frozen=True)
class Cell:
    """One stage of one project.

    `state`: cleared, running, blocked, missing, unrecorded, not_needed, unknown. `light` is that of the riskiest open
    application. `on` is the day that matters and `what` says which: issued, due, filing (the last day to hand in).
    """

    stage: str
    title: str
    state: str
    word: str
    on: dt.date | None = None
    what: str = ""
    past: bool = False
    light: str = ""
    done: int = 0
    needed: int = 0
    url: str = ""


@dataclass(frozen=True)
class Start:
    """The last column: `state` is started, early, ledger, may_start, forecast, impossible or unknown."""

    state: str
    word: str
    prospect: Prospect


@dataclass(frozen=True)
class Turn:
    """Whose turn it is in the riskiest application, and for how many working days already."""

    who: str
    days: int
    url: str
    number: str


@dataclass(frozen=True)
class Row:
    """One project of the matrix."""

    pk: int
    name: str
    bureau: str
    lead: str
    risk: str
    word: str
    icon: str
    tone: str
    cells: tuple[Cell, ...]
    start: Start
    causes: str
    text: str
    since: dt.date | None
    turn: Turn | None


def matrix(found: Sequence[Dossier], now: dt.datetime) -> list[Row]:
    """The rows of these projects; one statement, a second while the paces are cold."""
    ahead = prospects(found, now)
    waiting = [step for one in found for step in one.steps.values() if step.finished is None]
    posts = post_names(found[0].project.county, [step.post_key for step in waiting]) if found else {}
    return [_row(one, ahead[one.project.pk], posts, civil_date(now)) for one in found]


def _row(one: Dossier, ahead: Prospect, posts: dict[str, str], today: dt.date) -> Row:
    word, icon, tone = RISK_WORDS[one.risk]
    held = one.held if not one.started else None
    return Row(
        pk=one.project.pk,
        name=one.project.name,
        bureau=one.project.bureau,
        lead=one.lead,
        risk=one.risk,
        word=str(word),
        icon=icon,
        tone=tone,
        cells=tuple(_cells(one, ahead, today)),
        start=_start(one, ahead),
        causes=short_causes(held.causes) if held else "",
        text=held.text if held else "",
        since=held.since if held else None,
        turn=_turn(one, posts, today),
    )


def _cells(one: Dossier, ahead: Prospect, today: dt.date) -> list[Cell]:
    held = (
        {STAGE_OF.get(Block.Cause(cause), "") for cause in one.held.causes} if one.held and not one.started else set()
    )
    cleared = gate.cleared(set(one.standing))
    return [_cell(one, ahead, cleared, held, today, *stage) for stage in STAGES]


def _cell(
    one: Dossier,
    ahead: Prospect,
    cleared: Collection[str],
    held: Collection[str],
    today: dt.date,
    stage: str,
    title: Any,
    groups: tuple[Group, ...],
) -> Cell:
    name = str(title)
    if one.route is None:
        return Cell(stage, name, "unknown", _("class not known"))
    codes = [line.bar.code for line in one.route.needed if BARS[line.bar.code].group in groups]
    left = [code for code in codes if code not in cleared]
    done, needed = len(codes) - len(left), len(codes)
    if not codes:
        return Cell(stage, name, "not_needed", _("not needed"))
    if not left:
        issued = [permit.issued_on for bar in codes if (permit := one.standing.get(bar)) and permit.issued_on]
        return Cell(stage, name, "cleared", _("cleared"), max(issued, default=None), "issued", done=done, needed=needed)
    running = [application for bar, application in one.running.items() if bar in left]
    if running:
        return _running(one, stage, name, running, stage in held, today, (done, needed))
    if stage in held:
        return Cell(stage, name, "blocked", _("blocked"), *_filing(ahead, left), done=done, needed=needed)
    if one.started and not one.project.started_early:
        return Cell(stage, name, "unrecorded", _("not on record"), done=done, needed=needed)
    return Cell(stage, name, "missing", pgettext("route", "missing"), *_filing(ahead, left), done=done, needed=needed)


def _filing(ahead: Prospect, left: Sequence[str]) -> tuple[dt.date | None, str, bool]:
    """The last day on which the first of these bars can be handed in, so that its office may use its whole limit."""
    days = [ahead.filing[bar] for bar in left if bar in ahead.filing]
    first = min(days, key=lambda row: row.on, default=None)
    return (first.on, "filing", first.is_past) if first else (None, "", False)


def _running(
    one: Dossier,
    stage: str,
    name: str,
    running: Sequence[Application],
    blocked: bool,
    today: dt.date,
    count: tuple[int, int],
) -> Cell:
    calendar = calendar_for(one.project.county)
    clocks = [(times(application, today, calendar), application) for application in running]
    clock, worst = min(clocks, key=lambda pair: RISK[pair[0].light])
    return Cell(
        stage,
        name,
        "blocked" if blocked else "running",
        _("blocked") if blocked else _("running"),
        clock.promised or clock.statutory,
        "due",
        light=clock.light,
        url=reverse("application", args=[worst.pk]),
        done=count[0],
        needed=count[1],
    )


def _start(one: Dossier, ahead: Prospect) -> Start:
    project = one.project
    if one.started:
        if project.started_early:
            return Start("early", _("started before its approvals"), ahead)
        known = project.started_on is not None
        return Start("started", _("started"), ahead) if known else Start("ledger", _("by the ledger, no date"), ahead)
    if project.phase == Project.Phase.MAY_START:
        return Start("may_start", _("may start"), ahead)
    if ahead.starts is None:
        return Start("unknown", no_forecast(one), ahead)
    if ahead.impossible:
        return Start("impossible", _("not possible by law in time"), ahead)
    return Start("forecast", pgettext("start", "forecast"), ahead)


def no_forecast(one: Dossier) -> str:
    """Why nobody can say when this project will start."""
    if one.route is None:
        return _("no forecast: class not known")
    if one.project.phase == Project.Phase.MAY_START:
        return _("may start")
    return _("no forecast: no known pace for what is missing")


def _turn(one: Dossier, posts: dict[str, str], today: dt.date) -> Turn | None:
    calendar = calendar_for(one.project.county)
    running = sorted(one.running.values(), key=lambda found: RISK[times(found, today, calendar).light])
    for application in running:
        waiting: list[Step] = one.open_steps(application)
        if waiting:
            step = min(waiting, key=lambda found: found.created)
            since = civil_date(step.created)
            days = calendar.count(since, today) if today > since else 0
            who = posts.get(step.post_key) or str(step.get_ball_display())
            return Turn(who, days, reverse("application", args=[application.pk]), application.number)
    return None
