"""The portfolio: its figures are the brief's, its dates the law's and the ledger's, its days nobody's twice."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from permits.demo.places import place_projects
from permits.gantt import axis_of, bars_of, draw, merged, months_of
from permits.models import Block, Case, Lead, Project
from permits.queries.matrix import STAGES, Row
from permits.queries.waiting import OWNERS
from tests.cast import WIND_FARM_LAND, County
from tests.factories import COUNTY, ProjectFactory
from tests.journeys.forms import FACTS
from tests.permits.test_gate import clear
from workflows.clock.calendars import calendar_for
from workflows.models import Ball
from workflows.queries.clockstate import together

HERE = "/projects/portfolio/"
PICTURES = (HERE, f"{HERE}schedule/", f"{HERE}waiting/", f"{HERE}map/")
ASKED = Path(__file__).with_name("portfolio.json")
DAY = dt.date


@pytest.fixture(autouse=True)
def _first_of_march() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC), tick=False):
        yield


def browser(county: County, username: str = "deputy.city") -> Client:
    client = Client()
    client.force_login(county[username])
    return client


def context(county: County, address: str = HERE, username: str = "deputy.city") -> Any:
    response = browser(county, username).get(address)
    assert response.status_code == 200
    return response.context


def row_of(county: County, project: Project) -> Row:
    (row,) = [row for row in context(county, f"{HERE}?year=2022")["rows"] if row.pk == project.pk]
    return row  # type: ignore[no-any-return]


def planned(day: str, **more: Any) -> Project:
    on = DAY.fromisoformat(day)
    project: Project = ProjectFactory(planned_start_from=on, planned_start_to=on, **more)
    return project


@pytest.fixture
def ledger(county: County) -> County:
    """The people of the county, and its spreadsheet taken over on 10 January."""
    from permits.demo.county import LEDGER
    from permits.importing import jobs
    from permits.importing.by import By
    from tests.cast import at

    now, by = at("2022-01-10", "09:00"), By()
    file = jobs.receive(content=LEDGER.read_bytes(), file_name=LEDGER.name, county=COUNTY, by=by, now=now)
    jobs.read(file, now, lambda done, total: None)
    file.refresh_from_db()
    begun = jobs.begin(ledger_id=file.pk, county=COUNTY, seen=file.plan_hash, by=by, now=now)
    jobs.apply(begun, by, now, lambda done, total: None)
    return county


def test_the_figures_are_those_of_the_brief(ledger: County) -> None:
    out = io.StringIO()
    call_command("brief", "--json", "--as-of", "2022-03-01T09:30+08:00", stdout=out)
    brief = json.loads(out.getvalue())
    funnel = context(ledger)["funnel"]
    levels = {level.code: level for level in funnel.levels}
    assert (brief["planned"], brief["started"], len(brief["blocked"]), brief["neither"]) == (56, 35, 7, 14)
    assert (levels["listed"].count, levels["started"].count) == (brief["planned"], brief["started"])
    assert levels["land"].lost + levels["eia"].lost == len(brief["blocked"])
    assert levels["ready"].lost + levels["started"].lost == brief["neither"] == funnel.early_work + funnel.not_due
    named = {row.name for cause in funnel.causes for row in cause.projects}
    assert named == {row["name"] for row in brief["blocked"]}
    assert [level.count for level in funnel.levels] == sorted((one.count for one in funnel.levels), reverse=True)


def test_all_fifty_six_stand_on_one_page_the_riskiest_first(ledger: County) -> None:
    found = context(ledger)
    rows = found["rows"]
    assert len(rows) == 56 and not found["older_url"]
    assert [row.risk for row in rows[:7]] == ["blocked"] * 7
    assert all(len(row.cells) == len(STAGES) for row in rows)
    assert {row.risk for row in rows[21:]} == {"started"}


def test_the_filters_narrow_figures_and_rows_alike(ledger: County) -> None:
    found = context(ledger, f"{HERE}?bureau=水务局")
    assert {row.bureau for row in found["rows"]} == {"水务局"}
    assert found["funnel"].figures.planned == len(found["rows"]) < 56
    deputy = context(ledger, f"{HERE}?lead=副县长（农业）")
    led = set(Lead.objects.filter(title="副县长（农业）", ends__isnull=True).values_list("project__name", flat=True))
    assert {row.name for row in deputy["rows"]} == led
    sector = context(ledger, f"{HERE}?sector=water&kind=blocked")
    assert {row.name for row in sector["rows"]} == {"李桥乡河道生态治理项目", "老军乡水库除险加固项目"}
    assert sector["funnel"].figures.planned == Project.objects.filter(sector="water").count()
    assert not context(ledger, f"{HERE}?bureau=无此单位")["rows"]


def test_a_page_goes_on_where_the_last_ended(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    from permits.pages import portfolio

    for n in range(5):
        ProjectFactory(name=f"第{n}号", ledger_started=n == 0)
    for n in range(2):
        planned(f"2022-0{2 + 3 * n}-15", name=f"有计划{n}")
    whole = [row.pk for row in context(county, f"{HERE}?year=2022")["rows"]]
    page_of = portfolio.page_of
    monkeypatch.setattr(portfolio, "page_of", lambda *given: page_of(*given, size=2))
    seen: list[int] = []
    address = f"{HERE}?year=2022"
    while address:
        found = context(county, address)
        seen += [row.pk for row in found["rows"]]
        address = f"{HERE}{found['older_url']}" if found["older_url"] else ""
    assert seen == whole and len(set(seen)) == 7
    assert context(county, f"{HERE}?year=2022&after=x_y_z")["rows"]


def test_a_project_without_a_plan_date_is_forecast_but_neither_late_nor_early(county: County) -> None:
    row = row_of(county, ProjectFactory())
    assert (row.risk, row.start.state) == ("no_plan", "forecast")
    assert row.start.prospect.starts is not None and row.start.prospect.slip == ""


def test_a_project_whose_class_nobody_knows_gets_no_forecast(county: County) -> None:
    row = row_of(county, planned("2022-06-01", sector="", site_class=""))
    assert row.start.state == "unknown" and row.start.prospect.starts is None
    assert {cell.state for cell in row.cells} == {"unknown"}


def test_a_started_project_is_measured_by_its_actual_start(county: County) -> None:
    project = planned("2022-02-10", started_on=DAY(2022, 2, 20))
    row = row_of(county, project)
    assert (row.risk, row.start.state, row.start.prospect.late) == ("started", "started", 10)
    assert "missing" not in {cell.state for cell in row.cells}, "what the ledger did not bring over is not missing"
    early = planned("2022-02-10", started_on=DAY(2022, 2, 20), started_early=True, phase=Project.Phase.STARTED_EARLY)
    found = row_of(county, early)
    assert (found.risk, found.start.state) == ("early", "early") and "missing" in {cell.state for cell in found.cells}


def test_a_blocked_project_says_where_and_why_and_whose_turn_it_is(county: County) -> None:
    project = planned("2022-04-20")
    Block.objects.create(project=project, causes=["land"], text="农用地转用未批", since=DAY(2022, 2, 1))
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    Case.objects.create(application=application, project=project, bar="land_pre_review")
    row = row_of(county, project)
    cells = {cell.stage: cell for cell in row.cells}
    assert row.risk == "blocked" and (row.causes, row.text) == ("土地", "农用地转用未批")
    assert cells["land"].state == "blocked" and cells["land"].light == "not_started"
    assert cells["eia"].state == "missing" and cells["eia"].what == "filing"
    assert row.turn is not None and row.turn.who == "自然资源局 窗口" and row.turn.number == application.number


def test_a_start_that_the_law_forbids_is_shown_with_the_earliest_lawful_day(county: County) -> None:
    project = planned("2022-03-02")
    row = row_of(county, project)
    ahead = row.start.prospect
    assert row.start.state == "impossible" and ahead.earliest is not None and ahead.planned_to is not None
    assert ahead.earliest > ahead.planned_to and ahead.starts is not None and ahead.starts >= ahead.earliest
    assert ahead.late == (ahead.starts - ahead.planned_to).days > 0
    (line,) = context(county, f"{HERE}schedule/?year=2022")["schedule"].lines
    assert line.drawing.barred is not None and line.drawing.slip is not None
    assert line.drawing.barred[0] < line.drawing.barred[1] <= line.drawing.start


def test_what_may_start_is_not_forecast(county: County) -> None:
    project = planned("2022-04-20")
    clear(county, project)
    row = row_of(county, project)
    assert {cell.state for cell in row.cells} <= {"cleared", "not_needed"}
    assert row.start.state == "may_start" and row.start.prospect.starts is None


def test_waiting_days_count_no_day_twice(county: County) -> None:
    project = planned("2022-04-20")
    for bar in ("land_pre_review", "eia_form"):
        facts = WIND_FARM_LAND if bar == "land_pre_review" else FACTS[bar]
        Case.objects.create(application=county.apply(bar, facts), project=project, bar=bar)
    with time_machine.travel(county.now + dt.timedelta(days=10), tick=False):
        waits = context(county, f"{HERE}waiting/?year=2022")["waits"]
    (row,) = waits.rows
    # From Tuesday the first to Friday the eleventh of March eight working days passed, for two cases at once.
    assert (
        row.total
        == waits.total
        == sum(waits.sums)
        == calendar_for(COUNTY).count(DAY(2022, 3, 1), DAY(2022, 3, 11))
        == 8
    )


def test_of_several_awaited_on_one_day_the_office_answers_for_it_and_the_applicant_last() -> None:
    days = [DAY(2022, 2, n) for n in (7, 9, 11, 14)]
    both = [(Ball.APPLICANT, days[0], days[2]), (Ball.OFFICE, days[1], days[3])]
    assert together(both) == [
        ("applicant", days[0], days[1]),
        ("office", days[1], days[2]),
        ("office", days[2], days[3]),
    ]
    assert set(OWNERS) == set(Ball)


def test_a_unit_sees_its_own_projects_and_no_others(county: County) -> None:
    mine, other = ProjectFactory(latitude="38.8", longitude="101.3"), ProjectFactory(gas=True)
    for address in PICTURES:
        page = browser(county, "applicant.windfarm").get(f"{address}?year=2022").content.decode()
        assert other.name not in page, address
    found = context(county, f"{HERE}?year=2022", "applicant.windfarm")
    assert [row.pk for row in found["rows"]] == [mine.pk] and found["funnel"].figures.planned == 1


@pytest.mark.parametrize("username", ["deputy.city", "county.head", "ndrc", "supervision"])
def test_it_is_the_second_place_of_whoever_answers_for_all_projects(county: County, username: str) -> None:
    places = [place.url for place in context(county, HERE, username)["frame"].places]
    assert places[1] == HERE and len(places) <= 6


def test_a_section_chief_has_it_behind_the_list(county: County) -> None:
    assert HERE not in [place.url for place in context(county, HERE, "chief.land")["frame"].places]
    assert HERE in browser(county, "chief.land").get("/projects/").content.decode()


def test_every_picture_asks_as_often_for_three_projects_as_for_three_hundred(county: County) -> None:
    client = browser(county)

    def more(first: int, last: int) -> None:
        for n in range(first, last):
            place = {"latitude": Decimal("38.5") + Decimal(n) / 1000, "longitude": Decimal("101.1")}
            project = planned(f"2022-0{3 + n % 6}-15", name=f"第{n}号项目", **place)
            Block.objects.create(project=project, causes=["land"], since=DAY(2022, 2, 1))
            if n % 50 == 0:
                application = county.apply("land_pre_review", WIND_FARM_LAND)
                Case.objects.create(application=application, project=project, bar="land_pre_review")

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    more(0, 3)
    few = {address: asked(f"{address}?year=2022") for address in PICTURES}
    more(3, 300)
    assert {address: asked(f"{address}?year=2022") for address in PICTURES} == few
    assert few == json.loads(ASKED.read_text())


def test_the_map_draws_what_has_a_position_and_says_what_has_none(county: County) -> None:
    placed = ProjectFactory(latitude="38.838", longitude="101.352")
    ProjectFactory(name="无位置项目")
    found = context(county, f"{HERE}map/?year=2022")
    assert [point["pk"] for point in found["points"]] == [placed.pk] and found["places"].without == 1
    assert found["points"][0]["url"] == f"/projects/{placed.pk}/"


def test_a_position_lies_in_china_and_has_both_degrees(county: County) -> None:
    project = ProjectFactory()
    client = browser(county, "ndrc")
    address = f"/projects/{project.pk}/edit/"
    known = {
        key: value for key, value in client.get(address).context["form"].initial.items() if value not in ("", None)
    }
    body = {**known, "version": "1"}
    for wrong, said in (
        ({"latitude": "38.8"}, "位置须同时填写纬度和经度。"),
        ({"latitude": "101.352", "longitude": "38.838"}, "是否与经度填反了"),
        ({"latitude": "38.8", "longitude": "151.2"}, "经度不在我国范围内"),
    ):
        answer = client.post(address, {**body, **wrong})
        assert answer.status_code == 422 and said in answer.content.decode()
    assert client.post(address, {**body, "latitude": "38.838", "longitude": "101.352"}).status_code == 302
    kept = Project.objects.get(pk=project.pk)
    assert (kept.latitude, kept.longitude) == (Decimal("38.838"), Decimal("101.352"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(longitude=None)


def test_the_demo_county_places_every_project_in_a_place_of_its_own(ledger: County) -> None:
    assert place_projects(COUNTY) == 56
    rows = set(Project.objects.values_list("latitude", "longitude"))
    assert len(rows) == 56


def test_tiles_come_from_one_host_or_from_nowhere() -> None:
    import subprocess
    import sys

    code = "from config import settings as s; print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])"

    def said(url: str) -> Any:
        given = {"KAIGONG_SECRET_KEY": "x" * 50, "KAIGONG_TILE_URL": url, "PATH": "/usr/bin"}
        return subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=False)

    assert "https://tiles.example.org" not in said("").stdout
    assert "'https://tiles.example.org'" in said("https://tiles.example.org/{z}/{x}/{y}.png?key=1").stdout
    assert ImproperlyConfigured.__name__ in said("http://tiles.example.org/{z}/{x}/{y}.png").stderr
    assert ImproperlyConfigured.__name__ in said("https://{s}.example.org/{z}/{x}/{y}.png").stderr


def test_the_axis_is_the_plan_year_and_goes_on_where_a_forecast_does() -> None:
    axis = axis_of(2022, [DAY(2022, 7, 26)])
    assert (axis.first, axis.last) == (DAY(2022, 1, 1), DAY(2022, 12, 31))
    assert axis_of(2022, [DAY(2023, 2, 3)]).last == DAY(2023, 2, 28)
    assert axis_of(2022, [DAY(2029, 1, 1)]).last == DAY(2023, 12, 31), "at most a year more"
    assert [month.on.month for month in months_of(axis) if not month.minor] == [1, 4, 7, 10]
    assert (axis.at(DAY(2021, 5, 1)), axis.at(DAY(2022, 1, 1)), axis.at(DAY(2025, 1, 1))) == (0.0, 0.0, 100.0)


def test_a_line_draws_the_slip_and_what_lies_beyond_the_axis() -> None:
    axis = axis_of(2022, [])
    today, plan = DAY(2022, 3, 1), (DAY(2022, 3, 1), DAY(2022, 3, 31))
    late = draw(axis, [], today, plan, DAY(2022, 6, 20), DAY(2022, 4, 14))
    assert late.slip == (axis.at(plan[1]), axis.at(DAY(2022, 6, 20))) and late.plan_span and late.barred
    before = draw(axis, [], today, (None, None), DAY(2021, 5, 1), None)
    assert before.before and before.start is None and before.slip is None
    assert draw(axis, [], today, plan, DAY(2024, 1, 1), None).beyond
    assert draw(axis, [], DAY(2030, 1, 1), (None, None), None, None).today is None


def test_pieces_of_one_lane_never_lie_on_each_other() -> None:
    spans = [
        (DAY(2022, 3, 1), DAY(2022, 3, 9)),
        (DAY(2022, 3, 5), DAY(2022, 3, 20)),
        (DAY(2022, 5, 1), DAY(2022, 5, 2)),
    ]
    assert merged(spans) == [(DAY(2022, 3, 1), DAY(2022, 3, 20)), (DAY(2022, 5, 1), DAY(2022, 5, 2))]
    bars = bars_of(axis_of(2022, []), "land", "forecast", spans)
    assert bars[0].x + bars[0].width < bars[1].x
    assert bars_of(axis_of(2022, []), "land", "done", [(DAY(2021, 1, 1), DAY(2021, 2, 1))]) == []
