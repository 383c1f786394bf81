"""Flow and law never disagree: every published version is clean, and each planted fault is found."""

from __future__ import annotations

import pytest

from permits import checks as domain_checks
from permits.posts import OFFICES, POSTS
from tests.permits import planted
from workflows.flow import checks, registry
from workflows.flow.procedure import Procedure, ProcedureFlow

FLOWS = registry.flows()
FAULTS = (
    (planted.NoStart, "workflows.E001"),
    (planted.Unreachable, "workflows.E002"),
    (planted.DeadEnd, "workflows.E003"),
    (planted.NoPost, "workflows.E004"),
    (planted.NoTitle, "workflows.E004"),
    (planted.NoAnswer, "workflows.E004"),
    (planted.IllegalTransition, "workflows.E005"),
    (planted.IllegalFiling, "workflows.E005"),
    (planted.Elsewhere, "workflows.E006"),
    (planted.EndsOpen, "workflows.E007"),
)


def ids(found: list[object]) -> set[str]:
    return {message.id for message in found}  # type: ignore[attr-defined]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.procedure.code)
def test_every_published_version_agrees_with_the_law(flow: type[ProcedureFlow]) -> None:
    assert checks.disagreements(flow) == []
    assert domain_checks.unknown_posts(flow) == []


def test_the_procedures_of_the_county_are_all_published() -> None:
    assert {procedure.code for procedure in registry.procedures()} >= {
        "land_pre_review", "land_conversion", "land_planning_permit", "land_supply", "eia_report", "eia_form",
        "eia_registration", "construction_permit", "road_permit", "water_filing", "energy_registration",
        "commencement_report",
    }  # fmt: skip


def test_a_sound_flow_raises_no_alarm() -> None:
    assert checks.disagreements(planted.Sound) == []


@pytest.mark.parametrize(("flow", "fault"), FAULTS, ids=lambda value: getattr(value, "__name__", value))
def test_a_planted_fault_is_found_and_named(flow: type[ProcedureFlow], fault: str) -> None:
    found = checks.disagreements(flow)
    assert fault in ids(found)
    assert all(flow.__name__ in str(message.msg) for message in found)


def test_a_planted_fault_fails_the_system_check_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.flows_agree_with_the_law(None) == []
    monkeypatch.setattr(registry, "flows", lambda: [*FLOWS, planted.DeadEnd])
    assert "workflows.E003" in ids(checks.flows_agree_with_the_law(None))


def test_a_step_that_waits_for_a_post_no_office_has_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert domain_checks.procedures_are_staffed_and_timed(None) == []
    monkeypatch.setattr(registry, "flows", lambda: [planted.UnknownPost])
    assert ids(domain_checks.procedures_are_staffed_and_timed(None)) == {"permits.E001"}


def test_every_post_belongs_to_a_known_office_and_every_office_to_a_known_parent() -> None:
    assert {post.office for post in POSTS.values()} <= OFFICES.keys()
    assert {office.parent for office in OFFICES.values()} - {None} <= OFFICES.keys()


@pytest.mark.parametrize(
    ("rule", "promise", "fault"),
    [
        ("no-such-rule", 5, "permits.E002"),
        ("xkf-42", 21, "permits.E003"),
        (None, 5, "permits.E003"),
        ("xkf-42", 20, ""),
    ],
)
def test_a_promise_longer_than_the_law_or_without_one_is_found(rule: str | None, promise: int, fault: str) -> None:
    made = Procedure(code="made", title="", short="", office="land", series="", rule=rule, promise=promise)
    assert ids(domain_checks.wrong_limits(made)) == ({fault} if fault else set())


def test_a_version_may_not_subclass_a_version_that_has_nodes() -> None:
    with pytest.raises(TypeError, match="never subclasses"):
        type("V9", (planted.Sound,), {"__module__": planted.HOME})
