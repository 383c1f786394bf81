"""What may be done on a project: one table of form and operation, read by button and view alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from permits import forms
from permits.bars import BARS
from permits.models import Permit, Project
from permits.operations import identity, projects, rights, starting
from permits.operations.core import KEEPERS, LEADERS, STATISTICIANS, check_keeper, may_keep
from permits.refusals import NotInThisPhase
from workflows.audit.refused import Refused
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


def _of_permit(operation: Callable[..., Any]) -> Call:
    return lambda project, given, who: operation(**{**given, "permit_id": int(given["permit_id"])}, **who)


def _merge(project: Project, given: dict[str, Any], who: dict[str, Any]) -> Any:
    keys = [project.pk, *(int(pk) for pk in given["others"])]
    return identity.merge_projects(project_ids=keys, name=given["name"], version=given["version"], **who)


def _of(operation: Callable[..., Any]) -> Call:
    return lambda project, given, who: operation(project_id=project.pk, **given, **who)


# Acts that nobody does without having seen what stands.
VERSIONED = ("start", "statistics", "split")
BEFORE_START = (Project.Phase.PREPARING, Project.Phase.MAY_START)
_ALL = (
    Act(
        "permit",
        _("Record a cleared bar"),
        _("Number, date and scan of a document issued elsewhere"),
        forms.PermitForm,
        _of(rights.record_permit),
    ),
    Act(
        "end-permit",
        _("End a permit"),
        _("Revoked, withdrawn, cancelled or lapsed: the gate shuts"),
        forms.EndPermitForm,
        _of_permit(rights.end_permit),
    ),
    Act(
        "extend-permit",
        _("Extend a permit"),
        _("A later last day, with the reasons"),
        forms.ExtendPermitForm,
        _of_permit(rights.extend_permit),
    ),
    Act(
        "start",
        _("Record the actual start"),
        _("With the evidence; before the gate is open it is an early start"),
        forms.StartForm,
        _of(starting.record_start),
        phases=BEFORE_START,
    ),
    Act(
        "statistics",
        _("Put into statistics"),
        _("The day on which statistics took it in"),
        forms.DayForm,
        _of(starting.put_into_statistics),
        who=STATISTICIANS,
    ),
    Act(
        "block",
        _("Record what blocks it"),
        _("Causes of the list, and in words"),
        forms.BlockForm,
        _of(projects.set_block),
        who=LEADERS,
    ),
    Act(
        "unblock",
        _("Nothing blocks it any more"),
        _("Ends the block that stands"),
        HouseForm,
        _of(projects.clear_block),
        who=LEADERS,
    ),
    Act(
        "figure",
        _("A month's figures"),
        _("Plan and done, cumulative"),
        forms.FigureForm,
        _of(projects.set_figure),
        who=STATISTICIANS,
    ),
    Act(
        "lead",
        _("Give it a lead"),
        _("The leader's post, from a day on"),
        forms.LeadForm,
        _of(projects.set_lead),
        who=LEADERS,
    ),
    Act(
        "code",
        _("New project code"),
        _("The old one is kept; permits keep the code of their day"),
        forms.CodeForm,
        _of(identity.give_new_code),
    ),
    Act(
        "split",
        _("Split into parts"),
        _("The money must add up"),
        forms.SplitForm,
        _of(identity.split_project),
        phases=BEFORE_START,
    ),
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


def check(act: Act, project: Project, actor: Actor) -> None:
    """Whether this person may do this here now. Raises `NotAKeeper`, `NotInThisPhase`."""
    check_keeper(actor, act.who)
    if act.phases and project.phase not in act.phases:
        raise NotInThisPhase(str(project.get_phase_display()))


def why_off(act: Act, project: Project, actor: Actor) -> str:
    """Why this person may not do this here now; empty when he may."""
    try:
        check(act, project, actor)
    except Refused as refused:
        return str(refused)
    return ""


def offered(project: Project, actor: Actor) -> list[dict[str, Any]]:
    """The acts of this person's post, each with the reason why it is off now; none for who keeps nothing."""
    return [
        {
            "label": act.label,
            "line": act.line,
            "url": reverse("permits:act", args=[project.pk, act.code]),
            "why_off": why_off(act, project, actor),
        }
        for act in _ALL
        if may_keep(actor, act.who) is not None
    ]


def form_of(act: Act, project: Project, today: dt.date, *data: Any, initial: dict[str, Any] | None = None) -> HouseForm:
    """The act's form with the choices of this project."""
    more: dict[str, Any] = {"initial": {"on": today, "year": project.year, "starts": today, **(initial or {})}}
    if act.form in (forms.EndPermitForm, forms.ExtendPermitForm):
        standing = Permit.objects.filter(project=project, state__in=["valid", "extended"]).order_by("bar")
        more["permits"] = [(permit.pk, f"{BARS[permit.bar].title} · {permit}") for permit in standing]
    if act.form is forms.LeadForm:
        more["county"] = project.county
    if act.form is forms.MergeForm:
        others = Project.objects.in_county(project.county).live().filter(year=project.year).exclude(pk=project.pk)
        more["projects"] = list(others.order_by("pk").values_list("pk", "name"))
    return act.form(*data, **more)
