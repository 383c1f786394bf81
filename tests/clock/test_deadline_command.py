"""`manage.py deadline`, as it is called from outside."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import translation

from tests.clock.story import day, noon
from workflows.clock.calendar import CalendarRow
from workflows.clock.calendars import override_days
from workflows.management.commands import deadline

pytestmark = pytest.mark.django_db
REVIEW = "2022-01-24:2022-02-11:expert-review"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("deadline", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def ask(*arguments: str) -> dict:
    printed = run("--start", "2022-01-17", "--json", *arguments)
    assert printed.count("\n") == 1, "one JSON object and nothing else"
    return json.loads(printed)


def test_the_deadline_of_the_issue_with_the_stop_and_without() -> None:
    stopped = ask("--rule", "xkf-42", "--stop", REVIEW)
    assert stopped["due"] == "2022-03-07"
    assert len([d for d in stopped["days"] if d["counted"]]) == 20
    assert ask("--rule", "xkf-42")["due"] == "2022-02-17"
    assert ask("--rule", "xkf-42", "--extend", "10")["due"] == "2022-03-03"


@pytest.mark.parametrize(
    ("rule_id", "due"),
    [
        ("xkf-32", "2022-01-24"),
        ("xkf-42-joint", "2022-03-24"),
        ("xkf-44", "2022-01-29"),
        ("eia-report", "2022-03-18"),
        ("eia-form", "2022-02-16"),
        ("construction-permit", "2022-01-24"),
    ],
)
def test_the_other_rules_of_the_design(rule_id: str, due: str) -> None:
    assert ask("--rule", rule_id)["due"] == due


def test_two_overlapping_stops_count_once() -> None:
    assert ask("--rule", "xkf-42", "--stop", REVIEW, "--stop", "2022-01-26:2022-02-08:hearing")["due"] == "2022-03-07"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--rule", "xkf-42", "--stop", "2022-01-24:2022-02-11:site-visit"], "no_ground"),
        (["--rule", "eia-report", "--extend", "10"], "no_extension"),
        (["--rule", "xkf-42", "--extend", "11"], "extension_too_long"),
        (["--rule", "no-such-rule"], "NoSuchRule"),
        (["--rule", "xkf-42", "--stop", "2022-02-11:2022-01-24:hearing"], "ValueError"),
    ],
)
def test_what_the_law_does_not_allow_fails_and_says_why(arguments: list[str], code: str) -> None:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("deadline", "--start", "2022-01-17", "--json", *arguments, stdout=out)
    assert json.loads(out.getvalue())["error"] == code


@pytest.mark.parametrize("wrong", [["--stop", "2022-01-24"], ["--stop", "a:b:c"], ["--start", "17.1.2022"]])
def test_an_argument_that_is_no_date_is_refused(wrong: list[str]) -> None:
    with pytest.raises(CommandError, match=r"no stop like|no date like"):
        run("--rule", "xkf-42", "--start", "2022-01-17", *wrong)


def test_a_reader_sees_every_day_in_his_language() -> None:
    arguments = ("--rule", "construction-permit", "--start", "2026-12-22")
    with translation.override("zh-hans"):
        assert "建筑法第八条" in run(*arguments)
    with translation.override("en"):
        text = run(*arguments)
    assert "Construction Law Art. 8" in text
    assert "2026-12-29    7" in text
    assert "Provisional" in text


def test_a_county_holiday_moves_the_answer() -> None:
    override_days("620799", [CalendarRow(day("02-10"), False, "县庆", "县政发〔2022〕1号")], noon(day("01-01")))
    answer = ask("--rule", "xkf-42", "--county", "620799")
    assert (answer["due"], answer["calendar"]) == ("2022-02-18", "2")
    assert ask("--rule", "xkf-42", "--county", "330783")["due"] == "2022-02-17"


def test_without_a_readable_database_the_national_calendar_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(_county: str) -> None:
        raise OperationalError("no such table")

    monkeypatch.setattr(deadline, "calendar_for", unreadable)
    assert ask("--rule", "xkf-42")["due"] == "2022-02-17"
