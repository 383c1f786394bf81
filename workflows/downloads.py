"""A filtered list as a file to keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from workflows.offices.access_log import note_reading
from workflows.tables import csv_bytes


def csv_response(request: Any, name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The table as the download `name`.csv; on record with the number of its rows."""
    table = list(rows)
    response = HttpResponse(csv_bytes(heading, table), content_type="text/csv; charset=utf-8")
    note_reading(request, "list", list=name, format="csv", rows=len(table))
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
