"""Two projects from the ledger to a lawful start, over HTTP: the wind farm, and the gas station on market land.

At every step a wrong person, a stale screen and a replay are refused (`Walker.sign`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from permits.gate import route_of
from permits.models import Case, GateEvent, Permit, Project
from tests.cast import County, at
from tests.factories import ProjectFactory
from tests.journeys.forms import FACTS
from tests.journeys.walker import Walker
from workflows.legal import State
from workflows.models import Application

EVIDENCE = "开工令〔2022〕3号，监理日志，现场照片 6 张"


def record(walker: Walker, project: Project, *bars: str) -> None:
    """Bars that other authorities cleared, recorded by the development bureau with number and date."""
    for bar in bars:
        body = {"bar": bar, "number": f"{bar}〔2022〕1号", "issued_on": walker.today.isoformat()}
        assert walker.post("ndrc", f"/projects/{project.pk}/acts/permit/", body).status_code == 302


def apply_for(walker: Walker, project: Project, bar: str, username: str) -> Application:
    """Open the application on the project's page; a stranger is refused, and so is a second one."""
    address = f"/projects/{project.pk}/apply/{bar}/"
    assert walker.post("auditor", address, FACTS[bar]).status_code == 403
    assert walker.post(username, address, FACTS[bar]).status_code == 302
    assert walker.post(username, address, FACTS[bar]).status_code == 409
    return Case.objects.get(project=project, bar=bar).application


def carry(walker: Walker, project: Project, *bars: str) -> None:
    """Each bar through its procedure to its end."""
    from workflows.flow import registry

    for bar in bars:
        office = registry.procedure(bar).office
        application = walker.walk(apply_for(walker, project, bar, f"window.{office}"))
        assert application.state == State.GRANTED
        assert Permit.objects.get(application=application).stands


def start(walker: Walker, project: Project, **more: Any) -> int:
    kept = Project.objects.get(pk=project.pk)
    body = {"on": walker.today.isoformat(), "evidence": EVIDENCE, "version": kept.version, **more}
    return int(walker.post("ndrc", f"/projects/{project.pk}/acts/start/", body).status_code)


def check_lawful_start(walker: Walker, project: Project) -> None:
    kept = Project.objects.get(pk=project.pk)
    assert kept.phase == Project.Phase.MAY_START
    assert kept.may_start_on is not None and kept.may_start_on <= walker.today
    opened = GateEvent.objects.get(project=project)
    assert (opened.kind, opened.on) == ("opened", kept.may_start_on)
    assert start(walker, project, version=kept.version - 1) == 409, "a stale page"
    assert start(walker, project) == 302
    assert start(walker, project) in (409, 422), "twice"
    kept = Project.objects.get(pk=project.pk)
    assert kept.phase == Project.Phase.STARTED and not kept.started_early
    statistics = {"on": walker.today.isoformat(), "version": kept.version}
    assert walker.post("statistics", f"/projects/{project.pk}/acts/statistics/", statistics).status_code == 302
    kept = Project.objects.get(pk=project.pk)
    dates = (kept.may_start_on, kept.started_on, kept.in_statistics_on)
    assert all(isinstance(day, dt.date) for day in dates)
    page = walker.get("applicant.windfarm" if "风电" in kept.name else "applicant.gas", f"/projects/{project.pk}/")
    assert kept.may_start_on.isoformat()[5:] in page.content.decode()


@pytest.fixture
def walker(county: County) -> Walker:
    return Walker(county, at("2022-03-01"))


def test_the_wind_farm_comes_to_a_lawful_start(walker: Walker) -> None:
    project = ProjectFactory()
    route = route_of(project)
    assert route is not None
    record(walker, project, "enterprise_approval", "drawings")
    carry(walker, project, "land_pre_review", "land_conversion", "eia_form")
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.PREPARING
    record(walker, project, *(code for code in route.codes if code == "land_supply"))
    carry(walker, project, "energy_registration")
    check_lawful_start(walker, project)


def test_the_gas_station_comes_to_a_lawful_start(walker: Walker) -> None:
    project = ProjectFactory(gas=True)
    record(walker, project, "enterprise_filing", "works_planning_permit", "drawings", "fire_design")
    carry(walker, project, "land_supply", "land_planning_permit", "eia_form")
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.PREPARING
    carry(walker, project, "construction_permit")
    check_lawful_start(walker, project)
