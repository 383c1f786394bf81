"""Steps, promises and waits fit together, and the waits are those of the rule book."""

from __future__ import annotations

import datetime as dt

import pytest

from workflows.clock.days import CalendarDays, WorkingDays
from workflows.clock.rules import rule
from workflows.flow import registry
from workflows.flow.nodes import Review
from workflows.flow.procedure import Procedure, ProcedureFlow
from workflows.models import Ball

DAY = dt.date(2022, 3, 1)
TIMED = [procedure for procedure in registry.procedures() if procedure.promise is not None]
WAITS = {
    ("land_conversion", "pre_notice_runs"): "land-pre-notice",
    ("land_conversion", "compensation_runs"): "land-compensation-notice",
    ("eia_report", "acceptance_notice"): "eia-acceptance-notice-report",
    ("eia_form", "acceptance_notice"): "eia-acceptance-notice-form",
    ("eia_report", "approval_notice"): "eia-proposed-notice",
    ("eia_form", "approval_notice"): "eia-proposed-notice",
}


def node(procedure: str, name: str) -> Review:
    return registry.procedure(procedure).current.node_map()[name]


@pytest.mark.parametrize(("place", "rule_id"), WAITS.items(), ids=lambda value: str(value))
def test_a_steps_wait_is_the_rule_books(place: tuple[str, str], rule_id: str) -> None:
    wait = node(*place).wait
    assert wait is not None
    assert rule(rule_id, DAY).limit == (WorkingDays(wait.days) if wait.working else CalendarDays(wait.days))


def test_every_wait_names_its_article_and_is_a_notice() -> None:
    waiting = [
        step
        for flow in registry.flows()
        for step in flow.node_map().values()
        if isinstance(step, Review) and step.wait is not None
    ]
    assert len(waiting) == 8
    assert all(step.wait.article and step.ball == Ball.NOTICE for step in waiting)


def test_the_expropriation_is_posted_within_the_limit_of_the_law() -> None:
    assert WorkingDays(node("land_conversion", "proclamation").limit) == rule("land-expropriation-notice", DAY).limit


def test_the_title_is_registered_within_the_limit_of_the_law() -> None:
    assert WorkingDays(node("land_supply", "registration").limit) == rule("bdc-20", DAY).limit


@pytest.mark.parametrize("procedure", TIMED, ids=lambda procedure: procedure.code)
def test_the_steps_up_to_the_decision_fit_into_the_promise(procedure: Procedure) -> None:
    assert procedure.promise is not None
    assert working_days(procedure.current) <= procedure.promise


def working_days(flow: type[ProcedureFlow]) -> int:
    """The longest usual way from acceptance to the decision, every step using its whole limit.

    Experts do not count: their time stops the clock. A notice takes its days and the day after.
    """
    nodes = flow.node_map()

    def from_here(name: str) -> int:
        step = nodes[name]
        if not isinstance(step, Review):
            return max((from_here(edge.dst.name) for edge in step._outgoing()), default=0)
        own = 0 if step.ball == Ball.EXPERTS else step.wait.days + 1 if step.wait else step.limit or 0
        if step.decides:
            return own
        return own + next(from_here(answer.to.name) for answer in step.answers.values() if answer.main)

    first = next(answer for answer in nodes["intake"].answers.values() if answer.main)
    return from_here(first.to.name)


def test_no_extension_is_offered_where_special_law_gives_none() -> None:
    allowed = {procedure.code for procedure in registry.procedures() if procedure.extension}
    assert allowed == {"land_pre_review", "land_planning_permit", "road_permit", "commencement_report"}
    for code in allowed:
        found = registry.procedure(code).rule
        assert found is not None and rule(found, DAY).extension is not None


def test_four_eyes_steps_of_the_usual_way_are_never_one_post() -> None:
    for flow in registry.flows():
        posts = [step.post_key for step in flow.node_map().values() if isinstance(step, Review) and step.four_eyes]
        assert len(posts) == len(set(posts)), flow.procedure.code


def test_waiting_on_the_higher_authority_is_a_step_of_its_own() -> None:
    step = node("land_conversion", "waiting_above")
    assert step.ball == Ball.HIGHER and step.limit is None
    assert {code: (answer.to.name, answer.law) for code, answer in step.answers.items()} == {
        "approved_above": ("proclamation", "grant"),
        "returned_above": ("compilation", "begin"),
        "refused_above": ("refusal", "refuse"),
    }


def test_the_six_conditions_of_the_construction_law_are_judged() -> None:
    basis = [check.basis for check in node("construction_permit", "examination").checks]
    assert basis == [f"建筑法 Art. 8({number})" for number in range(1, 7)]


def test_the_five_grounds_to_refuse_an_assessment_are_judged() -> None:
    for code in ("eia_report", "eia_form"):
        basis = {check.basis for check in node(code, "examination").checks}
        assert {f"建设项目环境保护管理条例 Art. 11({number})" for number in range(1, 6)} <= basis


def test_an_environmental_registration_waits_for_no_officer() -> None:
    flow = registry.procedure("eia_registration").current
    assert not [step for step in flow.node_map().values() if isinstance(step, Review)]


def test_land_goes_by_allocation_or_by_sale_as_the_case_says() -> None:
    answers = node("land_supply", "county_head").answers
    for supply, offered in (("allocation", "grant"), ("market", "put_on_sale")):
        on = {code for code, answer in answers.items() if answer.offered({"supply": supply})}
        assert on == {offered, "refuse", "return"}


def test_every_paper_that_a_step_records_is_on_the_checklist() -> None:
    for flow in registry.flows():
        for step in flow.node_map().values():
            if isinstance(step, Review):
                named = {*step.records, *(answer.document for answer in step.answers.values() if answer.document)}
                named |= {check.slot for check in step.checks if check.slot}
                assert named <= {slot.code for slot in flow.procedure.documents}, (flow.procedure.code, step.name)
