"""办事进度: an application as its project unit follows it: whose turn, points to answer, stops and their law, letters.

The dates are those of the officer's page, from the same queries; what officers write to each other is not the unit's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.grounds import NoSuchGround
from workflows.clock.grounds import ground as any_ground
from workflows.flow.procedure import Slot
from workflows.legal import State
from workflows.models import Application, Ball, CorrectionItem, SignOff
from workflows.offices.titles import post_names
from workflows.operations.core import Actor
from workflows.operations.timekeeping import law_of
from workflows.queries.application import ApplicationPage
from workflows.queries.clockstate import ClockState

# Acts that the applicant is told in writing: the letter's name, and the article that asks for it.
LETTERS: dict[str, tuple[Any, str]] = {
    "received": (gettext_lazy("Receipt of the papers"), "行政许可法 Art. 29"),
    "accept": (gettext_lazy("Written notice of acceptance"), "行政许可法 Art. 32"),
    "deemed": (gettext_lazy("Accepted by silence"), "行政许可法 Art. 32"),
    "ask_once": (gettext_lazy("List of corrections, asked once"), "行政许可法 Art. 32"),
    "corrections_in": (gettext_lazy("Receipt of the corrections"), "行政许可法 Art. 32"),
    "not_needed": (gettext_lazy("Notice: no approval is needed"), "行政许可法 Art. 32"),
    "wrong_authority": (gettext_lazy("Notice: another authority decides"), "行政许可法 Art. 32"),
    "hand_back": (gettext_lazy("Return of the papers"), "行政许可法 Art. 32"),
    "stop_clock": (gettext_lazy("Notice: the clock is stopped"), "行政许可法 Art. 45"),
    "resume_clock": (gettext_lazy("Notice: the clock runs again"), "行政许可法 Art. 45"),
    "extend_clock": (gettext_lazy("Notice: the limit is extended"), "行政许可法 Art. 42"),
    "grant": (gettext_lazy("Decision: granted"), "行政许可法 Art. 38"),
    "refuse": (gettext_lazy("Decision: not granted"), "行政许可法 Art. 38"),
    "annul": (gettext_lazy("Decision: the grant is annulled"), "行政许可法 Art. 69"),
    "withdraw": (gettext_lazy("Receipt of the withdrawal"), ""),
    "remind": (gettext_lazy("Receipt of your reminder"), ""),
    "complain": (gettext_lazy("Receipt of your complaint"), ""),
}
# Letters that carry the words which the office gave as reasons to the applicant.
WITH_WORDS = frozenset(("not_needed", "wrong_authority", "hand_back", "extend_clock", "refuse", "annul"))
OWN = frozenset(("withdraw", "remind", "complain"))


@dataclass(frozen=True)
class Turn:
    """Whose turn it is. `kind`: you, office, stopped, closed; `days`: working days that it has been so."""

    kind: str
    who: str
    what: str
    since: dt.date | None = None
    days: int = 0
    until: dt.date | None = None


@dataclass(frozen=True)
class StopLine:
    """A span that does not count: its ground, the article, the notice, and the end that was announced."""

    first: dt.date
    last: dt.date | None
    expected: dt.date | None
    name: str
    article: str
    notice: str


@dataclass(frozen=True)
class Letter:
    """What the office told the unit, or has from it, in writing."""

    pk: int
    title: str
    article: str
    act: str
    at: dt.datetime
    post: str
    words: str
    items: tuple[str, ...]
    notice: str
    remedies: bool


@dataclass(frozen=True)
class Point:
    """One point of the correction list; `slot` names the line of the checklist whose paper it asks for."""

    item: CorrectionItem
    slot: Slot | None


@dataclass(frozen=True)
class Tracker:
    """What the unit's page shows beside the application's own page."""

    turn: Turn
    points: list[Point]
    open_points: int
    stops: list[StopLine]
    letters: list[Letter]


def tracker(page: ApplicationPage, actor: Actor, now: dt.datetime) -> Tracker:
    """The unit's view of a page that is read already; at most one statement."""
    points = [Point(item, page.procedure.slot(item.slot) if item.slot else None) for item in page.corrections]
    newest = max((point.item.round for point in points), default=0)
    points = [point for point in points if point.item.round == newest]
    return Tracker(
        turn=turn_of(page, now),
        points=points,
        open_points=sum(point.item.answered_at is None for point in points),
        stops=stop_lines(page.application, page.clock),
        letters=[letter for row in page.sign_offs if (letter := letter_of(row)) is not None],
    )


def turn_of(page: ApplicationPage, now: dt.datetime) -> Turn:
    """Whose turn it is now; one statement for the post's name."""
    application, today = page.application, civil_date(now)
    if not application.is_open:
        return Turn(
            "closed", "", application.state_label(), civil_date(application.decided_at or application.received_at)
        )
    calendar = calendar_for(application.county)
    open_stop = next((stop for stop in page.clock.stops if stop.last is None), None)
    if application.state == State.STOPPED and open_stop is not None:
        line = _stop(application, open_stop)
        return Turn("stopped", line.name, line.article, line.first, calendar.count(line.first, today), line.expected)
    first = next(iter(page.open_steps), None)
    if first is None:
        return Turn("closed", "", application.state_label())
    since, title = civil_date(first.created), str(first.flow_task.task_title)
    days = calendar.count(since, today)
    if first.ball == Ball.APPLICANT:
        return Turn("you", _("You"), title, since, days, page.corrections_until)
    who = post_names(application.county, [first.post_key]).get(first.post_key, first.post_key)
    return Turn("office", who, title, since, days, first.due_on)


def stop_lines(application: Application, clock: ClockState) -> list[StopLine]:
    """The lawful stops, newest first."""
    return [_stop(application, stop) for stop in reversed(clock.stops)]


def _stop(application: Application, stop: Any) -> StopLine:
    """The ground as the application's own rule words it, else as any law does."""
    language = get_language() or ""
    rule = law_of(application, application.accepted_on) if application.accepted_on else None
    try:
        own = [ground for ground in rule.grounds if ground.key == stop.ground] if rule else []
        ground = own[0] if own else any_ground(stop.ground)
        name, article = ground.name.of(language), ground.article.of(language)
    except NoSuchGround:
        name, article = stop.ground, ""
    return StopLine(stop.first, stop.last, stop.expected_end, name, article, stop.notice)


def letter_of(row: SignOff) -> Letter | None:
    """The letter behind a sign-off; None when the act is the house's own affair, or no longer counts."""
    if row.act not in LETTERS or row.voided_at is not None:
        return None
    title, article = LETTERS[row.act]
    said = row.details or {}
    words = "\n".join(text for text in (said.get("reasons", ""), row.opinion if row.act in WITH_WORDS else "") if text)
    return Letter(
        pk=row.pk,
        title=str(title),
        article=article,
        act=row.act,
        at=row.signed_at,
        post=row.post_title,
        words=row.opinion if row.act in OWN else words,
        items=tuple(item["text"] for item in said.get("corrections", ())),
        notice=str(said.get("notice", "")),
        remedies="remedies" in said,
    )


def letter(application: Application, sign_off_id: int) -> tuple[Letter, SignOff] | None:
    """One letter of an application; one statement."""
    row = SignOff.objects.filter(application=application, pk=sign_off_id).order_by("pk").first()
    found = letter_of(row) if row is not None else None
    return (found, row) if found is not None and row is not None else None
