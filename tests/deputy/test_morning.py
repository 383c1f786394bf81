"""早报: numbers that match their lists and lights, scope by charge and lead, as many statements for 3 as for 300."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from permits.models import Lead
from permits.queries.morning import morning
from tests.cast import WIND_FARM_LAND, County, at
from tests.engine.test_query_counts import FILE, asked
from tests.factories import CoverFactory, ProjectFactory
from tests.many import FIRST, copies
from workflows.clock.calendars import calendar_for
from workflows.escalation.models import Escalation
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep
from workflows.models import Application
from workflows.offices.models import Appointment, Post
from workflows.offices.seats import seats
from workflows.queries.charge import Scope, scope_of
from workflows.queries.clockbar import times
from workflows.queries.risk import at_risk, late


@pytest.fixture
def today() -> Iterator[dt.date]:
    with time_machine.travel(at("2022-03-11"), tick=False):
        yield dt.date(2022, 3, 11)


def scope(county: County, username: str, day: dt.date) -> Scope:
    person = county[username]
    found = scope_of(person.county, seats(person.pk, day), day)
    assert found is not None
    return found


def client_of(county: County, username: str) -> Client:
    client = Client()
    client.force_login(county[username])
    return client


def test_the_conditions_of_the_database_are_the_lights_of_the_pages(county: County, today: dt.date) -> None:
    case = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(case, "intake", "window.land", "accept")
    calendar = calendar_for(case.county)
    step = county.open_step(case, "examination")
    copies(case, step, 3000)
    base = dt.date(2022, 1, 4)
    for n, pk in enumerate(range(FIRST, FIRST + 3000)):
        accepted = base + dt.timedelta(days=n % 60)
        due = accepted + dt.timedelta(days=1 + n // 30)
        promised = None if n % 7 == 0 else due
        Application.objects.filter(pk=pk).update(accepted_on=accepted, promised_due=promised, statutory_due=due)
    rows = Application.objects.filter(pk__gte=FIRST)
    soon = {row.pk for row in rows if times(row, today, calendar).light == "due_soon"}
    over = {row.pk for row in rows if times(row, today, calendar).light in ("past_promise", "past_statute")}
    assert soon and over
    assert set(rows.filter(at_risk(today, calendar)).values_list("pk", flat=True)) == soon
    assert set(rows.filter(late(today)).values_list("pk", flat=True)) == over


def test_each_number_leads_to_a_list_with_as_many_rows(county: County, today: dt.date) -> None:
    for _n in range(3):
        case = county.apply("land_pre_review", WIND_FARM_LAND)
        county.sign(case, "intake", "window.land", "accept")
    Application.objects.filter(pk=case.pk).update(promised_due=dt.date(2022, 3, 10))
    client = client_of(county, "deputy.city")
    page = client.get("/morning/")
    assert page.status_code == 200
    numbers = page.context["numbers"]
    assert {kind: count for kind, count, _url in numbers}["late"] == 1
    for kind, count, url in numbers:
        assert len(client.get(url).context["rows"]) == count, kind
    other = client_of(county, "deputy.rural").get("/morning/").context["numbers"]
    assert {count for _kind, count, _url in other} == {0}, "what another deputy answers for is not his"


def test_a_deputy_answers_for_his_offices_and_for_the_projects_that_he_leads(county: County, today: dt.date) -> None:
    project = ProjectFactory()
    case = county.apply("land_pre_review", WIND_FARM_LAND)
    Application.objects.filter(pk=case.pk).update(subject_key=project.key)
    mine = Application.objects.filter(scope(county, "deputy.rural", today).applications())
    assert not mine.exists()
    post = Post.objects.get(key="deputy.rural")
    Lead.objects.create(project=project, post=post, title="副县长", starts=dt.date(2022, 1, 4))
    mine = Application.objects.filter(scope(county, "deputy.rural", today).applications())
    assert list(mine) == [Application.objects.get(pk=case.pk)]
    assert scope(county, "county.head", today).everything and scope(county, "supervision", today).everything
    held = Appointment.objects.get(person=county["deputy.city"])
    CoverFactory(principal=held, stand_in=county["deputy.industry"], starts=today, ends=today)
    covering = scope(county, "deputy.industry", today)
    assert {"land", "energy"} <= covering.codes, "who stands in answers for both"
    assert "land" not in scope(county, "deputy.industry", today + dt.timedelta(days=1)).codes


def test_what_waits_is_ranked_by_rung_days_and_weight_and_one_answer_is_one_line(
    county: County, today: dt.date
) -> None:
    county.now = at("2022-03-01")
    heavy, light = ProjectFactory(total_wan=90000), ProjectFactory(name="老军乡水库", total_wan=500)
    for project in (light, heavy):
        case = county.apply("land_pre_review", WIND_FARM_LAND, subject=project.name)
        Application.objects.filter(pk=case.pk).update(subject_key=project.key)
        county.sign(case, "intake", "window.land", "accept")
    sweep(at("2022-03-11"))
    open_supervisions(at("2022-03-11"))
    found = morning(scope(county, "deputy.city", today), at("2022-03-11"))
    assert [ask.weight for ask in found.asks] == [90000, 500]
    keys = Escalation.objects.filter(target="deputy.city", answered_at__isnull=True).values("supervision").distinct()
    assert len(found.asks) == keys.count()


def test_the_highest_rung_stands_first_and_the_news_are_of_his_own_calls(county: County, today: dt.date) -> None:
    case = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(case, "intake", "window.land", "accept")
    sweep(at("2022-03-11"))
    called = Escalation.objects.get(application=case, rung=3, step__isnull=False)
    same = {
        name: getattr(called, name) for name in ("county", "matter", "subject", "subject_key", "url", "application")
    }
    dates = {"raised_at": called.raised_at, "answer_by": called.answer_by, "trigger": "start_missed", "round": 1}
    for source, rung, target, on in (
        ("late", 4, called.target, dt.date(2022, 3, 11)),
        ("other", 3, "deputy.rural", called.on),
    ):
        Escalation.objects.create(source=source, rung=rung, target=target, on=on, **same, **dates)
    page = morning(scope(county, "deputy.city", today), at("2022-03-11"))
    assert [ask.line.rung for ask in page.asks][:2] == [4, 3]
    told = [change.url for change in page.changes if change.kind == "rung"]
    assert any("/late/" in url for url in told) and not any("/other/" in url for url in told)


def test_a_reason_that_the_code_has_lost_is_shown_as_it_stands(county: County, today: dt.date) -> None:
    county.now = at("2022-03-01")
    case = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(case, "intake", "window.land", "accept")
    sweep(at("2022-04-20"))
    assert Escalation.objects.filter(target="deputy.city").update(trigger="of_long_ago", cause="of_old") > 0
    client = client_of(county, "deputy.city")
    for address in ("/morning/", "/escalations/", "/escalations/?tab=all"):
        page = client.get(address)
        assert page.status_code == 200 and "of_long_ago" in page.content.decode(), address


def test_an_empty_morning_says_so(county: County, today: dt.date) -> None:
    page = client_of(county, "deputy.city").get("/morning/").content.decode()
    assert "没有" in page and "没有变化" in page


def test_the_morning_is_where_a_leader_lands_and_nobody_else(county: County) -> None:
    for username in ("deputy.city", "county.head"):
        assert client_of(county, username).get("/")["Location"] == "/morning/"
    assert client_of(county, "chief.land").get("/")["Location"] == "/inbox/"
    assert client_of(county, "chief.land").get("/morning/").status_code == 403
    assert client_of(county, "applicant.windfarm").get("/offices-compared/").status_code == 403


def test_the_leaders_pages_ask_as_often_for_three_matters_as_for_three_hundred(county: County, today: dt.date) -> None:
    county.now = at("2022-03-01")
    known = json.loads(FILE.read_text())
    client = client_of(county, "deputy.city")

    def more(n: int) -> None:
        for i in range(n):
            project = ProjectFactory(
                name=f"项目{n}-{i}", planned_start_from=dt.date(2022, 4, 1), planned_start_to=dt.date(2022, 4, 1)
            )
            case = county.apply("land_pre_review", WIND_FARM_LAND, subject=project.name)
            Application.objects.filter(pk=case.pk).update(subject_key=project.key)
            county.sign(case, "intake", "window.land", "accept")
        sweep(at("2022-03-11"))
        open_supervisions(at("2022-03-11"))

    more(3)
    card = Escalation.objects.filter(rung=3).order_by("pk")[0].address
    addresses = {"morning": "/morning/", "escalation": card, "offices_compared": "/offices-compared/"}
    few = {name: asked(client, address) for name, address in addresses.items()}
    more(9)
    case = Application.objects.filter(procedure="land_pre_review").order_by("pk")[0]
    copies(case, county.open_step(case, "examination"), 300)
    assert {name: asked(client, address) for name, address in addresses.items()} == few
    assert few == {name: known[name] for name in addresses}
