"""What a row is: a project, a heading of a group, a sum, a note, the table's heading once more, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from permits.ledger.grid import Sheet
from permits.ledger.header import Header, field_of
from permits.ledger.text import is_blank, narrow


class RowKind(StrEnum):
    """The kinds of rows below a heading."""

    EMPTY = "empty"
    PROJECT = "project"
    CATEGORY = "category"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    NOTE = "note"
    HEADING = "heading"
    UNCLEAR = "unclear"
    NAMELESS = "nameless"


@dataclass(frozen=True)
class RowRead:
    """A row's kind, its label without number and count, the depth of a heading (1, 2) and the count that it states."""

    kind: RowKind
    label: str = ""
    depth: int = 0
    count: int | None = None


_NUMERALS = "一二三四五六七八九十〇"
_FIRST = re.compile(rf"^(?:第?[{_NUMERALS}]{{1,4}}(?:部分|类)?[、.．:：,，]|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩIVX]{{1,4}}[、.．])")
_SECOND = re.compile(rf"^[(（][{_NUMERALS}]{{1,4}}[)）][、.．]?")
_COUNT = re.compile(r"[(（]?(?:共计?)?(\d{1,5})[个项][)）]?(?:项目)?$")
_TOTAL = re.compile(r"^(?:合计|总计|总合计|全县合计|共计|累计合计)(?:[(（:：].*|\d+[个项])?$")
_SUBTOTAL = re.compile(r"^(?:.{0,20}小计|小计.{0,10}|.{1,20}合计)(?:[(（:：].*)?$")
_NOTE = re.compile(
    r"^(?:备注|注|说明|附注|填报说明|填表说明|填报人|填表人|填报单位|制表|制表人|审核|审核人|单位负责人|负责人|联系人|联系电话|填报时间|填报日期)[:：\d.]"
)
_PLAIN_CATEGORY = re.compile(
    r"^(?:续建|新建|前期|储备|竣工|计划新开工|新开工|预备|谋划)(?:类|重点)?(?:项目)?$|^.{2,10}类(?:项目)?$"
)


def classify(sheet: Sheet, header: Header, row: int) -> RowRead:
    """What the row is, by its words first, by its place only where the words leave it open."""
    texts = {column: text for column, text in sheet.texts(row).items() if not is_blank(text)}
    if not texts:
        return RowRead(RowKind.EMPTY)
    by_key = {column.key: column.index for column in header.columns.values()}
    name, number = sheet.text(row, by_key["name"]), sheet.value(row, by_key["seq"]) if "seq" in by_key else None
    name = "" if is_blank(name) else name
    if name and _is_number(number):
        return RowRead(RowKind.PROJECT)
    words = [text for column, text in texts.items() if isinstance(sheet.value(row, column), str)]
    label = words[0] if words else ""
    if _repeats(sheet, header, row, texts):
        return RowRead(RowKind.HEADING)
    numeral = re.fullmatch(rf"[(（]?[{_NUMERALS}]{{1,4}}[)）]?[、.]?", label)
    if numeral and len(words) > 1 and name == words[1]:
        rest = label.rstrip("、.") + ("" if label[0] in "(（" else "、")
        return _category(rest + words[1])
    labelled = _by_label(label)
    if labelled and _is_heading_like(header, texts, name, label):
        return labelled
    return _by_place(sheet, header, row, texts, name, label)


def _is_number(value: object) -> bool:
    """Whether a cell of the column 序号 numbers a project."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or (
        isinstance(value, str) and re.fullmatch(r"\d+(?:[-.]\d+)?", narrow(value)) is not None
    )


def _repeats(sheet: Sheet, header: Header, row: int, texts: dict[int, str]) -> bool:
    """Whether the heading stands here once more, as at the top of a printed page."""
    same = sum(1 for column, text in texts.items()
               if any(sheet.text(line, column) == text for line in range(header.first, header.last + 1)))  # fmt: skip
    return same >= 2 and same * 2 > len(texts)


def _by_label(label: str) -> RowRead | None:
    compact = narrow(label)
    if _NOTE.match(compact):
        return RowRead(RowKind.NOTE, label)
    if _FIRST.match(label) or _SECOND.match(label):
        return _category(label)
    if _TOTAL.match(compact):
        return RowRead(RowKind.TOTAL, label, count=_count(label))
    if _SUBTOTAL.match(compact):
        return RowRead(RowKind.SUBTOTAL, label, count=_count(label))
    return None


def _is_heading_like(header: Header, texts: dict[int, str], name: str, label: str) -> bool:
    """A label counts only where a project has nothing: no code, unit or leader beside it."""
    own = {"code", "owner", "kind", "leader", "bureau", "started", "land", "eia"}
    columns = {column.index for column in header.columns.values() if column.key in own}
    return not any(column in texts and texts[column] != label for column in columns)


def _category(label: str) -> RowRead:
    depth = 2 if _SECOND.match(label) else 1
    bare = _SECOND.sub("", label) if depth == 2 else _FIRST.sub("", label)
    count = _count(bare)
    return RowRead(
        RowKind.CATEGORY, (_COUNT.sub("", bare).strip(" :：") if count is not None else bare.strip()), depth, count
    )


def _count(label: str) -> int | None:
    """The number of projects that a label states: `续建项目（18项）` -> 18."""
    match = _COUNT.search(narrow(label))
    return int(match.group(1)) if match else None


def _by_place(sheet: Sheet, header: Header, row: int, texts: dict[int, str], name: str, label: str) -> RowRead:
    """Rows that no word explains: by the columns that are filled."""
    known = [column for column in texts if column in header.columns]
    filled_words = [c for c in known if isinstance(sheet.value(row, c), str)]
    if name:
        alone = len(filled_words) == 1 and _PLAIN_CATEGORY.match(re.sub(r"[(（].*$", "", name))
        return _category(name) if alone else RowRead(RowKind.PROJECT)
    merged = sheet.merged_text(row, next(c.index for c in header.columns.values() if c.key == "name"))
    if label and len(filled_words) <= 1 and (merged == label or _PLAIN_CATEGORY.match(re.sub(r"[(（].*$", "", label))):
        return RowRead(RowKind.NOTE, label) if len(label) > 30 and field_of(label) is None else _category(label)
    if len(texts) == 1 and label:
        return RowRead(RowKind.NOTE, label)
    return RowRead(RowKind.NAMELESS if len(texts) > 1 else RowKind.UNCLEAR, label)
