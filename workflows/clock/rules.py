"""What a statutory time limit is, and which version of it is in force on a date. The rules themselves: `rulebook`.

Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from workflows.clock.days import Bilingual, CalendarDays, Months, Span, WorkingDays
from workflows.clock.grounds import Ground


class NoSuchRule(KeyError):
    """No rule of this name is in force on this date."""

    def __init__(self, rule_id: str, on: dt.date) -> None:
        super().__init__(rule_id)
        self.rule_id = rule_id
        self.on = on

    def __str__(self) -> str:
        return f"No rule {self.rule_id!r} is in force on {self.on.isoformat()}."


class PromiseTooLong(ValueError):
    """A county may promise to be faster than the law, never slower."""


class Kind(StrEnum):
    """What the limit limits."""

    MAXIMUM = "maximum"
    MINIMUM = "minimum"
    VALIDITY = "validity"


class Expiry(StrEnum):
    """What the end of the period does by itself. Silence is approval only where the law says so."""

    BREACH = "breach"
    DEEMED_ACCEPTANCE = "deemed_acceptance"
    DEEMED_CONSENT = "deemed_consent"
    DEEMED_RENEWAL = "deemed_renewal"
    LAPSE = "lapse"
    WAIT_OVER = "wait_over"
    HAND_BACK = "hand_back"
    RIGHT_ENDS = "right_ends"
    ASK_LEGAL = "ask_legal"


class Granter(StrEnum):
    """Who may grant an extension. A section chief or a deputy county head never may."""

    AGENCY_HEAD = "agency_head"
    GOVERNMENT_HEAD = "government_head"
    AUTHORITY = "authority"


GRANTER_NAMES = {
    Granter.AGENCY_HEAD: Bilingual("行政机关负责人", "the head of the agency"),
    Granter.GOVERNMENT_HEAD: Bilingual("本级人民政府负责人", "the head of the people's government"),
    Granter.AUTHORITY: Bilingual("原发证(核准)机关", "the authority that issued it"),
}


@dataclass(frozen=True)
class Extension:
    """By how much a limit may grow: at most `amount` each time, `times` times, granted by `granter` before expiry.

    `ask_before`: how long before expiry it must be asked for, where the law says so.
    """

    amount: Span
    granter: Granter
    article: Bilingual
    times: int = 1
    ask_before: WorkingDays | CalendarDays | None = None

    @property
    def granter_name(self) -> Bilingual:
        """Who may grant it, in words."""
        return GRANTER_NAMES[self.granter]


@dataclass(frozen=True)
class Rule:
    """One time limit in one version.

    `limit` carries the unit. `split_practice`: the law says 日 but guides publish working days, so both are computed
    and the earlier warns. `effective_to` is the last day in force, `None` while it is.
    """

    id: str
    law: Bilingual
    article: Bilingual
    limit: WorkingDays | CalendarDays | Months
    text: Bilingual
    starts_from: Bilingual
    effective_from: dt.date
    effective_to: dt.date | None = None
    kind: Kind = Kind.MAXIMUM
    on_expiry: Expiry = Expiry.BREACH
    extension: Extension | None = None
    grounds: tuple[Ground, ...] = ()
    split_practice: bool = False

    def in_force(self, on: dt.date) -> bool:
        """Whether this version is the law on `on`."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    def ground(self, key: str) -> Ground | None:
        """The lawful stop ground named `key`, `None` if this rule does not know it."""
        return next((ground for ground in self.grounds if ground.key == key), None)

    def allowing(self, *grounds: Ground) -> Rule:
        """This rule with grounds that a local rule adds (`grounds.county_ground`)."""
        return replace(self, grounds=(*self.grounds, *grounds))

    @property
    def citation(self) -> Bilingual:
        """Law and article together."""
        return Bilingual(f"{self.law.zh}{self.article.zh}", f"{self.law.en} {self.article.en}")


KIND_WORDS = {
    Kind.MAXIMUM: Bilingual("最长时限", "at most"),
    Kind.MINIMUM: Bilingual("最短时限", "at least"),
    Kind.VALIDITY: Bilingual("有效期", "valid for"),
}
EXPIRY_WORDS = {
    Expiry.BREACH: Bilingual("逾期即违法，不产生同意的效力", "a breach; silence is no consent"),
    Expiry.DEEMED_ACCEPTANCE: Bilingual("逾期未告知，视为受理", "silence is acceptance"),
    Expiry.DEEMED_CONSENT: Bilingual("逾期未通知，视为同意", "silence is consent"),
    Expiry.DEEMED_RENEWAL: Bilingual("逾期未决定，视为准予延续", "silence renews it"),
    Expiry.LAPSE: Bilingual("届满失效", "it lapses"),
    Expiry.WAIT_OVER: Bilingual("届满方可进行下一步", "only then the next step may be taken"),
    Expiry.HAND_BACK: Bilingual("届满书面退件", "papers are handed back in writing"),
    Expiry.RIGHT_ENDS: Bilingual("届满权利消灭", "the right ends"),
    Expiry.ASK_LEGAL: Bilingual("法律未写明，请咨询法制机构", "not settled by law: ask the legal office"),
}


@dataclass(frozen=True)
class Promise:
    """A county's promised limit for a rule (承诺时限): promised ≤ statutory, in whichever unit.

    Raises `PromiseTooLong`, or `TypeError` for months or hours.
    """

    rule: Rule
    days: WorkingDays | CalendarDays

    def __post_init__(self) -> None:
        if not isinstance(self.days, WorkingDays | CalendarDays):
            raise TypeError("A promise is made in working days or calendar days.")
        if self.rule.kind is not Kind.MAXIMUM:
            raise PromiseTooLong(f"{self.rule.id} is no limit on the office; there is nothing to promise.")
        if self.days.n > _longest(self.rule.limit, type(self.days)):
            raise PromiseTooLong(
                f"{self.days.words.en} promised for {self.rule.id}, where the law gives {self.rule.limit.words.en}."
            )


def check_promise(versions: Iterable[Rule], days: WorkingDays | CalendarDays, since: dt.date) -> None:
    """A promise from `since` on keeps to every version of its rule that is in force then or later.

    Raises `PromiseTooLong`.
    """
    for version in versions:
        if version.effective_to is None or version.effective_to >= since:
            Promise(version, days)


def _longest(limit: Span, unit: type[Span]) -> int:
    """The most days of `unit` that surely fit into `limit`.

    n calendar days never outlast n working days; five working days fill a calendar week. A holiday may still carry a
    promise past the law on one date: `three_dates` then cuts it back to the statutory day.
    """
    if isinstance(limit, Months):
        limit = CalendarDays(limit.n * 28)
    if unit is WorkingDays and isinstance(limit, CalendarDays):
        return limit.n * 5 // 7
    return limit.n


@cache
def book() -> Mapping[str, tuple[Rule, ...]]:
    """Every rule by name, its versions oldest first."""
    from workflows.clock.rulebook import RULES

    return index(RULES)


def index(rules: Iterable[Rule]) -> Mapping[str, tuple[Rule, ...]]:
    """Versions by name, oldest first. Raises `ValueError` if two versions of a rule are in force on one day."""
    versions: dict[str, tuple[Rule, ...]] = {}
    for rule_ in sorted(rules, key=lambda r: r.effective_from):
        earlier = versions.get(rule_.id, ())
        if earlier and (earlier[-1].effective_to is None or earlier[-1].effective_to >= rule_.effective_from):
            raise ValueError(f"Two versions of {rule_.id} are in force on {rule_.effective_from}.")
        versions[rule_.id] = (*earlier, rule_)
    return versions


def rule(rule_id: str, on: dt.date) -> Rule:
    """The version of `rule_id` in force on `on`. Raises `NoSuchRule`."""
    for version in book().get(rule_id, ()):
        if version.in_force(on):
            return version
    raise NoSuchRule(rule_id, on)
