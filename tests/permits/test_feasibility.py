"""能否如期开工: what the law still makes a project wait for, by its route and by what runs (DOMAIN.md E15)."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from permits.demo.county import load_county
from permits.models import Permit, Project
from permits.operations.cases import open_case
from permits.queries.feasibility import Answer, feasibilities, notices_of
from tests.cast import PDF, County, at
from tests.factories import COUNTY, ProjectFactory
from tests.journeys.forms import FACTS
from workflows.clock.minimum import Verdict
from workflows.flow import registry
from workflows.models import Application, Step

WIND_FARM = "绣花庙风电场项目"
TARGET = dt.date(2022, 3, 31)


@pytest.fixture
def demo(db: None, settings: Any) -> None:
    """The demo county as `make run` loads it; every reader here is told the day, none asks the demo's clock."""
    settings.DEMO = True
    load_county(COUNTY, lambda said: None)
    settings.DEMO = False


def brief(*options: str) -> dict[str, dict[str, Any]]:
    out = io.StringIO()
    call_command("brief", "--json", "--as-of", "2022-03-01T09:00+08:00", *options, stdout=out)
    return {row["name"]: row["feasibility"] for row in json.loads(out.getvalue())["blocked"]}


def test_the_wind_farm_of_the_demo_county_cannot_lawfully_start_on_31_march(demo: None) -> None:
    found = brief("--target", "2022-03-31")[WIND_FARM]
    assert (found["verdict"], found["target"]) == ("impossible", "2022-03-31")
    assert (found["earliest"], found["next_act"]) == ("2022-04-14", "2022-04-14")
    said = "\n".join(found["reasons"])
    assert "土地管理法实施条例第二十六条" in said and "土地管理法实施条例第二十八条" in said
    assert "2022-03-01 → 2022-03-15" in said and "2022-03-15 → 2022-04-14" in said
    assert "Art." not in said
    assert brief()[WIND_FARM] == found, "31 March is the wind farm's own plan"


def test_the_brief_says_so_instead_of_blaming_a_clerk(demo: None) -> None:
    for language, words in (("zh-hans", "法定最短期限内不可能"), ("en", "impossible by law")):
        out = io.StringIO()
        call_command("brief", "--as-of", "2022-03-01T09:00+08:00", "--language", language, stdout=out)
        line = out.getvalue().partition(WIND_FARM)[2].partition("项目:")[0]
        assert words in line and "2022-04-14" in line
        assert ("第二十六条" in line) is (language == "zh-hans")


def test_the_page_of_the_wind_farm_shows_the_honest_date_and_its_reasons(demo: None) -> None:
    from workflows.offices.models import Person

    client = Client()
    project = Project.objects.get(name=WIND_FARM)
    with time_machine.travel(at("2022-03-01"), tick=False):
        client.force_login(Person.objects.get(username="ndrc"))
        page = client.get(f"/projects/{project.pk}/").content.decode()
    assert "法定最短期限内不可能" in page and "2022-04-14" in page and "第二十八条" in page
    assert "最晚申报日" in page and "Art." not in page


def test_every_blocked_project_has_an_answer_and_none_that_has_started(demo: None) -> None:
    assert len(brief()) == 7 and all(brief().values())
    with CaptureQueriesContext(connection) as caught:
        found = feasibilities(list(Project.objects.order_by("pk")), dt.date(2022, 3, 1), TARGET)
    assert len(caught) == 1 + 3, "the projects, and three readings for all of them"
    begun = Project.objects.filter(ledger_started=True).values_list("pk", flat=True)
    assert begun and not set(begun) & set(found)


@pytest.fixture
def expropriation(county: County) -> tuple[County, Project, Application]:
    """A wind farm whose conversion runs, with the first notice posted on 10 February."""
    project = ProjectFactory(planned_start_from=TARGET, planned_start_to=TARGET)
    county.now = at("2022-01-27")
    application = open_case(
        project_id=project.pk,
        bar="land_conversion",
        person=county["window.land"],
        facts=FACTS["land_conversion"],
        now=county.now,
    )
    for slot in registry.procedure("land_conversion").documents:
        if slot.required(application.facts):
            county.hand_in(application, slot.code, body=PDF)
    county.sign(application, "intake", "window.land", "accept")
    county.now = at("2022-02-09")
    county.sign(application, "plan", "handler.land", "agree")
    county.now = at("2022-02-10")
    county.sign(application, "pre_notice", "county.office", "posted")
    return county, project, application


def answer(project: Project, day: str, target: dt.date | None = None) -> Answer:
    return feasibilities([project], dt.date.fromisoformat(day), target)[project.pk]


def legs(found: Answer) -> dict[str, tuple[str, str]]:
    return {leg.wait.key: (leg.begins.isoformat(), leg.earliest.isoformat()) for leg in found.found.legs}


def test_e15_a_first_notice_posted_on_10_february_ends_the_second_on_saturday_26_march(
    expropriation: tuple[County, Project, Application],
) -> None:
    _county, project, _application = expropriation
    found = answer(project, "2022-02-10", dt.date(2022, 3, 25))
    placed = legs(found)
    assert placed["land_conversion:pre_notice_runs"] == ("2022-02-10", "2022-02-24")
    assert placed["land_conversion:compensation_runs"] == ("2022-02-24", "2022-03-26")
    assert found.verdict is Verdict.IMPOSSIBLE
    assert found.found.next_act == dt.date(2022, 3, 28), "26 March is a Saturday: the next act is Monday's"
    assert "第二十六条" in found.reasons("zh-hans")[0] and "第二十八条" in found.reasons("zh-hans")[1]
    assert answer(project, "2022-02-10").verdict is Verdict.TIGHT, "by 31 March only if everybody hurries"


def test_e15_a_second_notice_that_is_not_posted_moves_the_honest_date_every_day(
    expropriation: tuple[County, Project, Application],
) -> None:
    _county, project, _application = expropriation
    seen = answer(project, "2022-03-02", TARGET)
    assert legs(seen)["land_conversion:compensation_runs"] == ("2022-03-02", "2022-04-01")
    assert seen.verdict is Verdict.IMPOSSIBLE and seen.found.earliest == dt.date(2022, 4, 1)


def test_a_notice_that_ran_in_full_binds_nobody_any_more(
    expropriation: tuple[County, Project, Application],
) -> None:
    county, project, application = expropriation
    county.now = at("2022-02-25")
    county.sign(application, "pre_notice_runs", "handler.land", "notice_over")
    found = answer(project, "2022-02-25", TARGET)
    done = {leg.wait.key: leg.wait.done for leg in found.found.legs}
    assert done["land_conversion:pre_notice_runs"] == dt.date(2022, 2, 25)
    assert legs(found)["land_conversion:compensation_runs"] == ("2022-02-25", "2022-03-27")
    assert Step.objects.filter(process=application, node="compensation_runs").count() == 0


def test_e15_the_latest_inputs_for_31_march(county: County) -> None:
    project = ProjectFactory(facts={"new_building": "yes"})
    found = answer(project, "2022-01-10", TARGET)
    latest = {row.bar: row.on for row in found.latest_inputs}
    assert latest["eia_form"] == dt.date(2022, 3, 1) and latest["land_pre_review"] == dt.date(2022, 3, 3)
    assert not any(row.is_past for row in found.latest_inputs)
    assert any(row.is_past for row in answer(project, "2022-03-10", TARGET).latest_inputs)


def test_a_project_that_has_started_has_no_route_or_no_plan_gets_no_answer(county: County) -> None:
    begun = ProjectFactory(started_on=dt.date(2022, 2, 1), planned_start_to=TARGET)
    unknown = ProjectFactory(sector="", site_class="", planned_start_to=TARGET, name="未定", name_key="未定")
    unplanned = ProjectFactory(name="无计划", name_key="无计划")
    assert feasibilities([begun, unknown, unplanned], dt.date(2022, 3, 1)) == {}
    assert set(feasibilities([begun, unknown, unplanned], dt.date(2022, 3, 1), TARGET)) == {unplanned.pk}


def test_projects_that_are_alike_share_an_answer_and_one_that_differs_has_its_own(
    expropriation: tuple[County, Project, Application],
) -> None:
    county, running, _application = expropriation
    ahead = {"planned_start_from": TARGET, "planned_start_to": TARGET}
    plain, twin = ProjectFactory(**ahead), ProjectFactory(**ahead)
    later = ProjectFactory(planned_start_to=dt.date(2022, 9, 30))
    other = ProjectFactory(facts={"new_building": "yes"}, **ahead)
    cleared = ProjectFactory(**ahead)
    row = {"county": COUNTY, "project": cleared, "source": "recorded", "recorded_at": county.now}
    Permit.objects.create(bar="eia_form", issued_on=dt.date(2022, 1, 5), **row)
    rows, day = [plain, running, later, other, cleared, twin], dt.date(2022, 2, 10)
    together = feasibilities(rows, day)
    assert together[plain.pk] is together[twin.pk]
    assert together == {row.pk: feasibilities([row], day)[row.pk] for row in rows}
    assert len({id(found) for found in together.values()}) == 5


@pytest.mark.parametrize(
    ("code", "facts", "waits"),
    [
        ("land_conversion", {}, ["pre_notice_runs", "compensation_runs"]),
        ("eia_form", {}, ["acceptance_notice", "approval_notice"]),
        ("eia_report", {}, ["acceptance_notice", "approval_notice"]),
        ("land_supply", {"supply": "market"}, ["listing_notice", "bidding"]),
        ("land_supply", {"supply": "allocation"}, []),
        ("land_pre_review", {}, []),
        ("energy_registration", {}, []),
    ],
)
def test_the_waits_of_a_procedure_are_those_of_its_published_flow(
    code: str, facts: dict[str, Any], waits: list[str]
) -> None:
    found, last = notices_of(registry.procedure(code).current, facts)
    assert list(found) == waits
    assert last == set(waits[-1:])
    assert all(before == {waits[n - 1]} for n, before in enumerate(found.values()) if n)


def test_the_list_names_the_projects_that_the_law_cannot_let_start_in_time(demo: None) -> None:
    from workflows.offices.models import Person

    client = Client()
    with time_machine.travel(at("2022-03-01"), tick=False):
        client.force_login(Person.objects.get(username="ndrc"))
        page = client.get("/projects/?year=2022&kind=blocked").content.decode()
    line = page.partition(WIND_FARM)[2].partition("</tr>")[0]
    assert "法定最短期限内不可能，最早 2022-04-14" in line
    assert 1 <= page.count("法定最短期限内不可能") < 7, "only those whose plan the law rules out"
