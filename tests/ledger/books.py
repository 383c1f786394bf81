"""Small dirty workbooks, built where the test can see what is wrong with them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl

from permits.ledger.reading import Reading, read_ledger

TODAY = date(2022, 3, 1)
HEADING = ["序号", "项目名称", "项目代码", "总投资", "计划开工时间", "包抓领导"]
CODE = "2111-652328-04-01-936140"
CODES = (
    "2111-652328-04-01-936140",
    "2111-522323-04-01-342068",
    "2411-130202-89-01-637015",
    "2603-141124-89-05-346948",
    "2509-140602-89-05-864976",
)


def read(content: bytes, name: str = "台账.xlsx", today: date = TODAY) -> Reading:
    return read_ledger(io.BytesIO(content), name, today)


def book(rows: list[list[Any]], touch: Callable[[Any], None] | None = None, sheet: str = "台账") -> bytes:
    """An .xlsx of these rows; `touch` may dirty the sheet before it is saved."""
    workbook = openpyxl.Workbook()
    worksheet = workbook.active
    worksheet.title = sheet
    for row in rows:
        worksheet.append(row)
    if touch:
        touch(worksheet)
    return saved(workbook)


def saved(workbook: Any) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def ledger(
    *rows: list[Any], title: str = "示例县2022年重点项目台账（单位：万元）", heading: list[str] | None = None
) -> Reading:
    """Read a sheet of a title, one row of heading and these rows."""
    return read(book([[title], heading or HEADING, *rows]))


def one(field: str, content: Any, heading: str, title: str = "2022年台账 单位：万元") -> tuple[Any, list[str]]:
    """The cell of one project whose column `heading` holds `content`, and the codes of its doubts."""
    found = ledger(
        [1, "甲项目", CODE, 5000, content], title=title, heading=["序号", "项目名称", "项目代码", "建设地点", heading]
    )
    [row] = found.rows
    return row.cells.get(field), [d.code for d in found.doubts if d.field == field]


def codes(reading: Reading) -> list[str]:
    return [doubt.code for doubt in reading.doubts]


def replace_part(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same zip with one part changed."""
    file = io.BytesIO()
    assert part in zipfile.ZipFile(io.BytesIO(content)).namelist()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            target.writestr(info.filename, change(data) if info.filename == part else data)
    return file.getvalue()
