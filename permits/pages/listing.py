"""A filtered list as a CSV file; cells that a spreadsheet would run are text."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from permits.ledger.workbook import guard
from permits.queries.projects import rows_of


def csv_of(found: Any, today: dt.date, name: str) -> HttpResponse:
    """Every row of the filtered list, UTF-8 with a byte order mark so that spreadsheet programs read Chinese."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(
        [
            _("Name"),
            _("Project code"),
            _("Town"),
            _("Class"),
            _("Stands at"),
            _("Block"),
            _("Lead"),
            _("Total investment (10,000 yuan)"),
            _("Plan of the year (10,000 yuan)"),
            _("Done this year (10,000 yuan)"),
        ]
    )
    for row in rows_of(list(found.order_by("pk")), today):
        texts = (row.name, row.code, row.town, row.sector, row.phase_label, row.block, row.lead)
        writer.writerow([*(guard(text) for text in texts), row.total_wan, row.plan_wan, row.done_wan])
    return response
