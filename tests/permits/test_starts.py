"""Three dates, kept apart: may start, started, in statistics; a start before the papers is 未批先建 (DOMAIN.md E16)."""

from __future__ import annotations

import datetime as dt

from permits.models import Permit, Project
from permits.operations.rights import end_permit, record_permit
from permits.operations.starting import put_into_statistics, record_start
from tests.cast import County, at
from tests.factories import ProjectFactory
from tests.permits.test_gate import clear, clear_one


def test_e11_after_the_start_the_works_lose_their_ground(county: County) -> None:
    project = ProjectFactory()
    clear(county, project)
    start(county, project, "2022-03-01")
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.STARTED
    end_permit(
        permit_id=Permit.objects.get(project=project, bar="land_supply").pk,
        ending="revoke",
        reason="供地方案无权批准",
        on=dt.date(2022, 3, 1),
        person=county["ndrc"],
        now=county.now,
    )
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.STARTED_EARLY


def start(county: County, project: Project, day: str) -> Project:
    """Record the actual start."""
    version = Project.objects.get(pk=project.pk).version
    return record_start(
        project_id=project.pk,
        on=dt.date.fromisoformat(day),
        evidence="开工令〔2022〕3号，现场照片 6 张",
        version=version,
        person=county["ndrc"],
        now=county.now,
    )


def test_e16_a_start_before_the_papers_is_recorded_as_what_it_is(county: County) -> None:
    project = ProjectFactory()
    clear(county, project, but=("eia_form",))
    kept = start(county, project, "2022-02-20")
    assert (kept.phase, kept.started_early, kept.may_start_on) == (Project.Phase.STARTED_EARLY, True, None)
    clear_one(county, project, "eia_form")
    kept = Project.objects.get(pk=project.pk)
    assert kept.phase == Project.Phase.STARTED
    assert kept.started_early, "the papers that come later do not make the start lawful"
    assert kept.started_on is not None and kept.may_start_on is not None and kept.started_on < kept.may_start_on


def test_a_start_after_the_last_paper_is_lawful_though_the_paper_is_recorded_later(county: County) -> None:
    project = ProjectFactory()
    clear(county, project, but=("eia_form",), day=dt.date(2022, 2, 10))
    record_permit(
        project_id=project.pk,
        bar="eia_form",
        number="环审〔2022〕3号",
        issued_on=dt.date(2022, 2, 18),
        person=county["ndrc"],
        now=county.now,
    )
    kept = Project.objects.get(pk=project.pk)
    assert kept.may_start_on == dt.date(2022, 2, 18)
    kept = start(county, project, "2022-02-21")
    assert (kept.phase, kept.started_early) == (Project.Phase.STARTED, False)


def test_e16_a_start_that_lay_before_the_gate_opened_is_early_even_if_it_is_open_now(county: County) -> None:
    project = ProjectFactory()
    clear(county, project)
    kept = start(county, project, "2022-02-20")
    assert kept.started_early and kept.phase == Project.Phase.STARTED


def test_the_three_dates_are_kept_apart(county: County) -> None:
    project = ProjectFactory()
    clear(county, project)
    county.now = at("2022-03-10")
    start(county, project, "2022-03-08")
    version = Project.objects.get(pk=project.pk).version
    put_into_statistics(
        project_id=project.pk,
        on=dt.date(2022, 3, 10),
        version=version,
        person=county["statistics"],
        now=county.now,
    )
    kept = Project.objects.get(pk=project.pk)
    assert (kept.may_start_on, kept.started_on, kept.in_statistics_on) == (
        dt.date(2022, 3, 1),
        dt.date(2022, 3, 8),
        dt.date(2022, 3, 10),
    )
    assert not kept.started_early
