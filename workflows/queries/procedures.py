"""事项: every procedure with its published versions, their steps, papers and limits, and what a new version changed.

Versions are code and frozen; a running application stays on the one it began on. Only the counts of open applications
and the names of posts are read from the database: two statements a page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from workflows.clock.citing import cite
from workflows.clock.days import WorkingDays
from workflows.clock.promises import promises_of
from workflows.clock.rules import book
from workflows.flow import registry
from workflows.flow.decisions import Answer
from workflows.flow.graph import reachable
from workflows.flow.nodes import Filing, Join, Review, Split
from workflows.flow.procedure import Procedure, ProcedureFlow
from workflows.flowchart import Chart, chart_of_flow
from workflows.legal import State, moves
from workflows.models import Application
from workflows.offices.models import Office
from workflows.offices.titles import post_names


@dataclass(frozen=True)
class ProcedureLine:
    """One procedure of the list. `statutory`, `promised`: limits in words, empty where there is none."""

    code: str
    title: str
    office: str
    statutory: str
    promised: str
    version: str
    steps: int
    open: int
    internal: bool


@dataclass(frozen=True)
class AnswerLine:
    """One answer of a step: its word, where it leads, the legal states it may lead to, what must come with it."""

    label: str
    leads_to: str
    becomes: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class StepLine:
    """One step of a version. `limit`: working days of the step itself, None without one; `wait`: its legal minimum."""

    node: str
    title: str
    post: str
    limit: int | None
    ball: str
    four_eyes: bool
    wait: str
    article: str
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True)
class VersionLine:
    """One published version and how many applications still run on it."""

    name: str
    open: int
    current: bool


@dataclass(frozen=True)
class Change:
    """What a version changed against the one before: `kind` is added, gone or other; before and after in words."""

    kind: str
    title: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class ProcedurePage:
    """One procedure with one of its versions."""

    line: ProcedureLine
    procedure: Procedure
    laws: str
    versions: tuple[VersionLine, ...]
    shown: str
    chart: Chart
    steps: tuple[StepLine, ...]
    changes: tuple[Change, ...]
    before: str


def procedure_lines(county: str, today: dt.date, language: str) -> list[ProcedureLine]:
    """Every procedure, approvals first, then the house's own work; three statements."""
    opened = _open(county)
    offices = _offices(county)
    promised = promises_of(county)
    lines = [
        _line(found, sum(opened.get(found.code, {}).values()), offices, promised, today, language)
        for found in registry.procedures()
    ]
    return sorted(lines, key=lambda line: (line.internal, line.office, line.title))


def procedure_page(county: str, code: str, version: str, today: dt.date, language: str) -> ProcedurePage:
    """One procedure; `version` empty for the current one. Raises `KeyError` for what was never published."""
    procedure = registry.procedure(code)
    by_name = {flow.version: flow for flow in procedure.versions}
    shown = by_name[version] if version else procedure.current
    opened = _open(county).get(code, {})
    names = list(by_name)
    at = names.index(shown.version)
    older = by_name[names[at - 1]] if at else None
    flows = [shown] if older is None else [older, shown]
    posts = post_names(county, {node.post_key for flow in flows for node in _reviews(flow)})
    steps = tuple(_steps(shown, posts))
    return ProcedurePage(
        line=_line(procedure, sum(opened.values()), _offices(county), promises_of(county), today, language),
        procedure=procedure,
        laws=cite(procedure.laws, language) if procedure.laws else "",
        versions=tuple(
            VersionLine(name, opened.get(name, 0), flow is procedure.current)
            for name, flow in reversed(by_name.items())
        ),
        shown=shown.version,
        chart=chart_of_flow(shown),
        steps=steps,
        changes=tuple(changes(list(_steps(older, posts)), list(steps))) if older is not None else (),
        before=older.version if older is not None else "",
    )


def changes(old: list[StepLine], new: list[StepLine]) -> list[Change]:
    """What a version does otherwise than the one before, step by step, in the order of the new one."""
    was = {step.node: step for step in old}
    now = {step.node: step for step in new}
    found = [Change("added", step.title) for step in new if step.node not in was]
    found += [Change("gone", step.title) for step in old if step.node not in now]
    for node, step in now.items():
        if node in was:
            before, after = _told(was[node]), _told(step)
            found += [
                Change("other", f"{step.title} · {name}", before[name], after[name])
                for name in after
                if before[name] != after[name]
            ]
    return found


def _told(step: StepLine) -> dict[str, str]:
    answers = "; ".join(
        " ".join((line.label, "→", line.leads_to, *(f"({need})" for need in line.needs))) for line in step.answers
    )
    return {
        _("title"): step.title,
        _("post"): step.post,
        _("limit"): _working(step.limit) if step.limit else "—",
        _("four eyes"): _("yes") if step.four_eyes else _("no"),
        _("minimum wait"): step.wait or "—",
        _("answers"): answers,
    }


def _open(county: str) -> dict[str, dict[str, int]]:
    """{procedure: {version: open applications}}; one statement over the open ones only."""
    rows = Application.objects.filter(county=county, finished__isnull=True).values_list("procedure", "version")
    found: dict[str, dict[str, int]] = {}
    for procedure, version, count in rows.annotate(n=Count("pk")).order_by():
        found.setdefault(procedure, {})[version] = count
    return found


def _offices(county: str) -> dict[str, str]:
    return {office.code: str(office) for office in Office.objects.filter(county=county)}


def _line(
    procedure: Procedure, opened: int, offices: dict[str, str], promised: Any, today: dt.date, language: str
) -> ProcedureLine:
    versions = book().get(procedure.rule, ()) if procedure.rule else ()
    law = next((rule for rule in versions if rule.in_force(today)), None)
    recorded = [row for row in promised.get(procedure.code, ()) if row.effective_from <= today]
    own = WorkingDays(procedure.promise).words.of(language) if procedure.promise is not None else ""
    return ProcedureLine(
        code=procedure.code,
        title=str(procedure.title),
        office=offices.get(procedure.office, procedure.office),
        statutory=law.limit.words.of(language) if law else "",
        promised=recorded[-1].days.words.of(language) if recorded else own,
        version=procedure.current.version,
        steps=len(_reviews(procedure.current)),
        open=opened,
        internal=procedure.internal,
    )


def _reviews(flow: type[ProcedureFlow]) -> list[Review]:
    return [node for node in reachable(flow) if isinstance(node, Review)]


def _steps(flow: type[ProcedureFlow], posts: dict[str, str]) -> list[StepLine]:
    return [
        StepLine(
            node=node.name,
            title=str(node.task_title),
            post=_("whom the case names") if node.named_by_case else posts.get(node.post_key, node.post_key),
            limit=node.limit,
            ball=str(node.ball.label) if node.ball else "",
            four_eyes=node.four_eyes,
            wait=_wait(node),
            article=node.wait.article if node.wait else "",
            answers=tuple(_answer(answer) for answer in node.answers.values()),
        )
        for node in _reviews(flow)
    ]


def _wait(node: Review) -> str:
    if node.wait is None:
        return ""
    days = node.wait.days
    return _working(days) if node.wait.working else _("%(n)s calendar days") % {"n": days}


def _working(days: int) -> str:
    return ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days}


def _answer(answer: Answer) -> AnswerLine:
    states = sorted(set(moves(Application)[answer.law].values())) if answer.law else []
    needs = (
        (_("opinion"), answer.opinion),
        (_("list of points"), answer.items),
        (_("reasons"), answer.reasons),
        (_("document"), bool(answer.document)),
        (_("second person"), answer.second),
    )
    return AnswerLine(
        label=answer.label,
        leads_to=_name(answer.to),
        becomes=str(State(states[0]).label) if len(states) == 1 else "",
        needs=tuple(name for name, wanted in needs if wanted),
    )


def _name(node: Any) -> str:
    if node is None:
        return _("an earlier step, chosen by the officer")
    if isinstance(node, Split):
        return _("several at once")
    if isinstance(node, Join):
        return _("when all have answered")
    return str(node.task_title) if isinstance(node, Review | Filing) else pgettext("chart", "Closed")
