"""Going back: the only way to an earlier step.

`reroute` cancels every open step and the half-filled Join of the enclosing Split and opens the target with that
Split's base token. A plain edge backwards out of a Split would break viewflow's Join.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow import STATUS, Token

from workflows.flow.decisions import Decision
from workflows.flow.graph import enclosing, return_targets, reviews_before
from workflows.flow.motion import motion_of
from workflows.flow.nodes import Review, cancel_open, new_step
from workflows.models import Application, SignOff, Step
from workflows.operations import refusals


def legal_targets(step: Any) -> list[Review]:
    """The Reviews that this step may be returned to, in the order of the flow."""
    return return_targets(step.flow_task.flow_class, step.node, step.process.state)


def lawful_target(step: Any, name: str) -> Review:
    """The Review called `name`, if one may go back to it. Raises `Missing`."""
    for node in legal_targets(step):
        if node.name == name:
            return node
    raise refusals.Missing(_("Choose a step to return to among those offered."), "target")


def voided_by(target: Review, sign_offs: Iterable[SignOff]) -> list[SignOff]:
    """The sign-offs of an application that returning to `target` voids: its own, and those of all that follows it."""
    flow = target.flow_class
    follows = {target.name} | {name for name in flow.node_map() if target.name in reviews_before(flow, name)}
    return [row for row in sign_offs if row.voided_at is None and row.node in follows and row.act != "return"]


def who_signs_again(target: Review, sign_offs: Iterable[SignOff]) -> list[SignOff]:
    """The answers, oldest first, that must be given again after returning to `target`: what the confirm sheet shows."""
    answers = set(Decision.values)
    return sorted((row for row in voided_by(target, sign_offs) if row.act in answers), key=lambda row: row.pk)


def reroute(application: Application, target: Review, came_from: Step) -> list[SignOff]:
    """Open `target` again on a locked application; returns the sign-offs that this voids.

    Everything open below the token at which the target stands is cancelled, the half-filled Join with it.
    """
    motion = motion_of(application)
    splits = enclosing(target.flow_class)
    depth = len(splits[target.name])
    parts = came_from.token.token.split("/")
    base = "/".join(parts[: depth + 1])
    standing = SignOff.objects.filter(application=application, voided_at__isnull=True).order_by("signed_at", "pk")
    void = voided_by(target, standing)
    motion.cancelled += cancel_open(application, motion.now, base)
    step = new_step(target, application, Token(base), STATUS.NEW)
    motion.place(step, target)
    motion.open_step(step, came_from)
    return void
