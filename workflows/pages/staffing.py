"""Moving people while work is open: appoint, transfer, end, cover, deactivate, recuse (DOMAIN.md E8-E10)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from workflows.audit.refused import Refused
from workflows.clock.days import civil_date
from workflows.offices import covers, people
from workflows.offices.access import is_administrator, rule
from workflows.offices.forms import AppointForm, CoverForm, RecusalForm, TransferForm
from workflows.offices.models import Appointment, Cover
from workflows.offices.views import by, person_or_404, posted_day
from workflows.operations import staffing


@rule("administrator")
@require_POST
def appoint(request: Any, person_id: int) -> HttpResponse:
    """Appoint a person to a post."""
    form = AppointForm(request.POST, county=request.user.county, day=civil_date(request.now))
    if not form.is_valid():
        return _form_page(request, form, _("Appoint"))
    given = form.cleaned_data
    try:
        staffing.appoint(
            person_id=person_or_404(request, person_id).pk,
            post_id=given["post"],
            starts=given["starts"],
            document_no=given["document_no"],
            **by(request),
        )
    except Refused as refused:
        return _form_page(request, form, _("Appoint"), form.refuse(request, refused))
    messages.success(request, _("The appointment is written."))
    return redirect("offices:person", person_id)


@rule("administrator")
@require_http_methods(["GET", "POST"])
def transfer(request: Any, appointment_id: int) -> HttpResponse:
    """Move a person to another post; what he leaves open goes to his stand-in or back to the post."""
    left = Appointment.objects.select_related("post__office", "person").get(pk=appointment_id)
    person_or_404(request, left.person_id)
    form = TransferForm(
        request.POST or None,
        county=request.user.county,
        day=civil_date(request.now),
        initial={"appointment": left.pk, "starts": civil_date(request.now)},
    )
    title = _("Transfer %(name)s from %(post)s") % {"name": left.person.display_name, "post": str(left.post)}
    if request.method == "GET" or not form.is_valid():
        return _form_page(request, form, title, 200 if request.method == "GET" else 422)
    given = form.cleaned_data
    try:
        staffing.transfer(
            appointment_id=left.pk,
            to_post_id=given["post"],
            first_day=given["starts"],
            document_no=given["document_no"],
            **by(request),
        )
    except Refused as refused:
        return _form_page(request, form, title, form.refuse(request, refused))
    messages.success(request, _("The transfer is written; open steps went to the stand-in or back to the post."))
    return redirect("offices:person", left.person_id)


@rule("administrator")
@require_POST
def end_appointment(request: Any, appointment_id: int) -> HttpResponse:
    """End an appointment."""
    ended = staffing.end_appointment(appointment_id=appointment_id, last_day=posted_day(request), **by(request))
    messages.success(request, _("The appointment is ended."))
    return redirect("offices:person", ended.person_id)


@rule("administrator")
@require_POST
def deactivate(request: Any, person_id: int) -> HttpResponse:
    """Close an account; open steps in that person's hands go back."""
    given_back = staffing.deactivate(person_id=person_id, reason=request.POST.get("reason", ""), **by(request))
    messages.success(
        request,
        ngettext(
            "The account is deactivated; %(n)s open step was given back.",
            "The account is deactivated; %(n)s open steps were given back.",
            len(given_back),
        )
        % {"n": len(given_back)},
    )
    return redirect("offices:person", person_id)


@rule("administrator")
@require_http_methods(["GET", "POST"])
def cover(request: Any) -> HttpResponse:
    """Write a cover (A/B角) for an absent holder, or for a vacant post."""
    form = CoverForm(request.POST or None, county=request.user.county, day=civil_date(request.now))
    if request.method == "GET" or not form.is_valid():
        return _form_page(request, form, _("New cover (A/B)"), 200 if request.method == "GET" else 422)
    given = form.cleaned_data
    about = {name: given[name] for name in ("starts", "ends", "authority_no", "reason")}
    whose = int(given["principal"][1:])
    try:
        if given["principal"].startswith("a"):
            staffing.add_cover(principal_id=whose, stand_in_id=given["stand_in"], **about, **by(request))
        else:
            covers.act_for_vacancy(post_id=whose, stand_in_id=given["stand_in"], **about, **by(request))
    except Refused as refused:
        return _form_page(request, form, _("New cover (A/B)"), form.refuse(request, refused))
    messages.success(request, _("The cover is written."))
    return redirect("offices:person", given["stand_in"])


@rule("administrator")
@require_POST
def end_cover(request: Any, cover_id: int) -> HttpResponse:
    """End a cover early."""
    ended: Cover = staffing.end_cover(cover_id=cover_id, last_day=posted_day(request), **by(request))
    messages.success(request, _("The cover is ended."))
    return redirect("offices:person", ended.stand_in_id)


@rule("officer")
@require_http_methods(["GET", "POST"])
def recusal(request: Any) -> HttpResponse:
    """Declare a recusal: an officer for himself, the administrator for anybody."""
    me = request.user
    anybody = is_administrator(request)
    choices = people.officer_choices(me.county) if anybody else [(me.pk, me.display_name)]
    asked = {"person": request.GET.get("person", me.pk), "subject": request.GET.get("subject", "")}
    form = RecusalForm(request.POST or None, choices=choices, county=me.county, initial=asked)
    if request.method == "GET" or not form.is_valid():
        return _form_page(request, form, _("Declare a recusal"), 200 if request.method == "GET" else 422)
    given = form.cleaned_data
    try:
        done = staffing.declare_recusal(
            person_id=given["person"], subject_key=given["subject"], reason=given["reason"], **by(request)
        )
    except Refused as refused:
        return _form_page(request, form, _("Declare a recusal"), form.refuse(request, refused))
    messages.success(request, _("The recusal is declared."))
    if done.to_redo:
        count = len(done.to_redo)
        messages.warning(
            request,
            ngettext(
                "%(n)s earlier sign-off on this project is flagged to be done again by another officer.",
                "%(n)s earlier sign-offs on this project are flagged to be done again by another officer.",
                count,
            )
            % {"n": count},
        )
    return redirect("offices:person", given["person"]) if anybody else redirect("home")


@rule("officer")
@require_POST
def acknowledge(request: Any, step_id: int) -> HttpResponse:
    """Take note of a step that was handed over."""
    staffing.acknowledge(step_id=step_id, person=request.user, now=request.now, request_id=request.request_id)
    messages.success(request, _("The handover is acknowledged."))
    return redirect("step", step_id)


def _form_page(request: Any, form: Any, title: str, status: int = 422) -> HttpResponse:
    return render(request, "offices/form.html", {"form": form, "title": title}, status=status)


app_name = "staffing"
urlpatterns = [
    path("<int:person_id>/appoint/", appoint, name="appoint"),
    path("<int:person_id>/deactivate/", deactivate, name="deactivate"),
    path("appointments/<int:appointment_id>/transfer/", transfer, name="transfer"),
    path("appointments/<int:appointment_id>/end/", end_appointment, name="end_appointment"),
    path("covers/new/", cover, name="cover"),
    path("covers/<int:cover_id>/end/", end_cover, name="end_cover"),
    path("recusals/new/", recusal, name="recusal"),
    path("handovers/<int:step_id>/acknowledge/", acknowledge, name="acknowledge"),
]
