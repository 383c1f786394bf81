"""The unit's pages ask the database as often for three cases and points as for thirty."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from permits.models import Case
from tests.cast import WIND_FARM_LAND, County
from tests.engine.test_query_counts import FILE, asked
from tests.factories import ProjectFactory


@pytest.fixture
def unit(county: County) -> Client:
    client = Client()
    client.force_login(county["applicant.windfarm"])
    return client


def test_my_projects_asks_as_often_for_three_projects_as_for_thirty(county: County, unit: Client) -> None:
    def more(n: int) -> None:
        for i in range(n):
            project = ProjectFactory(name=f"项目{n}-{i}")
            found = county.apply("land_pre_review", WIND_FARM_LAND, applicant_post="applicant.windfarm")
            Case.objects.create(
                application=found, project=project, bar="land_pre_review", recorded_by=county["window.land"]
            )
            county.sign(found, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件"), ("", "说明")])

    more(3)
    few = asked(unit, "/projects/mine/")
    more(12)
    assert asked(unit, "/projects/mine/") == few == json.loads(FILE.read_text())["/projects/mine/"]


def test_a_tracker_asks_as_often_for_three_points_as_for_thirty(county: County, unit: Client) -> None:
    counts = []
    for n in (3, 30):
        found = county.apply("land_pre_review", WIND_FARM_LAND, applicant_post="applicant.windfarm")
        county.sign(found, "intake", "window.land", "ask_once", items=[("", f"第{i}点") for i in range(n)])
        counts.append(asked(unit, f"/applications/{found.pk}/"))
    assert counts == [json.loads(FILE.read_text())["tracker"]] * 2
