"""Withdraw (撤回), end as moot (终止), annul (撤销): the case ends, or a grant falls, by an act with reasons."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from viewflow.workflow import STATUS

from workflows.flow import registry
from workflows.flow.nodes import cancel_open
from workflows.legal import BEFORE_ACCEPTANCE, GRANTED_STATES
from workflows.models import Application, SignOff
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.core import Act, Actor, write_act
from workflows.operations.seating import applicant_seat, deciding_seat
from workflows.operations.timekeeping import note_law


def may_withdraw(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The applicant, or the counter on his written request, before the decision. Raises `NotYourAct`, `Unlawful`."""
    seat = applicant_seat(application, actor)
    if not application.can_move(_withdrawal(application)):
        raise refusals.Unlawful(application.state_label())
    return seat


def may_end(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Whoever decides, while the case is open. Raises `NotYourAct`, `Unlawful`."""
    seat = deciding_seat(application, actor)
    if not application.can_move("end_as_moot"):
        raise refusals.Unlawful(application.state_label())
    return seat


def may_annul(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Whoever decides, once it was granted. Raises `NotYourAct`, `Unlawful`."""
    seat = deciding_seat(application, actor)
    if application.state not in GRANTED_STATES:
        raise refusals.Unlawful(application.state_label())
    return seat


def _withdrawal(application: Application) -> str:
    return "withdraw_early" if application.state in BEFORE_ACCEPTANCE else "withdraw"


def withdraw(asked: Request, *, opinion: str, document: str = "") -> SignOff:
    """The applicant withdraws; at the counter with the number of his written request.

    Raises what `may_withdraw` raises, `StaleScreen`, `Missing`.
    """
    with transaction.atomic():
        act = begin(asked, "withdraw", may_withdraw, opinion=opinion.strip(), details={"document": document.strip()})
        if act.seat.post_key != act.application.applicant_post and not document.strip():
            raise refusals.Missing(_("Name the applicant's written request."), "document")
        return _end(act, _withdrawal(act.application))


def end_as_moot(asked: Request, *, opinion: str) -> SignOff:
    """End a case that lost its object, with reasons. Raises what `may_end` raises, `StaleScreen`, `Missing`."""
    _check_reasons(opinion)
    with transaction.atomic():
        return _end(begin(asked, "end_as_moot", may_end, opinion=opinion.strip()), "end_as_moot")


def annul(asked: Request, *, opinion: str, document: str) -> SignOff:
    """Annul a grant found unlawful (Art. 69), with reasons and the number of the decision; its permit falls.

    Raises what `may_annul` raises, `StaleScreen`, `Missing`.
    """
    _check_reasons(opinion)
    if not document.strip():
        raise refusals.Missing(_("Give the number of the decision."), "document")
    with transaction.atomic():
        details = {"document": document.strip()}
        return _end(begin(asked, "annul", may_annul, opinion=opinion.strip(), details=details), "annul")


def _check_reasons(opinion: str) -> None:
    if not opinion.strip():
        raise refusals.Missing(_("Give the reasons."), "opinion")


def _end(act: Act, law: str) -> SignOff:
    application, motion = act.application, act.application.motion
    application.move(law)
    fields = note_law(application, law, act)
    motion.cancelled += cancel_open(application, act.now)
    if application.finished is None:
        application.status, application.finished = STATUS.CANCELED, act.now
        motion.ended = True
    messages = registry.tell_decided(application, None, act.now)
    return write_act(act, fields=fields, messages=messages)
