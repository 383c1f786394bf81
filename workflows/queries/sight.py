"""Who may see an application: one question for page, list, document and search.

Officers of the county see the county's applications; a project unit sees its own and nothing else.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from workflows.models import Application
from workflows.operations import refusals
from workflows.operations.core import Actor

UNIT = "applicant."


def is_unit(actor: Actor) -> bool:
    """Whether this person sits only for project units."""
    if actor.person.is_superuser:
        return False
    return all(seat.post_key.startswith(UNIT) for seat in actor.seats)


def in_sight(actor: Actor, path: str = "") -> Q:
    """The condition on applications (behind `path`, e.g. `application__`) that this person may see."""
    mine = Q(**{f"{path}county": actor.person.county})
    if is_unit(actor):
        mine &= Q(**{f"{path}applicant_post__in": [seat.post_key for seat in actor.seats]})
    return mine


def check_sight(application: Application, actor: Actor) -> None:
    """Raises `NoSuchStep`: to whoever may not see it, it is not there."""
    visible: Any = application.county == actor.person.county
    if visible and is_unit(actor):
        visible = application.applicant_post in {seat.post_key for seat in actor.seats}
    if not visible:
        raise refusals.NoSuchStep
