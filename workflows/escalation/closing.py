"""What an act on a supervision means for the matter: acknowledged, or closed so that the ladder begins a new round."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F

from workflows.escalation.models import Escalation, Supervision
from workflows.escalation.procedures import SUPERVISION
from workflows.flow import registry
from workflows.legal import State
from workflows.models import Application, Step
from workflows.operations.climbing import place_application, place_open_steps


@registry.on_decided
def follow(application: Application, answer: Any, now: dt.datetime) -> list[Any]:
    """Called in the transaction of every legal move; only supervisions are listened to."""
    if application.procedure != SUPERVISION.code:
        return []
    if application.state == State.ACCEPTED:
        person = application.motion.owner_id
        raised = Escalation.objects.filter(supervision__application=application, answered_at__isnull=True)
        raised.update(answered_at=now, answered_by=person)
    if application.state == State.GRANTED:
        supervision = Supervision.objects.select_related("about").get(application=application)
        supervision.closed_at = now
        supervision.save(update_fields=["closed_at"])
        if supervision.about_id is not None:
            _new_round(supervision.about_id, supervision)
    return []


def _new_round(about_id: int, supervision: Supervision) -> None:
    """What climbed with this matter and is still open starts anew: closing is no pass for the next wait."""
    about = Application.objects.select_for_update(no_key=True).get(pk=about_id)
    raised = Escalation.objects.filter(supervision=supervision)
    steps = raised.filter(step__isnull=False, step__finished__isnull=True).values("step")
    fresh = {"rung": 0, "rung_on": None, "prompted": True, "ladder_round": F("ladder_round") + 1}
    Step.objects.filter(pk__in=steps).update(**fresh)
    changed = {"climbs_on"}
    if raised.filter(source=f"application:{about.pk}").exists() and about.is_open:
        about.rung, about.rung_on, about.ladder_round = 0, None, about.ladder_round + 1
        changed |= {"rung", "rung_on", "ladder_round"}
    place_open_steps(about)
    place_application(about)
    about.save(update_fields=sorted(changed))
