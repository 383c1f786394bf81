"""Every page of the engine answers, in two languages, to whoever may see it, and to nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import PDF, WIND_FARM_LAND, County


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_a_case_answer(county: County, language: str) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    step = county.open_step(application, "examination")
    client = Client()
    client.cookies["kaigong_language"] = language
    client.force_login(county["handler.land"])
    for address in ("/inbox/", f"/steps/{step.pk}/", f"/applications/{application.pk}/", "/applications/"):
        response = client.get(address)
        assert response.status_code == 200, address
        assert "绣花庙风电场项目" in response.content.decode(), address
    document = application.documents.first()
    response = client.get(f"/documents/{document.pk}/")
    assert response.getvalue() == PDF and response["Content-Disposition"].startswith("attachment")


def test_a_project_unit_sees_its_own_case_and_no_other(county: County) -> None:
    own = county.apply("land_pre_review", WIND_FARM_LAND, applicant_post="applicant.windfarm")
    other = county.apply("land_pre_review", WIND_FARM_LAND, subject="别家项目", applicant_post="applicant.gas")
    client = Client()
    client.force_login(county["applicant.windfarm"])
    assert client.get(f"/applications/{own.pk}/").status_code == 200
    assert client.get(f"/applications/{other.pk}/").status_code == 404
    assert client.get(f"/steps/{county.open_step(other, 'intake').pk}/").status_code == 404
    assert client.get(f"/documents/{other.documents.first().pk}/").status_code == 404
    listed = client.get("/applications/").content.decode()
    assert "绣花庙风电场项目" in listed and "别家项目" not in listed


def test_a_stranger_is_sent_to_the_sign_in_page(county: County) -> None:
    for address in ("/", "/inbox/", "/applications/", "/steps/1/"):
        response = Client().get(address)
        assert response.status_code == 302 and response["Location"].startswith("/sign-in/"), address
    assert Client().get("/healthz").json() == {"status": "ok"}
    assert Client().get("/readyz").status_code == 200


def test_the_timeline_lists_what_was_asked_for_and_nothing_else(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件")])
    client = Client()
    client.force_login(county["window.land"])
    page = client.get(f"/applications/{application.pk}/").content.decode()
    said = page.partition('id="trail-title"')[2]
    assert said.count('<span class="kg-said">1.') == 1 and "1. 缺立项文件" in said
    assert "2. " not in said


def test_a_post_is_named_with_its_office_where_one_chooses_it(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    client = Client()
    client.force_login(county["window.land"])
    page = client.get(f"/applications/{application.pk}/acts/co-signers/").content.decode()
    assert "自然资源局 股长" in page and "生态环境分局 股长" in page


def test_one_place_of_the_top_bar_is_lit(county: County) -> None:
    client = Client()
    client.force_login(county["ndrc"])
    for address in ("/inbox/", "/projects/", "/projects/import/", "/escalations/ladder/"):
        bar = client.get(address).content.decode().partition('class="kg-places"')[2].partition("</ul>")[0]
        assert bar.count('aria-current="page"') == 1, address


@pytest.mark.parametrize(
    ("address", "username"), [("/applications/", "window.land"), ("/inbox/", "window.land"), ("/people/", "admin")]
)
def test_every_filtered_list_goes_out_as_text_and_whole(county: County, address: str, username: str) -> None:
    for n in range(53):
        county.apply("land_pre_review", WIND_FARM_LAND, subject=f"=1+{n}")
    client = Client()
    client.force_login(county[username])
    page = client.get(address)
    response = client.get(address + page.context["export_url"])
    assert response["Content-Disposition"].endswith('.csv"')
    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + (len(county.people) if username == "admin" else 53)
    assert not any(line.startswith("=") for line in lines)
