"""Can it be done at all: the legal minimum of what is left."""

from dataclasses import replace

import pytest

from tests.clock.story import day, law, national
from workflows.clock.days import Bilingual
from workflows.clock.minimum import Verdict, Wait, latest_start, legal_minimum

NAME = Bilingual("事项", "matter")


def wait(key: str, rule_id: str, **more: object) -> Wait:
    return Wait(key, law(rule_id, "03-01"), NAME, **more)  # type: ignore[arg-type]


def test_an_authority_may_decide_at_once_so_a_maximum_makes_it_tight_not_impossible() -> None:
    permit = [wait("permit", "xkf-42")]
    assert legal_minimum(permit, day("03-29"), day("03-01"), national()).verdict is Verdict.POSSIBLE
    tight = legal_minimum(permit, day("03-28"), day("03-01"), national())
    assert tight.verdict is Verdict.TIGHT and (tight.earliest, tight.latest) == (day("03-01"), day("03-29"))
    assert legal_minimum(permit, day("02-28"), day("03-01"), national()).verdict is Verdict.IMPOSSIBLE


def test_the_target_may_be_the_earliest_day_itself() -> None:
    notice = [wait("pre", "land-pre-notice")]
    assert legal_minimum(notice, day("03-15"), day("03-01"), national()).verdict is Verdict.POSSIBLE
    assert legal_minimum(notice, day("03-14"), day("03-01"), national()).verdict is Verdict.IMPOSSIBLE


def test_a_wait_already_begun_is_not_over_before_what_it_depends_on() -> None:
    plan = wait("plan", "land-compensation-notice", started=day("02-24"))
    notice = wait("notice", "eia-proposed-notice", started=day("03-01"), after=("plan",))
    seen = legal_minimum([plan, notice], day("03-31"), day("03-01"), national())
    assert [leg.earliest for leg in seen.legs] == [day("03-26"), day("03-26")]
    assert [leg.wait.key for leg in seen.critical] == ["plan"], "the second notice forces nothing"


def test_parallel_waits_take_as_long_as_the_longest_and_it_is_the_reason() -> None:
    both = legal_minimum(
        [wait("short", "eia-proposed-notice"), wait("long", "land-pre-notice")], day("03-10"), day("03-01"), national()
    )
    assert both.earliest == day("03-15") and [leg.wait.key for leg in both.critical] == ["long"]
    assert both.verdict is Verdict.IMPOSSIBLE and "2022-03-15" in both.words.zh


def test_what_is_finished_binds_nobody() -> None:
    done = replace(wait("pre", "land-pre-notice", started=day("02-10")), done=day("02-24"))
    after = wait("plan", "land-compensation-notice", started=day("02-24"), after=("pre",))
    seen = legal_minimum([done, after], day("03-31"), day("03-20"), national())
    assert seen.earliest == day("03-26") and seen.verdict is Verdict.POSSIBLE
    assert [leg.wait.key for leg in seen.critical] == ["plan"]


def test_a_wait_that_is_over_but_not_closed_ends_today_at_the_earliest() -> None:
    seen = legal_minimum([wait("pre", "land-pre-notice", started=day("02-10"))], day("03-31"), day("03-05"), national())
    assert seen.earliest == day("03-05") and seen.next_act == day("03-07"), "03-05 is a Saturday"


def test_nothing_left_is_possible_today() -> None:
    seen = legal_minimum([], day("03-31"), day("03-01"), national())
    assert (seen.verdict, seen.earliest, seen.reasons) == (Verdict.POSSIBLE, day("03-01"), ())


def test_an_act_after_a_wait_that_ends_on_a_saturday_is_done_on_monday() -> None:
    plan = wait("plan", "land-compensation-notice", started=day("02-24"))
    decision = wait("decision", "xkf-42", after=("plan",))
    seen = legal_minimum([plan, decision], day("03-27"), day("03-01"), national())
    assert seen.earliest == day("03-28") and seen.verdict is Verdict.IMPOSSIBLE


def test_a_chain_into_an_unpublished_year_is_provisional() -> None:
    late = replace(wait("pre", "land-pre-notice"), started=day("2026-12-21"))
    assert legal_minimum([late], day("2027-01-31"), day("2026-12-21"), national()).provisional
    assert not legal_minimum([wait("pre", "land-pre-notice")], day("03-31"), day("03-01"), national()).provisional


def test_nonsense_is_refused() -> None:
    one = wait("a", "xkf-42")
    for waits, why in (
        ([one, one], "one key"),
        ([wait("a", "xkf-42", after=("b",))], "Unknown"),
        ([wait("a", "construction-start")], "validity"),
    ):
        with pytest.raises(ValueError, match=why):
            legal_minimum(waits, day("03-31"), day("03-01"), national())
    with pytest.raises(TypeError, match="validity"):
        latest_start(law("construction-start"), day("03-31"), national())
