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
from workflows.operations.seating import HEADS, check_impartial, office_of, seat_in

PROPOSED, CONFIRMED = "rectify_proposed", "rectified"


def correctable(application: Application, actor: Actor) -> list[SignOff]:
    """The acts whose words this person may propose to correct: his own, and those of the office that he heads."""
    rows = SignOff.objects.filter(application=application, step__isnull=False).exclude(act__in=[PROPOSED, CONFIRMED])
    return [row for row in rows.order_by("pk") if _seat_over(row, actor) is not None]


def _seat_over(row: SignOff, actor: Actor) -> Seat | None:
    own = row.signer_id == actor.person.pk
    return seat_in(actor, office_of(row.post_key), () if own else HEADS)


def proposals(application: Application, actor: Actor) -> list[SignOff]:
    """Proposals that wait for another hand of the same office."""
    waiting = SignOff.objects.filter(application=application, act=PROPOSED, voided_at__isnull=True)
    rows = list(waiting.exclude(signer=actor.person).order_by("pk"))
    if not rows:
        return []
    done = SignOff.objects.filter(application=application, act=CONFIRMED).values("details__proposal")
    confirmed = {str(row["details__proposal"]) for row in done}
    return [row for row in rows if seat_in(actor, office_of(row.post_key)) is not None and str(row.pk) not in confirmed]


def may_propose(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Whoever signed something here, or heads the office that did. Raises `NothingToCorrect`."""
    for row in correctable(application, actor):
        seat = _seat_over(row, actor)
        if seat is not None:
            return seat
    raise refusals.NothingToCorrect


def may_confirm(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Another person of the proposer's office. Raises `NothingToCorrect`, `Conflicted`."""
    for row in proposals(application, actor):
        seat = seat_in(actor, office_of(row.post_key))
        if seat is not None:
            check_impartial(application, actor)
            return seat
    raise refusals.NothingToCorrect


def propose(asked: Request, *, sign_off_id: int, words: str, reason: str) -> SignOff:
    """Propose other words for an act of one's own or of one's office.

    Raises what `may_propose` raises, `StaleScreen`, `Missing`.
    """
    if not words.strip() or not reason.strip():
        raise refusals.Missing(_("Write the corrected words and the reason."), "words")
    with transaction.atomic():
        act = begin(asked, PROPOSED, may_propose, opinion=words.strip(), details={"reason": reason.strip()})
        act.corrects = _pick(correctable(act.application, act.actor), sign_off_id)
        act.seat = _seat_over(act.corrects, act.actor) or act.seat
        return write_act(act)


def confirm(asked: Request, *, proposal_id: int) -> SignOff:
    """Confirm a colleague's correction as the second hand. Raises as `propose`."""
    with transaction.atomic():
        act = begin(asked, CONFIRMED, may_confirm)
        proposal = _pick(proposals(act.application, act.actor), proposal_id)
        act.seat = seat_in(act.actor, office_of(proposal.post_key)) or act.seat
        act.corrects, act.opinion = proposal.corrects, proposal.opinion
        act.details = {"proposal": str(proposal.pk), "reason": proposal.details.get("reason", "")}
        return write_act(act)


def _pick(rows: list[SignOff], pk: int) -> SignOff:
    for row in rows:
        if row.pk == pk:
            return row
    raise refusals.Missing(_("Choose one of the acts offered."), "sign_off_id")
