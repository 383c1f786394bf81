"""撤回意见: a signer takes his answer back before the next act.

An answer that another office gives beside his, in the same parallel part, is not a next act: it does not rest on his.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from viewflow.workflow import STATUS

from workflows.flow.nodes import new_step
from workflows.models import Application, CoSigner, CoSignPolicy, SignOff, Step
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.core import Act, Actor, write_act

# Legal moves that leave the state of the review where it was.
HARMLESS = (None, "begin")


def may_take_back(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Whose newest sign-off stands and nobody acted on it, if its answer can be undone.

    Raises `NotYourAct` for who signed nothing here, `CannotTakeBack`.
    """
    return _newest(application, actor)[1]


def _newest(application: Application, actor: Actor) -> tuple[SignOff, Seat, list[Step]]:
    mine = SignOff.objects.filter(application=application, signer=actor.person)
    found = mine.select_related("step").order_by("-pk").first()
    if found is None:
        raise refusals.NotYourAct(lambda: _newest_title(application))
    if found.step is None or found.voided_at is not None:
        raise refusals.CannotTakeBack
    later = SignOff.objects.filter(application=application, pk__gt=found.pk).select_related("step")
    if not all(row.step is not None and beside(str(found.step.token), str(row.step.token)) for row in later):
        raise refusals.CannotTakeBack
    node: Any = found.step.flow_task
    answer = getattr(node, "answers", {}).get(found.act)
    seat = actor.seat(found.post_key)
    if answer is None or answer.law not in HARMLESS or answer.to is None or seat is None or not application.is_open:
        raise refusals.CannotTakeBack
    return found, seat, _opened_by(found.step)


def _newest_title(application: Application) -> str:
    return SignOff.objects.filter(application=application).order_by("-pk")[0].post_title


def beside(token: str, other: str) -> bool:
    """Whether two tokens stand in the same parallel part, in different branches of it."""
    if "/" not in token:
        return False
    part = f"{token.rpartition('_')[0]}_"
    branch = other.removeprefix(part)
    return branch != other and branch.partition("/")[0] != token.removeprefix(part)


def _opened_by(step: Step) -> list[Step]:
    """What the answer opened: steps and the gates on the way. Raises `CannotTakeBack` if somebody acted."""
    found: list[Step] = []
    waiting = [step.pk]
    while waiting:
        rows = list(Step.objects.filter(previous__in=waiting))
        for row in rows:
            if row.post_key and row.finished is not None:
                raise refusals.CannotTakeBack
        # A Join that still waits belongs to the other branches too.
        found += [row for row in rows if row.post_key or row.finished is not None]
        waiting = [row.pk for row in rows if not row.post_key and row.finished is not None]
    return found


def take_back(asked: Request, *, opinion: str) -> SignOff:
    """Void one's newest answer, close what it opened, and open the step again.

    Raises `NoSuchStep`, `StaleScreen`, `CannotTakeBack`, `Missing`.
    """
    if not opinion.strip():
        raise refusals.Missing(_("Give the reasons."), "opinion")
    with transaction.atomic():
        act = begin(asked, "take_back", may_take_back, opinion=opinion.strip())
        old, _seat, opened = _newest(act.application, act.actor)
        Step.objects.filter(pk__in=[row.pk for row in opened]).update(status=STATUS.CANCELED, finished=act.now)
        act.step = _open_again(act, old)
        # Co-signatures were given beside this step; they are still there when it is signed again.
        CoSigner.objects.filter(step=old.step).update(step=act.step)
        CoSignPolicy.objects.filter(step=old.step).update(step=act.step)
        act.details = {"voids": str(old.pk)}
        sign_off = write_act(act)
        SignOff.objects.filter(pk=old.pk).update(voided_at=act.now, voided_by=sign_off)
    return sign_off


def _open_again(act: Act, old: SignOff) -> Step:
    before: Any = old.step
    motion = act.application.motion
    step = new_step(before.flow_task, act.application, before.token, STATUS.NEW)
    motion.place(step, before.flow_task)
    motion.open_step(step, before)
    return step
