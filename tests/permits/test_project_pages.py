"""Projects on their pages: who sees what, who writes what, how often the database is asked."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications.models import Message
from permits.models import Block, Permit, Project, ProjectCode
from permits.operations.cases import open_case
from permits.operations.identity import give_new_code, merge_projects, split_project
from permits.queries.figures import figures, headline
from tests.cast import PDF, County
from tests.factories import COUNTY, ProjectFactory
from tests.journeys.forms import FACTS
from tests.permits.test_gate import clear
from workflows.audit.models import Entry
from workflows.audit.refused import Moved, NotAllowed

OLD, NEW = "2110-620799-05-05-280233", "2203-620799-05-01-100001"


def browser(county: County, username: str) -> Client:
    client = Client()
    client.force_login(county[username])
    return client


def asked(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def populate(county: County, count: int) -> None:
    for n in range(count):
        project = ProjectFactory(name=f"第{n}号项目")
        ProjectCode.objects.create(project=project, code=f"2110-{project.pk}", kind="current")
        Block.objects.create(project=project, causes=["land"], since=dt.date(2022, 2, 1))
        open_case(
            project_id=project.pk,
            bar="land_pre_review",
            person=county["window.land"],
            facts=FACTS["land_pre_review"],
            now=county.now,
        )


def test_the_list_asks_as_often_for_three_projects_as_for_thirty(county: County) -> None:
    client = browser(county, "ndrc")
    populate(county, 3)
    few = asked(client, "/projects/?year=2022")
    populate(county, 27)
    assert asked(client, "/projects/?year=2022") == few <= 16


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_a_project_answers_in_both_languages(county: County, language: str) -> None:
    from permits.pages.acts import ACTS

    populate(county, 1)
    project = Project.objects.get()
    client = browser(county, "ndrc")
    client.cookies["kaigong_language"] = language
    addresses = ["/projects/", "/projects/new/", f"/projects/{project.pk}/", f"/projects/{project.pk}/edit/"]
    addresses += [f"/projects/{project.pk}/acts/{code}/" for code in ACTS]
    for address in addresses:
        assert client.get(address).status_code == 200, address
    counter = browser(county, "window.eia")
    assert counter.get(f"/projects/{project.pk}/apply/eia_form/").status_code == 200


def test_a_project_unit_sees_its_own_project_only(county: County) -> None:
    own, other = ProjectFactory(), ProjectFactory(gas=True)
    client = browser(county, "applicant.windfarm")
    assert client.get(f"/projects/{own.pk}/").status_code == 200
    assert client.get(f"/projects/{other.pk}/").status_code == 404
    listed = client.get("/projects/?year=2022").content.decode()
    assert own.name in listed and other.name not in listed


def test_the_filters_find_and_the_list_goes_out_as_text(county: County) -> None:
    ProjectFactory(name="=HYPERLINK(1)<b>", search="=hyperlink(1)<b>")
    ProjectFactory(name="已开工项目", ledger_started=True)
    client = browser(county, "ndrc")
    page = client.get("/projects/?year=2022&kind=started").content.decode()
    assert "已开工项目" in page and "HYPERLINK" not in page
    page = client.get("/projects/?year=2022&kind=neither").content.decode()
    assert "=HYPERLINK(1)&lt;b&gt;" in page and "<b>" not in page.replace("<body", "")
    sent = client.get("/projects/?year=2022&kind=neither&format=csv")
    assert sent.content.decode("utf-8-sig").splitlines()[1].startswith("'=HYPERLINK")


def test_a_project_is_made_and_changed_by_hand_with_its_trail(county: County) -> None:
    client = browser(county, "ndrc")
    form = {"name": "新建学校", "code": "2203-620799-83-01-100000", "year": "2022", "site": "public/school"}
    response = client.post("/projects/new/", {**form, "total_wan": "3000"})
    assert response.status_code == 302
    project = Project.objects.get(name="新建学校")
    assert project.total_wan == Decimal(3000) and project.site_class == "school"
    address = f"/projects/{project.pk}/edit/"
    changed = {"name": "新建中学", "year": "2022", "site": "public/school", "total_wan": "3200", "version": "1"}
    assert client.post(address, changed).status_code == 302
    stale = client.post(address, {**changed, "total_wan": "1"})
    assert stale.status_code == 409 and "3200" not in stale.content.decode()
    assert Project.objects.get(pk=project.pk).total_wan == Decimal(3200)
    entry = Entry.objects.get(kind="project.changed")
    assert '"before":"3000.00"' in bytes(entry.body).decode()
    assert client.post("/projects/new/", form).status_code == 422, "the same project twice"


def test_only_keepers_may_press_the_buttons(county: County) -> None:
    project = ProjectFactory()
    client = browser(county, "chief.land")
    assert "/acts/" not in client.get(f"/projects/{project.pk}/").content.decode()
    body = {"causes": ["land"], "text": "未批"}
    assert client.post(f"/projects/{project.pk}/acts/block/", body).status_code == 403
    keeper = browser(county, "ndrc")
    assert keeper.post(f"/projects/{project.pk}/acts/block/", body).status_code == 302
    assert Block.objects.get(project=project).causes == ["land"]
    assert keeper.post(f"/projects/{project.pk}/acts/unblock/", {}).status_code == 302
    assert Block.objects.get(project=project).cleared_on is not None
    assert keeper.post(f"/projects/{project.pk}/acts/unblock/", {}).status_code == 422


def test_acts_over_the_pages_write_what_they_say(county: County) -> None:
    project = ProjectFactory()
    client = browser(county, "ndrc")
    here = f"/projects/{project.pk}/acts"
    permit = {"bar": "enterprise_approval", "number": "发改〔2022〕1号", "issued_on": "2022-02-01"}
    assert client.post(f"{here}/permit/", permit).status_code == 302
    assert client.post(f"{here}/permit/", permit).status_code == 409
    found = Permit.objects.get(project=project)
    end = {"permit_id": found.pk, "ending": "revoke", "on": "2022-02-20", "reason": "撤销"}
    assert client.post(f"{here}/end-permit/", end).status_code == 302
    figure = {"year": "2022", "month": "2", "plan_wan": "900", "done_wan": "650.5"}
    assert client.post(f"{here}/figure/", figure).status_code == 302
    assert Project.objects.get(pk=project.pk).done_wan == Decimal("650.50")
    assert client.post(f"{here}/lead/", {"post_key": "deputy.industry", "starts": "2022-02-01"}).status_code == 302
    version = Project.objects.get(pk=project.pk).version
    start = {"on": "2022-02-10", "evidence": "现场照片", "version": version}
    assert client.post(f"{here}/start/", start).status_code == 302
    assert Project.objects.get(pk=project.pk).started_early
    assert client.post(f"{here}/start/", start).status_code == 409


def test_e18_a_new_code_keeps_the_old_one_and_permits_the_code_of_their_day(county: County) -> None:
    project = ProjectFactory()
    ProjectCode.objects.create(project=project, code=OLD, kind="current")
    Permit.objects.create(
        county=COUNTY,
        project=project,
        bar="eia_form",
        project_code=OLD,
        source="recorded",
        recorded_at=county.now,
    )
    give_new_code(project_id=project.pk, code=NEW, reason="重新核准", person=county["ndrc"], now=county.now)
    assert dict(ProjectCode.objects.filter(project=project).values_list("code", "kind")) == {
        OLD: "superseded",
        NEW: "current",
    }
    assert Permit.objects.get(project=project).project_code == OLD
    for wrong in (OLD, NEW[:-1] + "2", "2203-620799"):
        with pytest.raises(NotAllowed):
            give_new_code(project_id=project.pk, code=wrong, reason="改回", person=county["ndrc"], now=county.now)


def test_e18_a_split_and_a_merger_count_no_money_twice(county: County) -> None:
    project = ProjectFactory(total_wan=Decimal(1000))
    given = {"project_id": project.pk, "person": county["ndrc"], "now": county.now}
    with pytest.raises(NotAllowed):
        split_project(parts=[("一期", Decimal(600)), ("二期", Decimal(500))], version=1, **given)
    children = split_project(parts=[("一期", Decimal(600)), ("二期", Decimal(400))], version=1, **given)
    assert figures(COUNTY, 2022, county.now).total_wan == Decimal(1000)
    assert figures(COUNTY, 2022, county.now).planned == 2
    parent = merge_projects(
        project_ids=[child.pk for child in children], name="打包项目", person=county["ndrc"], now=county.now
    )
    assert figures(COUNTY, 2022, county.now).total_wan == Decimal(1000)
    assert figures(COUNTY, 2022, county.now).planned == 1
    assert set(Project.objects.filter(parent=parent)) == set(children)
    with pytest.raises(Moved):
        split_project(parts=[("a", Decimal(1)), ("b", Decimal(1))], version=1, **given)


def test_one_box_finds_by_name_code_reference_and_initials(county: County) -> None:
    from workflows.search import search_text

    project = ProjectFactory(search=search_text("绣花庙风电场项目", "2110-620799-05-05-280233"))
    other = ProjectFactory(gas=True, search=search_text("城区加气站建设项目"))
    application = open_case(
        project_id=project.pk,
        bar="land_pre_review",
        person=county["window.land"],
        facts=FACTS["land_pre_review"],
        now=county.now,
    )
    client = browser(county, "chief.land")
    assert client.get("/search/", {"q": application.number})["Location"] == f"/applications/{application.pk}/"
    assert client.get("/search/", {"q": "cqjqz"})["Location"] == f"/projects/{other.pk}/"
    ProjectCode.objects.create(project=project, code=OLD, kind="current")
    assert client.get("/search/", {"q": OLD})["Location"] == f"/projects/{project.pk}/"
    both = client.get("/search/", {"q": "xhm"}).content.decode()
    assert f"/projects/{project.pk}/" in both and f"/applications/{application.pk}/" in both
    unit = browser(county, "applicant.gas")
    assert project.name not in unit.get("/search/", {"q": "xhm"}).content.decode()


@pytest.mark.parametrize("address", ["new/", "{pk}/edit/", "{pk}/acts/permit/", "{pk}/apply/land_supply/"])
def test_whom_the_button_is_not_for_the_form_is_not_for_either(county: County, address: str) -> None:
    project = ProjectFactory()
    for username in ("chief.eia", "applicant.windfarm" if "apply" not in address else "ndrc"):
        client = browser(county, username)
        assert client.get(f"/projects/{address.format(pk=project.pk)}").status_code == 403
        assert client.post(f"/projects/{address.format(pk=project.pk)}", {}).status_code == 403


def test_leaders_order_but_touch_no_figure(county: County) -> None:
    project = ProjectFactory()
    deputy, statistics = browser(county, "deputy.industry"), browser(county, "statistics")
    here = f"/projects/{project.pk}/acts"
    block = {"causes": ["land"], "text": "用地未批"}
    figure = {"year": "2022", "month": "2", "done_wan": "650"}
    assert deputy.post(f"{here}/block/", block).status_code == 302
    assert deputy.post(f"{here}/figure/", figure).status_code == 403
    assert statistics.post(f"{here}/figure/", figure).status_code == 302
    assert statistics.post(f"{here}/block/", block).status_code == 403
    page = deputy.get(f"/projects/{project.pk}/").content.decode()
    assert "/acts/block/" in page and "/acts/figure/" not in page


def test_no_act_writes_over_what_its_page_did_not_show(county: County) -> None:
    project = ProjectFactory()
    client = browser(county, "ndrc")
    here = f"/projects/{project.pk}/acts/block/"
    body = {"causes": ["land"], "text": "未批", "version": "1"}
    assert client.post(here, body).status_code == 302
    stale = client.post(here, {**body, "causes": ["eia"]})
    assert stale.status_code == 409
    assert 'name="version" value="1"' in stale.content.decode(), "pressed again it is still stale"
    assert Block.objects.get(project=project).causes == ["land"]


def test_facts_of_the_site_change_the_route_and_weigh_the_gate(county: County) -> None:
    project = ProjectFactory()
    clear(county, project)
    client = browser(county, "ndrc")
    address = f"/projects/{project.pk}/edit/"
    known = client.get(address).context["form"].initial
    body = {key: value for key, value in known.items() if value not in (None, "")}
    page = client.get(f"/projects/{project.pk}/").content.decode()
    assert "在有记录前假定：占用农用地：是、新增用地：是。" in page and 'id="bar-forest_land"' not in page
    version = Project.objects.get(pk=project.pk).version
    assert client.post(address, {**body, "fact_forest": "yes", "version": version}).status_code == 302
    kept = Project.objects.get(pk=project.pk)
    assert kept.facts == {"forest": "yes"} and kept.phase == Project.Phase.PREPARING
    assert 'id="bar-forest_land"' in client.get(f"/projects/{project.pk}/").content.decode()
    assert client.get(address).context["form"]["fact_forest"].value() == "yes"


def test_every_fact_that_a_route_turns_on_can_be_filled_in() -> None:
    from permits.routes import route
    from permits.routing.asked import BY_CODE
    from permits.routing.table import TABLE

    read = {"eia_class", "government_money", "catalogue_project"}
    for (sector, kind), row in TABLE.items():
        read |= {name for line in route(sector, kind, {}).lines for name in line.assumed}
        read |= {name for _kind, conditions in row.eia.when for name, _least in conditions} | set(row.assume)
    assert read <= set(BY_CODE)


def test_e19_the_page_says_that_a_lighter_assessment_gives_no_right(county: County) -> None:
    project = ProjectFactory()
    Permit.objects.create(
        county=COUNTY, project=project, bar="eia_registration", source="recorded", recorded_at=county.now
    )
    page = browser(county, "chief.eia").get(f"/projects/{project.pk}/").content.decode()
    assert "不产生开工权利" in page


def test_the_list_is_filtered_by_the_cause_of_the_block(county: County) -> None:
    for name, causes in (("等地项目", ["land"]), ("等环评项目", ["land", "eia"]), ("等钱项目", ["money"])):
        Block.objects.create(project=ProjectFactory(name=name), causes=causes, since=dt.date(2022, 2, 1))
    client = browser(county, "ndrc")

    def listed(query: str) -> set[str]:
        return {row.name for row in client.get(f"/projects/?year=2022&{query}").context["rows"]}

    assert listed("cause=eia") == {"等环评项目"}
    assert listed("cause=land") == {"等地项目", "等环评项目"}
    assert listed("kind=blocked") == {"等地项目", "等环评项目", "等钱项目"}
    assert len(listed("kind=neither")) == figures(COUNTY, 2022, county.now).neither == 1
    assert headline(COUNTY, 2022, county.now).held == len(figures(COUNTY, 2022, county.now).blocked) == 2


def test_of_two_blocks_that_stand_the_later_one_counts_and_a_start_ends_both(county: County) -> None:
    project, started = ProjectFactory(name="等钱项目"), ProjectFactory(name="开工项目", ledger_started=True)
    for causes in (["land"], ["money"]):
        Block.objects.create(project=project, causes=causes, since=dt.date(2022, 2, 1))
    Block.objects.create(project=started, causes=["land"], since=dt.date(2022, 2, 1))
    found = headline(COUNTY, 2022, county.now)
    assert (found.planned, found.started, found.held) == (2, 1, 0)
    assert figures(COUNTY, 2022, county.now).blocked == ()
    Block.objects.create(project=project, causes=["eia", "money"], since=dt.date(2022, 2, 1))
    assert headline(COUNTY, 2022, county.now).held == len(figures(COUNTY, 2022, county.now).blocked) == 1


def test_e11_a_project_whose_bar_fell_away_is_listed_as_blocked_again(county: County) -> None:
    project = ProjectFactory()
    clear(county, project)
    land = Permit.objects.get(project=project, bar="land_conversion")
    client = browser(county, "ndrc")
    assert not client.get("/projects/?year=2022&kind=blocked").context["rows"]
    end = {"permit_id": land.pk, "ending": "revoke", "on": "2022-03-01", "reason": "征收批准被撤销"}
    assert client.post(f"/projects/{project.pk}/acts/end-permit/", end).status_code == 302
    for query in ("kind=blocked", "cause=land"):
        (row,) = client.get(f"/projects/?year=2022&{query}").context["rows"]
        assert row.block == "土地手续"
    assert not client.get("/projects/?year=2022&cause=eia").context["rows"]
    assert not client.get("/projects/?year=2022&kind=neither").context["rows"]
    assert "“农用地转用和土地征收”已失效" in client.get(f"/projects/{project.pk}/").content.decode()


def test_the_papers_of_a_project_come_back_as_they_were_and_to_nobody_else(county: County) -> None:
    project = ProjectFactory()
    client = browser(county, "ndrc")
    here = f"/projects/{project.pk}"
    permit = {"bar": "enterprise_approval", "number": "发改〔2022〕1号", "issued_on": "2022-02-01"}
    sent = {**permit, "upload": SimpleUploadedFile("核准批复.pdf", PDF)}
    assert client.post(f"{here}/acts/permit/", sent).status_code == 302
    version = Project.objects.get(pk=project.pk).version
    start = {"on": "2022-02-20", "evidence": "现场照片", "version": version}
    fake = SimpleUploadedFile("现场.pdf", b"<script>")
    assert client.post(f"{here}/acts/start/", {**start, "upload": fake}).status_code == 422
    assert (
        client.post(f"{here}/acts/start/", {**start, "upload": SimpleUploadedFile("现场.pdf", PDF)}).status_code == 302
    )
    addresses = [f"{here}/permits/{Permit.objects.get().pk}/file/", f"{here}/start/file/"]
    page = client.get(f"{here}/").content.decode()
    for address in addresses:
        assert address in page
        answer = client.get(address)
        assert b"".join(answer.streaming_content) == PDF and answer["Content-Disposition"].startswith("attachment")
        assert browser(county, "applicant.gas").get(address).status_code == 404
    assert Message.objects.get(kind="started_early").post_key == "county.supervision"


def test_the_list_goes_out_as_the_countys_own_spreadsheet(county: County) -> None:
    from permits.ledger.reading import read_ledger

    ProjectFactory(name="=1+1项目", search="=1+1")
    ProjectFactory(gas=True)
    sent = browser(county, "ndrc").get("/projects/?year=2022&q=%3D1&format=xlsx")
    reading = read_ledger(io.BytesIO(sent.content), "projects-2022.xlsx", county.now.date())
    assert [(row.name, row.amount("total")) for row in reading.rows] == [("=1+1项目", Decimal(13760))]


def test_the_page_of_a_project_asks_as_often_with_one_case_as_with_four(county: County) -> None:
    populate(county, 1)
    project = Project.objects.get()
    client = browser(county, "ndrc")
    few = asked(client, f"/projects/{project.pk}/")
    for bar in ("land_conversion", "eia_form", "energy_registration"):
        office = {"eia_form": "eia", "energy_registration": "energy"}.get(bar, "land")
        person = county[f"window.{office}"]
        open_case(project_id=project.pk, bar=bar, person=person, facts=FACTS[bar], now=county.now)
    clear(county, project, but=("land_pre_review", "land_conversion", "eia_form", "energy_registration"))
    assert asked(client, f"/projects/{project.pk}/") == few


def test_projects_are_what_an_officer_may_be_recused_from(county: County) -> None:
    from workflows.offices.recusals import subjects

    project = ProjectFactory()
    assert (project.key, project.name) in subjects(COUNTY)
