"""Every night each stored date is compared with its recount; what differs is put right, and nothing is silent."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Message
from notifications.texts import text_of
from tests.cast import County, at
from tests.engine.desk import Desk, accepted, consulting
from workflows.audit.models import Entry
from workflows.models import Application, ClockRow, MovedDueDate, Step
from workflows.operations.comparing import compare_due_dates

NIGHT = at("2022-03-02", "02:00")


def spoil(desk: Desk, **columns: object) -> None:
    Application.objects.filter(pk=desk.id).update(**columns)


def test_a_county_whose_dates_are_right_is_left_alone(county: County) -> None:
    for desk in (
        accepted(county),
        consulting(county),
        accepted(county, "eia_form"),
        accepted(county, "land_conversion"),
    ):
        assert desk.application.is_open
    entries = Entry.objects.count()
    assert compare_due_dates(NIGHT) == []
    assert Entry.objects.count() == entries and not MovedDueDate.objects.exists()


def test_a_wrong_date_is_put_right_with_an_entry_a_row_and_a_word_to_the_administrator(county: County) -> None:
    desk = accepted(county)
    before = desk.application
    spoil(desk, statutory_due=dt.date(2022, 3, 28))
    (found,) = compare_due_dates(NIGHT)
    assert (found.what, found.old, found.new) == ("statutory", dt.date(2022, 3, 28), before.statutory_due)
    fresh = desk.application
    assert fresh.statutory_due == before.statutory_due and fresh.entry_count == before.entry_count + 1
    entry = Entry.objects.get(chain=fresh.chain, seq=fresh.entry_count)
    assert entry.kind == "application.due_dates_moved" and entry.actor == "system"
    assert b'"because":"compared"' in bytes(entry.body)
    row = MovedDueDate.objects.get(application=fresh)
    assert (row.old, row.new, row.because) == (found.old, found.new, "compared")
    told = Message.objects.get(kind="due_date_was_wrong")
    assert told.post_key == "county.admin" and "2022-03-28" in text_of(told.kind, told.params)
    assert compare_due_dates(NIGHT) == [], "the second night finds nothing"


def test_a_wrong_promise_a_wrong_step_and_a_wrong_wait_are_found_too(county: County) -> None:
    desk = accepted(county, "eia_form")
    county.sign(desk.application, "acceptance_posted", "handler.eia", "posted")
    wait = Step.objects.get(process=desk.id, node="acceptance_notice")
    other = consulting(county)
    spoil(desk, promised_due=dt.date(2022, 3, 2))
    Step.objects.filter(pk=wait.pk).update(not_before=dt.date(2022, 3, 3))
    step = Step.objects.get(process=other.id, node="forestry")
    Step.objects.filter(pk=step.pk).update(due_on=dt.date(2022, 4, 1))
    found = {(row.what, row.node) for row in compare_due_dates(NIGHT)}
    assert found == {("promised", ""), ("wait", "acceptance_notice"), ("step", "forestry")}
    assert Step.objects.get(pk=wait.pk).not_before == wait.not_before
    assert Step.objects.get(pk=step.pk).due_on == step.due_on


def test_a_stopped_and_resumed_case_agrees_with_its_recount(county: County) -> None:
    desk = consulting(county)
    stop = {"ground": "expert-review", "notice": "告1号", "expected_end": "2022-03-10"}
    desk.post("handler.land", "stop", stop)
    assert desk.application.statutory_due is None and compare_due_dates(at("2022-03-03")) == []
    county.now = at("2022-03-09")
    desk.post("chief.land", "resume", {"last_day": "2022-03-08"})
    assert desk.application.statutory_due is not None and compare_due_dates(at("2022-03-10")) == []


def test_a_clock_that_contradicts_itself_is_told_and_keeps_its_date(county: County) -> None:
    desk = accepted(county)
    before = desk.application.statutory_due
    start = ClockRow.objects.get(application=desk.id)
    row = ClockRow.objects.create(
        application=desk.application,
        kind="correct",
        effective=start.effective,
        recorded_at=at("2022-03-01", "12:00"),
        rule=start.rule,
        replaces=start,
    )
    ClockRow.objects.filter(pk=row.pk).update(replaces=row)
    (found,) = compare_due_dates(NIGHT)
    assert found.what == "broken" and desk.application.statutory_due == before
    assert Message.objects.filter(kind="clock_contradicts_itself", post_key="county.admin").count() == 1


def test_the_comparison_reads_in_batches_whatever_the_number(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    for _n in range(7):
        accepted(county)
    compare_due_dates(NIGHT)
    with CaptureQueriesContext(connection) as caught:
        compare_due_dates(NIGHT)
    assert len(caught) == 1 + 3 + 1, "the counties, one batch, and the end of the list"
    monkeypatch.setattr("workflows.operations.recounting.BATCH", 2)
    with CaptureQueriesContext(connection) as caught:
        compare_due_dates(NIGHT)
    assert len(caught) == 1 + 4 * 3 + 1


def test_the_command_prints_what_it_found(county: County) -> None:
    desk = accepted(county)
    spoil(desk, statutory_due=dt.date(2022, 3, 28))
    out = io.StringIO()
    call_command("compare_due", "--json", stdout=out)
    (row,) = json.loads(out.getvalue())["differences"]
    assert (row["number"], row["old"], row["new"]) == (desk.application.number, "2022-03-28", "2022-03-29")
    out = io.StringIO()
    call_command("compare_due", stdout=out)
    assert out.getvalue() == ""
