"""更正: correct the words of a signed act later, with a reason and a second person; the old words stay readable.

It never moves the legal state: what the act did is undone by other acts (return, annul), not by new words.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.models import Application, SignOff
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.core import Actor, write_act
from workflows.operations.seating import signing_seat

PROPOSED, CONFIRMED = "rectify_proposed", "rectified"


def own_acts(application: Application, actor: Actor) -> list[SignOff]:
    """This person's acts that may be corrected."""
    rows = SignOff.objects.filter(application=application, signer=actor.person, step__isnull=False)
    return list(rows.exclude(act__in=[PROPOSED, CONFIRMED]).order_by("pk"))


def proposals(application: Application, actor: Actor) -> list[SignOff]:
    """Proposals that wait for another hand of the same office."""
    offices = {seat.post_key.partition(".")[0] for seat in actor.seats}
    waiting = SignOff.objects.filter(application=application, act=PROPOSED, voided_at__isnull=True)
    done = SignOff.objects.filter(application=application, act=CONFIRMED).values("details__proposal")
    confirmed = {str(row["details__proposal"]) for row in done}
    return [
        row
        for row in waiting.exclude(signer=actor.person).order_by("pk")
        if row.post_key.partition(".")[0] in offices and str(row.pk) not in confirmed
    ]


def may_propose(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Whoever signed something here. Raises `NotYourAct`, `NothingToCorrect`."""
    seat = signing_seat(application, actor)
    if not own_acts(application, actor):
        raise refusals.NothingToCorrect
    return seat


def may_confirm(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Another person of the proposer's office. Raises `NotYourAct`, `NothingToCorrect`."""
    seat = signing_seat(application, actor)
    if not proposals(application, actor):
        raise refusals.NothingToCorrect
    return seat


def propose(asked: Request, *, sign_off_id: int, words: str, reason: str) -> SignOff:
    """Propose other words for one's own act. Raises what `may_propose` raises, `StaleScreen`, `Missing`."""
    if not words.strip() or not reason.strip():
        raise refusals.Missing(_("Write the corrected words and the reason."), "words")
    with transaction.atomic():
        act = begin(asked, PROPOSED, may_propose, opinion=words.strip(), details={"reason": reason.strip()})
        act.corrects = _pick(own_acts(act.application, act.actor), sign_off_id)
        return write_act(act)


def confirm(asked: Request, *, proposal_id: int) -> SignOff:
    """Confirm a colleague's correction as the second hand. Raises as `propose`."""
    with transaction.atomic():
        act = begin(asked, CONFIRMED, may_confirm)
        proposal = _pick(proposals(act.application, act.actor), proposal_id)
        act.corrects, act.opinion = proposal.corrects, proposal.opinion
        act.details = {"proposal": str(proposal.pk), "reason": proposal.details.get("reason", "")}
        return write_act(act)


def _pick(rows: list[SignOff], pk: int) -> SignOff:
    for row in rows:
        if row.pk == pk:
            return row
    raise refusals.Missing(_("Choose one of the acts offered."), "sign_off_id")
