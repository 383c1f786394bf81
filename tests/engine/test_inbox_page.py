"""The inbox's page: counts that match the rows, my office, my filters, many handed over; and the first-day card."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import WIND_FARM_LAND, County
from tests.factories import AppointmentFactory
from tests.standing import keep_apart, stand
from workflows.flow import registry
from workflows.models import SavedFilter, Step
from workflows.offices.models import Session
from workflows.offices.seats import seats
from workflows.operations import own_filters
from workflows.operations.bulk import hand_over_many
from workflows.operations.core import screen_of
from workflows.operations.refusals import Missing
from workflows.queries.inbox_page import InboxPage, inbox_page, next_item, pulse_counts


def shown(county: County, username: str, tab: str = "mine") -> InboxPage:
    person = county[username]
    held = seats(person.pk, county.now.date())
    return inbox_page(person_id=person.pk, seats=held, county=person.county, now=county.now, tab=tab)


def entered(county: County, username: str) -> Client:
    client = Client()
    client.force_login(county[username])
    return client


@pytest.fixture
def three(county: County) -> County:
    """Three cases of land: two at the counter, one at the handler."""
    for _n in range(2):
        county.apply("land_pre_review", WIND_FARM_LAND)
    third = county.apply("land_pre_review", WIND_FARM_LAND, subject="霍城镇长城遗址公园项目")
    county.sign(third, "intake", "window.land", "accept")
    return county


@pytest.mark.parametrize("username", ["window.land", "handler.land", "chief.land", "window.eia"])
@pytest.mark.parametrize("tab", ["mine", "unit", "waiting", "soon"])
def test_the_count_of_a_tab_is_the_number_of_its_rows(three: County, username: str, tab: str) -> None:
    page = shown(three, username, tab)
    count = page.unit if tab == "unit" else page.inbox.counts[tab]
    assert count == len(page.inbox.rows)


def test_my_office_shows_who_has_each_item_and_is_no_invitation_to_sign(three: County) -> None:
    page = shown(three, "handler.land", "unit")
    who = {(row.title, people.people) for row in page.inbox.rows if (people := page.who[row.step_id])}
    assert ("受理", (three["window.land"].name,)) in who
    assert not page.can_pick
    assert shown(three, "chief.land", "unit").can_pick
    # A row of another's post leads to the case, not to a step that is not his.
    answer = entered(three, "handler.land").get("/inbox/?tab=unit").content.decode()
    waiting = Step.objects.filter(node="intake", finished__isnull=True)
    assert all(f"/steps/{step.pk}/" not in answer for step in waiting)


def test_a_project_unit_has_no_office_of_others_to_look_into(three: County) -> None:
    assert shown(three, "applicant.windfarm", "unit").unit == 0


def test_the_last_event_of_a_row_is_its_newest_sign_off(three: County) -> None:
    page = shown(three, "handler.land")
    (row,) = page.inbox.rows
    assert page.last[row.application_id].act == "accept"
    assert {last.act for last in shown(three, "window.land").last.values()} == {"received"}


def test_what_comes_next_is_the_first_row(three: County) -> None:
    person = three["handler.land"]
    held = seats(person.pk, three.now.date())
    found = next_item(person_id=person.pk, seats=held, county=person.county, now=three.now)
    assert found is not None and found.subject == "霍城镇长城遗址公园项目"


def test_filters_are_a_persons_own(three: County) -> None:
    me, other = three["window.land"], three["window.eia"]
    kept = own_filters.keep_filter(person=me, name="  风电  ", tab="mine", procedure="", words="风电")
    again = own_filters.keep_filter(person=me, name="风电", tab="soon", procedure="", words="")
    assert kept.pk == again.pk and SavedFilter.objects.get().tab == "soon"
    own_filters.forget_filter(person=other, filter_id=kept.pk)
    assert shown(three, "window.land").saved == [kept]
    own_filters.forget_filter(person=me, filter_id=kept.pk)
    assert shown(three, "window.land").saved == []


def test_a_filter_needs_a_name_and_the_shelf_an_end(three: County) -> None:
    me = three["window.land"]
    with pytest.raises(Missing):
        own_filters.keep_filter(person=me, name="  ", tab="mine", procedure="", words="")
    for n in range(own_filters.MOST):
        own_filters.keep_filter(person=me, name=str(n), tab="mine", procedure="", words="")
    with pytest.raises(Missing):
        own_filters.keep_filter(person=me, name="one more", tab="mine", procedure="", words="")


def test_many_are_handed_over_each_by_itself(three: County) -> None:
    me = three["window.land"]
    colleague = three["chief.build"]
    AppointmentFactory(post=me.appointments.get().post, person=colleague)  # type: ignore[attr-defined]
    steps = list(Step.objects.filter(finished__isnull=True).exclude(post_key="").select_related("process"))
    chosen = [(step.pk, screen_of(step.process)) for step in steps]
    results = hand_over_many(person=me, chosen=chosen, to_id=colleague.pk, opinion="出差", now=three.now)
    refused = {result.step_id for result in results if result.refused}
    assert {step.pk for step in steps if step.post_key != "land.window"} == refused and refused
    assert Step.objects.filter(owner=colleague).count() == len(steps) - len(refused) == 2


def test_a_pulse_tells_the_counts_and_moves_no_session_on(three: County) -> None:
    client = entered(three, "window.land")
    worn = timezone.now() + dt.timedelta(minutes=10)
    Session.objects.update(expire_date=worn)
    me = three["window.land"]
    found = pulse_counts(me.pk, seats(me.pk, three.now.date()), me.county, three.now)
    assert found.counts["mine"] == 2
    answer = client.get("/inbox/pulse/?known=0-0-0-0", headers={"HX-Request": "true"})
    assert 'id="count-inbox"' in answer.content.decode()
    assert Session.objects.get().expire_date == worn
    client.get("/inbox/")
    assert Session.objects.get().expire_date > worn
    assert "kg-notice" in Client().get("/inbox/pulse/").content.decode()


ROLES = {
    "chief.land": "officer",
    "window.eia": "window",
    "deputy.city": "deputy",
    "auditor": "auditor",
    "applicant.windfarm": "unit",
    "admin": "administrator",
}


@pytest.mark.parametrize("username", ROLES)
def test_each_role_has_a_card_of_its_own_until_it_is_put_away(three: County, username: str) -> None:
    client = entered(three, username)
    landing = client.get("/", follow=True)
    assert landing.context["frame"].tour.role == ROLES[username]
    assert "kg-tour" in landing.content.decode()
    assert 3 <= len(landing.context["frame"].tour.lines) + landing.context["frame"].tour.signs <= 5
    for line in landing.context["frame"].tour.lines:
        assert not line.url or client.get(line.url).status_code == 200, line.url
    client.post("/tour/", {"done": "1"})
    assert "kg-tour" not in client.get("/", follow=True).content.decode()
    client.post("/tour/", {})
    assert "kg-tour" in client.get("/", follow=True).content.decode()


def test_the_houses_own_work_has_no_clock_in_law_but_its_steps_last_day(
    db: None, settings: Any, tmp_path: Path
) -> None:
    keep_apart(settings, tmp_path)
    county = stand().county
    rows = {row.procedure: row for row in shown(county, "deputy.city").inbox.rows}
    own = rows[str(registry.procedure("supervision").short)]
    assert own.internal and own.times.statutory is None and own.times.light == "on_track"
    page = entered(county, "deputy.city").get("/inbox/").content.decode()
    assert "受理后起表" not in page and "未起表" not in page
