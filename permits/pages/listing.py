"""A filtered list as a file: flat .csv, or the county's own spreadsheet; cells that would be run are text."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from permits.importing.exporting import ledger_rows
from permits.ledger.writing import write_ledger
from permits.queries.projects import rows_of
from workflows.downloads import csv_response
from workflows.offices.access_log import note_reading


def csv_of(request: Any, found: Any, today: dt.date, year: int) -> HttpResponse:
    """Every row of the filtered list."""
    heading = [
        pgettext("project", "Name"),
        _("Project code"),
        _("Town"),
        _("Class"),
        _("Stands at"),
        _("Block"),
        _("Can it start in time?"),
        _("Lead"),
        _("Total investment (10,000 yuan)"),
        _("Plan of the year (10,000 yuan)"),
        _("Done this year (10,000 yuan)"),
    ]
    rows = [
        (
            *(row.name, row.code, row.town, row.sector, row.phase_label, row.block, row.unlawful, row.lead),
            *(row.total_wan, row.plan_wan, row.done_wan),
        )
        for row in rows_of(list(found.order_by("pk")), today)
    ]
    return csv_response(request, f"projects-{year}", heading, rows)


def xlsx_of(request: Any, found: Any, today: dt.date, year: int) -> HttpResponse:
    """The filtered projects as the county's own spreadsheet, which `import_ledger` reads back."""
    rows = list(found.order_by("pk").values_list("pk", "county"))
    county = rows[0][1] if rows else ""
    file = io.BytesIO()
    write_ledger(ledger_rows(county, year, only=[pk for pk, _county in rows]), file, title=TITLE, year=year)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(file.getvalue(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="projects-{year}.xlsx"'
    note_reading(request, "list", list=f"projects-{year}", format="xlsx", rows=len(rows))
    return response


TITLE = "重点项目台账"
FORMATS = {"xlsx": xlsx_of, "csv": csv_of}
