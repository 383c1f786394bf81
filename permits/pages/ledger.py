"""台账: hand a file in, watch it being read, settle what is doubtful, see differences, take it over; get it back."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from permits.importing import jobs, worker
from permits.importing.by import By, keeper_seat
from permits.importing.exceptions import doubts_of, words
from permits.importing.exporting import ledger_rows
from permits.importing.incoming import SITE
from permits.importing.refusals import NoFile, NoSuchFile
from permits.importing.settling import place, settle
from permits.ledger.workbook import MAX_BYTES
from permits.ledger.writing import write_ledger
from permits.models import LedgerDoubt, LedgerFile
from permits.queries.figures import newest_year
from permits.routing.table import TABLE
from workflows.clock.days import civil_date
from workflows.now import now
from workflows.offices.access import my_seats, rule

EARLIER = 20


@rule("ledger")
def import_page(request: Any) -> HttpResponse:
    """The files so far, and a new one."""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            raise NoFile
        by = _by(request)
        content = upload.read(MAX_BYTES + 1)
        ledger = jobs.receive(
            content=content, file_name=upload.name, county=request.user.county, by=by, now=request.now
        )
        worker.start(ledger, by, now)
        return redirect("permits:ledger_file", ledger.pk)
    return render(request, "import.html", _context(request, None))


@rule("ledger")
@require_GET
def file_view(request: Any, ledger_id: int) -> HttpResponse:
    """One file: how far it is, what is doubtful, what would change."""
    return render(request, "import.html", _context(request, _file(request, ledger_id)))


@rule("ledger")
@require_GET
def progress(request: Any, ledger_id: int) -> HttpResponse:
    """The moving bar; when the work is done the page loads itself anew."""
    ledger = _file(request, ledger_id)
    here = reverse("permits:ledger_file", args=[ledger.pk])
    if ledger.state not in (LedgerFile.State.READING, LedgerFile.State.APPLYING) or jobs.interrupted(
        ledger, request.now
    ):
        return HttpResponse(status=204, headers={"HX-Redirect": here})
    return render(request, "components/import_progress.html", {"job": _job(request, ledger), "refresh_url": here})


@rule("ledger")
@require_POST
def settle_view(request: Any, ledger_id: int) -> HttpResponse:
    """Settle one doubt; an empty answer means that it is right as it was read."""
    pk = request.POST.get("pk", "")
    settle(
        ledger_id=ledger_id,
        doubt_id=int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 18 else 0,
        county=request.user.county,
        answer=request.POST.get("value", ""),
        by=_by(request),
        now=request.now,
    )
    return redirect("permits:ledger_file", ledger_id)


@rule("ledger")
@require_POST
def apply_view(request: Any, ledger_id: int) -> HttpResponse:
    """Take over what the page showed."""
    by = _by(request)
    seen = request.GET.get("plan", "")
    ledger = jobs.begin(ledger_id=ledger_id, county=request.user.county, seen=seen, by=by, now=request.now)
    worker.start(ledger, by, now)
    return redirect("permits:ledger_file", ledger_id)


@rule("ledger")
@require_POST
def again_view(request: Any, ledger_id: int) -> HttpResponse:
    """Begin interrupted work anew."""
    by = _by(request)
    ledger = jobs.start_again(ledger_id=ledger_id, county=request.user.county, by=by, now=request.now)
    worker.start(ledger, by, now)
    return redirect("permits:ledger_file", ledger_id)


@rule("ledger")
@require_GET
def export(request: Any) -> HttpResponse:
    """The county's own spreadsheet back."""
    county = request.user.county
    year = newest_year(county, civil_date(request.now).year)
    file = io.BytesIO()
    write_ledger(ledger_rows(county, year), file, title=f"{settings.COUNTY_NAME}重点项目台账", year=year)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(file.getvalue(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="ledger-{year}.xlsx"'
    return response


def _by(request: Any) -> By:
    return By.officer(request.user, my_seats(request), request.request_id)


def _file(request: Any, ledger_id: int) -> LedgerFile:
    found = LedgerFile.objects.filter(pk=ledger_id, county=request.user.county).first()
    if found is None:
        raise NoSuchFile
    return found


def _context(request: Any, ledger: LedgerFile | None) -> dict[str, Any]:
    earlier = LedgerFile.objects.filter(county=request.user.county).order_by("-received_at", "-pk")[:EARLIER]
    here = reverse("permits:ledger_file", args=[ledger.pk]) if ledger else ""
    return {
        "limit_mb": MAX_BYTES // 2**20,
        "upload_url": reverse("permits:import") if keeper_seat(my_seats(request)) else "",
        "export_url": reverse("permits:export_ledger"),
        "job": _job(request, ledger) if ledger else None,
        "jobs": [
            {
                "url": reverse("permits:ledger_file", args=[row.pk]),
                "file_name": row.file_name,
                "at": row.received_at,
                "state_label": row.get_state_display(),
            }
            for row in earlier
            if ledger is None or row.pk != ledger.pk
        ],
        "progress_url": reverse("permits:ledger_progress", args=[ledger.pk]) if ledger else "",
        "refresh_url": here,
    }


def _job(request: Any, ledger: LedgerFile) -> dict[str, Any]:
    running = ledger.state in (LedgerFile.State.READING, LedgerFile.State.APPLYING)
    plan = f"?plan={ledger.plan_hash}"
    return {
        "file_name": ledger.file_name,
        "state": "reading" if running else ledger.state,
        "interrupted": jobs.interrupted(ledger, request.now),
        "again_url": reverse("permits:ledger_again", args=[ledger.pk]),
        "failure": jobs.failure_of(ledger),
        "done": ledger.done,
        "total": ledger.total,
        "exceptions": [_doubt(row) for row in doubts_of(ledger)] if ledger.state == LedgerFile.State.REVIEW else [],
        "settle_url": reverse("permits:ledger_settle", args=[ledger.pk]),
        "changes": ledger.changes,
        "apply_url": reverse("permits:ledger_apply", args=[ledger.pk]) + plan,
        "counts": {"new": ledger.new_count, "changed": ledger.changed_count, "unchanged": ledger.unchanged_count},
    }


def _doubt(row: LedgerDoubt) -> dict[str, Any]:
    name = (row.line.cells if row.line else {}).get("name", {}).get("value", "")
    sites = [(f"{sector}/{kind}", str(found.title)) for (sector, kind), found in TABLE.items()]
    return {
        "pk": row.pk,
        "place": place(row),
        "project": name,
        "field": row.field,
        "raw": row.raw,
        "read_as": row.read_as,
        "doubt": words(row.code, row.args),
        "choices": sites if row.field == SITE else [],
        "settled": (row.settled_name or row.settled_at.date()) if row.settled_at else "",
    }
