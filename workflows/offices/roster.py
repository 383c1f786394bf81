"""Read a list of officers from a spreadsheet or CSV: rows of text with their line numbers. No database, no judgement.

Cells are data: a formula is kept as the text that was typed and nothing is computed. The header is found by meaning.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from workflows.audit.refused import NotAllowed

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ROWS = 5000
# How far down a title and notes may push the header.
HEADER_WITHIN = 15

COLUMNS: dict[str, tuple[str, ...]] = {
    "username": ("用户名", "账号", "帐号", "登录名", "username", "user name", "account", "login"),
    "name": ("姓名", "名字", "name", "full name"),
    "phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "phone", "mobile", "telephone"),
    "office": ("单位代码", "单位编码", "单位", "部门", "office code", "office"),
    "post": ("岗位", "岗位代码", "岗位编码", "岗位键", "post key", "post"),
    "starts": ("任职日期", "任职时间", "起", "自", "起始日期", "from", "start", "starts", "since"),
}
NEEDED = ("username", "name", "office", "post", "starts")
_HEADINGS = {heading: column for column, headings in COLUMNS.items() for heading in headings}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_EPOCH = dt.date(1899, 12, 30)


class NotARoster(NotAllowed):
    """The file cannot be read as a list of officers."""

    code = "not_a_roster"


@dataclass(frozen=True)
class Line:
    """One row of the file: its line number (from 1) and its cells by column, cleaned of spaces and full width."""

    number: int
    cells: dict[str, str]


def read(name: str, content: bytes) -> list[Line]:
    """The rows below the header; empty rows are left out. `name` tells the kind by its ending (.xlsx, .csv).

    Raises `NotARoster` for a file that is too large, no spreadsheet, damaged, or without the needed columns.
    """
    if len(content) > MOST_BYTES:
        raise NotARoster(_("The file is larger than %(limit)s MB.") % {"limit": MOST_BYTES // 1024 // 1024})
    rows = _sheet(content) if content[:4] == b"PK\x03\x04" else _csv(content, name)
    return list(_lines(rows))


def as_day(text: str) -> dt.date | None:
    """A date as people write it (2022-03-01, 2022.3.1, 2022年3月1日, an Excel serial); None when it is none."""
    if _SERIAL.fullmatch(text):
        return _EPOCH + dt.timedelta(days=int(text.partition(".")[0]))
    found = _DAY.fullmatch(text.partition(" ")[0] if text.count(":") else text)
    if found is None:
        return None
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError:
        return None


def _lines(rows: Iterable[list[str]]) -> Iterator[Line]:
    columns: dict[int, str] = {}
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise NotARoster(_("The file has more than %(limit)s rows.") % {"limit": MOST_ROWS})
        cells = [_clean(cell) for cell in row]
        if not columns:
            columns = _header(cells)
            if not columns and number >= HEADER_WITHIN:
                break
        elif any(cells):
            yield Line(number, {column: cells[at] if at < len(cells) else "" for at, column in columns.items()})
    if not columns:
        raise NotARoster(
            _("No header was found. Needed are the columns user name, name, office code, post key and from.")
        )


def _header(cells: list[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for at, cell in enumerate(cells):
        column = _HEADINGS.get(cell.casefold().rstrip("*：: "))
        if column and column not in found.values():
            found[at] = column
    return found if set(NEEDED) <= set(found.values()) else {}


def _clean(cell: str) -> str:
    text = unicodedata.normalize("NFKC", cell)
    return " ".join("".join(" " if unicodedata.category(letter) in ("Cc", "Cf") else letter for letter in text).split())


def _csv(content: bytes, name: str) -> Iterator[list[str]]:
    if b"\x00" in content:
        raise NotARoster(_("“%(name)s” is neither a spreadsheet (.xlsx) nor a CSV file.") % {"name": name})
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise NotARoster(_("“%(name)s” is neither a spreadsheet (.xlsx) nor a CSV file.") % {"name": name})
    try:
        delimiter = csv.Sniffer().sniff(text[:4096], ",;\t").delimiter
    except csv.Error:
        delimiter = ","
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise NotARoster(_("The CSV file is damaged: %(error)s") % {"error": error}) from error


def _sheet(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise NotARoster(_("The spreadsheet unpacks to far more than its size; it was not opened."))
        # Not read-only: that mode trusts the file's own statement of its size.
        book = load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    except NotARoster:
        raise
    except Exception as error:  # openpyxl lets a dozen kinds through for a damaged file
        raise NotARoster(_("The spreadsheet is damaged or protected by a password.")) from error
    sheet = book.worksheets[0] if book.worksheets else None
    if sheet is None or sheet.max_row > MOST_ROWS + HEADER_WITHIN:
        raise NotARoster(_("The file has more than %(limit)s rows.") % {"limit": MOST_ROWS})
    for row in sheet.iter_rows(values_only=True):
        yield [_text(value) for value in row]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
