"""删除个人信息: what is kept apart from the trail, what was asked, and who decided."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows.audit.erasing import BASES, ask, decide
from workflows.audit.models import Erasure, PrivateValue
from workflows.offices.access import rule

PAGE = 50


@rule("auditor")
@require_GET
def erasures(request: Any) -> HttpResponse:
    """The newest values kept (what they are about, never the value) and the newest erasures."""
    about = request.GET.get("about", "").strip()[:80]
    kept = PrivateValue.objects.filter(county=request.user.county)
    kept = kept.filter(about__startswith=about) if about else kept
    rows = list(Erasure.objects.filter(county=request.user.county).order_by("-pk")[:PAGE])
    for row in rows:
        row.basis_word = BASES.get(row.basis, row.basis)  # type: ignore[attr-defined]
    context = {"kept": kept.order_by("-pk")[:PAGE], "rows": rows, "bases": BASES, "about": about}
    return render(request, "audit_erasures.html", {**context, "me": str(request.user.pk)})


@rule("auditor")
@require_POST
def ask_erasure(request: Any) -> HttpResponse:
    """Ask for the erasure of one value."""
    key = request.POST.get("value", "")
    ask(
        county=request.user.county,
        value_id=int(key) if key.isdecimal() and len(key) < 18 else 0,
        basis=request.POST.get("basis", ""),
        words=request.POST.get("words", ""),
        person=str(request.user.pk),
        now=request.now,
    )
    messages.success(request, _("It is asked for; a second person decides."))
    return redirect("audit_erasures")


@rule("auditor")
@require_POST
def decide_erasure(request: Any, erasure_id: int) -> HttpResponse:
    """Grant or reject what another person asked for."""
    decide(
        county=request.user.county,
        erasure_id=erasure_id,
        granted=request.POST.get("answer") == "grant",
        person=str(request.user.pk),
        now=request.now,
    )
    messages.success(request, _("The erasure is decided."))
    return redirect("audit_erasures")


urlpatterns = [
    path("erasures/", erasures, name="audit_erasures"),
    path("erasures/new/", ask_erasure, name="ask_erasure"),
    path("erasures/<int:erasure_id>/decide/", decide_erasure, name="decide_erasure"),
]
