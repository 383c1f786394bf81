"""办事进度: an application as its project unit sees it, and the answer to one point of the correction list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from workflows.audit.refused import Moved, Refused
from workflows.offices.access import rule
from workflows.operations.answering import answer_point
from workflows.pages.acts import application_context
from workflows.pages.common import actor_in
from workflows.papers import ENDINGS
from workflows.queries.application import application_page, load_application
from workflows.queries.sight import check_sight
from workflows.queries.tracker import tracker


def tracker_page(request: Any, application: Any, actor: Any, status: int = 200, **more: Any) -> HttpResponse:
    """The unit's page of one application; `more` says what was refused at which point."""
    page = application_page(application, actor, request.now)
    context = application_context(page, actor, request.now)
    reminders = reverse("special_act", args=[application.pk, "remind"])
    context["remind"] = next((act for act in context["acts"] if act["url"] == reminders and not act["why_off"]), None)
    context |= {"tracker": tracker(page, actor, request.now), "accept": ",".join(ENDINGS), **more}
    return render(request, "tracker.html", context, status=status)


@rule("unit")
@require_POST
def answer(request: Any, application_id: int, item_id: int) -> HttpResponse:
    """Answer one point; what is missing is said beside it, and the words stay."""
    actor = actor_in(request)
    application = load_application(application_id, request.user.county)
    check_sight(application, actor)
    text = request.POST.get("text", "")
    try:
        done = answer_point(
            application_id=application_id,
            item_id=item_id,
            person=request.user,
            text=text,
            upload=request.FILES.get("file"),
            now=request.now,
            request_id=request.request_id,
        )
    except Moved:
        raise
    except Refused as refused:
        return tracker_page(
            request, application, actor, refused.status, fault=str(refused), fault_id=item_id, kept=text
        )
    if done.left:
        said = ngettext("Answered; %(n)s point is open.", "Answered; %(n)s points are open.", done.left)
        messages.success(request, said % {"n": done.left})
    else:
        messages.success(request, _("Every point is answered: the corrections are handed in."))
    return redirect(f"{reverse('application', args=[application_id])}#points")
