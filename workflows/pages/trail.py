"""审计: the auditor's pages, and the receipt that everybody may take of what he signed or was told."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows.audit.models import Entry, Finding
from workflows.audit.receipts import NotSealed, receipt
from workflows.audit.verify import verify, verify_application, verify_receipt
from workflows.models import Application, SignOff
from workflows.offices.access import rule
from workflows.offices.access_log import note_reading
from workflows.offices.records import record
from workflows.pages.common import NoSuchPage, actor_in
from workflows.queries.application import load_application
from workflows.queries.sight import check_sight
from workflows.queries.trail import Wanted, entries_of, entry_of, health, lines

# More than this takes longer than a page may: the nightly verification and the command do it.
MOST_ON_A_PAGE = 100_000
MOST_BYTES = 200_000


@rule("auditor")
@require_GET
def trail(request: Any) -> HttpResponse:
    """How the trail stands."""
    found = health(timezone.now())
    return render(request, "audit.html", {"health": found, "late": lines(found.late)})


@rule("auditor")
@require_GET
def entry_list(request: Any) -> HttpResponse:
    """Entries by kind, person, application and time; the search itself stands on record."""
    asked = {name: request.GET.get(name, "").strip() for name in ("kind", "person", "number", "first", "last")}
    wanted = Wanted(asked["kind"], asked["person"], asked["number"], _day(asked["first"]), _day(asked["last"]))
    before = _key(request.GET.get("before", ""))
    rows, older = entries_of(request.user.county, wanted, before)
    if any(asked.values()) and not before:
        _note(request, "audit.searched", {name: value for name, value in asked.items() if value})
    context = {
        "rows": rows,
        "asked": asked,
        "older_url": f"?{urlencode({**asked, 'before': older})}" if older else "",
        "newer_url": f"?{urlencode(asked)}" if before else "",
    }
    return render(request, "audit_entries.html", context)


@rule("auditor")
@require_POST
def check(request: Any) -> HttpResponse:
    """Verify everything, one application, or one receipt; the verdict in plain words."""
    number, upload = request.POST.get("number", "").strip(), request.FILES.get("receipt")
    verdict: Any = None
    about, fault = _("the whole trail"), ""
    if upload is not None:
        about = upload.name
        try:
            verdict = verify_receipt(json.loads(upload.read(MOST_BYTES)))
        except (ValueError, UnicodeDecodeError):
            fault = _("“%(name)s” is no receipt.") % {"name": upload.name}
    elif number:
        about = number
        row = Application.objects.filter(county=request.user.county, number=number).first()
        if row is None:
            fault = _("There is no application %(number)s.") % {"number": number}
        else:
            verdict = verify_application(row.pk)
    elif Entry.objects.count() > MOST_ON_A_PAGE:
        fault = _("The trail is too long for a page: the nightly verification covers it, and `manage.py audit verify`.")
    else:
        verdict = verify(request.now)
    _note(request, "audit.verified", {"about": about, "findings": len(verdict.findings) if verdict else 0})
    context = {"verdict": verdict, "about": about, "fault": fault}
    return render(request, "audit_verdict.html", context, status=422 if fault else 200)


@rule("auditor")
@require_POST
def resolve(request: Any, finding_id: int) -> HttpResponse:
    """Close a finding with words; it stays on the register."""
    words = request.POST.get("resolution", "").strip()
    found = Finding.objects.filter(pk=finding_id, resolved_at__isnull=True).first()
    if found is None:
        raise NoSuchPage
    if not words:
        messages.error(request, _("Write how the finding was resolved."))
        return redirect("audit")
    found.resolved_at, found.resolved_by, found.resolution = timezone.now(), request.user.display_name, words[:500]
    found.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    _note(request, "audit.finding_resolved", {"finding": found.kind, "where": found.where, "words": found.resolution})
    messages.success(request, _("The finding is resolved."))
    return redirect("audit")


@rule("signed_in")
@require_GET
def sign_off_receipt(request: Any, sign_off_id: int) -> HttpResponse:
    """The proof file of one sign-off, for whoever may see the application."""
    found = SignOff.objects.filter(pk=sign_off_id, county=request.user.county).first()
    if found is None:
        raise NoSuchPage
    check_sight(load_application(found.application_id, request.user.county), actor_in(request))
    entry = entry_of(found)
    if entry is None:
        raise NoSuchPage
    try:
        said = receipt(entry)
    except NotSealed:
        messages.warning(request, _("The receipt is ready within a minute: the entry is being sealed."))
        return redirect("application", found.application_id)
    note_reading(request, "receipt", sign_off=str(sign_off_id), entry=str(entry.pk))
    response = HttpResponse(json.dumps(said, ensure_ascii=False, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="receipt-{said["code"]}.json"'
    return response


def _note(request: Any, kind: str, payload: dict[str, Any]) -> None:
    record(
        kind,
        actor=request.user,
        county=request.user.county,
        now=request.now,
        payload=payload,
        request_id=request.request_id,
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _key(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


urlpatterns = [
    path("", trail, name="audit"),
    path("entries/", entry_list, name="audit_entries"),
    path("verify/", check, name="audit_verify"),
    path("findings/<int:finding_id>/resolve/", resolve, name="resolve_finding"),
    path("receipts/<int:sign_off_id>.json", sign_off_receipt, name="receipt"),
]
