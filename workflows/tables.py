"""A table as .csv: UTF-8 with a byte order mark, so that spreadsheets read Chinese; nothing in it runs. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

GUARDS = "=+-@\t'＝＋－＠"


def guard(text: str) -> str:
    """Text for a .csv that a spreadsheet must not run: an apostrophe before what begins like a formula.

    The apostrophe also keeps `2022.1` text, and is doubled by a text that begins with one, so that reading undoes it.
    """
    stripped = text.lstrip()
    return f"'{text}" if (stripped[:1] and stripped[0] in GUARDS) or re.fullmatch(r"\d{4}\.1", stripped) else text


def csv_bytes(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The whole file; texts are guarded, numbers and dates stand as they are, nothing is an empty cell."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(heading)
    for row in rows:
        writer.writerow([guard(value) if isinstance(value, str) else "" if value is None else value for value in row])
    return file.getvalue().encode("utf-8-sig")
