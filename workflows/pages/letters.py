"""文书: a letter of the house on one sheet with its check code, the square code, and the check of a receipt file."""

from __future__ import annotations

import json
from typing import Any

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from workflows.audit.receipts import code_of
from workflows.audit.verify import verify_receipt
from workflows.offices.access import rule
from workflows.operations import refusals
from workflows.pages.common import actor_in
from workflows.queries.application import load_application
from workflows.queries.sight import check_sight
from workflows.queries.tracker import letter
from workflows.queries.trail import entry_of

MOST_BYTES = 200_000


def qr_of(path: str) -> SafeString:
    """A square code that leads to an address of this house, as SVG without style: dark on nothing, 29 to 45 dots."""
    code = segno.make(f"{settings.BASE_URL.rstrip('/')}{path}", error="m", micro=False)
    drawn = code.svg_inline(scale=3, border=2, svgclass="kg-qr", lineclass=None, omitsize=False)
    return mark_safe(drawn)  # noqa: S308 - drawn from an address of our own


@rule("signed_in")
@require_GET
def letter_page(request: Any, application_id: int, sign_off_id: int) -> HttpResponse:
    """One letter of an application, for whoever may see the application."""
    application = load_application(application_id, request.user.county)
    check_sight(application, actor_in(request))
    found = letter(application, sign_off_id)
    if found is None:
        raise refusals.NoSuchStep
    shown, row = found
    entry = entry_of(row)
    context = {
        "application": application,
        "letter": shown,
        "code": code_of(bytes(entry.leaf_hash)) if entry is not None else "",
        "qr": qr_of(reverse("check")),
    }
    return render(request, "letter.html", context)


def check_file(upload: Any) -> dict[str, Any]:
    """The verdict on a receipt file, as the context of the check page."""
    try:
        verdict = verify_receipt(json.loads(upload.read(MOST_BYTES)))
    except (ValueError, UnicodeDecodeError):
        return {"fault": _("“%(name)s” is no receipt.") % {"name": upload.name}}
    return {"verdict": verdict, "about": upload.name}
