"""升级阶梯: on which day a stalled matter climbs to which rung, from thresholds that are data (DOMAIN.md 3.3).

A day of a ladder is a working day: nobody is put before his superior on a Sunday for a limit that ended on Friday. A
rung that lies behind is due as well: after an outage every missed rung is raised, lowest first. Pure: no Django, no
clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.clock.calendar import Calendar
from workflows.clock.days import ONE_DAY, WorkingDays

PROMPT, CHIEF, DIRECTOR, DEPUTY, HEAD = range(5)
RUNGS = (PROMPT, CHIEF, DIRECTOR, DEPUTY, HEAD)


Reckon = Callable[[int], dt.date | None]


class Trigger(StrEnum):
    """What makes a rung due; `Threshold.value` is in the unit said here."""

    STEP_DUE = "step_due"  # working days left until the step's limit
    STEP_LATE = "step_late"  # working days past the step's limit
    PROMISE_USED = "promise_used"  # per cent of the promise
    PROMISE_LATE = "promise_late"  # working days past the promised day
    STATUTE_LATE = "statute_late"  # working days past the statutory day
    HIGHER_WAITS = "higher_waits"  # full working days with the higher authority
    STOP_LATE = "stop_late"  # working days past the announced end of a stop
    UNANSWERED = "unanswered"  # full working days since rung 3 was raised
    START_MISSED = "start_missed"  # working days past the planned start with the gate shut
    DISAGREED = "disagreed"  # working days since another office objected, the matter undecided
    NOT_IN_STATISTICS = "not_in_statistics"  # working days since the start without an entry in the statistics


@dataclass(frozen=True)
class Threshold:
    """One rung of a ladder. Empty `procedure` or `node` means all of them; the most exact one wins."""

    rung: int
    trigger: Trigger
    value: int
    procedure: str = ""
    node: str = ""


@dataclass(frozen=True)
class Climb:
    """A rung and the first working day on which it is due, with the reason."""

    on: dt.date
    rung: int
    trigger: Trigger


# The ladder of DOMAIN.md 3.3; a county changes it on its page. The supervision itself is watched as well: a directive
# has no promise, so its own limit is what climbs, and who is called upon and does not answer hands the matter on.
DEFAULTS: tuple[Threshold, ...] = (
    Threshold(PROMPT, Trigger.STEP_DUE, 1),
    Threshold(CHIEF, Trigger.STEP_LATE, 1),
    Threshold(DIRECTOR, Trigger.STEP_LATE, 2),
    Threshold(DEPUTY, Trigger.STEP_LATE, 5),
    Threshold(DEPUTY, Trigger.HIGHER_WAITS, 10),
    Threshold(CHIEF, Trigger.PROMISE_USED, 70),
    Threshold(DIRECTOR, Trigger.PROMISE_USED, 90),
    Threshold(DEPUTY, Trigger.PROMISE_LATE, 1),
    Threshold(HEAD, Trigger.STATUTE_LATE, 1),
    Threshold(HEAD, Trigger.UNANSWERED, 10),
    Threshold(CHIEF, Trigger.STOP_LATE, 1),
    Threshold(DIRECTOR, Trigger.STOP_LATE, 2),
    Threshold(DEPUTY, Trigger.STOP_LATE, 5),
    Threshold(DEPUTY, Trigger.DISAGREED, 1),
    Threshold(HEAD, Trigger.DISAGREED, 11),
    Threshold(DEPUTY, Trigger.START_MISSED, 1),
    Threshold(HEAD, Trigger.START_MISSED, 11),
    Threshold(CHIEF, Trigger.NOT_IN_STATISTICS, 10),
    Threshold(DEPUTY, Trigger.NOT_IN_STATISTICS, 30),
    Threshold(DEPUTY, Trigger.STEP_LATE, 1, procedure="supervision"),
    Threshold(HEAD, Trigger.STEP_LATE, 5, procedure="supervision"),
    Threshold(CHIEF, Trigger.STEP_LATE, 1, procedure="directive"),
    Threshold(DIRECTOR, Trigger.STEP_LATE, 2, procedure="directive"),
    Threshold(DEPUTY, Trigger.STEP_LATE, 3, procedure="directive"),
    Threshold(HEAD, Trigger.STEP_LATE, 5, procedure="directive"),
)


class Ladder:
    """A county's thresholds, asked by procedure and step."""

    def __init__(self, thresholds: Iterable[Threshold] = DEFAULTS, version: str = "") -> None:
        self.thresholds = tuple(thresholds)
        self.version = version
        self._kept: dict[tuple[str, str], tuple[Threshold, ...]] = {}

    def of(self, procedure: str, node: str = "") -> tuple[Threshold, ...]:
        """The thresholds that hold for a step; the most exact scope of each trigger replaces the wider ones."""
        key = (procedure, node)
        if key not in self._kept:
            self._kept[key] = tuple(self._choose(procedure, node))
        return self._kept[key]

    def _choose(self, procedure: str, node: str) -> Iterator[Threshold]:
        for trigger in Trigger:
            for scope in ((procedure, node), (procedure, ""), ("", "")):
                found = [t for t in self.thresholds if t.trigger is trigger and (t.procedure, t.node) == scope]
                if found:
                    yield from found
                    break


DEFAULT_LADDER = Ladder()


@dataclass(frozen=True)
class StepStanding:
    """What of an open step decides its ladder. `ball` is a value of `Ball`; `stopped`: the clock stands lawfully.

    `rung_on`: the day on which the present rung was raised.
    """

    opened: dt.date
    due_on: dt.date | None
    not_before: dt.date | None = None
    ball: str = "office"
    stopped: bool = False
    rung: int = 0
    rung_on: dt.date | None = None
    prompted: bool = False


@dataclass(frozen=True)
class ApplicationStanding:
    """What of an application decides its ladder: `promise` is the promised length in working days."""

    promised_due: dt.date | None
    statutory_due: dt.date | None
    promise: int | None
    stopped: bool = False
    rung: int = 0
    rung_on: dt.date | None = None


def step_climbs(standing: StepStanding, thresholds: Iterable[Threshold], calendar: Calendar) -> list[Climb]:
    """Every rung that is still before this step, lowest first; none while the ball is with the applicant."""
    if standing.stopped or standing.ball == "applicant":
        return []
    limit = standing.due_on
    if limit is not None and standing.not_before is not None:
        # Nobody is late for what the law forbids him to sign.
        limit = max(limit, standing.not_before)
    days: dict[Trigger, Reckon] = {
        Trigger.STEP_DUE: lambda n: _before(limit, n, calendar),
        Trigger.STEP_LATE: lambda n: _after(limit, n, calendar),
        Trigger.HIGHER_WAITS: lambda n: _after(standing.opened, n + 1, calendar) if standing.ball == "higher" else None,
        Trigger.UNANSWERED: lambda n: _after(standing.rung_on, n + 1, calendar) if standing.rung == DEPUTY else None,
    }
    prompted = standing.prompted or standing.rung > 0
    return _climbs(thresholds, days, -1 if not prompted else standing.rung, calendar, standing.opened)


def application_climbs(
    standing: ApplicationStanding, thresholds: Iterable[Threshold], calendar: Calendar
) -> list[Climb]:
    """Every rung that is still before an accepted, undecided application, lowest first; none while its clock stands."""
    if standing.stopped:
        return []
    promised, promise = standing.promised_due, standing.promise
    days: dict[Trigger, Reckon] = {
        Trigger.PROMISE_USED: lambda n: _used(promised, promise, n, calendar),
        Trigger.PROMISE_LATE: lambda n: _after(promised, n, calendar),
        Trigger.STATUTE_LATE: lambda n: _after(standing.statutory_due, n, calendar),
        Trigger.UNANSWERED: lambda n: _after(standing.rung_on, n + 1, calendar) if standing.rung == DEPUTY else None,
    }
    return _climbs(thresholds, days, standing.rung, calendar, None)


def late_climbs(
    since: dt.date, trigger: Trigger, thresholds: Iterable[Threshold], calendar: Calendar, rung: int = 0
) -> list[Climb]:
    """The rungs above `rung` of something that is counted from one day only: a stop, a project's planned start."""
    return _climbs(thresholds, {trigger: lambda n: _after(since, n, calendar)}, rung, calendar, None)


def raised_by(climbs: Iterable[Climb], today: dt.date) -> list[Climb]:
    """The climbs that are due on `today`: one for each rung, by its first reason, lowest first.

    A rung that is overtaken by a higher one on the same day is raised too: rungs are not skipped silently.
    """
    found: dict[int, Climb] = {}
    for climb in climbs:
        if climb.on <= today and climb.rung not in found:
            found[climb.rung] = climb
    return [found[rung] for rung in sorted(found)]


def next_day(climbs: Iterable[Climb], raised: int, prompted: bool = True) -> dt.date | None:
    """The next day on which something is due, once `raised` is the highest rung that was raised."""
    return min(
        (climb.on for climb in climbs if climb.rung > raised or (climb.rung == 0 and not prompted)), default=None
    )


def _climbs(
    thresholds: Iterable[Threshold],
    days: Mapping[Trigger, Reckon],
    rung: int,
    calendar: Calendar,
    opened: dt.date | None,
) -> list[Climb]:
    found = []
    for threshold in thresholds:
        reckon = days.get(threshold.trigger)
        on = reckon(threshold.value) if reckon and threshold.rung > rung else None
        if on is None:
            continue
        if opened is not None and on <= opened and threshold.trigger is Trigger.STEP_DUE:
            continue  # A step of one day needs no prompt on the day on which it opens.
        found.append(Climb(calendar.next_workday(on).date, threshold.rung, threshold.trigger))
    return sorted(found, key=lambda climb: (climb.on, climb.rung))


def _after(day: dt.date | None, n: int, calendar: Calendar) -> dt.date | None:
    return calendar.add(day, WorkingDays(n)).date if day else None


def _before(day: dt.date | None, n: int, calendar: Calendar) -> dt.date | None:
    """The first day on which at most `n` working days are left until `day`."""
    if day is None:
        return None
    found = calendar.back(day, WorkingDays(n)).date
    while not calendar.is_workday(found):
        found -= ONE_DAY
    return found


def _used(promised: dt.date | None, promise: int | None, per_cent: int, calendar: Calendar) -> dt.date | None:
    """The first day on which `per_cent` of the promise is used: what may be left of it at most, back from its end."""
    return _before(promised, promise * (100 - per_cent) // 100, calendar) if promise else None
