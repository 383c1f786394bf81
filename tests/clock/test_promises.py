"""承诺时限: a county promises by a document, from a later day on, never longer than the law."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import WIND_FARM_LAND, County, at
from tests.clock.test_calendar_changes import page_of
from tests.engine.desk import Desk, refused
from workflows.audit.models import Entry
from workflows.clock.days import CalendarDays, WorkingDays
from workflows.clock.models import PromisedLimit
from workflows.clock.promises import promise_on, promises_of
from workflows.clock.rules import PromiseTooLong, book, check_promise
from workflows.models import Application
from workflows.operations.promising import promise

FROM = dt.date(2022, 3, 7)


def promised(county: County, **changed: Any) -> PromisedLimit:
    given: dict[str, Any] = {
        "procedure": "land_pre_review",
        "days": 5,
        "unit": "working_day",
        "effective_from": FROM,
        "document_no": "县政务办〔2022〕8号",
        "actor": county["admin"],
        "now": county.now,
    }
    return promise(**{**given, **changed})


def accepted(county: County, day: str) -> Application:
    county.now = at(day)
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    return Application.objects.get(pk=application.pk)


def test_a_new_promise_binds_what_is_accepted_from_its_day_and_nothing_before(county: County) -> None:
    promised(county)
    assert accepted(county, "2022-03-04").promised_due == dt.date(2022, 3, 18), "ten working days, as before"
    assert accepted(county, "2022-03-07").promised_due == dt.date(2022, 3, 14), "five working days"
    assert accepted(county, "2022-03-07").statutory_due == dt.date(2022, 4, 2), "the law's date is the law's"


def test_an_application_keeps_its_promise_when_its_clock_moves_later(county: County) -> None:
    before = accepted(county, "2022-03-04")
    promised(county, effective_from=dt.date(2022, 3, 8))
    county.now = at("2022-03-09")
    desk = Desk(county, before)
    county.sign(before, "examination", "handler.land", "agree", second_name="李梅")
    desk.post("director.land", "extend", {"days": "10", "notice": "延1号", "opinion": "情况复杂。"})
    fresh = Application.objects.get(pk=before.pk)
    assert fresh.extended and fresh.promised_due == dt.date(2022, 4, 1), (
        "ten promised and ten granted, not five and ten"
    )


def test_the_change_is_audited(county: County) -> None:
    promised(county)
    entry = Entry.objects.get(kind="promise.made")
    assert entry.actor == str(county["admin"].pk)
    said = bytes(entry.body).decode()
    assert "县政务办〔2022〕8号" in said and "2022-03-07" in said


def test_a_promise_longer_than_the_law_too_soon_or_without_document_is_refused(county: County) -> None:
    with refused("slower_than_the_law"):
        promised(county, days=21)
    with refused("slower_than_the_law"):
        promised(county, procedure="eia_form", days=22)
    with refused("promise_too_soon"):
        promised(county, effective_from=dt.date(2022, 3, 1))
    with refused("promise_document_missing"):
        promised(county, document_no=" ")
    with refused("nothing_to_promise"):
        promised(county, procedure="land_conversion")
    with refused("nothing_to_promise"):
        promised(county, procedure="no such")
    with refused("not_the_administrator"):
        promised(county, actor=county["director.land"])
    assert not PromisedLimit.objects.exists() and not Entry.objects.filter(kind="promise.made").exists()


def test_a_promise_is_measured_by_every_version_of_the_law_that_may_still_bind() -> None:
    versions = book()["construction-permit"]
    check_promise(versions, CalendarDays(7), dt.date(2022, 1, 1))
    with pytest.raises(PromiseTooLong):
        check_promise(versions, CalendarDays(15), dt.date(2019, 1, 1))
    with pytest.raises(PromiseTooLong):
        check_promise(versions, WorkingDays(6), dt.date(2022, 1, 1))


def test_a_promise_on_record_is_neither_changed_nor_deleted(county: County) -> None:
    row = promised(county)
    with pytest.raises(models.ProtectedError):
        row.delete()
    with pytest.raises(models.ProtectedError):
        PromisedLimit.objects.all().delete()
    with pytest.raises(models.ProtectedError):
        PromisedLimit.objects.update(days=20)
    with pytest.raises(IntegrityError), transaction.atomic():
        PromisedLimit.objects.create(
            county=row.county, procedure="x", days=0, effective_from=FROM, document_no="1", recorded_at=at("2022-03-01")
        )


def test_a_warm_process_asks_nothing_for_a_promise(county: County) -> None:
    promised(county)
    promises_of("620799")
    with CaptureQueriesContext(connection) as caught:
        assert promise_on("620799", "land_pre_review", FROM, 10) == WorkingDays(5)
        assert promise_on("620799", "land_pre_review", dt.date(2022, 3, 6), 10) == WorkingDays(10)
        assert promise_on("620799", "energy_registration", FROM, None) is None
    assert len(caught) == 0


def test_everybody_reads_the_rules_in_chinese_and_the_administrator_promises(county: County) -> None:
    page = page_of(county, "/rules/", "chief.land")
    assert "第二十六条" in page and "第四十二条第一款" in page and "行政机关负责人" in page and "专家评审" in page
    assert "Art." not in page and 'name="document_no"' not in page
    form = {
        **{"procedure": "land_pre_review", "days": "5", "unit": "working_day"},
        **{"effective_from": "2022-03-07", "document_no": "县政务办〔2022〕8号"},
    }
    assert "只能更短" in page_of(county, "/rules/promises/", "admin", **{**form, "days": "30"})
    page_of(county, "/rules/promises/", "chief.land", **form)
    assert not PromisedLimit.objects.exists()
    page_of(county, "/rules/promises/", "admin", **form)
    page = page_of(county, "/rules/", "chief.land")
    assert "县政务办〔2022〕8号" in page and "5个工作日" in page
