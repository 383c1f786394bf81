"""升级督办: what was put before me, what is supervised, who is next, and the ladder itself."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workflows.audit.refused import Moved, Refused
from workflows.clock.ladder import Threshold, Trigger
from workflows.downloads import csv_response
from workflows.escalation import thresholds
from workflows.escalation.answering import answer_escalation
from workflows.escalation.card import escalation_card
from workflows.escalation.models import CauseClass
from workflows.escalation.preview import tomorrow
from workflows.escalation.reading import TABS, Raised, escalations, open_matters
from workflows.escalation.rehearsal import rehearse
from workflows.flow import registry
from workflows.flow.decisions import Decision
from workflows.models import LadderRung
from workflows.offices.access import RULES, is_administrator, my_seats, rule
from workflows.offices.access_log import note_refusal
from workflows.operations import Form, sign
from workflows.pages.common import actor_in


def _posts(request: Any) -> list[str]:
    return [seat.post_key for seat in my_seats(request)]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


@rule("officer")
@require_GET
def escalation_list(request: Any) -> HttpResponse:
    """The page of whoever is called: his matters first, then what stands before him."""
    posts, county = _posts(request), request.user.county
    oversees = RULES["supervision"](request) or is_administrator(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "mine"
    if tab == "all" and not oversees:
        tab = "mine"
    if request.GET.get("format") == "csv":
        return _file(request, posts, tab)
    found = escalations(county, posts, request.now, tab=tab, before=_number(request.GET.get("before", "")))
    context = {
        "tab": tab,
        "oversees": oversees,
        "compares": RULES["supervision"](request),
        "rows": found.rows,
        "matters": open_matters(county, posts, request.now, everybody=tab == "all") if tab != "answered" else [],
        "causes": [(code, str(label)) for code, label in CauseClass.choices],
        "older_url": f"?{urlencode({'tab': tab, 'before': found.older})}" if found.older else "",
        "newer_url": f"?{urlencode({'tab': tab})}" if request.GET.get("before") else "",
        "export_url": f"?{urlencode({'tab': tab, 'format': 'csv'})}",
    }
    return render(request, "escalations.html", context)


def _file(request: Any, posts: list[str], tab: str) -> HttpResponse:
    heading = [
        *(_("Rung"), _("Reason"), _("Due since"), _("Project"), _("Reference"), _("Step"), _("Put before")),
        *(_("Answer due"), _("Answered by"), _("Cause"), _("Planned day"), _("Supervision")),
    ]

    def lines() -> Any:
        before = 0
        while True:
            found = escalations(request.user.county, posts, request.now, tab=tab, before=before)
            yield from found.rows
            before = found.older
            if not before:
                return

    return csv_response(request, "escalations", heading, (_line(row) for row in lines()))


def _line(row: Raised) -> tuple[Any, ...]:
    return (
        *(row.rung, row.trigger, row.on, row.subject, row.number, row.step, row.target),
        *(row.answer_by, row.answered_by, row.cause, row.plan_on, row.supervision_number),
    )


@rule("officer")
@require_POST
def answer(request: Any, escalation_id: int) -> HttpResponse:
    """Say what holds the matter up; on rung 2 also until when it will move."""
    answer_escalation(
        escalation_id=escalation_id,
        person=request.user,
        cause=request.POST.get("cause", ""),
        plan_on=_day(request.POST.get("plan_on", "")),
        text=request.POST.get("text", "")[:500],
        now=request.now,
        request_id=request.request_id,
    )
    messages.success(request, _("Your answer is on record."))
    return redirect("escalations")


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@rule("officer")
@require_http_methods(["GET", "POST"])
def card_page(request: Any, source: str, rung: int, round_no: int) -> HttpResponse:
    """One escalation on one card, and the leader's answer to it: one form, one sign-off."""
    status, fault = 200, None
    if request.method == "POST":
        try:
            sign(
                step_id=_number(request.POST.get("step", "")),
                person=request.user,
                form=_answer_of(request.POST),
                seen=request.POST.get("seen", ""),
                now=request.now,
                request_id=request.request_id,
            )
        except Moved:
            raise
        except Refused as refused:
            note_refusal(request, refused)
            status, fault = refused.status, refused
        else:
            messages.success(request, _("Your answer is on record."))
            return redirect("home")
    card = escalation_card(request.user.county, source, rung, round_no, actor_in(request), request.now)
    context = {
        "card": card,
        "causes": CauseClass.choices,
        "fault": fault,
        "where": FIELDS.get(getattr(fault, "field", ""), getattr(fault, "field", "")),
        "given": request.POST,
        "chosen": request.POST.get("decision", "") or card.chosen,
    }
    return render(request, "escalation.html", context, status=status)


def _answer_of(post: Any) -> Form:
    """The card's form: the words are the task of a directive, or the reason of anything else."""
    decision = post.get("decision", "")
    words = post.get("task" if decision == Decision.INSTRUCT else "reasons", "")
    day = post.get("day", "")
    if decision == Decision.TAKE_UP:
        words = words.strip() or _("Received; I take it up.")
    return Form(
        decision=decision,
        opinion=words,
        reasons="" if decision in (Decision.INSTRUCT, Decision.TAKE_UP) else words,
        record={
            "commit_on": post.get("other_day", "") if day in ("", "other") else day,
            "owner": post.get("owner", ""),
            "task": post.get("task", ""),
            "officer": post.get("officer", ""),
            "cause": post.get("cause", ""),
        },
    )


# Where a refusal's field stands on the card.
FIELDS = {"due_on": "commit_on", "owner_post": "owner", "opinion": "words", "reasons": "words", "task": "words"}


@rule("officer")
@require_GET
def preview(request: Any) -> HttpResponse:
    """Who would be escalated on the next working day."""
    return render(request, "escalations_tomorrow.html", {"preview": tomorrow(request.user.county, request.now)})


@rule("officer")
@require_http_methods(["GET", "POST"])
def ladder(request: Any) -> HttpResponse:
    """The ladder as data: everybody reads it, the administrator changes it by a document."""
    county = request.user.county
    lines = list(thresholds.in_force(county))
    status, fault, where = 200, "", ""
    if request.method == "POST":
        if not is_administrator(request):
            return HttpResponse(status=403)
        ours, lines = lines, [_threshold(request, n, line) for n, line in enumerate(lines)]
        if request.POST.get("dry"):
            return _ladder_page(request, lines, rehearsal=rehearse(county, request.now, ours, lines))
        try:
            version = thresholds.set_ladder(
                thresholds=lines,
                document=request.POST.get("document", ""),
                seen=_number(request.POST.get("seen", "")),
                person=request.user,
                now=request.now,
                request_id=request.request_id,
            )
        except Refused as refused:
            note_refusal(request, refused)
            status, fault, where = refused.status, str(refused), getattr(refused, "field", "")
        else:
            messages.success(request, _("The ladder is written as version %(n)s.") % {"n": version})
            return redirect("ladder")
    return _ladder_page(request, lines, status, fault=fault, where=where)


def _ladder_page(request: Any, lines: list[Threshold], status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "lines": [_shown(n, line) for n, line in enumerate(lines)],
        "version": thresholds.version_of(request.user.county),
        "may_edit": is_administrator(request),
        "document": request.POST.get("document", ""),
        **more,
    }
    return render(request, "ladder.html", context, status=status)


def _threshold(request: Any, n: int, line: Threshold) -> Threshold:
    value = _number(request.POST.get(f"value_{n}", ""))
    return Threshold(line.rung, line.trigger, value, line.procedure, line.node)


def _shown(n: int, line: Threshold) -> dict[str, Any]:
    names = {row.code: str(row.short) for row in registry.procedures()}
    per_cent = line.trigger is Trigger.PROMISE_USED
    return {
        "name": f"value_{n}",
        "rung": line.rung,
        "reason": LadderRung.Reason(line.trigger).label,
        "value": line.value,
        "unit": _("% of the promise") if per_cent else pgettext("after a number", "working days"),
        "scope": names.get(line.procedure, line.procedure) or _("every procedure"),
    }


urlpatterns = [
    path("", escalation_list, name="escalations"),
    path("<int:escalation_id>/answer/", answer, name="answer_escalation"),
    path("tomorrow/", preview, name="escalations_tomorrow"),
    path("ladder/", ladder, name="ladder"),
    path("<str:source>/<int:rung>/<int:round_no>/", card_page, name="escalation"),
]
