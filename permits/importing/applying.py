"""Write one row of a ledger into its project: one transaction, so that a bad row never stops a good one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from permits.importing.by import By
from permits.importing.classes import SPOKEN_OF
from permits.importing.planning import Change, Step
from permits.importing.refusals import ChangedMeanwhile
from permits.importing.wanted import MONTH
from permits.ledger.facts import CodeStatus
from permits.ledger.words import name_key
from permits.models import Block, Lead, LedgerFile, LedgerLine, MonthlyFigure, Permit, Project, ProjectCode
from permits.operations.rights import weigh_and_save
from workflows.audit.private import committed
from workflows.clock.days import civil_date
from workflows.search import search_text

_DIRECT = ("kind", "content", "town", "unit", "contact", "bureau", "year", "ledger_started", "in_statistics")
_AMOUNTS = ("total_wan", "plan_wan", "done_wan")
_DAYS = ("started_on", "in_statistics_on")
NOTE = "台账导入"


@dataclass(frozen=True)
class Taking:
    """What all rows of one file share: the file, who takes it over, when, and the leaders' posts by title."""

    ledger: LedgerFile
    by: By
    now: dt.datetime
    posts: Mapping[str, int]

    @property
    def today(self) -> dt.date:
        """The civil day of `now`."""
        return civil_date(self.now)


def apply_step(step: Step, taking: Taking) -> Project:
    """Create or change the project of one row, in one transaction with its audit entry.

    About ten statements for a new project, four and what changed for an old one. Raises `ChangedMeanwhile` when the
    project is no longer what was compared; database errors pass through.
    """
    with transaction.atomic():
        if step.project is None:
            project = _create(step, taking)
            values = step.item.wanted.values
        else:
            project = _locked(step)
            values = {change.field: change.after for change in step.changes}
            _fields(project, values, taking)
            project.save()
        _related(project, step, values, taking)
        _keep_line(project, step, taking)
        taking.by.record("project.imported", taking.ledger.county, taking.now, _payload(project, step, taking))
    return project


def keep_unchanged(steps: Sequence[Step]) -> None:
    """Rows that change nothing become the lines in force; a few statements for every 500."""
    kept = [step for step in steps if step.project]
    for first in range(0, len(kept), 500):
        _keep_some(kept[first : first + 500])


def _keep_some(steps: Sequence[Step]) -> None:
    lines = [
        LedgerLine(
            pk=step.item.line_id,
            project=step.project.project,
            applied=_base(step),
            in_force=True,
            outcome=LedgerLine.Outcome.UNCHANGED,
        )
        for step in steps
        if step.project
    ]
    with transaction.atomic():
        projects = [line.project_id for line in lines]
        LedgerLine.objects.filter(project__in=projects, in_force=True).update(in_force=False)
        LedgerLine.objects.bulk_update(lines, ["project", "applied", "in_force", "outcome"], batch_size=200)


def _create(step: Step, taking: Taking) -> Project:
    values = step.item.wanted.values
    project = Project(county=taking.ledger.county, created_at=taking.now, version=0)
    _fields(project, {"year": taking.today.year, **values}, taking)
    project.save(force_insert=True)
    return project


def _locked(step: Step) -> Project:
    seen = step.project.project if step.project else None
    project: Project | None = Project.objects.select_for_update(no_key=True).filter(pk=seen.pk if seen else 0).first()
    if project is None or seen is None or project.version != seen.version:
        raise ChangedMeanwhile(step.item.row.name)
    return project


def _fields(project: Project, values: Mapping[str, Any], taking: Taking) -> None:
    """Set the project's own columns from plain values; what is not there stays."""
    for key in _DIRECT:
        if key in values:
            setattr(project, key, values[key])
    for key in _AMOUNTS:
        if key in values:
            setattr(project, key, None if values[key] is None else Decimal(values[key]))
    for key in _DAYS:
        if key in values:
            setattr(project, key, dt.date.fromisoformat(values[key]) if values[key] else None)
    if "name" in values:
        project.name, project.name_key = values["name"], name_key(values["name"])[:200]
    if values.get("site"):
        project.sector, project.site_class = values["site"]
    if "planned_start" in values:
        text, first, last, precision = values["planned_start"] or ("", None, None, "")
        project.planned_start_text, project.planned_start_precision = text, precision
        project.planned_start_from = dt.date.fromisoformat(first) if first else None
        project.planned_start_to = dt.date.fromisoformat(last) if last else None
    project.version += 1
    project.updated_at = taking.now


def _related(project: Project, step: Step, values: Mapping[str, Any], taking: Taking) -> None:
    """Code, leaders, block, months and permits, as far as they are among the values."""
    if "code" in values:
        _code(project, values["code"], taking)
    if "leads" in values:
        _leads(project, values["leads"], taking)
    if "block" in values:
        _block(project, step, values["block"], taking)
    months = {key: value for key, value in values.items() if MONTH.fullmatch(key)}
    if months:
        _months(project, step, months)
    if {"code", "name", "unit"} & set(values):
        codes = ProjectCode.objects.filter(project=project).order_by("-pk").values_list("code", flat=True)
        project.search = search_text(project.name, project.unit, *codes)
        project.save(update_fields=["search"])
    moved = _permits(project, step, values, taking)
    if moved and step.project:
        # A first ledger says how things stood; afterwards a bar that comes or falls moves the gate.
        weigh_and_save(project, taking.now, moved)


def _code(project: Project, code: Sequence[str], taking: Taking) -> None:
    """A new code: the old one is kept as superseded (DOMAIN.md E18)."""
    standing = ProjectCode.objects.filter(project=project).exclude(kind=ProjectCode.Kind.SUPERSEDED)
    if project.version > 1:
        standing.update(kind=ProjectCode.Kind.SUPERSEDED, until=taking.today, reason=NOTE)
    legacy = code[1] == CodeStatus.LEGACY
    kind = ProjectCode.Kind.LEGACY if legacy else ProjectCode.Kind.CURRENT
    ProjectCode(project=project, code=code[0], kind=kind, check_status=code[1]).save(force_insert=True)


def _leads(project: Project, titles: Sequence[str], taking: Taking) -> None:
    """Leaders that are no longer named end today, new ones begin; one who stays keeps his day."""
    if project.version > 1:
        Lead.objects.filter(project=project, ends__isnull=True).update(ends=taking.today)
    Lead.objects.bulk_create(
        Lead(project=project, post_id=taking.posts.get(title), title=title, co_lead=n > 0, starts=taking.today)
        for n, title in enumerate(titles)
    )


def _block(project: Project, step: Step, block: Mapping[str, Any] | None, taking: Taking) -> None:
    """The block that stood before is cleared, unless it is another than the one compared; the new one stands."""
    before = step.project.values["block"] if step.project else None
    if before:
        for row in Block.objects.filter(project=project, cleared_on__isnull=True, text=before["text"]):
            row.cleared_on = taking.today
            row.save(update_fields=["cleared_on"])
    if block:
        Block(project=project, causes=block["causes"], text=block["text"], since=taking.today).save(force_insert=True)


def _months(project: Project, step: Step, months: Mapping[str, str | None]) -> None:
    known = step.project.values if step.project else {}
    found: dict[int, dict[str, Decimal | None]] = {}
    for key in months:
        month = int(key[6:8])
        sides = {side: {**known, **months}.get(f"month_{month:02}_{side}") for side in ("plan", "done")}
        found[month] = {f"{side}_wan": Decimal(amount) if amount else None for side, amount in sides.items()}
    rows = [MonthlyFigure(project=project, year=project.year, month=month, **sides) for month, sides in found.items()]
    MonthlyFigure.objects.bulk_create(
        [row for row in rows if known or row.plan_wan is not None or row.done_wan is not None],
        update_conflicts=True,
        unique_fields=["project", "year", "month"],
        update_fields=["plan_wan", "done_wan"],
    )


def _permits(project: Project, step: Step, values: Mapping[str, Any], taking: Taking) -> str:
    """Procedures that the ledger calls done become imported permits: no number, no date and no sign-off is invented.

    A bar that came or fell; empty when none did.
    """
    held = step.project.permits if step.project else {}
    said = [values[key]["bars"] for key in SPOKEN_OF if key in values]
    wanted = list(dict.fromkeys(bar for bars in said for bar in bars))
    code = values.get("code") or (step.project.values["code"] if step.project else None)
    new = [bar for bar in wanted if bar not in held]
    Permit.objects.bulk_create(
        Permit(
            county=project.county,
            project=project,
            bar=bar,
            project_code=code[0] if code else "",
            source=Permit.Source.IMPORTED,
            recorded_by=taking.by.person,
            recorded_at=taking.now,
            note=f"{NOTE} {taking.ledger.file_name}"[:300],
        )
        for bar in new
    )
    spoken = {bar for key in SPOKEN_OF if key in values for bar in SPOKEN_OF[key]}
    gone = [bar for bar, imported in held.items() if imported and bar in spoken and bar not in wanted]
    if gone:
        standing = [Permit.State.VALID, Permit.State.EXTENDED]
        for permit in Permit.objects.filter(project=project, bar__in=gone, state__in=standing):
            permit.cancel()
            permit.ended_on, permit.end_reason = taking.today, f"{NOTE} {taking.ledger.file_name}"[:300]
            permit.save(update_fields=["state", "ended_on", "end_reason"])
    return next(iter([*new, *gone]), "")


def _base(step: Step) -> dict[str, Any]:
    """What the ledger has said of the project so far: this row over the one before."""
    return {**((step.project.base if step.project else None) or {}), **step.item.wanted.values}


def _keep_line(project: Project, step: Step, taking: Taking) -> None:
    if step.project:
        LedgerLine.objects.filter(project=project, in_force=True).update(in_force=False)
    outcome = LedgerLine.Outcome.CHANGED if step.project else LedgerLine.Outcome.NEW
    LedgerLine.objects.filter(pk=step.item.line_id or 0).update(
        project=project, applied=_base(step), in_force=True, outcome=outcome
    )


def _payload(project: Project, step: Step, taking: Taking) -> dict[str, Any]:
    changes = [] if step.project is None else [_told(change) for change in step.changes]
    values = dict(step.item.wanted.values) if step.project is None else {}
    said = [*[(values, "contact")], *[(change, when) for change in changes for when in ("before", "after")]]
    for holder, name in said:
        if holder.get(name) and (holder is values or holder["field"] == "contact"):
            about = f"{project.key}:contact"
            holder[name] = committed(county=project.county, about=about, value=str(holder[name]), now=taking.now)
    return {
        "project": project.key,
        "name": project.name,
        "file": taking.ledger.sha256,
        "sheet": step.item.read.sheet,
        "row": step.item.read.row_number,
        "new": step.project is None,
        "values": values,
        "changes": changes,
    }


def _told(change: Change) -> dict[str, Any]:
    told = asdict(change)
    return {key: told[key] for key in ("field", "before", "after", "kind")}
