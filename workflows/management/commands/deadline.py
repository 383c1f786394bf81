"""Why this date? `manage.py deadline --rule xkf-42 --start 2022-01-17 --stop 2022-01-24:2022-02-11:expert-review`."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workflows.clock.calendar import Calendar, state_council_calendar
from workflows.clock.calendars import calendar_for
from workflows.clock.days import Bilingual
from workflows.clock.deadline import deadline, refusal
from workflows.clock.lawful import Unlawful
from workflows.clock.rules import NoSuchRule, book


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date like 2022-01-17") from None


def _stop(text: str) -> tuple[dt.date, dt.date, str]:
    first, colon, rest = text.partition(":")
    last, second_colon, ground = rest.partition(":")
    if not (colon and second_colon and ground):
        raise ArgumentTypeError(f"{text!r} is no stop like 2022-01-24:2022-02-11:expert-review")
    return _date(first), _date(last), ground


class Command(BaseCommand):
    """Prints a due date and its day list; changes nothing."""

    help = "Compute a statutory due date and explain it day by day."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The rule, the start, the stops and the extension."""
        parser.add_argument("--rule", required=True, help=", ".join(sorted(book())))
        parser.add_argument("--start", required=True, type=_date, help="civil date, itself not counted")
        parser.add_argument("--stop", action="append", default=[], type=_stop, metavar="FROM:TO:REASON")
        parser.add_argument("--extend", type=int, default=0, metavar="N", help="days (months) granted in time")
        parser.add_argument("--county", default=settings.COUNTY_CODE, help="whose calendar")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and print. Raises `CommandError` (exit 1) for what the law does not allow or does not know."""
        calendar = self._calendar(options["county"])
        try:
            answer = deadline(options["rule"], options["start"], options["stop"], options["extend"], calendar)
        except Unlawful as refused:
            self._refuse(refusal(refused), _of(refused.text._asdict()), options["json"])
        except (NoSuchRule, ValueError) as wrong:
            self._refuse({"error": type(wrong).__name__, "text": str(wrong)}, str(wrong), options["json"])
        else:
            self._answer(answer, options["json"])

    def _calendar(self, county: str) -> Calendar:
        try:
            return calendar_for(county)
        except DatabaseError:
            self.stderr.write(_("The county's calendar cannot be read; the national one is used."))
            return state_council_calendar()

    def _refuse(self, told: dict[str, Any], sentence: str, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        raise CommandError(sentence)

    def _answer(self, answer: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(f"{_of(answer['law'])} {_of(answer['article'])}: {_of(answer['text'])}")
        for day in answer["days"]:
            mark = f"{day['number']:>4}" if day["counted"] else "   –"
            self.stdout.write(f"{day['date']} {mark}  {_of(day['text'])}  [{_of(day['article'])}]")
        self.stdout.write(_("Due on %(date)s.") % {"date": answer["due"]})
        if answer["warns_on"] != answer["due"]:
            self.stdout.write(_("Warns from the earlier reading: %(date)s.") % {"date": answer["warns_on"]})
        if answer["provisional"]:
            self.stdout.write(_("Provisional: it crosses a year whose holidays are not published yet."))


def _of(words: dict[str, str]) -> str:
    return Bilingual(**words).of(get_language() or settings.LANGUAGE_CODE)
