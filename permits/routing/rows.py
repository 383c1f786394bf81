"""One row of the route table: what is usual for a class of projects, and which EIA class its item asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

REPORT, FORM, REGISTRATION, NONE = "report", "form", "registration", "none"


@dataclass(frozen=True)
class Eia:
    """Which EIA class an item asks for: `usual`, and the first of `when` whose conditions all hold.

    A condition is (fact, least value); for yes/no facts the least value is True.
    """

    item: str
    usual: str
    when: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = ()


@dataclass(frozen=True)
class Row:
    """One class of projects.

    `investment` is the usual way of approval, `supply` how its land comes, `start` the act that opens the works,
    `building` whether it is built under the rules for ordinary buildings, `assume` what holds until a fact is recorded,
    `words` what such projects are called in a ledger.
    """

    sector: str
    site_class: str
    title: Any
    investment: str
    supply: str
    start: str
    eia: Eia
    building: bool = True
    assume: dict[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
