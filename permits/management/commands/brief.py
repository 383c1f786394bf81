"""`manage.py brief`: the county's figures from the data."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from permits.models import Project
from permits.queries.feasibility import Answer, feasibilities
from permits.queries.figures import Figures, figures, newest_year
from workflows.clock.days import SHANGHAI, civil_date
from workflows.now import now


class Command(BaseCommand):
    """Exit code 0; 1 for an instant that cannot be read."""

    help = "Print the county's figures: planned, money, started, blocked by name and cause, and the rest."

    def add_arguments(self, parser: Any) -> None:
        """An instant, a year, and one JSON object instead of text."""
        parser.add_argument("--as-of", help="ISO 8601; facts recorded later do not count. Default: now")
        parser.add_argument("--year", type=int, help="plan year; default: the newest on record")
        parser.add_argument("--target", help="a date: can the blocked projects start by then? Default: their plan")
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--language", default=settings.LANGUAGE_CODE, choices=[code for code, _n in settings.LANGUAGES]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the figures and print them."""
        as_of = _instant(options["as_of"]) if options["as_of"] else now()
        county = settings.COUNTY_CODE
        year = options["year"] or newest_year(county, civil_date(as_of).year)
        found = figures(county, year, as_of)
        held = list(Project.objects.filter(pk__in=[row.pk for row in found.blocked]).order_by("pk"))
        answers = feasibilities(held, civil_date(as_of), _date(options["target"]))
        with override(options["language"]):
            if options["json"]:
                self.stdout.write(json.dumps(_plain(found, as_of, answers), ensure_ascii=False))
            else:
                self.stdout.write(_text(found, answers))


def _instant(text: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"Not an instant: {text}") from error
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError(f"Not a date: {text}") from error


def _yi(wan: Any) -> str:
    return f"{wan / 10000:.2f}".rstrip("0").rstrip(".")


def _feasible(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    language = get_language() or ""
    return {
        "verdict": str(answer.verdict),
        "words": answer.verdict_words(language),
        "target": answer.target.isoformat(),
        "earliest": answer.found.earliest.isoformat(),
        "next_act": answer.found.next_act.isoformat(),
        "provisional": answer.found.provisional,
        "reasons": answer.reasons(language),
        "untimed": list(answer.untimed),
    }


def _plain(found: Figures, as_of: dt.datetime, answers: dict[int, Answer]) -> dict[str, Any]:
    return {
        "as_of": as_of.isoformat(),
        "year": found.year,
        "planned": found.planned,
        "total_wan": f"{found.total_wan:.2f}",
        "plan_wan": f"{found.plan_wan:.2f}",
        "done_wan": f"{found.done_wan:.2f}",
        "done_per_cent": str(found.done_share),
        "started": found.started,
        "started_per_cent": str(found.started_share),
        "started_early": found.started_early,
        "blocked": [
            {
                "name": row.name,
                "causes": list(row.causes),
                "text": row.text,
                "feasibility": _feasible(answers.get(row.pk)),
            }
            for row in found.blocked
        ],
        "neither": found.neither,
    }


def _text(found: Figures, answers: dict[int, Answer]) -> str:
    lines = [
        _("%(year)s: %(n)s key projects planned, %(money)s hundred million yuan.")
        % {"year": found.year, "n": found.planned, "money": _yi(found.total_wan)},
        _("Started: %(n)s (%(share)s %%).") % {"n": found.started, "share": found.started_share},
        _("Done: %(money)s hundred million yuan (%(share)s %%).")
        % {"money": _yi(found.done_wan), "share": found.done_share},
        _("Blocked by land or EIA: %(n)s.") % {"n": len(found.blocked)},
    ]
    for row in found.blocked:
        lines.append(f"  {row.name}: {'、'.join(row.cause_labels)}{f' ({row.text})' if row.text else ''}")
        lines += _lawfully(answers.get(row.pk))
    lines.append(_("Neither started nor blocked: %(n)s.") % {"n": found.neither})
    return "\n".join(lines)


def _lawfully(answer: Answer | None) -> list[str]:
    """Whether the law lets it start in time: the earliest honest date and the reasons, instead of a name to blame."""
    if answer is None:
        return []
    language = get_language() or ""
    about = {"target": answer.target.isoformat(), "words": answer.verdict_words(language)}
    lines = [
        "    "
        + _("Start by %(target)s: %(words)s; earliest %(day)s.") % {**about, "day": answer.found.next_act.isoformat()}
    ]
    return lines + [f"      {reason}" for reason in answer.reasons(language)]
