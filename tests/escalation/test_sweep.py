"""The sweep raises what is due, once, to whoever is in charge on that day, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from notifications.models import Message
from permits.operations.cases import open_case
from tests.cast import WIND_FARM_LAND, County, at
from workflows.audit.models import Entry
from workflows.escalation.models import Directive, Escalation, Supervision
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep
from workflows.models import Application, Step
from workflows.offices.models import Appointment, Charge, Person
from workflows.operations import staffing

__all__ = ["Directive", "open_case"]


def rungs(source: str = "") -> list[tuple[int, str, str]]:
    rows = Escalation.objects.order_by("pk")
    if source:
        rows = rows.filter(source=source)
    return [(row.rung, row.trigger, row.target) for row in rows]


@pytest.fixture
def waiting(county: County) -> Any:
    """Accepted on Tuesday 2022-03-01; the handler has three working days, until Friday 03-04."""
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    return application


def test_before_its_day_nothing_is_raised_and_the_prompt_comes_once(county: County, waiting: Any) -> None:
    assert sweep(at("2022-03-02")).total == 0
    assert sweep(at("2022-03-03")).prompts == 1
    assert sweep(at("2022-03-04")).total == 0
    assert Message.objects.filter(kind="step_due_soon").count() == 1
    assert Escalation.objects.count() == 0


def test_a_late_step_climbs_day_by_day_to_chief_director_and_deputy(county: County, waiting: Any) -> None:
    step = county.open_step(waiting, "examination")
    for day in ("2022-03-05", "2022-03-06", "2022-03-07", "2022-03-08", "2022-03-09", "2022-03-10", "2022-03-11"):
        sweep(at(day))
    assert rungs(f"step:{step.pk}") == [
        (1, "step_late", "land.chief"),
        (2, "step_late", "land.director"),
        (3, "step_late", "deputy.city"),
    ]
    on = list(Escalation.objects.filter(step=step).order_by("pk").values_list("on", flat=True))
    assert [day.isoformat() for day in on] == ["2022-03-07", "2022-03-08", "2022-03-11"]


def test_the_record_of_a_rung_is_an_entry_in_the_chain_of_the_case(county: County, waiting: Any) -> None:
    sweep(at("2022-03-07"))
    fresh = Application.objects.get(pk=waiting.pk)
    last = Entry.objects.get(chain=fresh.chain, seq=fresh.entry_count)
    assert last.kind == "application.escalated" and last.actor == "system"
    assert bytes(last.leaf_hash) == bytes(fresh.last_hash)
    assert b'"rung":1' in bytes(last.body) or b'"rung":"1"' in bytes(last.body)


def test_a_second_sweep_finds_nothing_and_writes_nothing(county: County, waiting: Any) -> None:
    sweep(at("2022-03-11"))
    before = (Escalation.objects.count(), Message.objects.count(), Entry.objects.count())
    with CaptureQueriesContext(connection) as caught:
        assert sweep(at("2022-03-11")).total == 0
    assert (Escalation.objects.count(), Message.objects.count(), Entry.objects.count()) == before
    assert not [query for query in caught if query["sql"].startswith(("INSERT", "UPDATE"))]


def test_after_three_days_of_outage_the_sweep_raises_what_it_would_have_raised(county: County, waiting: Any) -> None:
    sweep(at("2022-03-14"))
    step = county.open_step(waiting, "examination")
    assert [rung for rung, _why, _who in rungs(f"step:{step.pk}")] == [1, 2, 3]


def test_a_signed_step_stops_climbing(county: County, waiting: Any) -> None:
    sweep(at("2022-03-07"))
    county.now = at("2022-03-07", "15:00")
    county.sign(waiting, "examination", "handler.land", "agree", second_name="李梅")
    first = Escalation.objects.count()
    sweep(at("2022-03-08"))
    assert Escalation.objects.filter(step__node="examination").count() == first


def test_a_lawful_stop_keeps_everybody_down_and_an_overdue_stop_climbs_itself(county: County, waiting: Any) -> None:
    from workflows import operations
    from workflows.operations.beside import Request
    from workflows.operations.clock_acts import stop_clock

    county.now = at("2022-03-02")
    fresh = Application.objects.get(pk=waiting.pk)
    asked = Request(waiting.pk, county["handler.land"], operations.screen_of(fresh), county.now)
    stop_clock(asked, ground="expert-review", notice="自然资告〔2022〕5号", expected_end=dt.date(2022, 3, 18))
    sweep(at("2022-03-18"))
    assert Escalation.objects.count() == 0
    sweep(at("2022-03-21"))
    assert [(rung, why) for rung, why, _who in rungs()] == [(1, "stop_late")]
    sweep(at("2022-03-22"))
    sweep(at("2022-03-25"))
    sweep(at("2022-03-25"))
    assert [(rung, why) for rung, why, _who in rungs()] == [(1, "stop_late"), (2, "stop_late"), (3, "stop_late")]


def test_the_deputy_is_whoever_is_in_charge_on_that_day(county: County, waiting: Any) -> None:
    charge = Charge.objects.get(office__code="land")
    Charge.objects.filter(pk=charge.pk).update(ends=dt.date(2022, 3, 9))
    Charge.objects.create(
        post=Appointment.objects.get(person=county["deputy.rural"]).post,
        office=charge.office,
        starts=dt.date(2022, 3, 10),
    )
    sweep(at("2022-03-11"))
    assert rungs()[2][2] == "deputy.rural"


def test_e9_a_vacant_deputy_hands_the_matter_to_the_county_head_at_once_and_is_named(
    county: County, waiting: Any
) -> None:
    Person.objects.filter(username="deputy.city").update(is_active=False)
    sweep(at("2022-03-11"))
    step = county.open_step(waiting, "examination")
    found = list(Escalation.objects.filter(step=step, rung__gte=3).order_by("pk"))
    assert [(row.rung, row.target) for row in found] == [(3, ""), (4, "county.head")]
    assert found[0].passed_over == ["deputy.city"]
    opened = open_supervisions(at("2022-03-11"))
    assert {row.level for row in opened if row.matter == f"application:{waiting.pk}"} == {4}


def test_e9_a_deputy_on_leave_with_a_written_cover_is_called_through_his_post(county: County, waiting: Any) -> None:
    held = Appointment.objects.get(person=county["deputy.city"])
    staffing.add_cover(
        principal_id=held.pk,
        stand_in_id=county["deputy.rural"].pk,
        starts=dt.date(2022, 3, 8),
        ends=dt.date(2022, 3, 31),
        authority_no="山政办函〔2022〕9号",
        actor=county["admin"],
        now=at("2022-03-07"),
    )
    sweep(at("2022-03-11"))
    open_supervisions(at("2022-03-11"))
    assert rungs()[2][2] == "deputy.city"
    matter = Supervision.objects.get(level=3)
    county.now = at("2022-03-14")
    signed = county.sign(matter.application, "acknowledge", "deputy.rural", "take_up").sign_off
    assert signed.principal_name == county["deputy.city"].display_name and signed.authority_no


def test_a_promise_that_is_passed_calls_the_deputy_and_the_statute_the_county_head(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    fresh = Application.objects.get(pk=application.pk)
    assert fresh.promised_due and fresh.statutory_due
    source = f"application:{application.pk}"
    sweep(dt.datetime.combine(fresh.statutory_due, dt.time(9), dt.UTC))
    assert [rung for rung, _why, _who in rungs(source)] == [1, 2, 3]
    sweep(dt.datetime.combine(fresh.statutory_due + dt.timedelta(days=1), dt.time(9), dt.UTC))
    assert rungs(source)[-1] == (4, "statute_late", "county.head")
    last = Escalation.objects.filter(source=source).order_by("-pk")[0]
    assert {"deputy.city", "land.director", "county.supervision"} <= set(last.copies)


def test_a_matter_is_supervised_once_however_many_of_its_steps_climb(county: County, waiting: Any) -> None:
    sweep(at("2022-03-21"))
    open_supervisions(at("2022-03-21"))
    open_supervisions(at("2022-03-21"))
    rows = Supervision.objects.filter(matter=f"application:{waiting.pk}", level=3)
    assert rows.count() == 1
    assert Escalation.objects.filter(rung=3, supervision=rows.get()).count() == 2


def test_a_deemed_acceptance_is_not_for_the_houses_own_work(county: County, waiting: Any) -> None:
    from workflows.operations.deeming import deem_accepted

    sweep(at("2022-03-11"))
    open_supervisions(at("2022-03-11"))
    assert deem_accepted(now=at("2022-04-11")) == []


def test_every_open_step_has_the_day_that_its_recomputation_gives(county: County, waiting: Any) -> None:
    from workflows.operations.climbing import recount

    assert recount(at("2022-03-01")) == 0
    Step.objects.filter(process=waiting, finished__isnull=True).update(climbs_on=None)
    assert recount(at("2022-03-01")) == 1
    assert sweep(at("2022-03-07")).raised == {1: 1}


def test_who_holds_two_rungs_of_one_matter_is_told_once_and_the_record_has_both(county: County) -> None:
    """The forestry chief is alone above his step: both rungs of his office call him."""
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    step = county.open_step(application, "forestry")
    sweep(at("2022-03-08"))
    assert [(rung, who) for rung, _why, who in rungs(f"step:{step.pk}")] == [
        (1, "forestry.chief"),
        (2, "forestry.chief"),
    ]
    told = Message.objects.filter(kind="escalated", post_key="forestry.chief")
    assert [row.params["rung"] for row in told] == [2]
    assert (
        Entry.objects.filter(kind="application.escalated", chain=application.chain).count()
        == Escalation.objects.count()
    )


def test_5b8_a_rung_fires_once_even_if_the_step_forgot_it_and_is_not_missed_either(
    county: County, waiting: Any
) -> None:
    """ANCHORS B.5b, 8: the key (source, rung, round) is the claim; a sweep that would raise it again writes nothing."""
    sweep(at("2022-03-07"))
    Step.objects.filter(process=waiting, finished__isnull=True).update(rung=0, climbs_on=dt.date(2022, 3, 7))
    with pytest.raises(IntegrityError), transaction.atomic():
        sweep(at("2022-03-07"))
    assert Escalation.objects.count() == 1
    Step.objects.filter(process=waiting, finished__isnull=True).update(rung=1)
    assert sweep(at("2022-03-08")).raised == {2: 1}
