"""Every procedure, from the counter to its end over HTTP, by the right people only."""

from __future__ import annotations

import pytest

from tests.cast import County
from tests.journeys.forms import FACTS
from tests.journeys.walker import Walker
from workflows.flow import registry
from workflows.legal import State
from workflows.models import SignOff


@pytest.mark.parametrize("code", sorted(FACTS))
def test_a_procedure_is_granted_step_by_step(county: County, code: str) -> None:
    walker = Walker(county)
    application = county.apply(code, FACTS[code])
    application = walker.walk(application)
    assert application.state == State.GRANTED
    assert application.finished is not None and application.decided_at is not None
    hands = SignOff.objects.filter(application=application, distinct_hand=True, voided_at__isnull=True)
    assert hands.count() == hands.values("signer").distinct().count()
    if application.statutory_due is not None:
        assert application.promised_due <= application.statutory_due


def test_every_procedure_but_the_registration_has_its_journey() -> None:
    assert {found.code for found in registry.procedures() if not found.internal} - set(FACTS) == {"eia_registration"}
