"""Every act that an application's record knows.

`ACTS` move something and say their way; `STILL` stand in the chain and leave steps, state and sign-offs as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils.translation import gettext as _

from workflows.clock.events import BrokenHistory, effective_events
from workflows.clock.grounds import VOID
from workflows.clock.history import replay
from workflows.flow.decisions import Decision
from workflows.legal import BEFORE_ACCEPTANCE
from workflows.operations.clock_correcting import Facts
from workflows.operations.co_signing import AGREES, OBJECTS
from workflows.operations.timekeeping import law_of, started_on
from workflows.replaying.answering import answered, closed_consultation, deemed, opened, received, taken_back
from workflows.replaying.fold import Asked, Fold, Paper, Signed
from workflows.replaying.said import WITH_PATH, Misfit, Said
from workflows.replaying.way import way_of

Act = Callable[[Fold], None]


def withdrawn(fold: Fold) -> None:
    """撤回."""
    fold.end_by("withdraw_early" if fold.walk.state in BEFORE_ACCEPTANCE else "withdraw")
    fold.sign(None)


def ended(fold: Fold) -> None:
    """终止 and 撤销."""
    fold.end_by(fold.said.kind)
    fold.sign(None)


def stopped(fold: Fold) -> None:
    """The clock stops."""
    details = fold.said.payload.get("details", {})
    fold.walk.move("stop")
    if not (details.get("ground") and details.get("notice")):
        raise Misfit(_("The stop has no ground or no notice."))
    fold.stopped_since = fold.today
    fold.tick(
        "stop",
        fold.today,
        ground=details["ground"],
        notice=details["notice"],
        expected_end=dt.date.fromisoformat(details["expected_end"]),
    )
    fold.sign(None)


def resumed(fold: Fold) -> None:
    """The clock goes on."""
    details = fold.said.payload.get("details", {})
    fold.walk.move("resume")
    fold.walk.move("go_on")
    fold.stopped_since = None
    fold.tick("resume", dt.date.fromisoformat(details["last_day"]), notice=details.get("notice", ""))
    fold.sign(None)


def extended(fold: Fold) -> None:
    """The limit is extended, once."""
    details = fold.said.payload.get("details", {})
    if fold.extended or not fold.is_open or not fold.started():
        raise Misfit(_("The limit can be extended once, while the clock runs."))
    fold.extended = True
    fold.tick("extend", fold.today, days=int(details["days"]), notice=details.get("notice", ""))
    fold.sign(None)


def clock_correction_proposed(fold: Fold) -> None:
    """Another fact for an event of the clock; nothing moves yet."""
    if not fold.is_open or not fold.started():
        raise Misfit(_("There is no clock to correct."))
    fold.sign(None)


def clock_corrected(fold: Fold) -> None:
    """更正时限记录: a second hand confirms; what the clock says now follows from all of its events."""
    details = fold.said.payload.get("details", {})
    proposal = _confirmed(fold, "clock_correction_proposed")
    told = Facts.of(details)
    if told != Facts.of(proposal.said.payload["details"]):
        raise Misfit(_("What was confirmed is not what was proposed."))
    named = str(fold.procedure.rule)
    old = next((event for event in effective_events(fold.events(), named) if event.id == told.event_id), None)
    if old is None:
        raise Misfit(_("There is no clock to correct."))
    fold.tick(
        "correct",
        told.effective or old.effective,
        ground=VOID if told.void else "",
        notice=told.notice,
        expected_end=told.expected_end,
        days=told.days,
        replaces_id=told.event_id,
    )
    fold.sign(None)
    fold.check_clock()
    events = fold.events()
    fold.accepted_on = started_on(fold.application, events)
    law = law_of(fold.application, fold.accepted_on) if fold.accepted_on else None
    if law is None:
        raise Misfit(_("There is no clock to correct."))
    history = replay(events, law)
    fold.extended = bool(history.extensions)
    fold.stopped_since = next((stop.first for stop in history.stops if stop.last is None), None)


def handed(fold: Fold) -> None:
    """转办: a step in one person's hands, or back in everybody's."""
    step = fold.walk.review(fold.way.step)
    step.owner = fold.way.owner
    fold.sign(step.pk)


def co_signers_asked(fold: Fold) -> None:
    """会签: other posts are asked."""
    details = fold.said.payload.get("details", {})
    step = fold.walk.review(fold.way.step)
    rows = fold.asked.setdefault(step.pk, [])
    fold.rules[step.pk] = (str(details.get("rule", "")), int(details.get("count") or 0))
    rows += [Asked(str(post)) for post in details.get("posts", ())]
    fold.sign(step.pk)


def co_signer_removed(fold: Fold) -> None:
    """It goes on without one who was asked."""
    step = fold.walk.review(fold.way.step)
    row = _asked(fold, step.pk, str(fold.said.payload.get("details", {}).get("post", "")))
    row.removed_at = fold.said.recorded_at
    fold.sign(step.pk)


def co_signed(fold: Fold) -> None:
    """A post that was asked answers."""
    step = fold.walk.review(fold.way.step)
    row = _asked(fold, step.pk, fold.said.post)
    if row.answer:
        raise Misfit(_("A co-signer answered twice."))
    signed = fold.sign(step.pk)
    row.answer, row.sign_off = fold.said.kind, signed.pk


def _asked(fold: Fold, step: int, post: str) -> Asked:
    for row in fold.asked.get(step, ()):
        if row.post == post and row.removed_at is None:
            return row
    raise Misfit(_("The post %(post)s was not asked to co-sign.") % {"post": post})


def rectify_proposed(fold: Fold) -> None:
    """更正: other words for an act of this record."""
    corrects = fold.said.payload.get("corrects")
    if fold.said.schema >= WITH_PATH and int(corrects or 0) not in fold.signed:
        raise Misfit(_("It corrects an act that the record does not have."))
    fold.sign(None)


def rectified(fold: Fold) -> None:
    """A second hand confirms them."""
    _confirmed(fold, "rectify_proposed")
    fold.sign(None)


def _confirmed(fold: Fold, act: str) -> Signed:
    """The proposal that a second person confirms. Raises `Misfit`."""
    proposal = fold.signed.get(int(fold.said.payload.get("details", {}).get("proposal") or 0))
    if proposal is None or proposal.act != act or proposal.signer == fold.said.actor:
        raise Misfit(_("A correction is confirmed by a second person, on a proposal."))
    return proposal


def beside_steps(fold: Fold) -> None:
    """An act of the house's own work that moves another case: a directive is given, or urged."""
    if not fold.is_open:
        raise Misfit(_("The case was closed before."))
    fold.sign(None)


def paper_added(fold: Fold) -> None:
    """材料: a new version; what was signed on the old content is stale, co-signers are asked again."""
    payload = fold.said.payload
    if fold.walk.ended is not None:
        raise Misfit(_("The case was closed before."))
    slot = fold.procedure.slot(str(payload.get("slot", "")))
    for paper in fold.papers:
        if paper.slot == payload.get("slot") and paper.superseded_at is None:
            paper.superseded_at = fold.said.recorded_at
    fold.papers.append(Paper(str(payload.get("slot", "")), int(payload.get("version", "0")), fold.said))
    content = str(payload.get("content", ""))
    fold.revision += 1
    if content == fold.content:
        return
    fold.content = content
    fold.content_version += 1
    if slot is None or slot.by_office:
        return
    fold.basis_version = fold.content_version
    for step in fold.walk.open_steps():
        for row in fold.asked.get(step.pk, ()):
            if row.removed_at is None:
                row.answer, row.sign_off = "", None


def given_back(fold: Fold) -> None:
    """A step leaves the hands of somebody who may not keep it."""
    payload = fold.said.payload
    step = fold.walk.review(int(payload["step"]))
    if step.owner not in (None, str(payload["from"])):
        raise Misfit(_("“%(node)s” was in other hands.") % {"node": fold.walk.title(step.node)})
    step.owner = str(payload["to"] or "")


def nothing(fold: Fold) -> None:
    """It stands in the chain and moves nothing."""


ACTS: dict[str, Act] = {
    **{str(decision.value): answered for decision in Decision},
    Decision.FILE.value: received,
    "received": received,
    "opened_by_rule": opened,
    "opened_by_leader": opened,
    "deemed_accepted": deemed,
    "close_consultation": closed_consultation,
    "take_back": taken_back,
    "withdraw": withdrawn,
    "end_as_moot": ended,
    "annul": ended,
    "stop_clock": stopped,
    "resume_clock": resumed,
    "extend_clock": extended,
    "hand_over": handed,
    "co_signers_asked": co_signers_asked,
    "co_signer_removed": co_signer_removed,
    AGREES: co_signed,
    OBJECTS: co_signed,
    "clock_correction_proposed": clock_correction_proposed,
    "clock_corrected": clock_corrected,
    "rectify_proposed": rectify_proposed,
    "rectified": rectified,
    "directive": beside_steps,
    "urge": beside_steps,
}
OPENING = frozenset({"received", Decision.FILE.value, "opened_by_rule", "opened_by_leader"})
STILL: dict[str, Act] = {
    "document_added": paper_added,
    "handed_over": given_back,
    "note": nothing,
    "escalated": nothing,
    "escalation_answered": nothing,
    "supervised": nothing,
    "sign_off_flagged": nothing,
    "due_dates_moved": nothing,
}


def take(fold: Fold, said: Said) -> None:
    """Take the next entry of an application into the fold. Raises `Misfit`."""
    try:
        _take(fold, said)
    except (BrokenHistory, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Misfit(_("The entry does not say what such an act must say.")) from error


def _take(fold: Fold, said: Said) -> None:
    fold.check_link(said)
    fold.said = said
    fold.walk.now, fold.walk.actor = said.recorded_at, said.actor
    if not fold.begun and said.kind not in OPENING:
        raise Misfit(_("The record does not begin with the receipt."))
    if said.kind in STILL:
        STILL[said.kind](fold)
    elif said.kind in ACTS:
        fold.way = fold.walk.way = way_of(said, fold.tables, fold.walk.steps)
        ACTS[said.kind](fold)
        fold.way.check_used()
        fold.check_clock()
    else:
        raise Misfit(_("No act is called “%(kind)s”.") % {"kind": said.kind})
    fold.check_state()
