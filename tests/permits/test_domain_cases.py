"""Cases of DOMAIN.md 7 that the procedures' own shape decides."""

from __future__ import annotations

import datetime as dt

from tests.clock.story import national
from workflows.clock.days import Bilingual, WorkingDays
from workflows.clock.minimum import Verdict, Wait, latest_start, legal_minimum
from workflows.clock.rules import rule
from workflows.flow import registry
from workflows.flow.nodes import Review, Split

POSTED = dt.date(2022, 2, 10)
TARGET = dt.date(2022, 3, 31)


def due_on(first: dt.date, days: int) -> dt.date:
    return national().add(first, WorkingDays(days)).date


def step(procedure: str, name: str) -> Review:
    return registry.procedure(procedure).current.node_map()[name]


def test_e15_the_two_notices_of_an_expropriation_posted_on_10_february_end_on_26_march() -> None:
    pre = Wait("pre", rule("land-pre-notice", POSTED), Bilingual("征收预公告", "first notice"), started=POSTED)
    plan = Wait(
        "plan", rule("land-compensation-notice", POSTED), Bilingual("补偿安置公告", "second notice"), after=("pre",)
    )
    seen = legal_minimum([pre, plan], dt.date(2022, 3, 25), POSTED, national())
    assert [leg.earliest for leg in seen.legs] == [dt.date(2022, 2, 24), dt.date(2022, 3, 26)]
    assert seen.verdict is Verdict.IMPOSSIBLE and seen.next_act == dt.date(2022, 3, 28)


def test_e15_the_steps_hold_the_officer_until_the_notice_has_run_in_full() -> None:
    first = step("land_conversion", "pre_notice_runs").wait
    second = step("land_conversion", "compensation_runs").wait
    assert first is not None and second is not None
    assert first.earliest(POSTED, due_on) == dt.date(2022, 2, 25), "ten full working days: up to and with 24 February"
    assert second.earliest(dt.date(2022, 2, 24), due_on) == dt.date(2022, 3, 27)
    assert second.earliest(dt.date(2022, 2, 25), due_on) == dt.date(2022, 3, 28)


def reached_without(closed: str) -> set[str]:
    """Steps that a case can come to while the step `closed` is not done; a Split needs all its branches."""
    nodes = registry.procedure("land_conversion").current.node_map()
    seen: set[str] = set()
    queue = ["start"]
    while queue:
        name = queue.pop()
        following = {edge.dst.name for edge in nodes[name]._outgoing()}
        if name == closed or name in seen or (isinstance(nodes[name], Split) and closed in following):
            continue
        seen.add(name)
        queue += following
    return seen


def test_e15_the_provinces_approval_cannot_come_before_the_notices_are_over() -> None:
    assert "waiting_above" in reached_without("hearing"), "a hearing is not always held"
    for notice in ("pre_notice_runs", "compensation_runs"):
        assert "waiting_above" not in reached_without(notice)


def test_e15_latest_filings_for_a_start_on_31_march() -> None:
    latest = {
        code: latest_start(rule(registry.procedure(code).rule or "", POSTED), TARGET, national()).date
        for code in ("eia_report", "eia_form", "land_pre_review", "construction_permit")
    }
    assert latest == {
        "eia_report": dt.date(2022, 1, 30),
        "eia_form": dt.date(2022, 3, 1),
        "land_pre_review": dt.date(2022, 3, 3),
        "construction_permit": dt.date(2022, 3, 24),
    }


def test_e19_a_registration_is_granted_by_its_filing_and_leads_to_no_other_class() -> None:
    flow = registry.procedure("eia_registration").current
    assert [type(node).__name__ for node in flow.node_map().values()] == ["End", "Filing", "Start"]
    assert flow.node_map()["filing"].answer.law == "file"
    assert {edge.dst.flow_class for node in flow.node_map().values() for edge in node._outgoing()} == {flow}
