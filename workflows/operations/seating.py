"""From which seat an act beside the steps is signed: asked by button, view and operation alike."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.flow.nodes import Review
from workflows.flow.registry import flow_of, procedure
from workflows.models import Application
from workflows.offices.models import Recusal
from workflows.offices.seats import Seat
from workflows.operations import refusals
from workflows.operations.core import Actor, post_title

HANDLING = ("handler", "chief")
REVIEWING = ("window", "handler", "second", "chief", "vice", "director")
# Who answers for an office or a section, and so for what its people hold.
HEADS = ("chief", "vice", "director", "head")


def office_seat(application: Application, actor: Actor, roles: Iterable[str] = HANDLING) -> Seat:
    """A seat of the procedure's office in one of these roles. Raises `NotYourAct` naming the last, `Conflicted`."""
    office = procedure(application.procedure).office
    keys = [f"{office}.{role}" for role in roles]
    return _impartial(application, actor, _first(application, actor, keys))


def deciding_seat(application: Application, actor: Actor) -> Seat:
    """The seat of whoever decides this application. Raises `NotYourAct`, `Conflicted`."""
    nodes = flow_of(application).node_map().values()
    keys = [node.post_of(application) for node in nodes if isinstance(node, Review) and node.decides]
    return _impartial(application, actor, _first(application, actor, keys))


def signing_seat(application: Application, actor: Actor) -> Seat:
    """Any seat that signs somewhere in this application, or of its office. Raises `NotYourAct`."""
    office = procedure(application.procedure).office
    keys = [node.post_of(application) for node in flow_of(application).node_map().values() if isinstance(node, Review)]
    return _first(application, actor, [*(f"{office}.{role}" for role in REVIEWING), *keys])


def applicant_seat(application: Application, actor: Actor) -> Seat:
    """The applicant's seat, or the counter's, which acts on his written request. Raises `NotYourAct`."""
    keys = [application.applicant_post] if application.applicant_post else []
    return _first(application, actor, [*keys, f"{procedure(application.procedure).office}.window"])


def seat_in(actor: Actor, office: str, roles: Iterable[str] = ()) -> Seat | None:
    """A seat in the office `office` (first part of its posts' keys), in one of these roles if any are named."""
    wanted = set(roles)
    for seat in actor.seats:
        found, _dot, role = seat.post_key.partition(".")
        if found == office and (not wanted or role in wanted):
            return seat
    return None


def office_of(post_key: str) -> str:
    """The office's part of a post's key: `land.chief` → `land`."""
    return post_key.partition(".")[0]


def note_recusal(application: Application, actor: Actor, recused: bool) -> None:
    """Remember what another query already said, so that `check_impartial` need not ask."""
    application.__dict__.setdefault("_recused", {})[actor.person.pk] = recused


def check_impartial(application: Application, actor: Actor) -> None:
    """回避 (公务员法 Art. 76): raises `Conflicted`. One statement for each application that was read."""
    known: dict[int, bool] = application.__dict__.setdefault("_recused", {})
    person = actor.person.pk
    if person not in known:
        declared = Recusal.objects.filter(person=person, subject_key=application.subject_key, lifted_at__isnull=True)
        known[person] = declared.exists()
    if known[person]:
        raise refusals.Conflicted


def _impartial(application: Application, actor: Actor, seat: Seat) -> Seat:
    check_impartial(application, actor)
    return seat


def _first(application: Application, actor: Actor, keys: list[str]) -> Seat:
    for key in keys:
        seat = actor.seat(key)
        if seat is not None:
            return seat
    raise refusals.NotYourAct(lambda: post_title(keys[-1] if keys else "", application.county))
