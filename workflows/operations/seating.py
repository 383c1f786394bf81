"""From which seat an act beside the steps is signed: asked by button, view and operation alike."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.flow.nodes import Review
from workflows.flow.registry import flow_of, procedure
from workflows.models import Application
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.core import Actor, post_title

HANDLING = ("handler", "chief")
REVIEWING = ("window", "handler", "second", "chief", "vice", "director")


def office_seat(application: Application, actor: Actor, roles: Iterable[str] = HANDLING) -> Seat:
    """A seat of the procedure's office in one of these roles. Raises `NotYourStep` naming the first of them."""
    office = procedure(application.procedure).office
    keys = [f"{office}.{role}" for role in roles]
    return _first(application, actor, keys)


def deciding_seat(application: Application, actor: Actor) -> Seat:
    """The seat of whoever decides this application. Raises `NotYourStep`."""
    nodes = flow_of(application).node_map().values()
    return _first(application, actor, [node.post_key for node in nodes if isinstance(node, Review) and node.decides])


def signing_seat(application: Application, actor: Actor) -> Seat:
    """Any seat that signs somewhere in this application, or of its office. Raises `NotYourStep`."""
    office = procedure(application.procedure).office
    keys = [node.post_key for node in flow_of(application).node_map().values() if isinstance(node, Review)]
    return _first(application, actor, [*(f"{office}.{role}" for role in REVIEWING), *keys])


def applicant_seat(application: Application, actor: Actor) -> Seat:
    """The applicant's seat, or the counter's, which acts on his written request. Raises `NotYourStep`."""
    keys = [application.applicant_post] if application.applicant_post else []
    return _first(application, actor, [*keys, f"{procedure(application.procedure).office}.window"])


def _first(application: Application, actor: Actor, keys: list[str]) -> Seat:
    for key in keys:
        seat = actor.seat(key)
        if seat is not None:
            return seat
    raise refusals.NotYourAct(lambda: post_title(keys[-1] if keys else "", application.county))
