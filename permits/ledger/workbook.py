"""Open a file that may be anything. Every refusal is an Unreadable with a code; nothing else leaves this module.

A spreadsheet is a zip of XML: before the library sees it, the sizes that the zip declares are added up (Python reads
no more than declared), and every XML part is walked once by expat, which stops at the first DTD, at too many cells and
at ranges that would make a library expand billions of cells.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from xml.parsers import expat

from permits.ledger.grid import GridCell, Sheet, text_cell
from permits.ledger.text import MAX_TEXT

MAX_BYTES = 10 * 2**20
MAX_UNPACKED = 60 * 2**20
MAX_RATIO = 200
RATIO_FREE = 2 * 2**20  # small parts may be as empty as they like
MAX_PARTS = 2_000
MAX_SHEETS = 50
MAX_ROWS = 5_000
MAX_COLUMNS = 256
MAX_CELLS = 400_000
MAX_MERGES = 20_000
MAX_CHARACTERS = 3_000_000  # one shared string may stand in every cell


class Unreadable(Exception):
    """The whole file cannot be read. `code` is stable, `args` are the figures of its sentence."""

    code = "unreadable"
    template = "The file cannot be read."

    @property
    def sentence(self) -> str:
        """The English sentence, filled in; `template` is its gettext msgid."""
        return self.template % self.args if self.args else self.template


class NotASpreadsheet(Unreadable):
    code, template = "not_a_spreadsheet", "The file is not a spreadsheet (.xlsx or .csv)."


class OldFormat(Unreadable):
    code, template = "old_format", "The file is in an old or other format (%s); save it as .xlsx."


class Encrypted(Unreadable):
    code, template = "encrypted", "The file is protected by a password; save it without one."


class Damaged(Unreadable):
    code, template = "damaged", "The file is damaged."


class ZipBomb(Unreadable):
    code, template = "zip_bomb", "The file would unpack to far more than it is (%s bytes)."


class Entities(Unreadable):
    code, template = "xml_entities", "The file holds document type definitions, which no spreadsheet has."


class TooLarge(Unreadable):
    code, template = "too_large", "The file has %s bytes; at most %s are read."


class TooManyRows(Unreadable):
    code, template = "too_many_rows", "A sheet has more than %s rows."


class TooManyColumns(Unreadable):
    code, template = "too_many_columns", "A sheet has more than %s columns."


class TooManyCells(Unreadable):
    code, template = "too_many_cells", "The file has more than %s cells, sheets or merged ranges."


class NoHeader(Unreadable):
    code, template = "no_header", "No sheet has a heading that names projects and their figures."


@dataclass
class Outline:
    """What one walk over a part of the zip tells: the root element and, for a sheet, its shape."""

    root: str = ""
    rows: int = 0
    columns: int = 0
    cells: int = 0
    formulas: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass
class Workbook:
    """The sheets of a file in their order, and whether it refers to other files."""

    sheets: list[Sheet]
    external_links: bool = False


def check_at_the_door(content: bytes, filename: str) -> None:
    """Refuse at first sight what no reading could take, without unpacking anything. Raises Unreadable."""
    if len(content) > MAX_BYTES:
        raise TooLarge(f"> {MAX_BYTES}", MAX_BYTES)
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                _check_parts(archive.infolist())
        except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
            raise Damaged from error
        return
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Encrypted
        raise OldFormat(".xls")
    if not filename.lower().endswith((".csv", ".txt")) or content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise NotASpreadsheet


def open_workbook(file: BinaryIO, filename: str) -> Workbook:
    """Read a whole .xlsx, .xlsm or .csv into plain cells. Raises Unreadable, and nothing else."""
    content = file.read(MAX_BYTES + 1)
    check_at_the_door(content, filename)
    if content.startswith(b"PK\x03\x04"):
        return _open_zip(content)
    return Workbook([_read_csv(content)])


def _open_zip(content: bytes) -> Workbook:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            outlines = _inspect(archive)
            external = any(name.startswith("xl/externalLinks/") for name in archive.namelist())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of every style that it drops
            return Workbook(_load(content, outlines), external)
    except Unreadable:
        raise
    except Exception as error:
        # The libraries raise some twenty kinds of error on a crafted file; all mean the same to the user.
        raise Damaged from error


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    """Check what the zip says of its parts: kind of file and declared sizes. Raises Unreadable."""
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS:
        raise ZipBomb(len(parts))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise ZipBomb(unpacked)
    for part in parts:
        if part.flag_bits & 0x1:
            raise Encrypted
        if part.file_size > RATIO_FREE and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise ZipBomb(part.file_size)
    if "EncryptedPackage" in names:
        raise Encrypted
    if "xl/workbook.bin" in names:
        raise OldFormat(".xlsb")
    if "mimetype" in names and "content.xml" in names:
        raise OldFormat(".ods")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise NotASpreadsheet


def _inspect(archive: zipfile.ZipFile) -> dict[str, Outline]:
    """Check the declared sizes, then walk every XML part. Raises Unreadable; zip and XML errors pass through."""
    parts = archive.infolist()
    _check_parts(parts)
    outlines = {p.filename: _walk(archive.read(p)) for p in parts if p.filename.lower().endswith((".xml", ".rels"))}
    if sum(outline.cells for outline in outlines.values()) > MAX_CELLS:
        raise TooManyCells(MAX_CELLS)
    if sum(outline.root == "worksheet" for outline in outlines.values()) > MAX_SHEETS:
        raise TooManyCells(MAX_SHEETS)
    return outlines


def _walk(xml: bytes) -> Outline:
    """One pass of expat over a part: refuses any DTD, measures a sheet without building it."""
    outline = Outline()
    parser = expat.ParserCreate(namespace_separator=" ")
    place = [0, 0]

    def doctype(*_: Any) -> None:
        raise Entities

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        outline.root = outline.root or name
        if outline.root == "worksheet":
            _measure(outline, name, attributes, place)

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.StartElementHandler = start
    parser.Parse(xml, True)
    return outline


def _measure(outline: Outline, name: str, attributes: dict[str, str], place: list[int]) -> None:
    """Count rows and cells of a sheet; `place` is the current (row, column). Only filled cells give the size."""
    if name == "row":
        place[0], place[1] = int(attributes.get("r") or place[0] + 1), 0
        outline.cells += 1
        if attributes.get("hidden") in ("1", "true"):
            outline.hidden_rows.add(place[0])
    elif name == "c":
        place[1] += 1
        if "r" in attributes:
            place[1], place[0] = _reference(attributes["r"])
        outline.cells += 1
    elif name in ("v", "is", "f"):
        outline.rows, outline.columns = max(outline.rows, place[0]), max(outline.columns, place[1])
        outline.formulas = outline.formulas or name == "f"
    elif name == "mergeCell":
        first, _, last = attributes.get("ref", "").partition(":")
        (column, row), (last_column, last_row) = _reference(first), _reference(last or first)
        outline.merges.append((row, column, last_row, last_column))
    if outline.rows > MAX_ROWS:
        raise TooManyRows(MAX_ROWS)
    if outline.columns > MAX_COLUMNS:
        raise TooManyColumns(MAX_COLUMNS)
    if outline.cells > MAX_CELLS or len(outline.merges) > MAX_MERGES:
        raise TooManyCells(MAX_CELLS)


def _reference(text: str) -> tuple[int, int]:
    """`AB12` -> (28, 12), column and row. Raises ValueError for anything else."""
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", text)
    if match is None:
        raise ValueError(f"not a cell: {text[:20]}")
    column = 0
    for char in match[1]:
        column = column * 26 + ord(char) - 64
    return column, int(match[2])


def _load(content: bytes, outlines: dict[str, Outline]) -> list[Sheet]:
    """Read the cells with openpyxl, as formulas and, where there are formulas, once more as computed values."""
    import openpyxl  # a second to import, and only imports of spreadsheets need it

    with_formulas = any(outline.formulas for outline in outlines.values())
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    computed = (
        openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False, data_only=True)
        if with_formulas
        else None
    )
    epoch_1904 = book.epoch.year == 1904
    sheets = []
    for worksheet in book.worksheets:
        # The read-only sheet keeps its part's name only here; the pinned version is tested.
        outline = outlines.get(worksheet._worksheet_path, Outline())
        values = _grid(computed[worksheet.title], outline) if computed and outline.formulas else {}
        cells = _merge_values(_grid(worksheet, outline), values)
        sheets.append(
            Sheet(worksheet.title, cells, _bounded(outline), frozenset(outline.hidden_rows),
                  worksheet.sheet_state != "visible", epoch_1904=epoch_1904)
        )  # fmt: skip
    return sheets


def _bounded(outline: Outline) -> list[tuple[int, int, int, int]]:
    """Merged ranges that touch the filled part of the sheet. Raises TooManyCells for more than rows can hold."""
    merges = [
        m for m in outline.merges if 0 < m[0] <= min(m[2], outline.rows) and 0 < m[1] <= min(m[3], outline.columns)
    ]
    starts = Counter(m[0] for m in merges)
    heights = sum(min(m[2], outline.rows) - m[0] + 1 for m in merges)
    if heights > MAX_CELLS or max(starts.values(), default=0) > MAX_COLUMNS:
        raise TooManyCells(MAX_CELLS)
    return merges


def _grid(worksheet: Any, outline: Outline) -> dict[tuple[int, int], GridCell]:
    cells: dict[tuple[int, int], GridCell] = {}
    if not outline.rows:
        return cells
    characters = 0
    rows = worksheet.iter_rows(min_row=1, max_row=outline.rows, min_col=1, max_col=outline.columns)
    for row_number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            if cell.value is not None:
                found = cells[row_number, column] = _cell(cell)
                characters += len(found.value) if isinstance(found.value, str) else 0
        if characters > MAX_CHARACTERS:
            raise TooLarge(f"> {MAX_CHARACTERS}", MAX_CHARACTERS)
    return cells


def _cell(cell: Any) -> GridCell:
    value = cell.value
    number_format = cell.number_format or "General"
    if cell.data_type == "f":
        return GridCell(None, number_format, str(getattr(value, "text", value) or "=")[:MAX_TEXT])
    if cell.data_type == "e":
        return text_cell(str(value), number_format, error=True)
    if isinstance(value, bool | int | float | datetime | date):
        return GridCell(value, number_format)
    if isinstance(value, time | timedelta):
        return text_cell(str(value), number_format)
    return text_cell(str(value), number_format)


def _merge_values(
    cells: dict[tuple[int, int], GridCell], values: dict[tuple[int, int], GridCell]
) -> dict[tuple[int, int], GridCell]:
    """Formula cells with the values that the file carries for them."""
    for place, cell in cells.items():
        if cell.formula:
            found = values.get(place, GridCell(None))
            cells[place] = GridCell(found.value, cell.number_format, cell.formula, found.error, found.cut)
    return cells


def _read_csv(content: bytes) -> Sheet:
    """A .csv in UTF-8 or GB 18030, comma or tab; a leading apostrophe that guards a text is taken off."""
    if b"\0" in content:
        raise NotASpreadsheet
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise NotASpreadsheet from error
    head = text[:4096]
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    cells: dict[tuple[int, int], GridCell] = {}
    try:
        for row, values in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if row > MAX_ROWS:
                raise TooManyRows(MAX_ROWS)
            if len(values) > MAX_COLUMNS:
                raise TooManyColumns(MAX_COLUMNS)
            for column, value in enumerate(values, start=1):
                if value:
                    cell = text_cell(value.removeprefix("'"))
                    cells[row, column] = replace(cell, bare=not value.startswith("'"))
            if len(cells) > MAX_CELLS:
                raise TooManyCells(MAX_CELLS)
    except csv.Error as error:
        raise NotASpreadsheet from error
    return Sheet("CSV", cells)
