"""What may be done on a project: one table of form and operation, read by button and view alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from permits import forms
from permits.models import Permit, Project
from permits.operations import identity, projects, rights, starting
from permits.operations.core import KEEPERS, STATISTICIANS, may_keep
from permits.refusals import NotAKeeper
from workflows.offices.forms import HouseForm
from workflows.operations.core import Actor

Call = Callable[[Project, dict[str, Any], dict[str, Any]], Any]


@dataclass(frozen=True)
class Act:
    """One act: its words, its form, the operation, who may, and in which phases it is offered (empty: all)."""

    code: str
    label: Any
    line: Any
    form: Callable[..., HouseForm]
    call: Call
    who: tuple[str, ...] = KEEPERS
    phases: tuple[str, ...] = ()


def _permit(project: Project, given: dict[str, Any], who: dict[str, Any]) -> Any:
    return rights.record_permit(project_id=project.pk, **given, **who)


def _end(project: Project, given: dict[str, Any], who: dict[str, Any]) -> Any:
    return rights.end_permit(**{**given, "permit_id": int(given["permit_id"])}, **who)


def _start(project: Project, given: dict[str, Any], who: dict[str, Any]) -> Any:
    return starting.record_start(project_id=project.pk, **given, **who)


def _statistics(project: Project, given: dict[str, Any], who: dict[str, Any]) -> Any:
    return starting.put_into_statistics(project_id=project.pk, **given, **who)


def _split(project: Project, given: dict[str, Any], who: dict[str, Any]) -> Any:
    return identity.split_project(project_id=project.pk, **given, **who)


def _merge(project: Project, given: dict[str, Any], who: dict[str, Any]) -> Any:
    keys = [project.pk, *(int(pk) for pk in given["others"])]
    return identity.merge_projects(project_ids=keys, name=given["name"], **who)


def _of(operation: Callable[..., Any]) -> Call:
    return lambda project, given, who: operation(project_id=project.pk, **given, **who)


# Acts that compare the version which the page showed.
VERSIONED = ("start", "statistics", "split")
BEFORE_START = (Project.Phase.PREPARING, Project.Phase.MAY_START)
_ALL = (
    Act(
        "permit",
        _("Record a cleared bar"),
        _("Number, date and scan of a document issued elsewhere"),
        forms.PermitForm,
        _permit,
    ),
    Act(
        "end-permit",
        _("End a permit"),
        _("Revoked, withdrawn, cancelled or lapsed: the gate shuts"),
        forms.EndPermitForm,
        _end,
    ),
    Act(
        "start",
        _("Record the actual start"),
        _("With the evidence; before the gate is open it is an early start"),
        forms.StartForm,
        _start,
        phases=BEFORE_START,
    ),
    Act(
        "statistics",
        _("Put into statistics"),
        _("The day on which statistics took it in"),
        forms.DayForm,
        _statistics,
        who=(*KEEPERS, *STATISTICIANS),
    ),
    Act(
        "block",
        _("Record what blocks it"),
        _("Causes of the list, and in words"),
        forms.BlockForm,
        _of(projects.set_block),
    ),
    Act(
        "unblock",
        _("Nothing blocks it any more"),
        _("Ends the block that stands"),
        HouseForm,
        _of(projects.clear_block),
    ),
    Act(
        "figure",
        _("A month's figures"),
        _("Plan and done, cumulative"),
        forms.FigureForm,
        _of(projects.set_figure),
        who=(*KEEPERS, *STATISTICIANS),
    ),
    Act("lead", _("Give it a lead"), _("The leader's post, from a day on"), forms.LeadForm, _of(projects.set_lead)),
    Act(
        "code",
        _("New project code"),
        _("The old one is kept; permits keep the code of their day"),
        forms.CodeForm,
        _of(identity.give_new_code),
    ),
    Act("split", _("Split into parts"), _("The money must add up"), forms.SplitForm, _split, phases=BEFORE_START),
    Act(
        "merge",
        _("Merge with others"),
        _("They live on as parts of one project"),
        forms.MergeForm,
        _merge,
        phases=BEFORE_START,
    ),
)
ACTS = {act.code: act for act in _ALL}


def why_off(act: Act, project: Project, actor: Actor) -> str:
    """Why this person may not do this here now; empty when he may."""
    if may_keep(actor, act.who) is None:
        return str(NotAKeeper())
    if act.phases and project.phase not in act.phases:
        return str(project.get_phase_display())
    return ""


def offered(project: Project, actor: Actor) -> list[dict[str, Any]]:
    """The acts for the page; none at all for who keeps nothing."""
    if may_keep(actor, (*KEEPERS, *STATISTICIANS)) is None:
        return []
    return [
        {
            "label": act.label,
            "line": act.line,
            "url": reverse("permits:act", args=[project.pk, act.code]),
            "why_off": why_off(act, project, actor),
        }
        for act in _ALL
    ]


def form_of(act: Act, project: Project, today: dt.date, *data: Any, initial: dict[str, Any] | None = None) -> HouseForm:
    """The act's form with the choices of this project."""
    more: dict[str, Any] = {"initial": {"on": today, "year": project.year, "starts": today, **(initial or {})}}
    if act.form is forms.EndPermitForm:
        standing = Permit.objects.filter(project=project, state__in=["valid", "extended"]).order_by("bar")
        more["permits"] = [(permit.pk, str(permit)) for permit in standing]
    if act.form is forms.LeadForm:
        more["county"] = project.county
    if act.form is forms.MergeForm:
        others = Project.objects.in_county(project.county).live().filter(year=project.year).exclude(pk=project.pk)
        more["projects"] = list(others.order_by("pk").values_list("pk", "name"))
    return act.form(*data, **more)
