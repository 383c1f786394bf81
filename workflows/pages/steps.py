"""环节: one screen for one decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows import operations
from workflows.escalation.card import card_of_step
from workflows.escalation.reading import matter_of
from workflows.offices.access import rule
from workflows.pages.acts import offered, paper_context
from workflows.pages.common import actor_in
from workflows.queries.application import step_page
from workflows.queries.sight import check_sight, is_unit


@rule("signed_in")
@require_GET
def step_view(request: Any, step_id: int) -> HttpResponse:
    """What is asked, the content, the documents, earlier opinions, and every decision, or why one is off."""
    actor = actor_in(request)
    screen = step_page(step_id, actor, request.now)
    check_sight(screen.page.application, actor)
    if is_unit(actor):
        return redirect("application", screen.page.application.pk)
    if card := card_of_step(screen.step):
        return redirect(card)
    screen.extra.update(paper_context(screen.page, actor))
    posts = [seat.post_key for seat in actor.seats]
    screen.extra["matter"] = matter_of(screen.page.application, posts, request.now)
    screen.extra["more"] = offered(screen.page.application, actor, request.now)
    return render(request, "step.html", {"screen": screen})


def form_of(request: HttpRequest) -> operations.Form:
    """The officer's form from a POST: one correction line per `item_text`, its checklist slot in `item_slot`."""
    post = request.POST
    slots = post.getlist("item_slot")
    texts = post.getlist("item_text")
    slots += [""] * (len(texts) - len(slots))
    return operations.Form(
        decision=post.get("decision", ""),
        opinion=post.get("opinion", ""),
        items=[(slot, text) for slot, text in zip(slots, texts, strict=False) if text.strip()],
        reasons=post.get("reasons", ""),
        second_name=post.get("second_name", ""),
        target=post.get("target", ""),
        record={name.removeprefix("record_"): post.get(name, "") for name in post if name.startswith("record_")},
    )


@rule("signed_in")
@require_POST
def sign_view(request: Any, step_id: int) -> HttpResponse:
    """Sign. A refusal becomes a page or a sheet by the middleware; the opinion is kept on it."""
    signed = operations.sign(
        step_id=step_id,
        person=request.user,
        form=form_of(request),
        seen=request.POST.get("seen", ""),
        now=request.now,
        request_id=request.request_id,
    )
    messages.success(
        request,
        _("Signed: %(subject)s, %(number)s.")
        % {"subject": signed.application.subject, "number": signed.application.number},
        extra_tags="signed",
    )
    target = reverse("application", args=[signed.application.pk])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)
