"""What people answered before: a question that was settled once is settled for the next file too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from permits.importing.incoming import Incoming, answers_by_row, by_place, doubt_key
from permits.importing.planning import Plan, compare
from permits.ledger.doubts import Doubt
from permits.models import LedgerDoubt

_AT_ONCE = 500


@dataclass(frozen=True)
class Asked:
    """A doubt with the row that it speaks of (None: the sheet) and the key under which an answer is kept."""

    doubt: Doubt
    item: Incoming | None
    key: str


@dataclass
class Recalled:
    """A plan made with everything that was answered before; `answers` by key."""

    plan: Plan
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, LedgerDoubt] = field(default_factory=dict)


def recall(rows: Sequence[Incoming], doubts: Iterable[Doubt], county: str) -> Recalled:
    """Compare rows with the county, first as they are, then with the answers that earlier files were given."""
    places = by_place(rows)
    asked = [_asked(doubt, places.get((doubt.sheet, doubt.row)), county) for doubt in doubts]
    plan = compare(rows, county)
    asked = _with(asked, plan, county)
    answers = settled(county, {each.key for each in asked})
    told = sorted((each for each in asked if each.key in answers), key=lambda each: _settled_at(answers[each.key]))
    by_row = answers_by_row(
        [(each.item.position, each.doubt.field, answers[each.key].answer) for each in told if each.item]
    )
    if not by_row:
        return Recalled(plan, asked, answers)
    for item in rows:
        item.settle(by_row.get(item.position, {}))
    plan = compare(rows, county)
    return Recalled(plan, _with(asked, plan, county), answers)


def _settled_at(answer: LedgerDoubt) -> dt.datetime:
    """When an answer was given; every answer that is recalled has its time."""
    if answer.settled_at is None:
        raise ValueError("An answer that nobody gave.")
    return answer.settled_at


def _asked(doubt: Doubt, item: Incoming | None, county: str) -> Asked:
    return Asked(doubt, item, doubt_key(county, item.identity if item else "", doubt))


def _with(asked: Sequence[Asked], plan: Plan, county: str) -> list[Asked]:
    """The doubts and those of the plan that are not among them yet."""
    known = {(each.item.position if each.item else 0, each.key) for each in asked}
    new = [_asked(doubt, item, county) for item, doubt in plan.doubts]
    return [*asked, *(each for each in new if (each.item.position if each.item else 0, each.key) not in known)]


def of_plan(plan: Plan, county: str) -> list[Asked]:
    """The doubts that the plan itself raises."""
    return _with([], plan, county)


def settled(county: str, keys: Iterable[str]) -> dict[str, LedgerDoubt]:
    """The last answer to each question that was ever settled in this county."""
    wanted = sorted(keys)
    found: dict[str, LedgerDoubt] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        rows = LedgerDoubt.objects.filter(
            ledger__county=county, key__in=wanted[first : first + _AT_ONCE], settled_at__isnull=False
        )
        found |= {row.key: row for row in rows.order_by("settled_at", "pk")}
    return found
