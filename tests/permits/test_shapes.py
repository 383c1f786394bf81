"""A published version is frozen: an edit of its shape turns this red. A change of law is a new version."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.permits import planted
from tests.permits.shapes import reference, shape
from workflows.flow import registry
from workflows.flow.decisions import Decision
from workflows.flow.nodes import Wait
from workflows.flow.procedure import ProcedureFlow


@pytest.mark.parametrize("flow", registry.flows(), ids=lambda flow: f"{flow.procedure.code}-{flow.version}")
def test_a_published_version_keeps_its_shape(flow: type[ProcedureFlow], snapshot: SnapshotAssertion) -> None:
    assert shape(flow) == snapshot


@pytest.mark.parametrize(
    ("column", "value"),
    [("post", "chief"), ("limit", 99), ("wait", Wait(10, working=True, article="x")), ("four_eyes", True)],
)
def test_an_edit_of_a_step_changes_the_shape(monkeypatch: pytest.MonkeyPatch, column: str, value: object) -> None:
    before = shape(planted.Sound)
    monkeypatch.setattr(planted.Sound.decision, column, value)
    assert shape(planted.Sound) != before


def test_an_edit_of_an_answer_changes_the_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shape(planted.Sound)
    monkeypatch.delitem(planted.Sound.intake.answers, Decision.NOT_NEEDED.value)
    assert shape(planted.Sound) != before


def test_a_version_is_named_by_its_module_and_class() -> None:
    assert {reference(flow) for flow in registry.flows()} == {
        f"permits/procedures.{flow.procedure.code}.{flow.version}"
        for flow in registry.flows()
        if not flow.procedure.internal
    } | {
        "escalation/procedures.SupervisionV1",
        "escalation/procedures.SupervisionV2",
        "escalation/procedures.DirectiveV1",
    }
