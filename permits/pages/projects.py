"""项目: the list with the county's figures, one project on one page, and what may be done on it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from permits.forms import CaseForm, ProjectForm, initial_of
from permits.models import Block
from permits.operations.cases import check_opener, may_open, open_case
from permits.operations.core import check_keeper, may_keep
from permits.operations.projects import create_project, edit_project, sheet_of
from permits.pages.acts import ACTS, VERSIONED, check, form_of, offered
from permits.pages.listing import FORMATS
from permits.queries.figures import headline, newest_year
from permits.queries.project import load_project, project_page
from permits.queries.projects import KINDS, filtered, page_of
from permits.refusals import NoSuchProject
from permits.routing.table import TABLE
from workflows.audit.refused import Refused
from workflows.clock.days import civil_date
from workflows.escalation.reading import matters_of
from workflows.flow import registry
from workflows.offices.access import rule
from workflows.pages.common import actor_in
from workflows.queries.sight import is_unit


@rule("signed_in")
@require_GET
def project_list(request: Any) -> HttpResponse:
    """The projects that I may see, with the county's figures above them; `?format=csv` sends the filtered list."""
    actor, today = actor_in(request), civil_date(request.now)
    asked = {name: request.GET.get(name, "") for name in ("kind", "cause", "sector", "q")}
    year = _whole(request.GET.get("year", "")) or newest_year(actor.person.county, today.year)
    found = filtered(actor, year, kind=asked["kind"], cause=asked["cause"], sector=asked["sector"], query=asked["q"])
    if request.GET.get("format") in FORMATS:
        return FORMATS[request.GET["format"]](request, found, today, year)
    rows, older = page_of(found, today, _whole(request.GET.get("after", "")))
    county = not is_unit(actor)
    keep = {**asked, "year": str(year)}
    context = {
        "figures": _figures(headline(actor.person.county, year, request.now)) if county else [],
        "year": str(year),
        "as_of": today,
        "rows": rows,
        "filters": _filters(asked),
        "query": asked["q"],
        "hidden": [("year", year)],
        "older_url": f"?{urlencode({**keep, 'after': older})}" if older else "",
        "newer_url": f"?{urlencode(keep)}" if request.GET.get("after") else "",
        "exports": [(name.upper(), f"?{urlencode({**keep, 'format': name})}") for name in FORMATS],
        "shown": ngettext("%(n)s project on this page", "%(n)s projects on this page", len(rows)) % {"n": len(rows)},
        "new_url": reverse("permits:new") if may_keep(actor) is not None else "",
    }
    return render(request, "projects.html", context)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _filters(asked: dict[str, str]) -> list[dict[str, Any]]:
    labels = {
        "blocked": _("Blocked"),
        "may_start": _("May start"),
        "started": _("Started"),
        "early": _("Started early"),
        "neither": _("Neither started nor blocked"),
    }
    sectors = dict.fromkeys(sector for sector, _kind in TABLE)
    return [
        {
            "name": "kind",
            "label": _("Stands at"),
            "options": [(code, labels[code], code == asked["kind"]) for code in KINDS],
        },
        {
            "name": "cause",
            "label": _("Cause of the block"),
            "options": [(code, label, code == asked["cause"]) for code, label in Block.Cause.choices],
        },
        {
            "name": "sector",
            "label": _("Sector"),
            "options": [(code, SECTORS[code], code == asked["sector"]) for code in sectors],
        },
    ]


SECTORS: dict[str, Any] = {
    "energy": gettext_lazy("Energy"),
    "commerce": gettext_lazy("Commerce"),
    "transport": gettext_lazy("Transport"),
    "water": gettext_lazy("Water"),
    "housing": gettext_lazy("Housing"),
    "industry": gettext_lazy("Industry"),
    "public": gettext_lazy("Public services"),
    "municipal": gettext_lazy("Municipal works"),
    "agriculture": gettext_lazy("Agriculture"),
    "ecology": gettext_lazy("Ecology"),
}


def _figures(found: Any) -> list[dict[str, Any]]:
    yi, many = _("100 million yuan"), pgettext("unit", "projects")
    return [
        {
            "label": _("Key projects"),
            "value": found.planned,
            "unit": many,
            "base": _("on the year's list"),
        },
        {"label": _("Total investment"), "value": _yi(found.total_wan), "unit": yi, "base": _("of all projects")},
        {
            "label": _("Started"),
            "value": found.started,
            "unit": many,
            "base": _("%(share)s %% of the list") % {"share": found.started_share},
        },
        {
            "label": _("Done"),
            "value": _yi(found.done_wan),
            "unit": yi,
            "base": _("%(share)s %% of the total investment") % {"share": found.done_share},
        },
        {
            "label": _("Blocked by land or EIA"),
            "value": found.held,
            "unit": many,
            "base": _("not started"),
        },
        {
            "label": _("Neither"),
            "value": found.neither,
            "unit": many,
            "base": _("not started, not blocked"),
        },
    ]


def _yi(wan: Any) -> str:
    return f"{wan / 10000:.2f}".rstrip("0").rstrip(".")


@rule("signed_in")
@require_GET
def project_view(request: Any, project_id: int) -> HttpResponse:
    """One project: route, gate, three dates, applications."""
    actor = actor_in(request)
    page = project_page(actor, project_id, request.now)
    context = {name: getattr(page, name) for name in page.__dataclass_fields__}
    keeper, posts = may_keep(actor) is not None, [seat.post_key for seat in actor.seats]
    context |= {
        "acts": offered(page.project, actor),
        "edit_url": reverse("permits:edit", args=[project_id]) if keeper else "",
        "openings": openings(page, actor),
        "matters": [] if is_unit(actor) else matters_of(page.project.key, page.project.county, posts, request.now),
    }
    return render(request, "project.html", context)


def openings(page: Any, actor: Any) -> list[tuple[str, str]]:
    """The bars of the route that this person may open an application for: (title, address)."""
    found = []
    for line in page.route:
        if line.procedure and line.state in ("missing", "lapsed") and may_open(actor, page.project, line.code):
            found.append((line.title, reverse("permits:open_case", args=[page.project.pk, line.code])))
    return found


@rule("signed_in")
@require_http_methods(["GET", "POST"])
def new_project(request: Any) -> HttpResponse:
    """Put a project on the list by hand."""
    check_keeper(actor_in(request))
    county = request.user.county
    initial = {"year": newest_year(county, civil_date(request.now).year)}
    form = ProjectForm(request.POST or None, county=county, with_code=True, initial=initial)
    title = _("New project")
    if request.method == "POST" and form.is_valid():
        try:
            project = create_project(sheet=form.sheet(), code=form.cleaned_data["code"], **_who(request))
        except Refused as refused:
            return _form(request, form, title, form.refuse(request, refused))
        messages.success(request, _("%(name)s is on the list.") % {"name": project.name})
        return redirect("permits:project", project.pk)
    return _form(request, form, title)


@rule("signed_in")
@require_http_methods(["GET", "POST"])
def edit(request: Any, project_id: int) -> HttpResponse:
    """Change a project's facts."""
    actor = actor_in(request)
    project = load_project(actor, project_id)
    check_keeper(actor)
    known = initial_of(sheet_of(project))
    form = ProjectForm(request.POST or None, county=project.county, with_code=False, initial=known)
    title = _("Edit the facts of %(name)s") % {"name": project.name}
    if request.method == "POST" and form.is_valid():
        sheet, version = form.sheet(project.facts), _whole(request.POST.get("version", ""))
        try:
            edit_project(project_id=project_id, sheet=sheet, version=version, **_who(request))
        except Refused as refused:
            return _form(request, form, title, form.refuse(request, refused), project)
        messages.success(request, _("The facts are written."))
        return redirect("permits:project", project_id)
    return _form(request, form, title, project=project)


@rule("signed_in")
@require_http_methods(["GET", "POST"])
def act(request: Any, project_id: int, code: str) -> HttpResponse:
    """Any act of the table: its form, then its operation."""
    found, actor = ACTS.get(code), actor_in(request)
    project = load_project(actor, project_id)
    if found is None:
        raise NoSuchProject
    posted = request.method == "POST"
    if not posted:
        check(found, project, actor)
    check_keeper(actor, found.who)
    data = (request.POST, request.FILES) if posted else ()
    form = form_of(found, project, civil_date(request.now), *data, initial={"bar": request.GET.get("bar", "")})
    title = f"{found.label} · {project.name}"
    if posted and form.is_valid():
        given = {**form.cleaned_data, "version": _version(request, code)}
        try:
            found.call(project, given, _who(request))
        except Refused as refused:
            return _form(request, form, title, form.refuse(request, refused), project)
        messages.success(request, _("%(act)s: written.") % {"act": found.label})
        return redirect("permits:project", project_id)
    return _form(request, form, title, project=project)


def _version(request: Any, code: str) -> int | None:
    """The version that the page showed; who posts without a page is asked for it only where it matters most."""
    said = request.POST.get("version", "")
    return _whole(said) if said or code in VERSIONED else None


@rule("signed_in")
@require_http_methods(["GET", "POST"])
def case(request: Any, project_id: int, bar: str) -> HttpResponse:
    """Open an application for one bar of the route."""
    actor = actor_in(request)
    project = load_project(actor, project_id)
    procedure = registry.procedure(check_opener(actor, project, bar))
    form = CaseForm(request.POST or None, procedure=procedure, initial=known_facts(project))
    title = f"{procedure.title} · {project.name}"
    if request.method == "POST" and form.is_valid():
        try:
            application = open_case(project_id=project_id, bar=bar, facts=form.facts(), **_who(request))
        except Refused as refused:
            return _form(request, form, title, form.refuse(request, refused), project)
        messages.success(request, _("Received as %(number)s.") % {"number": application.number})
        return redirect("application", application.pk)
    return _form(request, form, title, project=project)


def known_facts(project: Any) -> dict[str, str]:
    """What the project already knows of an application's facts."""
    code = project.codes.exclude(kind="superseded").values_list("code", flat=True).first()
    return {"project_code": code or "", "scale": project.content, "site": project.town}


def _who(request: Any) -> dict[str, Any]:
    return {"person": request.user, "now": request.now, "request_id": request.request_id}


def _form(request: Any, form: Any, title: str, status: int = 0, project: Any = None) -> HttpResponse:
    code = status or (422 if form.errors else 200)
    # A refused form keeps the version of the page it came from: a second press must not write over somebody's work.
    version = request.POST.get("version", "") or (project.version if project else "")
    sections = getattr(form, "sections", None) or [("", "", form.visible_fields())]
    context = {"form": form, "sections": sections, "title": title, "project": project, "version": version}
    return render(request, "project_form.html", context, status=code)
