"""Which project a row of the ledger stands for: by code, then by name and unit (DOMAIN.md 5.2). Pure.

One row takes one project. What is not certain waits for a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from permits.importing.incoming import MATCH, Incoming, owner_key
from permits.importing.standing import Standing
from permits.ledger.doubts import Finding, find
from permits.ledger.words import name_key


@dataclass
class Matched:
    """Position of a row → its project; rows that wait, with the doubt and the projects that may be meant."""

    projects: dict[int, Standing] = field(default_factory=dict)
    waiting: dict[int, Finding] = field(default_factory=dict)
    choices: dict[int, list[Standing]] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)


class _Book:
    """The county's projects by code and by name, without those that a row has taken."""

    def __init__(self, county: Sequence[Standing]) -> None:
        self.by_pk = {each.project.pk: each for each in county}
        self.by_code: dict[str, list[Standing]] = defaultdict(list)
        self.by_name: dict[str, list[Standing]] = defaultdict(list)
        for each in county:
            if each.code:
                self.by_code[each.code].append(each)
            self.by_name[each.project.name_key].append(each)
        self.taken: set[int] = set()

    def free(self, found: Iterable[Standing]) -> list[Standing]:
        """Those that no row has taken; one that was split or merged away only where no live one is meant."""
        free = [each for each in found if each.project.pk not in self.taken]
        return [each for each in free if not each.gone] or free


def match(rows: Sequence[Incoming], county: Sequence[Standing]) -> Matched:
    """Rows and projects. Answers come first, then codes, then names, so that no name takes another row's code."""
    book, found = _Book(county), Matched()
    open_rows = [item for item in rows if not _answered(item, book, found)]
    for item in open_rows:
        _by_code(item, book, found)
    for item in open_rows:
        if item.position not in found.projects:
            _by_name(item, book, found)
    _doubles(open_rows, found)
    return found


def _take(item: Incoming, project: Standing, book: _Book, found: Matched) -> None:
    found.projects[item.position] = project
    book.taken.add(project.project.pk)


def _answered(item: Incoming, book: _Book, found: Matched) -> bool:
    """What a person said: this project, a new one, or leave the row out."""
    answer = item.answers.get(MATCH, "")
    if answer == "skip":
        found.skipped.add(item.position)
        return True
    if answer.isdigit() and int(answer) in book.by_pk and int(answer) not in book.taken:
        _take(item, book.by_pk[int(answer)], book, found)
        return True
    return False


def _one(choice: Sequence[Standing]) -> bool:
    """One project, or twins that a person wanted (same name, unit and code): their rows take them in turn."""
    return len({(each.project.name_key, each.unit_key, each.code) for each in choice}) == 1


def _by_code(item: Incoming, book: _Book, found: Matched) -> None:
    """The project with this code; of several, the one with this name."""
    candidates = book.free(book.by_code.get(item.row.code, ())) if item.row.code else []
    same_name = [each for each in candidates if each.project.name_key == name_key(item.row.name)]
    for choice in (same_name, candidates):
        if _one(choice):
            _take(item, choice[0], book, found)
            return


def _by_name(item: Incoming, book: _Book, found: Matched) -> None:
    """The project with this name and unit, whatever its code was: a code may be new (DOMAIN.md E18)."""
    all_of_name = book.by_name.get(name_key(item.row.name), [])
    owner = owner_key(item.row)
    candidates = book.free(all_of_name)
    same_unit = [each for each in candidates if each.unit_key == owner]
    one_unnamed = [each for each in candidates if not each.unit_key or not owner]
    if _one(same_unit):
        _take(item, same_unit[0], book, found)
    elif not same_unit and len(one_unnamed) == 1 and len(candidates) == 1:
        _take(item, one_unnamed[0], book, found)
    elif candidates and item.answers.get(MATCH) != "new":
        names = "、".join(f"{each.project.name}（{each.project.unit or '—'}）" for each in candidates)
        found.waiting[item.position] = find("match_unclear", names=names)
        found.choices[item.position] = candidates


def _doubles(rows: Sequence[Incoming], found: Matched) -> None:
    """A later row with the code, or the name and unit, of an earlier one: two rows, one project."""
    first: dict[str, Incoming] = {}
    for item in rows:
        marks = [f"name:{item.identity}"] + ([f"code:{item.row.code}"] if item.row.code else [])
        earlier = next((first[mark] for mark in marks if mark in first), None)
        for mark in marks:
            first.setdefault(mark, item)
        if earlier is None or item.position in found.projects or item.answers.get(MATCH) == "new":
            continue
        found.waiting[item.position] = find("match_taken")
        found.choices.setdefault(item.position, [])
