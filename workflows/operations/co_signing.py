"""会签: other posts' signatures beside one step: all, any one, a number of them, or in turn. Rows, never tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import Message
from workflows.models import Application, CoSigner, CoSignPolicy, SignOff, Step
from workflows.offices.models import Post
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.beside import Request, begin
from workflows.operations.core import Actor, write_act
from workflows.operations.seating import check_impartial

Rule = CoSignPolicy.Rule
AGREES, OBJECTS = "co_sign_agree", "co_sign_object"


def standing(step: Any) -> list[CoSigner]:
    """The co-signers of a step that were not removed, in order."""
    return list(CoSigner.objects.filter(step=step, removed_at__isnull=True).order_by("order", "pk"))


def check_complete(step: Any) -> None:
    """Raises `WaitsForCoSigners` naming who is missing. Two statements, only for a step that has co-signers."""
    rows = standing(step)
    policy = CoSignPolicy.objects.filter(step=step).first()
    needed = _needed(policy, len(rows))
    if sum(row.answer == AGREES for row in rows) < needed:
        names = "、".join(row.post_title for row in rows if row.answer != AGREES)
        raise refusals.WaitsForCoSigners(names)


def _needed(policy: CoSignPolicy | None, asked: int) -> int:
    if policy is None or policy.rule in (Rule.ALL, Rule.TURN):
        return asked
    return 1 if policy.rule == Rule.ANY else min(policy.count, asked)


def ask_again(application: Application) -> None:
    """The content changed: who answered beside an open step looks at it again; his sign-off stays on record."""
    rows = CoSigner.objects.filter(step__process=application, step__finished__isnull=True, removed_at__isnull=True)
    rows.filter(answered_at__isnull=False).update(answered_at=None, answer="", sign_off=None)


def may_ask(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """Whoever may sign an open step. Raises `NotYourAct`, `Closed`."""
    for step in Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="").order_by("pk"):
        seat = actor.seat(step.post_key)
        if seat is not None and step.owner_id in (None, actor.person.pk):
            return seat
    if not application.is_open:
        raise refusals.Closed(application.state_label())
    raise refusals.NotYourAct(lambda: _("whoever signs the open step"))


def may_remove(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """As `may_ask`, when somebody was asked. Raises `NoCoSigners` too."""
    seat = may_ask(application, actor, now)
    asked = CoSigner.objects.filter(step__process=application, step__finished__isnull=True, removed_at__isnull=True)
    if not asked.exists():
        raise refusals.NoCoSigners
    return seat


def may_answer(application: Application, actor: Actor, now: dt.datetime) -> Seat:
    """The post whose co-signature is awaited now. Raises `NotACoSigner`, `OwnCoSignature`, `Conflicted`."""
    return _awaited(application, actor)[1]


def _awaited(application: Application, actor: Actor) -> tuple[CoSigner, Seat]:
    open_rows = CoSigner.objects.filter(
        step__process=application, step__finished__isnull=True, removed_at__isnull=True, answered_at__isnull=True
    ).select_related("step__co_sign_policy")
    for row in open_rows.order_by("order", "pk"):
        seat = actor.seat(row.post_key)
        if seat is not None and _is_his_turn(row):
            if actor.person.pk == row.asked_by_id or actor.seat(row.step.post_key) is not None:
                raise refusals.OwnCoSignature
            check_impartial(application, actor)
            return row, seat
    raise refusals.NotACoSigner


def _is_his_turn(row: CoSigner) -> bool:
    policy = getattr(row.step, "co_sign_policy", None)
    if policy is None or policy.rule != Rule.TURN:
        return True
    before = CoSigner.objects.filter(
        step=row.step, removed_at__isnull=True, answered_at__isnull=True, order__lt=row.order
    )
    return not before.exists()


def ask(asked: Request, *, posts: Sequence[str], rule: str, count: int = 0, opinion: str = "") -> SignOff:
    """Ask posts to sign beside the step that waits for oneself; `rule` holds for all co-signers of the step.

    Raises what `may_ask` raises, `StaleScreen`, `Missing`.
    """
    if rule not in Rule.values:
        raise refusals.Missing(_("Choose how many must agree."), "rule")
    with transaction.atomic():
        act = begin(asked, "co_signers_asked", may_ask, opinion=opinion.strip())
        step = _own_step(act.application, act.seat)
        there = standing(step)
        titles = _titles(act.application.county, posts, {row.post_key for row in there} | {step.post_key})
        if rule == Rule.COUNT and not 1 <= count <= len(there) + len(titles):
            raise refusals.Missing(_("The number lies between one and the number of co-signers."), "count")
        CoSignPolicy.objects.update_or_create(step=step, defaults={"rule": rule, "count": count})
        CoSigner.objects.bulk_create(
            CoSigner(
                step=step,
                post_key=key,
                post_title=title,
                order=len(there) + n,
                asked_by=act.actor.person,
                asked_at=act.now,
            )
            for n, (key, title) in enumerate(titles)
        )
        act.step = step
        act.details = {"posts": [key for key, _title in titles], "rule": rule, "count": str(count)}
        return write_act(act, messages=[_message(act.application, step, key, act.now) for key, _title in titles])


def _own_step(application: Application, seat: Seat) -> Step:
    return Step.objects.filter(process=application, finished__isnull=True, post_key=seat.post_key).order_by("pk")[0]


def _titles(county: str, posts: Sequence[str], taken: set[str]) -> list[tuple[str, str]]:
    wanted = [key for key in dict.fromkeys(posts) if key not in taken]
    rows = {row.key: row for row in Post.objects.filter(county=county, key__in=wanted).select_related("office")}
    if not rows or set(rows) != set(wanted):
        raise refusals.Missing(_("Choose at least one other post."), "posts")
    return [(key, f"{rows[key].office.name} {rows[key].name}") for key in wanted]


def _message(application: Application, step: Step, post_key: str, now: dt.datetime) -> Message:
    return Message(
        county=application.county,
        kind="co_signature_asked",
        post_key=post_key,
        params={"number": application.number, "subject": application.subject, "node": step.node},
        url=f"/applications/{application.pk}/",
        created_at=now,
    )


def remove(asked: Request, *, co_signer_id: int, opinion: str) -> SignOff:
    """Do without a co-signer, with the reason; who answered stays on record. Raises as `ask`."""
    if not opinion.strip():
        raise refusals.Missing(_("Give the reasons."), "opinion")
    with transaction.atomic():
        act = begin(asked, "co_signer_removed", may_remove, opinion=opinion.strip())
        act.step = _own_step(act.application, act.seat)
        row = next((row for row in standing(act.step) if row.pk == co_signer_id), None)
        if row is None:
            raise refusals.Missing(_("Choose a co-signer of this step."), "co_signer_id")
        row.removed_at = act.now
        row.save(update_fields=["removed_at"])
        act.details = {"post": row.post_key}
        return write_act(act)


def answer(asked: Request, *, agrees: bool, opinion: str) -> SignOff:
    """Sign beside the step, or object with reasons. Raises what `may_answer` raises, `StaleScreen`, `Missing`."""
    if not opinion.strip():
        raise refusals.Missing(_("Write an opinion: it goes into the record."), "opinion")
    with transaction.atomic():
        act = begin(asked, AGREES if agrees else OBJECTS, may_answer, opinion=opinion.strip())
        row, _seat = _awaited(act.application, act.actor)
        act.step = row.step
        sign_off = write_act(act)
        row.answer, row.answered_at, row.sign_off = act.kind, act.now, sign_off
        row.save(update_fields=["answer", "answered_at", "sign_off"])
    return sign_off
