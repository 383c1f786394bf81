"""登记表: filed at once. The receipt is the filing; no officer decides, and all that a decision writes is there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.factories import AppointmentFactory, OfficeFactory, PersonFactory, PostFactory
from workflows.flow import registry
from workflows.legal import State
from workflows.models import Application, SignOff, Step
from workflows.offices.models import Person
from workflows.operations import refusals
from workflows.operations.opening import Intake, receive

NOW = dt.datetime(2022, 3, 1, 2, tzinfo=dt.UTC)
FACTS = {
    "project_code": "2111-620799-04-01-936140",
    "catalogue_item": "119",
    "site": "城区",
    "scale": "1 座",
    "measures": "油气回收",
    "pledge": "yes",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def applicant() -> Person:
    OfficeFactory(code="eia", name="生态环境分局")
    person = PersonFactory(username="applicant.gas", name="赵申请")
    unit = OfficeFactory(code="unit-gas", name="城区加气站有限公司", unit=True)
    AppointmentFactory(person=person, post=PostFactory(office=unit, key="unit.gas", name="经办人"))
    return person


def filing(facts: dict[str, str] | None = None, post: str = "unit.gas") -> Intake:
    return Intake(
        procedure="eia_registration",
        subject="城区加气站建设项目",
        subject_key="project:2",
        applicant="城区加气站有限公司",
        applicant_post=post,
        facts=FACTS if facts is None else facts,
    )


def test_a_registration_is_complete_when_it_is_in(applicant: Person) -> None:
    made = receive(person=applicant, intake=filing(), now=NOW)
    kept = Application.objects.get(pk=made.pk)
    assert kept.state == State.GRANTED and kept.decided_at == NOW and kept.finished == NOW
    assert kept.accepted_on is None and kept.statutory_due is None, "no clock ever ran"
    steps = {step.node: step for step in Step.objects.filter(process=kept)}
    assert set(steps) == {"start", "filing", "end"}
    assert steps["filing"].decision == "file" and not any(step.is_open for step in steps.values())


def test_a_registration_leaves_one_sign_off_by_the_applicant_himself(applicant: Person) -> None:
    made = receive(person=applicant, intake=filing(), now=NOW)
    sign_off = SignOff.objects.get(application=made)
    assert (sign_off.act, sign_off.signer, sign_off.post_key) == ("file", applicant, "unit.gas")
    assert sign_off.content_hash == made.content_hash and made.entry_count == 1


def test_the_domain_is_told_of_a_filing_as_of_any_grant(applicant: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, str | None]] = []

    def listen(case: Application, answer: Any, _now: dt.datetime) -> list[Any]:
        told.append((case.pk, answer.law))
        return []

    monkeypatch.setattr(registry, "_decided", [listen])
    made = receive(person=applicant, intake=filing(), now=NOW)
    assert told == [(made.pk, "file")]


def test_an_incomplete_registration_is_not_filed(applicant: Person) -> None:
    with pytest.raises(refusals.Missing):
        receive(person=applicant, intake=filing({**FACTS, "pledge": ""}), now=NOW)
    assert not Application.objects.exists() and not Step.objects.exists()


def test_nobody_files_for_another_unit(applicant: Person) -> None:
    with pytest.raises(refusals.NotYourStep):
        receive(person=applicant, intake=filing(post="unit.windfarm"), now=NOW)
    assert not Application.objects.exists()
