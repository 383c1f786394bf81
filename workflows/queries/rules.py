"""The time limits in force, with what a county promises beside them; the rules are data in code, one statement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from workflows.clock.citing import cite
from workflows.clock.days import WorkingDays
from workflows.clock.promises import Promised, promises_of
from workflows.clock.rules import EXPIRY_WORDS, KIND_WORDS, Rule, book
from workflows.flow import registry
from workflows.flow.procedure import Procedure


@dataclass(frozen=True)
class PromiseLine:
    """What the county promises for one procedure; `days` in the reader's words. `state`: past, now, coming."""

    procedure: str
    days: str
    since: dt.date | None
    document: str
    state: str


@dataclass(frozen=True)
class RuleLine:
    """One version of a rule in the reader's language. `state`: past, now, coming."""

    id: str
    law: str
    article: str
    text: str
    kind: str
    limit: str
    starts: str
    expiry: str
    since: dt.date
    until: dt.date | None
    grounds: tuple[tuple[str, str], ...]
    extension: str
    granter: str
    split: bool
    state: str
    promises: tuple[PromiseLine, ...]


def rule_lines(county: str, today: dt.date, language: str) -> list[RuleLine]:
    """Every version of every rule, the newest of each first."""
    recorded = promises_of(county)
    lines = []
    for rule_id, versions in book().items():
        users = [found for found in registry.procedures() if found.rule == rule_id]
        promises = tuple(
            line for user in users for line in _promises(user, recorded.get(user.code, ()), today, language)
        )
        for version in reversed(versions):
            state = _state(version, today)
            lines.append(_line(version, state, promises if state == "now" else (), language))
    return lines


def _state(version: Rule, today: dt.date) -> str:
    if version.in_force(today):
        return "now"
    return "coming" if version.effective_from > today else "past"


def _line(version: Rule, state: str, promises: tuple[PromiseLine, ...], language: str) -> RuleLine:
    extension = version.extension
    return RuleLine(
        id=version.id,
        law=version.law.of(language),
        article=version.article.of(language),
        text=version.text.of(language),
        kind=KIND_WORDS[version.kind].of(language),
        limit=version.limit.words.of(language),
        starts=version.starts_from.of(language),
        expiry=EXPIRY_WORDS[version.on_expiry].of(language),
        since=version.effective_from,
        until=version.effective_to,
        grounds=tuple(
            (ground.name.of(language), cite(ground.article.of(language), language)) for ground in version.grounds
        ),
        extension=f"{extension.amount.words.of(language)} × {extension.times}" if extension else "",
        granter=extension.granter_name.of(language) if extension else "",
        split=version.split_practice,
        state=state,
        promises=promises,
    )


def _promises(user: Procedure, recorded: tuple[Promised, ...], today: dt.date, language: str) -> list[PromiseLine]:
    lines = []
    binding = next((row for row in reversed(recorded) if row.effective_from <= today), None)
    if user.promise is not None:
        state = "past" if binding else "now"
        lines.append(PromiseLine(str(user.short), WorkingDays(user.promise).words.of(language), None, "", state))
    for row in recorded:
        state = "now" if row is binding else "coming" if row.effective_from > today else "past"
        words = row.days.words.of(language)
        lines.append(PromiseLine(str(user.short), words, row.effective_from, row.document_no, state))
    return lines
