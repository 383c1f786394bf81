"""审计: the auditor's pages, and the receipt that everybody may take of what he signed or was told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows.audit import keys
from workflows.audit.models import Entry, VerificationRun
from workflows.audit.receipts import NotSealed, receipt, sealed_by
from workflows.audit.verify import Verdict, verify_application, verify_receipt
from workflows.audit.verifying import ask
from workflows.models import Application, SignOff
from workflows.offices.access import rule
from workflows.offices.access_log import note_reading
from workflows.pages import auditing, packages
from workflows.pages.auditing import note
from workflows.pages.common import NoSuchPage, actor_in
from workflows.queries.application import load_application
from workflows.queries.sight import check_sight
from workflows.queries.trail import EntryLine, documents_of, entry_by_code, entry_of, health, lines

MOST_BYTES = 200_000


@rule("auditor")
@require_GET
def trail(request: Any) -> HttpResponse:
    """How the trail stands."""
    found = health(timezone.now())
    last = VerificationRun.objects.filter(finished_at__isnull=False).order_by("-pk").first()
    return render(request, "audit.html", {"health": found, "late": lines(found.late), "last": last})


@rule("auditor")
@require_POST
def check(request: Any) -> HttpResponse:
    """Verify one application, one receipt (its code or its file) or one file; the verdict in plain words.

    Everything is verified by the periodic work: the page then shows how far it is.
    """
    asked = {name: request.POST.get(name, "").strip() for name in ("number", "code")}
    found = Checked(_("the whole trail"))
    if request.FILES.get("receipt") is not None:
        found = _check_receipt(request.FILES["receipt"])
    elif request.FILES.get("file") is not None:
        found = _check_file(request)
    elif asked["code"]:
        found = _check_code(asked["code"])
    elif asked["number"]:
        found = _check_number(request, asked["number"])
    else:
        ask(str(request.user.pk), timezone.now())
        note(request, "audit.verified", {"about": "everything", "asked": True})
        return redirect("audit_progress")
    note(request, "audit.verified", {"about": found.about, "findings": len(found.findings)})
    return render(request, "audit_verdict.html", {"found": found}, status=422 if found.fault else 200)


@dataclass
class Checked:
    """What one question came to: the verdict, the entry of a receipt, or the documents with a file's content."""

    about: str
    verdict: Verdict | None = None
    fault: str = ""
    entry: EntryLine | None = None
    sha256: str = ""
    documents: list[Any] = field(default_factory=list)

    @property
    def findings(self) -> list[Any]:
        """What is wrong."""
        return self.verdict.findings if self.verdict else []


def _check_receipt(upload: Any) -> Checked:
    try:
        return Checked(upload.name, verify_receipt(json.loads(upload.read(MOST_BYTES))))
    except (ValueError, UnicodeDecodeError):
        return Checked(upload.name, fault=_("“%(name)s” is no receipt.") % {"name": upload.name})


def _check_code(code: str) -> Checked:
    row = entry_by_code(code)
    if row is None:
        return Checked(code, fault=_("No entry has the code %(code)s.") % {"code": code})
    try:
        return Checked(code, verify_receipt(receipt(row)), entry=lines([row])[0])
    except NotSealed:
        return Checked(code, fault=_("The entry of %(code)s is being sealed; ask again in a minute.") % {"code": code})


def _check_file(request: Any) -> Checked:
    upload = request.FILES["file"]
    digest = hashlib.sha256()
    for piece in upload.chunks():
        digest.update(piece)
    sha256 = digest.hexdigest()
    return Checked(upload.name, sha256=sha256, documents=documents_of(request.user.county, sha256))


def _check_number(request: Any, number: str) -> Checked:
    row = Application.objects.filter(county=request.user.county, number=number).first()
    if row is None:
        return Checked(number, fault=_("There is no application %(number)s.") % {"number": number})
    return Checked(number, verify_application(row.pk))


@rule("auditor")
@require_GET
def progress(request: Any) -> HttpResponse:
    """The verification of everything that was asked for last: how far it is, then its verdict."""
    run = VerificationRun.objects.order_by("-pk").first()
    name = "components/audit_progress.html" if getattr(request, "htmx", False) else "audit_progress.html"
    return render(request, name, {"run": run})


@rule("signed_in")
@require_GET
def receipt_page(request: Any, sign_off_id: int) -> HttpResponse:
    """The receipt of one sign-off: its short code, what it proves, and the file to take along."""
    found, entry = _signed(request, sign_off_id)
    try:
        key = keys.verifier().text()
    except keys.NoKey:
        key = ""
    context = {"sign_off": found, "entry": lines([entry])[0], "sealed_by": sealed_by(entry), "key": key}
    return render(request, "receipt.html", context)


def _signed(request: Any, sign_off_id: int) -> tuple[SignOff, Entry]:
    """A sign-off that the person may see, and its entry. Raises `NoSuchPage`, and what `check_sight` raises."""
    found = SignOff.objects.filter(pk=sign_off_id, county=request.user.county).first()
    if found is None:
        raise NoSuchPage
    check_sight(load_application(found.application_id, request.user.county), actor_in(request))
    entry = entry_of(found)
    if entry is None:
        raise NoSuchPage
    return found, entry


@rule("signed_in")
@require_GET
def sign_off_receipt(request: Any, sign_off_id: int) -> HttpResponse:
    """The proof file of one sign-off, for whoever may see the application."""
    found, entry = _signed(request, sign_off_id)
    try:
        said = receipt(entry)
    except NotSealed:
        messages.warning(request, _("The receipt is ready within a minute: the entry is being sealed."))
        return redirect("application", found.application_id)
    note_reading(request, "receipt", sign_off=str(sign_off_id), entry=str(entry.pk))
    response = HttpResponse(json.dumps(said, ensure_ascii=False, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="receipt-{said["code"]}.json"'
    return response


urlpatterns = [
    path("", trail, name="audit"),
    path("verify/", check, name="audit_verify"),
    path("verify/progress/", progress, name="audit_progress"),
    path("receipts/<int:sign_off_id>/", receipt_page, name="receipt_page"),
    path("receipts/<int:sign_off_id>.json", sign_off_receipt, name="receipt"),
    *packages.urlpatterns,
    *auditing.urlpatterns,
]
