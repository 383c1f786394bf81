"""The first day of each role: three to five sentences on what to do first, each with the place where it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from workflows.offices.access import RULES, my_seats

LEADERS = ("deputy.", "county.head")


@dataclass(frozen=True)
class Line:
    """One sentence; `url` and `label` when it has a place to go to."""

    text: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class Tour:
    """What one role does first. `signs`: the page offers a first item to sign beside these lines."""

    role: str
    title: str
    lines: tuple[Line, ...]
    signs: bool = False


def role_of(request: HttpRequest) -> str:
    """unit, auditor, deputy, administrator, window or officer: the first that fits; empty for whoever has no post."""
    keys = [seat.post_key for seat in my_seats(request)]
    if RULES["unit"](request):
        return "unit"
    if RULES["audits"](request):
        return "auditor"
    if any(key.startswith(LEADERS) for key in keys):
        return "deputy"
    if RULES["administrator"](request):
        return "administrator"
    if any(key.endswith(".window") for key in keys):
        return "window"
    return "officer" if keys else ""


def tour_of(request: Any) -> Tour | None:
    """The card of this person's role; None when he has put it away, or is nobody here."""
    if not request.user.is_authenticated or request.user.toured_at is not None:
        return None
    role = role_of(request)
    return _TOURS[role]() if role else None


def _officer() -> Tour:
    lines = [
        Line(
            _(
                "Your inbox lists what waits for you, the riskiest first. Open a row: everything needed to "
                "decide is on "
                "one page."
            )
        ),
        Line(
            _(
                "Below the content stand the decisions. Each says what it will do, or why it is off; your opinion is "
                "prefilled and goes into the record with your name."
            )
        ),
        Line(
            _("Every date says why it falls on that day, and every cited article opens its text."),
            reverse("rules"),
            _("Time limits"),
        ),
    ]
    return Tour("officer", _("Your first day: the first approval in two clicks"), tuple(lines), signs=True)


def _window() -> Tour:
    lines = (
        Line(
            _(
                "New applications begin at their project: open it, choose the procedure, hand in the papers of the "
                "checklist."
            ),
            reverse("permits:projects"),
            _("Projects"),
        ),
        Line(
            _(
                "Accept, refuse, or ask once for everything that is missing within five working days: after that the "
                "application counts as accepted (Licensing Law, Art. 32)."
            )
        ),
        Line(
            _("What you wait for from applicants stands under its own tab, with the days that are theirs."),
            f"{reverse('inbox')}?tab=waiting",
            _("Waiting for the applicant"),
        ),
    )
    return Tour("window", _("Your first day at the counter"), lines, signs=True)


def _deputy() -> Tour:
    lines = (
        Line(
            _(
                "What stalled and reached you waits for your answer, the longest over its limit first. An "
                "answer is a "
                "task, more time, other hands, or the reason."
            ),
            reverse("escalations"),
            _("Escalations"),
        ),
        Line(
            _("Each project shows what still keeps it from starting, and whose turn it is."),
            reverse("permits:projects"),
            _("Projects"),
        ),
        Line(
            _("What would be put before you tomorrow is visible today, to your offices too."),
            reverse("escalations_tomorrow"),
            _("Tomorrow's escalations"),
        ),
    )
    return Tour("deputy", _("Your first morning"), lines)


def _auditor() -> Tour:
    lines = (
        Line(
            _(
                "See first whether the record is whole: the last checkpoint, who keeps a copy outside, what the "
                "nightly "
                "verification said."
            ),
            reverse("audit"),
            _("Audit trail"),
        ),
        Line(
            _(
                "Search by person, application, act or time; every entry shows both of its times and for whom "
                "somebody "
                "acted."
            ),
            reverse("audit_entries"),
            _("Search the entries"),
        ),
        Line(
            _("Findings are opened, explained and closed by name; that is on record too."),
            reverse("audit_findings"),
            _("Findings"),
        ),
        Line(
            _("A receipt is checked by its number and code, without an account."),
            reverse("check"),
            _("Check a receipt"),
        ),
    )
    return Tour("auditor", _("Your first day with the record"), lines)


def _unit() -> Tour:
    lines = (
        Line(
            _("Your projects say whose turn it is. When it is yours, one button leads to what is asked."),
            reverse("permits:mine"),
            _("My projects"),
        ),
        Line(_("Answer a correction list point by point: a file or a sentence for each; the last answer hands it in.")),
        Line(_("You see the same dates as the officers. Days that the clock stands still name their legal basis.")),
        Line(_("After a limit has passed you may remind the office: its head and the supervision office get it.")),
    )
    return Tour("unit", _("Your first day: where your project stands"), lines)


def _administrator() -> Tour:
    lines = (
        Line(
            _("People hold posts from a day to a day; whoever is away is covered by a written authority."),
            reverse("offices:people"),
            _("People"),
        ),
        Line(
            _(
                "Next year's working days come from the State Council's notice; you see which due dates move before "
                "they do."
            ),
            reverse("calendars"),
            _("Calendar"),
        ),
        Line(
            _("See that the machine works: periodic work, messages that did not arrive, storage."),
            reverse("operations"),
            pgettext("page", "Operations"),
        ),
        Line(_("What each alarm means and what to do stands in the runbook."), reverse("runbook"), _("Runbook")),
    )
    return Tour("administrator", _("Your first day as administrator"), lines)


_TOURS = {
    "officer": _officer,
    "window": _window,
    "deputy": _deputy,
    "auditor": _auditor,
    "unit": _unit,
    "administrator": _administrator,
}
