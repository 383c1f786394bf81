"""The wind farm's land pre-review, end to end: the shape of everything that follows."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import WIND_FARM_LAND, County, at
from workflows.audit.models import Entry
from workflows.legal import State
from workflows.models import Application, ClockRow, SignOff, Step

pytestmark = pytest.mark.usefixtures("record_fits")


def carry_to_the_decision(county: County) -> Application:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    county.sign(application, "forestry", "chief.forestry", "no_objection")
    county.sign(application, "farmland", "farmland.land", "conditions")
    county.sign(application, "town", "head.town", "no_objection")
    county.sign(application, "chief", "chief.land", "agree")
    county.sign(application, "vice", "vice.land", "agree")
    return application


def test_the_wind_farm_gets_its_land_pre_review(county: County) -> None:
    application = carry_to_the_decision(county)
    county.sign(application, "decision", "director.land", "grant")
    county.sign(application, "delivery", "window.land", "delivered")

    application = Application.objects.get(pk=application.pk)
    assert application.state == State.GRANTED
    assert application.finished == application.decided_at == county.now
    assert county.open_nodes(application) == []
    signed = list(SignOff.objects.filter(application=application).order_by("pk").values_list("node", "signer_name"))
    assert [node for node, _name in signed] == [
        "start", "intake", "examination", "forestry", "farmland", "town", "chief", "vice", "decision", "delivery",
    ]  # fmt: skip
    assert len({name for _node, name in signed}) == 8


def test_the_clock_starts_on_the_day_of_acceptance_and_ends_with_the_decision(county: County) -> None:
    application = carry_to_the_decision(county)
    fresh = Application.objects.get(pk=application.pk)
    assert fresh.accepted_on == dt.date(2022, 3, 1)
    # 20 working days after 2022-03-01, Saturday 2022-04-02 made up for Qingming: 2022-03-29.
    assert fresh.statutory_due == dt.date(2022, 3, 29)
    assert fresh.promised_due == dt.date(2022, 3, 15)
    county.now = at("2022-03-10")
    county.sign(application, "decision", "director.land", "grant")
    assert list(ClockRow.objects.filter(application=application).order_by("pk").values_list("kind", "effective")) == [
        ("start", dt.date(2022, 3, 1)),
        ("finish", dt.date(2022, 3, 10)),
    ]


def test_every_act_has_its_sign_off_and_its_entry_in_one_unbroken_chain(county: County) -> None:
    application = carry_to_the_decision(county)
    fresh = Application.objects.get(pk=application.pk)
    entries = list(Entry.objects.filter(chain=fresh.chain).order_by("seq"))
    acts = [entry.kind for entry in entries if entry.kind != "application.document_added"]
    assert len(acts) == SignOff.objects.filter(application=application).count()
    assert [entry.seq for entry in entries] == list(range(1, fresh.entry_count + 1))
    before: bytes | None = None
    for entry in entries:
        assert (bytes(entry.prev_hash) if entry.prev_hash else None) == before
        before = bytes(entry.leaf_hash)
    assert before == bytes(fresh.last_hash)


def test_the_join_waits_for_every_office_and_goes_on_once(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    assert county.open_nodes(application) == ["farmland", "forestry", "town"]
    county.sign(application, "town", "head.town", "no_objection")
    county.sign(application, "farmland", "farmland.land", "object", reasons="占用永久基本农田。")
    assert county.open_nodes(application) == ["forestry"]
    county.sign(application, "forestry", "chief.forestry", "no_objection")
    assert county.open_nodes(application) == ["chief"]


def test_an_application_without_its_papers_is_not_accepted(county: County) -> None:
    from tests.factories import COUNTY
    from workflows import operations
    from workflows.audit.refused import NotAllowed

    intake = operations.Intake("land_pre_review", "绣花庙风电场项目", "project:1", "绣花庙风电有限公司", WIND_FARM_LAND)
    application = operations.receive(person=county["window.land"], intake=intake, now=county.now)
    assert application.county == COUNTY
    with pytest.raises(NotAllowed) as refused:
        county.sign(application, "intake", "window.land", "accept")
    assert refused.value.code == "papers_missing"
    assert Step.objects.filter(process=application, finished__isnull=True).count() == 1
