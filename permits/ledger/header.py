"""Find the heading of a table by what it says, wherever it stands, and give every column its field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from permits.ledger.amounts import unit_in
from permits.ledger.fields import FIELDS
from permits.ledger.grid import Sheet
from permits.ledger.text import narrow

SEARCH_ROWS = 40
OTHER = "other:"


KINDS = {each.key: each.kind for each in FIELDS}
COMPILED = tuple((each.key, rank, re.compile(p)) for each in FIELDS for rank, p in enumerate(each.patterns))
_MONTH = re.compile(r"(\d{1,2})月(?:份)?/?(?:累计)?(计划|完成)(?:投资)?(?:额)?")


@dataclass(frozen=True)
class Column:
    """One column of a table: its field, the heading as written, and the unit that the heading names."""

    index: int
    key: str
    heading: str
    unit: str | None = None


@dataclass
class Header:
    """Where the heading stands (1-based rows, both included) and what its columns are, by column index."""

    first: int
    last: int
    columns: dict[int, Column]
    duplicates: list[tuple[Column, Column]] = field(default_factory=list)


def kind_of(key: str) -> str:
    """The kind of content of a field; months are money, unknown columns text."""
    if re.fullmatch(r"month_\d\d_(plan|done)", key):
        return "money"
    return KINDS.get(key, "text")


def bare(heading: str) -> str:
    """A heading without spaces, unit, year and footnote marks, as the patterns expect it."""
    text = narrow(heading).strip("*:：")
    text = re.sub(
        r"[(（\[](?:单位[:：]?)?(?:亿元|千万元|百万元|万元|千元|元|亿|万|%|年/?月|是/否|√|年月日)[)）\]]", "", text
    )
    text = re.sub(r"(?:截[至止])?(?:19|20)\d{2}年(?=.)(?!底|末)(?:度)?", "", text)
    text = re.sub(r"[(（]?(?:亿元|万元)[)）]?$", "", text) or text
    return text.removeprefix("*")


def field_of(heading: str) -> tuple[str, int] | None:
    """The field that a heading means, and how sure (0 is surest); None for an unknown heading."""
    text = bare(heading)
    if not text or len(text) > 60:
        return None
    month = _MONTH.fullmatch(text)
    if month and 1 <= int(month[1]) <= 12:
        return f"month_{int(month[1]):02}_{'plan' if month[2] == '计划' else 'done'}", 0
    leaf = text.rpartition("/")[2]
    best: tuple[str, int] | None = None
    for key, rank, pattern in COMPILED:
        for penalty, candidate in ((0, text), (1, leaf)):
            if penalty and key in ("plan", "done") and "月" in text:
                continue  # `1-2月/计划` is not the plan of the year
            if pattern.fullmatch(candidate) and (best is None or rank * 2 + penalty < best[1]):
                best = key, rank * 2 + penalty
    return best


def find_header(sheet: Sheet) -> Header | None:
    """The heading of the sheet's table: the rows among the first SEARCH_ROWS that name the most fields.

    A heading must name the project and at least two more fields. None when the sheet has no such table.
    """
    best: tuple[int, Header] | None = None
    for first in range(1, min(SEARCH_ROWS, sheet.height) + 1):
        for last in range(first, min(first + 3, sheet.height + 1)):
            if last > first and not _continues(sheet, first, last):
                break
            columns = _columns(sheet, first, last)
            known = {c.key for c in columns.values() if not c.key.startswith(OTHER)}
            if "name" not in known or len(known) < 3:
                continue
            score = len(known) * 4 - (last - first)
            if best is None or score > best[0]:
                best = score, Header(first, last, columns)
    if best is None:
        return None
    return _settle(best[1])


def _continues(sheet: Sheet, first: int, last: int) -> bool:
    """Whether row `last` is still heading: short texts only, nothing under a heading that is not merged or split."""
    texts = sheet.texts(last)
    if not texts or any(not isinstance(sheet.value(last, column), str) for column in texts):
        return False
    if any(len(text) > 30 for text in texts.values()):
        return False
    upper = sheet.texts(first)
    below_leaf = [c for c in texts if c in upper and not sheet.spans_columns(first, c) and not _group(sheet, first, c)]
    name_columns = [c for c, text in upper.items() if (found := field_of(text)) and found[0] in ("name", "seq")]
    return not any(c in texts for c in name_columns) and len(below_leaf) * 2 <= len(texts)


def _group(sheet: Sheet, row: int, column: int) -> bool:
    """Whether the heading has empty room to its right, so that it may be a group without being merged."""
    return column < sheet.width and not sheet.text(row, column + 1)


def _columns(sheet: Sheet, first: int, last: int) -> dict[int, Column]:
    columns: dict[int, Column] = {}
    for index in range(1, sheet.width + 1):
        path: list[str] = []
        for row in range(first, last + 1):
            text = (
                sheet.text(row, index) or _merged_within(sheet, first, row, index) or _carried(sheet, row, last, index)
            )
            if text and (not path or path[-1] != text):
                path.append(text)
        if not path:
            continue
        heading = "/".join(path)
        found = field_of(heading)
        key = found[0] if found else OTHER + heading.replace("\n", "")
        columns[index] = Column(index, key, heading, unit_in(heading))
    return columns


def _merged_within(sheet: Sheet, first: int, row: int, index: int) -> str:
    """The text of a merged cell that begins in the heading itself, not in the rows above it."""
    merge = sheet.merged(row, index)
    return sheet.text(merge[0], merge[1]) if merge and merge[0] >= first else ""


def _carried(sheet: Sheet, row: int, last: int, index: int) -> str:
    """A group's heading carried to the right over empty cells that have a leaf below (groups without merging)."""
    if row == last or not sheet.text(last, index) or sheet.merged(row, index):
        return ""
    for left in range(index - 1, 0, -1):
        if sheet.text(row, left):
            return sheet.text(row, left) if sheet.text(last, left) and not sheet.spans_rows(row, left) else ""
        if not sheet.text(last, left):
            return ""
    return ""


def _settle(header: Header) -> Header:
    """One column per field: the surest heading keeps it, the others are kept as they stand and reported."""
    taken: dict[str, tuple[int, Column]] = {}
    settled: dict[int, Column] = {}
    for index, column in sorted(header.columns.items()):
        found = field_of(column.heading)
        rank = found[1] if found else 0
        holder = taken.get(column.key)
        if holder is None:
            taken[column.key] = (rank, column)
            settled[index] = column
            continue
        loser, winner = (column, holder[1]) if rank >= holder[0] else (holder[1], column)
        key, number = OTHER + loser.heading.replace("\n", ""), 2
        while key in {c.key for c in settled.values()} | {c.key for c in header.columns.values()}:
            key, number = f"{OTHER}{loser.heading} {number}".replace("\n", ""), number + 1
        settled[loser.index] = Column(loser.index, key, loser.heading, loser.unit)
        settled[winner.index] = winner
        taken[winner.key] = (min(rank, holder[0]), winner)
        header.duplicates.append((loser, winner))
    header.columns = settled
    return header
