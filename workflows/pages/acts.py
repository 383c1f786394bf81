"""The acts beside the decisions: one table of words, form, check and operation, read by button and view alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from workflows.audit.refused import Refused
from workflows.escalation import directives, reminding
from workflows.escalation.models import CauseClass
from workflows.escalation.reading import climbed, matter_of
from workflows.models import Application
from workflows.operations import (
    clock_acts,
    clock_correcting,
    closing_consultation,
    co_signing,
    ending,
    handing_over,
    noting,
    rectifying,
    taking_back,
)
from workflows.operations.beside import Check
from workflows.operations.core import Actor
from workflows.operations.documents import may_add_papers
from workflows.pages import act_forms as forms
from workflows.papers import ENDINGS
from workflows.queries.application import ApplicationPage
from workflows.queries.sight import is_unit


@dataclass(frozen=True)
class SpecialAct:
    """One act. `check` says who may when; `call(request, **form)` does it."""

    code: str
    label: Any
    line: Any
    form: type[forms.ActForm]
    check: Check
    call: Callable[..., Any]
    # A note is written on whatever stands; every other act answers one screen.
    any_screen: bool = False


_ALL = (
    SpecialAct(
        "directive",
        _("Give a directive"),
        _("One task, one owner, a due date, evidence"),
        forms.DirectiveForm,
        directives.may_direct,
        directives.give_directive,
    ),
    SpecialAct(
        "urge",
        _("Urge"),
        _("In writing; it stands in the record"),
        forms.UrgeForm,
        directives.may_urge,
        directives.urge,
    ),
    SpecialAct(
        "remind",
        _("Remind or complain"),
        _("Goes to the head of the office and to the supervision office"),
        forms.RemindForm,
        reminding.may_remind,
        reminding.remind,
    ),
    SpecialAct(
        "note",
        _("Internal note"),
        _("For colleagues; not a sign-off, but in the trail"),
        forms.NoteForm,
        noting.may_note,
        noting.add_note,
        any_screen=True,
    ),
    SpecialAct(
        "stop",
        _("Stop the clock"),
        _("On a ground in the law, by written notice"),
        forms.StopForm,
        clock_acts.may_stop,
        clock_acts.stop_clock,
    ),
    SpecialAct(
        "resume",
        _("Resume the clock"),
        _("The review goes on"),
        forms.ResumeForm,
        clock_acts.may_resume,
        clock_acts.resume_clock,
    ),
    SpecialAct(
        "extend",
        _("Extend the limit"),
        _("By the head, once, with reasons to the applicant"),
        forms.ExtendForm,
        clock_acts.may_extend,
        clock_acts.extend_clock,
    ),
    SpecialAct(
        "co-signers",
        _("Ask for co-signatures"),
        _("All, any one, a number, or in turn"),
        forms.CoSignForm,
        co_signing.may_ask,
        co_signing.ask,
    ),
    SpecialAct(
        "remove-co-signer",
        _("Do without a co-signer"),
        _("With the reasons"),
        forms.RemoveCoSignerForm,
        co_signing.may_remove,
        co_signing.remove,
    ),
    SpecialAct(
        "co-sign",
        _("Co-sign"),
        _("Agree, or object with reasons"),
        forms.CoAnswerForm,
        co_signing.may_answer,
        co_signing.answer,
    ),
    SpecialAct(
        "close-consultation",
        _("Go on without the silent offices"),
        _("They are named; silence is not agreement"),
        forms.RemarkForm,
        closing_consultation.may_close,
        closing_consultation.close_consultation,
    ),
    SpecialAct(
        "hand-over",
        _("Hand over"),
        _("To one person on the same post, or back to all"),
        forms.HandOverForm,
        handing_over.may_hand_over,
        handing_over.hand_over,
    ),
    SpecialAct(
        "take-back",
        _("Take back my answer"),
        _("Before the next act"),
        forms.ReasonsForm,
        taking_back.may_take_back,
        taking_back.take_back,
    ),
    SpecialAct(
        "rectify",
        _("Correct my words"),
        _("A second person confirms; the old words stay readable"),
        forms.ProposeForm,
        rectifying.may_propose,
        rectifying.propose,
    ),
    SpecialAct(
        "confirm-rectification",
        _("Confirm a correction"),
        _("As the second hand"),
        forms.ConfirmForm,
        rectifying.may_confirm,
        rectifying.confirm,
    ),
    SpecialAct(
        "correct-clock",
        _("Correct the clock's record"),
        _("A wrong day, notice or stop; a second person confirms, the wrong record stays readable"),
        forms.ClockProposeForm,
        clock_correcting.may_propose,
        clock_correcting.propose_clock,
    ),
    SpecialAct(
        "confirm-clock",
        _("Confirm a correction of the clock"),
        _("As the second hand; the dates move"),
        forms.ClockConfirmForm,
        clock_correcting.may_confirm,
        clock_correcting.confirm_clock,
    ),
    SpecialAct(
        "withdraw",
        _("Withdraw the application"),
        _("By the applicant, or the counter on his written request"),
        forms.WithdrawForm,
        ending.may_withdraw,
        ending.withdraw,
    ),
    SpecialAct(
        "end",
        _("End: it lost its object"),
        _("With reasons; the case is closed"),
        forms.ReasonsForm,
        ending.may_end,
        ending.end_as_moot,
    ),
    SpecialAct(
        "annul",
        _("Annul the grant"),
        _("Found unlawful (Art. 69); the permit falls"),
        forms.AnnulForm,
        ending.may_annul,
        ending.annul,
    ),
)
ACTS = {act.code: act for act in _ALL}
# Daily acts: their buttons stand in the bar of the step page, so that they cost no extra click (budget of three).
DAILY = ("stop", "resume", "hand-over")
# Only the act itself says that it is not for others, or that there is nothing to do: a list of those would be noise.
QUIET = {
    *("not_your_act", "cannot_take_back", "nothing_to_correct", "not_a_co_signer", "nobody_silent"),
    *("not_stopped", "no_co_signers"),
}


def offered(application: Application, actor: Actor, now: dt.datetime) -> list[dict[str, Any]]:
    """The acts for this person: those that he may do, and his that the law bars now, with the why."""
    found = []
    for act in _ALL:
        why = ""
        try:
            act.check(application, actor, now)
        except Refused as refused:
            if refused.code in QUIET:
                continue
            why = str(refused)
        url = reverse("special_act", args=[application.pk, act.code])
        daily = act.code in DAILY and not why
        found.append({"label": act.label, "line": act.line, "url": url, "why_off": why, "daily": daily})
    return found


def application_context(page: ApplicationPage, actor: Actor, now: dt.datetime) -> dict[str, Any]:
    """The context of `application.html`."""
    posts = [seat.post_key for seat in actor.seats]
    return {
        "page": page,
        "acts": offered(page.application, actor, now),
        "matter": matter_of(page.application, posts, now),
        # The ladder is the house's own affair: a project unit sees dates and whose turn it is, not who was called.
        "climbed": [] if is_unit(actor) else climbed(page.application, posts, now),
        "causes": CauseClass.choices,
        **paper_context(page, actor),
    }


def paper_context(page: ApplicationPage, actor: Actor) -> dict[str, Any]:
    """Where papers may be added, if this person may."""
    if not may_add_papers(page.application, actor):
        return {}
    return {"upload_url": reverse("upload_document", args=[page.application.pk]), "accept": ",".join(ENDINGS)}
