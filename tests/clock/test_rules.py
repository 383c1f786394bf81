"""The law as data: which limit is in force when, and what it says."""

from dataclasses import replace

import pytest

from tests.clock.story import day, law, national
from workflows.clock.days import CalendarDays, Months, WorkingDays
from workflows.clock.due import due
from workflows.clock.grounds import ART_45, NoSuchGround, ground
from workflows.clock.rulebook import COUNTY_PROMISES
from workflows.clock.rules import Granter, Kind, NoSuchRule, Promise, book, index, rule

LIMITS = [
    ("xkf-32", WorkingDays(5), None),
    ("xkf-42", WorkingDays(20), (WorkingDays(10), Granter.AGENCY_HEAD, 1)),
    ("xkf-42-joint", WorkingDays(45), (WorkingDays(15), Granter.GOVERNMENT_HEAD, 1)),
    ("xkf-43", WorkingDays(20), None),
    ("xkf-44", WorkingDays(10), None),
    ("eia-report", CalendarDays(60), None),
    ("eia-form", CalendarDays(30), None),
    ("eia-recheck", CalendarDays(10), None),
    ("eia-validity", Months(60), None),
    ("construction-permit", CalendarDays(7), None),
    ("construction-start", Months(3), (Months(3), Granter.AUTHORITY, 2)),
    ("land-pre-notice", WorkingDays(10), None),
    ("land-compensation-notice", CalendarDays(30), None),
    ("land-expropriation-notice", WorkingDays(15), None),
    ("bdc-20", WorkingDays(30), None),
    ("enterprise-approval", WorkingDays(20), (WorkingDays(40), Granter.AGENCY_HEAD, 1)),
    ("enterprise-approval-validity", Months(24), (Months(12), Granter.AUTHORITY, 1)),
]


@pytest.mark.parametrize(("rule_id", "limit", "extension"), LIMITS)
def test_the_limits_are_those_of_the_statutes(rule_id: str, limit: object, extension: tuple | None) -> None:
    found = law(rule_id, "03-01")
    assert found.limit == limit
    granted = found.extension
    assert (granted and (granted.amount, granted.granter, granted.times)) == extension


def test_the_eia_law_ends_on_14_august_2026_and_the_code_begins_on_the_15th() -> None:
    for name in ("eia-report", "eia-form", "eia-recheck", "eia-validity"):
        assert rule(name, day("2026-08-14")).law.zh != "生态环境法典"
        assert rule(name, day("2026-08-15")).law.zh == "生态环境法典"
        assert rule(name, day("2026-08-14")).limit == rule(name, day("2026-08-15")).limit
    assert rule("eia-report", day("2026-08-15")).article.zh == "第一百零二条"


def test_the_construction_permit_took_fifteen_days_until_april_2019() -> None:
    assert rule("construction-permit", day("2019-04-22")).limit == CalendarDays(15)
    assert rule("construction-permit", day("2019-04-23")).limit == CalendarDays(7)


def test_an_unknown_rule_or_one_not_yet_in_force_is_refused() -> None:
    with pytest.raises(NoSuchRule, match="no-such-rule"):
        rule("no-such-rule", day("03-01"))
    with pytest.raises(KeyError):
        rule("land-pre-notice", day("2021-08-31"))
    assert rule("land-pre-notice", day("2021-09-01")).kind is Kind.MINIMUM


def test_two_versions_of_a_rule_never_overlap() -> None:
    old = law("xkf-42")
    with pytest.raises(ValueError, match="Two versions"):
        index([old, replace(old, effective_from=day("2020-01-01"))])
    closed = replace(old, effective_to=day("2019-12-31"))
    assert len(index([replace(old, effective_from=day("2020-01-01")), closed])["xkf-42"]) == 2


def test_every_rule_says_where_it_comes_from_in_both_languages() -> None:
    for versions in book().values():
        for version in versions:
            for words in (version.law, version.article, version.text, version.starts_from):
                assert words.zh and words.en


def test_only_the_eight_matters_stop_the_licensing_clock() -> None:
    assert [matter.name.zh for matter in ART_45] == [
        "听证",
        "招标",
        "拍卖",
        "检验",
        "检测",
        "检疫",
        "鉴定",
        "专家评审",
    ]
    assert law("xkf-42").grounds == ART_45
    assert law("xkf-32").grounds == () and law("xkf-44").grounds == ()
    assert law("eia-report").ground("technical-assessment") is not None
    assert law("xkf-42").ground("technical-assessment") is None
    with pytest.raises(NoSuchGround):
        ground("site-visit")
    assert ground("hearing").article.zh == "行政许可法第四十五条"


def test_the_countys_own_promises_are_all_lawful() -> None:
    for name, days in COUNTY_PROMISES.items():
        assert Promise(rule(name, day("03-01")), days).days.n > 0


def test_a_minimum_wait_does_not_move_off_a_holiday_but_a_maximum_does() -> None:
    from tests.clock.story import Case

    wait = due(Case("02-24").events, law("land-compensation-notice", "02-24"), national())
    assert wait.date == day("03-26") and not wait.moved
    form = due(Case("02-24").events, law("eia-form", "02-24"), national())
    assert form.date == day("03-28") and form.moved and form.full_on == day("03-26")
