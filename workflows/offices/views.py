"""The people's pages: list, person, accounts, import, the tree of offices, division of duty.

What moves open work (transfer, cover, deactivation, recusal) stands above the engine: `workflows.pages.staffing`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workflows.audit.refused import Refused
from workflows.clock.days import ONE_DAY, civil_date
from workflows.downloads import csv_response
from workflows.offices import accounts, people, recusals, roster, staff
from workflows.offices.access import rule
from workflows.offices.forms import (
    AppointForm,
    ChargeForm,
    CorrectionForm,
    CoverForm,
    LastDayForm,
    PersonForm,
    ReasonForm,
    RosterForm,
)
from workflows.offices.importing import import_officers
from workflows.offices.models import Person


def by(request: Any) -> dict[str, Any]:
    """Who acts, when, in which request: what every operation asks for."""
    return {"actor": request.user, "now": request.now, "request_id": request.request_id}


def person_or_404(request: Any, person_id: int) -> Person:
    """A person of the signed-in person's county. Raises `Http404`."""
    person = Person.objects.in_county(request.user.county).filter(pk=person_id).order_by("pk").first()
    if person is None:
        raise Http404
    return person


@rule("administrator")
@require_GET
def people_list(request: Any) -> HttpResponse:
    """Everybody with an account, with posts and covers of today."""
    day, county = civil_date(request.now), request.user.county
    query, office, state = (request.GET.get(name, "") for name in ("q", "office", "state"))
    number = _page_number(request.GET.get("page", ""))
    found = people.people_page(county, day, query, office, state, number)
    if request.GET.get("format") == "csv":
        return _people_file(request, people.everybody(county, day, query, office, state))
    cover = CoverForm(county=county, day=day)
    return render(
        request,
        "people.html",
        {
            "people": found.rows,
            "query": query,
            "action": reverse("offices:people"),
            "hidden": [],
            "filters": [
                _filter("office", _("Office"), people.office_choices(county), office),
                _filter("state", _("Account"), [("active", _("active")), ("deactivated", _("deactivated"))], state),
            ],
            "newer_url": _page_url(request, number - 1) if number else "",
            "older_url": _page_url(request, number + 1) if found.more else "",
            "export_url": f"?{urlencode({'q': query, 'office': office, 'state': state, 'format': 'csv'})}",
            "create_url": reverse("offices:create"),
            "import_url": reverse("offices:import"),
            "tree_url": reverse("offices:tree"),
            "unlock_url": reverse("offices:unlock"),
            "cover_form": {
                "url": _url("staffing:cover"),
                "people": cover.fields["stand_in"].choices,  # type: ignore[attr-defined]
                "appointments": cover.fields["principal"].choices,  # type: ignore[attr-defined]
            },
        },
    )


def _people_file(request: Any, found: Iterable[dict[str, Any]]) -> HttpResponse:
    heading = [_("Name"), _("User name"), _("Posts"), _("Account")]
    rows = (
        (
            row["name"],
            row["username"],
            "、".join(str(post["title"]) for post in row["posts"]),
            _("active") if row["active"] else _("deactivated"),
        )
        for row in found
    )
    return csv_response(request, "people", heading, rows)


@rule("administrator")
@never_cache
@require_GET
def person_view(request: Any, person_id: int) -> HttpResponse:
    """One person: account, posts of all times, covers, recusals."""
    day, county = civil_date(request.now), request.user.county
    person = person_or_404(request, person_id)
    context = people.person_page(person, day)
    context["correction_form"] = CorrectionForm(
        initial={"name": person.name, "name_en": person.name_en, "phone": person.phone}
    )
    context["appoint_form"] = AppointForm(county=county, day=day, initial={"starts": day}, auto_id="appoint-%s")
    context["last_day_form"] = LastDayForm(initial={"last_day": day})
    context["next_day"] = day + ONE_DAY
    context["today"] = day
    return render(request, "offices/person.html", context)


@rule("administrator")
@never_cache
@require_http_methods(["GET", "POST"])
def create(request: Any) -> HttpResponse:
    """A new account; its one-time password is on the page that answers, and nowhere else."""
    form = PersonForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = accounts.create_officer(**form.cleaned_data, county=request.user.county, **by(request))
        except Refused as refused:
            status = form.refuse(request, refused)
        else:
            return _show_once(request, [made])
    status = 422 if form.errors and status == 200 else status
    return render(request, "offices/person_form.html", {"form": form}, status=status)


@rule("administrator")
@require_POST
def correct(request: Any, person_id: int) -> HttpResponse:
    """Correct a name or phone."""
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return render(request, "offices/person_form.html", {"form": form, "person_id": person_id}, status=422)
    changed = accounts.update_person(person_id=person_id, **form.cleaned_data, **by(request))
    messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return redirect("offices:person", person_id)


@rule("administrator")
@never_cache
@require_POST
def reset_password(request: Any, person_id: int) -> HttpResponse:
    """A new one-time password."""
    return _show_once(request, [accounts.reset_password(person_id=person_id, **by(request))])


@rule("administrator")
@never_cache
@require_POST
def reactivate(request: Any, person_id: int) -> HttpResponse:
    """Open a closed account again, with a one-time password."""
    return _show_once(request, [accounts.reactivate(person_id=person_id, **by(request))])


@rule("administrator")
@require_POST
def end_sessions(request: Any, person_id: int) -> HttpResponse:
    """Sign a person out in every browser."""
    keep = request.session.session_key if person_id == request.user.pk else ""
    ended = accounts.sign_out_everywhere(person_id=person_id, keep_session=keep, **by(request))
    messages.success(
        request, ngettext("%(n)s browser was signed out.", "%(n)s browsers were signed out.", ended) % {"n": ended}
    )
    return redirect("offices:person", person_id)


@rule("administrator")
@require_POST
def unlock(request: Any) -> HttpResponse:
    """End a lock-out after wrong passwords."""
    person = person_or_404(request, _page_number(request.POST.get("pk", "")))
    accounts.unlock(person_id=person.pk, **by(request))
    messages.success(request, _("%(name)s can sign in again.") % {"name": person.display_name})
    return redirect("offices:people")


@rule("administrator")
@never_cache
@require_http_methods(["GET", "POST"])
def import_view(request: Any) -> HttpResponse:
    """Import officers from a list; bad rows are named, good ones taken over, one-time passwords shown once."""
    form = RosterForm(request.POST or None, request.FILES or None)
    result, status = None, 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            lines = roster.read(given.name, given.read(roster.MOST_BYTES + 1))
            result = import_officers(
                lines=lines,
                county=request.user.county,
                dry_run=form.cleaned_data["dry_run"],
                file_name=given.name,
                **by(request),
            )
        except Refused as refused:
            status = form.refuse(request, refused)
    status = 422 if form.errors and status == 200 else status
    context = {"form": form, "result": result, "dry_run": result is not None and form.cleaned_data["dry_run"]}
    return render(request, "offices/import.html", context, status=status)


@rule("administrator")
@require_GET
def tree(request: Any) -> HttpResponse:
    """Offices, posts, who may act today, who is in charge."""
    day, county = civil_date(request.now), request.user.county
    context = {"offices": people.office_tree(county, day), "today": day}
    context["charge_form"] = ChargeForm(county=county, day=day, initial={"starts": day})
    return render(request, "offices/tree.html", context)


@rule("administrator")
@require_POST
def charge(request: Any) -> HttpResponse:
    """Put an office in a leader's charge."""
    day, county = civil_date(request.now), request.user.county
    form = ChargeForm(request.POST, county=county, day=day)
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            staff.put_in_charge(post_id=given["post"], office_id=given["office"], starts=given["starts"], **by(request))
        except Refused as refused:
            status = form.refuse(request, refused)
        else:
            messages.success(request, _("The division of duty is written."))
            return redirect("offices:tree")
    context = {"offices": people.office_tree(county, day), "today": day, "charge_form": form}
    return render(request, "offices/tree.html", context, status=status)


@rule("administrator")
@require_POST
def end_charge(request: Any, charge_id: int) -> HttpResponse:
    """End a charge."""
    staff.end_charge(charge_id=charge_id, last_day=posted_day(request), **by(request))
    messages.success(request, _("The division of duty is ended."))
    return redirect("offices:tree")


@rule("administrator")
@require_POST
def lift_recusal(request: Any, recusal_id: int) -> HttpResponse:
    """Lift a recusal by decision of the agency."""
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    lifted = recusals.lift_recusal(recusal_id=recusal_id, reason=reason, **by(request))
    messages.success(request, _("The recusal is lifted; the declaration stays in the record."))
    return redirect("offices:person", lifted.person_id)


def posted_day(request: Any) -> dt.date:
    """The `last_day` of a POST, today when it is missing or no date."""
    form = LastDayForm(request.POST)
    return form.cleaned_data["last_day"] if form.is_valid() else civil_date(request.now)


def _show_once(request: Any, made: list[accounts.OneTimePassword]) -> HttpResponse:
    return render(request, "offices/one_time_password.html", {"passwords": made})


def _filter(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> dict[str, Any]:
    return {"name": name, "label": label, "options": [(value, text, value == chosen) for value, text in options]}


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page_url(request: Any, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
