"""The demo county on its first morning, and day by day to the end of April with nobody acting."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from permits.demo.county import load_county
from permits.demo.walking import until
from permits.models import Project
from tests.cast import at
from tests.factories import COUNTY
from workflows.clock.calendars import calendar_for
from workflows.escalation.models import Escalation
from workflows.escalation.sweep import sweep

TABLE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "the-ladder.md"
TODAY = dt.date(2022, 3, 1)


@pytest.fixture
def demo(record_fits: None, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    load_county(COUNTY, say=lambda text: None)


def test_the_first_sweep_escalates_what_is_late_and_nothing_else(demo: None) -> None:
    sweep(at("2022-03-01", "09:00"))
    calendar = calendar_for(COUNTY)
    raised = Escalation.objects.select_related("step", "application")
    assert raised
    for row in raised:
        assert row.on <= TODAY, row
        if row.step is not None:
            assert row.step.due_on is not None and row.step.due_on < TODAY, row
        elif row.application is not None:
            promised = row.application.promised_due
            used_up = promised is not None and calendar.count(TODAY, promised) <= 3
            assert used_up or (promised is not None and promised < TODAY), row
        else:
            project = Project.objects.get(pk=int(row.subject_key.partition(":")[2]))
            missed = project.planned_start_to is not None and project.planned_start_to < TODAY
            unseen = project.started_on is not None and not project.in_statistics
            assert missed or unseen, row
    late_steps = {row.step_id for row in raised if row.step_id}
    from workflows.models import Step

    left = Step.objects.filter(finished__isnull=True, due_on__lt=TODAY).exclude(post_key="").exclude(ball="applicant")
    overdue = {step.pk for step in left if calendar.count(step.due_on, TODAY) >= 1 and not step.not_before}
    assert overdue <= late_steps


def test_each_rung_comes_on_its_day_as_the_table_in_the_docs_shows(demo: None) -> None:
    told = [line for line in TABLE.read_text().splitlines() if line.startswith("| 2022-")]
    found = ["| " + " | ".join(str(cell) for cell in line) + " |" for line in until(TODAY, dt.date(2022, 4, 30))]
    assert found == told
