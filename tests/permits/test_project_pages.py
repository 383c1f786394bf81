"""Projects on their pages: who sees what, who writes what, how often the database is asked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from permits.models import Block, Permit, Project, ProjectCode
from permits.operations.cases import open_case
from permits.operations.identity import give_new_code, merge_projects, split_project
from permits.queries.figures import figures
from tests.cast import County
from tests.factories import COUNTY, ProjectFactory
from tests.journeys.forms import FACTS
from workflows.audit.models import Entry
from workflows.audit.refused import Moved, NotAllowed


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
    assert asked(client, "/projects/?year=2022") == few <= 14


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_a_project_answers_in_both_languages(county: County, language: str) -> None:
    from permits.pages.acts import ACTS

    populate(county, 1)
    project = Project.objects.get()
    client = browser(county, "ndrc")
    client.cookies["kaigong_language"] = language
    addresses = ["/projects/", "/projects/new/", f"/projects/{project.pk}/", f"/projects/{project.pk}/edit/"]
    addresses += [f"/projects/{project.pk}/acts/{code}/" for code in ACTS]
    addresses += [f"/projects/{project.pk}/apply/eia_form/"]
    for address in addresses:
        assert client.get(address).status_code == 200, address


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
    form = {"name": "新建学校", "code": "2203-620799-83-01-100001", "year": "2022", "site": "public/school"}
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
    ProjectCode.objects.create(project=project, code="2110-old", kind="current")
    Permit.objects.create(
        county=COUNTY,
        project=project,
        bar="eia_form",
        project_code="2110-old",
        source="recorded",
        recorded_at=county.now,
    )
    give_new_code(project_id=project.pk, code="2203-new", reason="重新核准", person=county["ndrc"], now=county.now)
    assert dict(ProjectCode.objects.filter(project=project).values_list("code", "kind")) == {
        "2110-old": "superseded",
        "2203-new": "current",
    }
    assert Permit.objects.get(project=project).project_code == "2110-old"
    with pytest.raises(NotAllowed):
        give_new_code(project_id=project.pk, code="2110-old", reason="改回", person=county["ndrc"], now=county.now)


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
    both = client.get("/search/", {"q": "xhm"}).content.decode()
    assert f"/projects/{project.pk}/" in both and f"/applications/{application.pk}/" in both
    unit = browser(county, "applicant.gas")
    assert project.name not in unit.get("/search/", {"q": "xhm"}).content.decode()
