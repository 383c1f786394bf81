"""更正时限记录: a wrong record of the clock is corrected by two people; the old one stays, every date follows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.cast import County, at
from tests.engine.desk import Desk, accepted
from tests.factories import COUNTY
from workflows.clock.calendars import calendar_for
from workflows.escalation.stops import overdue_stops
from workflows.legal import State
from workflows.models import ClockRow, SignOff, Step
from workflows.operations.recounting import batches, recount

pytestmark = pytest.mark.usefixtures("record_fits")

NOTICE = "自然资告〔2022〕5号"
REASON = {"reason": "通知书落款日期录入有误。"}


def stopped(county: County) -> Desk:
    """Accepted on 2022-03-01; the clock stands since 2022-03-04, announced until 2022-03-18."""
    desk = accepted(county)
    county.now = at("2022-03-04")
    desk.do("handler.land", "stop", {"ground": "expert-review", "notice": NOTICE, "expected_end": "2022-03-18"})
    return desk


def resumed(county: County) -> Desk:
    """The clock went on after 2022-03-15; eight working days did not count: due 2022-04-11."""
    desk = stopped(county)
    county.now = at("2022-03-16")
    desk.do("chief.land", "resume", {"last_day": "2022-03-15"})
    return desk


def row_of(desk: Desk, kind: str) -> ClockRow:
    return ClockRow.objects.get(application=desk.id, kind=kind)


def correct(desk: Desk, kind: str, **facts: Any) -> SignOff:
    """The handler proposes, the chief confirms."""
    desk.do("handler.land", "correct-clock", {"event_id": row_of(desk, kind).pk, **facts, **REASON})
    proposal = SignOff.objects.filter(application=desk.id, act="clock_correction_proposed").latest("pk")
    confirmed = desk.do("chief.land", "confirm-clock", {"proposal_id": proposal.pk})
    assert confirmed is not None and confirmed.corrects_id == proposal.pk
    return confirmed


def test_a_resume_entered_with_a_wrong_day_moves_every_date_when_a_second_person_confirms(county: County) -> None:
    desk = resumed(county)
    step = county.open_step(desk.application, "examination")
    before = step.due_on
    county.now = at("2022-03-17")
    resume = row_of(desk, "resume")
    body = {"event_id": resume.pk, "effective": "2022-03-11", **REASON}
    desk.do("handler.land", "correct-clock", body)
    assert desk.application.statutory_due == dt.date(2022, 4, 11), "nothing moves before the second hand"
    proposal = SignOff.objects.get(application=desk.id, act="clock_correction_proposed")
    assert desk.post("handler.land", "confirm-clock", {"proposal_id": proposal.pk}).status_code == 403
    desk.do("chief.land", "confirm-clock", {"proposal_id": proposal.pk})
    # Six working days, 2022-03-04 to 2022-03-11, did not count; two come back.
    assert desk.application.statutory_due == dt.date(2022, 4, 7)
    assert before is not None
    assert county.open_step(desk.application, "examination").due_on == before - dt.timedelta(days=2)
    assert ClockRow.objects.get(pk=resume.pk).effective == dt.date(2022, 3, 15), "the wrong record stays"
    fits(desk)
    page = desk.page("vice.land", f"/applications/{desk.id}/").content.decode()
    assert "2022-04-11 → 2022-04-07" in page and REASON["reason"] in page
    assert "2022-04-07" in desk.page("vice.land", f"/applications/{desk.id}/deadline/").content.decode()


def test_a_stop_that_never_took_effect_is_undone_with_its_days(county: County) -> None:
    desk = resumed(county)
    confirmed = correct(desk, "stop", void="on")
    assert desk.application.statutory_due == dt.date(2022, 3, 29)
    assert (confirmed.details["due_before"], confirmed.details["due_after"]) == ("2022-04-11", "2022-03-29")
    fits(desk)


def test_a_running_stop_cannot_be_corrected_away_from_under_the_state(county: County) -> None:
    desk = stopped(county)
    stop = row_of(desk, "stop")
    answer = desk.post("handler.land", "correct-clock", {"event_id": stop.pk, "void": "on", **REASON})
    assert answer.status_code == 422 and "停" in answer.content.decode()
    assert desk.application.state == State.STOPPED
    assert not SignOff.objects.filter(application=desk.id, act="clock_correction_proposed").exists()


def test_a_corrected_announced_end_decides_when_the_stop_itself_is_overdue(county: County) -> None:
    desk = stopped(county)
    assert [row.pk for row in overdue_stops(dt.date(2022, 3, 21))] == [row_of(desk, "stop").pk]
    correct(desk, "stop", expected_end="2022-03-25")
    assert overdue_stops(dt.date(2022, 3, 21)) == []
    assert len(overdue_stops(dt.date(2022, 3, 28))) == 1
    assert desk.application.stopped_since == dt.date(2022, 3, 4)


def test_the_day_of_acceptance_is_corrected_back_and_the_limit_runs_from_there(county: County) -> None:
    county.now = at("2022-02-28")
    desk = accepted(county)
    county.now = at("2022-03-02")
    correct(desk, "start", effective="2022-03-01")
    assert desk.application.accepted_on == dt.date(2022, 3, 1)
    assert desk.application.statutory_due == dt.date(2022, 3, 29)
    fits(desk)


def test_an_extension_that_never_took_effect_may_be_granted_anew(county: County) -> None:
    desk = accepted(county)
    extension = {"days": "10", "notice": "自然资延〔2022〕1号", "opinion": "情况复杂。"}
    desk.do("director.land", "extend", extension, stranger="chief.land")
    assert desk.application.statutory_due == dt.date(2022, 4, 13)
    correct(desk, "extend", void="on")
    assert (desk.application.statutory_due, desk.application.extended) == (dt.date(2022, 3, 29), False)
    desk.do("director.land", "extend", extension, stranger="chief.land")
    assert desk.application.statutory_due == dt.date(2022, 4, 13)
    fits(desk)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("stop", {}),
        ("stop", {"effective": "2022-03-04"}),
        ("stop", {"effective": "2030-01-01"}),
        ("stop", {"effective": "2021-01-01"}),
        ("stop", {"days": "5"}),
        ("resume", {"expected_end": "2022-04-01"}),
        ("start", {"void": "on"}),
        ("resume", {"void": "on"}),
        ("resume", {"effective": "2022-03-32"}),
    ],
)
def test_nonsense_gets_a_sentence_and_changes_nothing(county: County, kind: str, facts: dict[str, str]) -> None:
    desk = resumed(county)
    body = {"event_id": row_of(desk, kind).pk, **facts, **REASON}
    answer = desk.post("handler.land", "correct-clock", body)
    assert answer.status_code == 422
    assert REASON["reason"] in answer.content.decode(), "what was typed is still there"
    assert ClockRow.objects.filter(application=desk.id).count() == 3


def test_a_correction_is_itself_corrected_by_a_later_one(county: County) -> None:
    desk = resumed(county)
    correct(desk, "resume", effective="2022-03-11")
    correct(desk, "resume", effective="2022-03-14")
    assert desk.application.statutory_due == dt.date(2022, 4, 8)
    assert ClockRow.objects.filter(application=desk.id, kind="correct").count() == 2
    fits(desk)


def fits(desk: Desk) -> None:
    """Every cached date equals its recount, as the nightly comparison wants."""
    calendar = calendar_for(COUNTY)
    moves = [m for batch in batches(COUNTY, only=[desk.id]) for row in batch for m in recount(row, calendar)]
    assert moves == []
    assert all(step.due_on for step in Step.objects.filter(process=desk.id, finished__isnull=True, node="examination"))
