"""A calendar change shows first which dates move, then moves them all with their old and new values on record."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from notifications.models import Message
from tests.cast import WIND_FARM_LAND, County, at
from tests.factories import COUNTY
from workflows.audit.models import Entry
from workflows.audit.refused import Refused
from workflows.clock import calendars as kept
from workflows.models import Application, ClockRow, MovedDueDate, Step
from workflows.offices.refusals import NotTheAdministrator
from workflows.operations import calendars
from workflows.operations.timekeeping import dates_of

FESTIVAL = {"first": dt.date(2022, 3, 10), "last": dt.date(2022, 3, 11), "name": "县庆", "order": "县政发〔2022〕3号"}


def accepted(county: County, day: str = "2022-03-01", **more: Any) -> Application:
    county.now = at(day)
    application = county.apply("land_pre_review", WIND_FARM_LAND, **more)
    county.sign(application, "intake", "window.land", "accept")
    return Application.objects.get(pk=application.pk)


def festival() -> calendars.Change:
    return calendars.days_change(**FESTIVAL, is_workday=False)  # type: ignore[arg-type]


def test_the_preview_names_every_date_that_moves_and_writes_nothing(county: County) -> None:
    application = accepted(county)
    step = county.open_step(application, "examination")
    entries = Entry.objects.count()
    moved = {(move.what, move.old, move.new) for move in calendars.preview(COUNTY, festival())}
    assert moved == {
        ("statutory", dt.date(2022, 3, 29), dt.date(2022, 3, 31)),
        ("promised", dt.date(2022, 3, 15), dt.date(2022, 3, 17)),
    }
    assert step.due_on is not None and step.due_on < FESTIVAL["first"]  # type: ignore[operator]
    assert Entry.objects.count() == entries and not MovedDueDate.objects.exists()
    assert Application.objects.get(pk=application.pk).statutory_due == dt.date(2022, 3, 29)


def test_the_change_moves_them_with_old_and_new_and_tells_who_holds_the_step(county: County) -> None:
    application = accepted(county, applicant_post="applicant.windfarm")
    before = application.entry_count
    done = calendars.apply(COUNTY, festival(), actor=county["admin"], now=at("2022-03-02"))
    assert (done.dates, done.applications, done.days) == (2, 1, 2)
    fresh = Application.objects.get(pk=application.pk)
    assert (fresh.statutory_due, fresh.promised_due) == (dt.date(2022, 3, 31), dt.date(2022, 3, 17))
    rows = {(row.what, row.old, row.new) for row in MovedDueDate.objects.filter(application=application)}
    assert ("statutory", dt.date(2022, 3, 29), dt.date(2022, 3, 31)) in rows and len(rows) == 2
    entry = Entry.objects.get(chain=fresh.chain, kind="application.due_dates_moved")
    assert entry.seq == before + 1 == fresh.entry_count and bytes(entry.leaf_hash) == bytes(fresh.last_hash or b"")
    assert entry.actor == str(county["admin"].pk)
    told = Message.objects.filter(kind="due_dates_moved")
    assert sorted(told.values_list("post_key", flat=True)) == ["applicant.windfarm", "land.handler"]


def test_an_open_steps_own_limit_and_minimum_wait_move_too(county: County) -> None:
    county.now = at("2022-03-01")
    application = accepted(county)
    step = county.open_step(application, "examination")
    nearer = calendars.days_change(dt.date(2022, 3, 2), None, is_workday=False, name="县庆", order="县政发〔2022〕3号")
    calendars.apply(COUNTY, nearer, actor=None, now=at("2022-03-01", "15:00"))
    fresh = Step.objects.get(pk=step.pk)
    assert step.due_on and fresh.due_on and fresh.due_on > step.due_on
    assert list(calendars.preview(COUNTY, nearer)) == [], "nothing is left to move"


def test_a_step_that_a_stop_had_moved_is_counted_with_its_stop(county: County) -> None:
    from tests.engine.desk import consulting

    desk = consulting(county)
    desk.post("handler.land", "stop", {"ground": "expert-review", "notice": "告1号", "expected_end": "2022-03-10"})
    county.now = at("2022-03-09")
    desk.post("chief.land", "resume", {"last_day": "2022-03-08"})
    assert desk.application.stopped_since is None
    assert list(calendars.preview(COUNTY, calendars.years_change([2022]))) == [], "the same calendar moves nothing"
    moved = list(calendars.preview(COUNTY, festival()))
    steps = [move for move in moved if move.step is not None]
    assert steps and all(move.new and move.old and (move.new - move.old).days in (1, 2, 3, 4) for move in steps)


def test_a_decided_application_keeps_the_dates_of_its_decision(county: County) -> None:
    application = accepted(county)
    Application.objects.filter(pk=application.pk).update(decided_at=at("2022-03-02"))
    assert {move.what for move in calendars.preview(COUNTY, festival())} <= {"step", "wait"}


def test_e24_a_date_across_an_unpublished_year_is_provisional_until_the_year_is_loaded(county: County) -> None:
    kept.load_calendar(COUNTY, at("2021-11-01"), [2020, 2021])
    application = accepted(county, "2021-12-20")
    assert application.due_provisional
    page = page_of(county, f"/applications/{application.pk}/", "handler.land")
    assert "放假安排尚未公布" in page and "暂定" in page
    done = calendars.apply(COUNTY, calendars.years_change([2022]), actor=county["admin"], now=at("2021-12-21"))
    assert done.applications == 1
    fresh = Application.objects.get(pk=application.pk)
    assert not fresh.due_provisional and fresh.statutory_due == dt.date(2022, 1, 18)
    row = MovedDueDate.objects.get(application=application, what="statutory")
    assert row.was_provisional and not row.is_provisional


def test_nobody_else_changes_the_calendar_and_every_change_names_its_order(county: County) -> None:
    with pytest.raises(NotTheAdministrator):
        calendars.apply(COUNTY, festival(), actor=county["chief.land"], now=at("2022-03-02"))
    for wrong in ({"order": " "}, {"name": ""}, {"last": dt.date(2022, 3, 9)}, {"last": dt.date(2022, 5, 9)}):
        with pytest.raises(Refused):
            calendars.days_change(**{**FESTIVAL, **wrong}, is_workday=False)  # type: ignore[arg-type]
    with pytest.raises(calendars.NotPublished):
        calendars.years_change([2027])


def test_a_confirmation_of_another_version_than_the_one_shown_is_refused(county: County) -> None:
    calendars.apply(COUNTY, festival(), actor=None, now=at("2022-03-02"))
    other = calendars.days_change(dt.date(2022, 4, 8), None, is_workday=False, name="县庆", order="县政发〔2022〕4号")
    with pytest.raises(calendars.CalendarMoved):
        calendars.apply(COUNTY, other, actor=None, now=at("2022-03-02"), seen="1")
    with pytest.raises(calendars.NothingChanges):
        calendars.apply(COUNTY, festival(), actor=None, now=at("2022-03-02"), seen=calendars.version_of(COUNTY))


def test_the_stored_dates_are_the_recount_after_a_change(county: County) -> None:
    applications = [accepted(county, f"2022-03-0{n}", subject=f"项目{n}") for n in range(1, 5)]
    calendars.apply(COUNTY, festival(), actor=None, now=at("2022-03-05"))
    for application in Application.objects.filter(pk__in=[row.pk for row in applications]):
        rows = ClockRow.objects.filter(application=application).order_by("pk")
        dates = dates_of(application, rows, kept.calendar_for(COUNTY))
        assert dates is not None
        assert (application.statutory_due, application.promised_due) == (dates.statutory, dates.promised)


def page_of(county: County, address: str, username: str, **more: Any) -> str:
    client = Client()
    with time_machine.travel(county.now, tick=False):
        client.force_login(county[username])
        response = client.post(address, more) if more else client.get(address)
    return response.content.decode()


def test_the_page_shows_the_year_to_everybody_and_the_forms_to_the_administrator(county: County) -> None:
    for username, may in (("chief.land", False), ("admin", True)):
        page = page_of(county, "/calendars/?year=2022", username)
        assert "国办发明电〔2021〕11号" in page and "春节" in page
        assert ('name="order"' in page) is may
    assert "尚未公布" in page_of(county, "/calendars/?year=2027", "chief.land")


def test_the_administrator_sees_the_preview_and_confirms_it(county: County) -> None:
    application = accepted(county)
    form = {
        "first": "2022-03-10",
        "last": "2022-03-11",
        "is_workday": "0",
        "name": "县庆",
        "order": "县政发〔2022〕3号",
    }
    preview = page_of(county, "/calendars/preview/", "admin", **form)
    assert "2022-03-29" in preview and "2022-03-31" in preview and application.number in preview
    refused = page_of(county, "/calendars/preview/", "chief.land", **form)
    assert "2022-03-31" not in refused
    page_of(county, "/calendars/apply/", "admin", **form, version=calendars.version_of(COUNTY))
    assert Application.objects.get(pk=application.pk).statutory_due == dt.date(2022, 3, 31)
    page = page_of(county, "/calendars/?year=2022", "chief.land")
    assert "县庆" in page and "2022-03-31" in page


def test_many_moved_dates_are_paged(county: County) -> None:
    for n in range(52):
        accepted(county, subject=f"项目{n}")
    form = {"first": "2022-03-10", "last": "", "is_workday": "0", "name": "县庆", "order": "县政发〔2022〕3号"}
    first = page_of(county, "/calendars/preview/", "admin", **form)
    assert first.count("2022-03-30") + first.count("2022-03-16") == 100 and "104" in first
    second = page_of(county, "/calendars/preview/", "admin", **form, after="100")
    assert second.count("2022-03-30") + second.count("2022-03-16") == 4


def load(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("load_calendar", *arguments, "--county", COUNTY, "--json", stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_the_command_shows_then_loads(county: County) -> None:
    kept.load_calendar(COUNTY, at("2021-11-01"), [2021])
    application = accepted(county, "2021-12-20")
    shown = load("2022", "--dry-run")
    assert {row["number"] for row in shown["moved"]} == {application.number} and "version" not in shown
    assert kept.loaded_version(COUNTY) == 1
    assert load("2022")["version"] == "2"
    assert load("2022")["moved"] == []
    with pytest.raises(CommandError):
        load("2027")


def test_the_first_year_that_is_loaded_brings_the_others_along(county: County) -> None:
    application = accepted(county, "2022-12-20")
    shown = list(calendars.preview(COUNTY, calendars.years_change([2022])))
    done = calendars.apply(COUNTY, calendars.years_change([2022]), actor=county["admin"], now=county.now, seen="0")
    assert shown == [] and (done.version, done.dates) == (1, 0)
    assert {2022, 2023} <= kept.calendar_for(COUNTY).years
    assert not Application.objects.get(pk=application.pk).due_provisional


def test_a_national_load_keeps_the_countys_own_days_in_preview_and_deed(county: County) -> None:
    calendars.apply(COUNTY, festival(), actor=None, now=at("2022-03-01"))
    application = accepted(county)
    assert application.statutory_due == dt.date(2022, 3, 31)
    assert list(calendars.preview(COUNTY, calendars.years_change([2022]))) == []
    with pytest.raises(calendars.NothingChanges):
        calendars.apply(COUNTY, calendars.years_change([2022]), actor=None, now=at("2022-03-02"))
