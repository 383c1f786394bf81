"""Can it be done at all? The legal minimum of what is left before a target date (DOMAIN.md E15).

An authority may decide on the day it is asked, so a maximum limit forces nobody to wait; a notice that must stand ten
working days does. Earliest: every decision at once, every wait in full. Latest: every authority uses its whole limit.
Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflows.clock.calendar import Calendar, Reckoned
from workflows.clock.days import ONE_DAY, Bilingual, CalendarDays, Months, WorkingDays
from workflows.clock.rules import Kind, Rule


class Verdict(StrEnum):
    """Whether a target date can be met lawfully."""

    POSSIBLE = "possible"
    TIGHT = "tight"
    IMPOSSIBLE = "impossible"


VERDICT_WORDS = {
    Verdict.POSSIBLE: Bilingual(
        "可行：即使各机关用满法定期限", "possible, even if every authority uses its whole limit"
    ),
    Verdict.TIGHT: Bilingual("紧张：须各机关提前办结", "tight: only if authorities decide before their limits end"),
    Verdict.IMPOSSIBLE: Bilingual("法定最短期限内不可能", "impossible by law"),
}


@dataclass(frozen=True)
class Wait:
    """One thing left: a notice to be posted or an approval to be had, under `rule`.

    `started`: the day it was posted or accepted, `None` if it is still to begin. `done`: the day it was finished.
    `after`: keys of what must be finished before it can begin.
    """

    key: str
    rule: Rule
    name: Bilingual
    started: dt.date | None = None
    done: dt.date | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leg:
    """One wait placed on the calendar: it begins, and ends at the earliest and at the latest, on these days."""

    wait: Wait
    begins: dt.date
    earliest: dt.date
    latest: dt.date
    provisional: bool

    @property
    def text(self) -> Bilingual:
        """The leg as a sentence with its article."""
        wait, rule = self.wait, self.wait.rule
        word = ("至少", "at least") if rule.kind is Kind.MINIMUM else ("至多", "at most")
        dates = f"{self.begins.isoformat()} → {self.earliest.isoformat()}"
        return Bilingual(
            f"{wait.name.zh}:{word[0]}{rule.limit.words.zh},{dates}({rule.citation.zh})",
            f"{wait.name.en}: {word[1]} {rule.limit.words.en}, {dates} ({rule.citation.en})",
        )


@dataclass(frozen=True)
class Feasibility:
    """The answer for one project and one target date.

    `earliest`: the first day on which every wait can be over. `next_act`: the first working day from then on.
    `latest`: the day on which everything is over if every authority uses its whole limit. `critical`: the legs that
    make `earliest`, first to last. `legs`: all of them.
    """

    verdict: Verdict
    target: dt.date
    earliest: dt.date
    next_act: dt.date
    latest: dt.date
    provisional: bool
    legs: tuple[Leg, ...]
    critical: tuple[Leg, ...]

    @property
    def reasons(self) -> tuple[Bilingual, ...]:
        """Why not earlier: the legs that force the date, each with its article."""
        return tuple(leg.text for leg in self.critical)

    @property
    def words(self) -> Bilingual:
        """The verdict as a sentence."""
        verdict = VERDICT_WORDS[self.verdict]
        return Bilingual(
            f"{verdict.zh};最早 {self.earliest.isoformat()}", f"{verdict.en}; earliest {self.earliest.isoformat()}"
        )


class CircularWait(ValueError):
    """Two procedures each wait for the other (E21): a matter for a conference, not for a calendar."""


def legal_minimum(waits: Sequence[Wait], target: dt.date, as_of: dt.date, calendar: Calendar) -> Feasibility:
    """Whether everything in `waits` can lawfully be over by `target`, seen on `as_of`.

    A next act may fall on the very day on which the wait before it ends, but acts are done on working days only. What
    is finished binds nobody any more. Raises `CircularWait`; `ValueError` for two waits of one key, an unknown
    `after` or a validity.
    """
    legs = _place(waits, as_of, calendar)
    open_legs = [leg for leg in legs.values() if leg.wait.done is None]
    earliest = max((leg.earliest for leg in open_legs), default=as_of)
    latest = max((leg.latest for leg in open_legs), default=as_of)
    act = calendar.next_workday(earliest)
    verdict = Verdict.IMPOSSIBLE if target < earliest else Verdict.TIGHT if target < latest else Verdict.POSSIBLE
    provisional = act.provisional or any(leg.provisional for leg in open_legs)
    return Feasibility(
        verdict, target, earliest, act.date, latest, provisional, tuple(legs.values()), _critical(legs, earliest)
    )


def _place(waits: Sequence[Wait], as_of: dt.date, calendar: Calendar) -> dict[str, Leg]:
    todo = {wait.key: wait for wait in waits}
    if len(todo) != len(waits):
        raise ValueError("Two waits have one key.")
    if any(wait.rule.kind is Kind.VALIDITY for wait in waits):
        raise ValueError("A validity is nothing to wait for.")
    unknown = {key for wait in waits for key in wait.after} - todo.keys()
    if unknown:
        raise ValueError(f"Unknown waits: {', '.join(sorted(unknown))}.")
    legs: dict[str, Leg] = {}
    while todo:
        ready = [wait for wait in todo.values() if all(key in legs for key in wait.after)]
        if not ready:
            raise CircularWait(f"These wait for each other: {', '.join(todo)}.")
        for wait in ready:
            legs[wait.key] = _leg(todo.pop(wait.key), legs, as_of, calendar)
    return legs


def _leg(wait: Wait, legs: dict[str, Leg], as_of: dt.date, calendar: Calendar) -> Leg:
    if wait.done is not None:
        return Leg(wait, wait.started or wait.done, wait.done, wait.done, False)
    first = max([as_of, *(legs[key].earliest for key in wait.after)])
    slow = max([as_of, *(legs[key].latest for key in wait.after)])
    begins = wait.started or calendar.next_workday(first).date
    earliest = _shortest(wait.rule, begins, as_of, calendar)
    latest = _longest(wait.rule, wait.started or calendar.next_workday(slow).date, as_of, calendar)
    provisional = earliest.provisional or latest.provisional or calendar.crosses_unpublished(first, begins)
    # A decision needs what goes before it even if its own clock runs already.
    return Leg(wait, begins, max(first, earliest.date), max(slow, latest.date), provisional)


def _shortest(rule: Rule, begins: dt.date, as_of: dt.date, calendar: Calendar) -> Reckoned:
    if rule.kind is Kind.MINIMUM:
        end = calendar.add(begins, rule.limit)
        return Reckoned(max(end.date, as_of), end.provisional)
    return calendar.next_workday(max(begins, as_of))


def _longest(rule: Rule, begins: dt.date, as_of: dt.date, calendar: Calendar) -> Reckoned:
    end = calendar.add(begins, rule.limit)
    if rule.kind is not Kind.MINIMUM and not isinstance(rule.limit, WorkingDays):
        moved = calendar.next_workday(end.date)
        end = Reckoned(moved.date, end.provisional or moved.provisional)
    return Reckoned(max(end.date, as_of), end.provisional)


def _critical(legs: dict[str, Leg], earliest: dt.date) -> tuple[Leg, ...]:
    """The chain of legs that ends last, from its beginning."""
    chain: list[Leg] = []
    leg = max((leg for leg in legs.values() if leg.wait.done is None), key=lambda leg: leg.earliest, default=None)
    while leg is not None:
        chain.append(leg)
        before: Iterable[Leg] = (legs[key] for key in leg.wait.after)
        leg = max((b for b in before if b.wait.done is None), key=lambda b: b.earliest, default=None)
    return tuple(reversed(chain))


def latest_start(rule: Rule, target: dt.date, calendar: Calendar) -> Reckoned:
    """The last day to file, or to post, so that the whole limit of `rule` is over by `target` (E15, latest inputs).

    Raises `TypeError` for a limit in months: that is a validity, nothing to wait for.
    """
    if isinstance(rule.limit, Months):
        raise TypeError(f"{rule.id} is a validity, not a wait.")
    start = calendar.back(target, rule.limit)
    if isinstance(rule.limit, CalendarDays) and rule.kind is not Kind.MINIMUM:
        day, provisional = start
        while calendar.next_workday(day + rule.limit.n * ONE_DAY).date > target:
            day -= ONE_DAY
        return Reckoned(day, provisional or not calendar.is_published(target))
    return start
