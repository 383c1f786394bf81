"""台账: hand a file in, watch it being read, settle what is doubtful, see differences, take it over; get it back."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from permits.importing import jobs, worker
from permits.importing.by import By, keeper_seat
from permits.importing.exceptions import doubts_of
from permits.importing.exporting import ledger_rows
from permits.importing.incoming import MATCH, SITE
from permits.importing.refusals import NoFile, NoSuchFile
from permits.importing.settling import place, settle
from permits.importing.words import change_words, choices_of, doubt_words, label, name_of
from permits.ledger.words import name_key
from permits.ledger.workbook import MAX_BYTES
from permits.ledger.writing import write_ledger
from permits.models import LedgerDoubt, LedgerFile, Project
from permits.queries.figures import newest_year
from permits.queries.words import joined
from workflows.clock.days import civil_date
from workflows.now import now
from workflows.offices.access import my_seats, rule
from workflows.offices.access_log import note_reading

EARLIER = 20
# More than a person settles in one sitting; the figures above the list count all of them.
SHOWN = 200


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
    rows = ledger_rows(county, year)
    write_ledger(rows, file, title=f"{settings.COUNTY_NAME}重点项目台账", year=year)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(file.getvalue(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="ledger-{year}.xlsx"'
    note_reading(request, "ledger", year=str(year), rows=len(rows))
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
        "may_write": keeper_seat(my_seats(request)) is not None,
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
    state = LedgerFile.State
    running = ledger.state in (state.READING, state.APPLYING)
    asked, left = _exceptions(ledger) if ledger.state in (state.REVIEW, state.DONE) else ([], 0)
    return {
        "file_name": ledger.file_name,
        "state": "reading" if running else ledger.state,
        "applying": ledger.state == state.APPLYING,
        "interrupted": jobs.interrupted(ledger, request.now),
        "again_url": reverse("permits:ledger_again", args=[ledger.pk]),
        "failure": jobs.failure_of(ledger),
        "done": ledger.done,
        "total": ledger.total,
        "exceptions": asked,
        "exceptions_left": left,
        "settle_url": reverse("permits:ledger_settle", args=[ledger.pk]),
        "changes": [change_words(change) for change in ledger.changes[:SHOWN]],
        "changes_left": max(0, len(ledger.changes) - SHOWN),
        "absent": joined(ledger.absent[:SHOWN]),
        "apply_url": reverse("permits:ledger_apply", args=[ledger.pk]) + f"?plan={ledger.plan_hash}",
        "counts": {"new": ledger.new_count, "changed": ledger.changed_count, "unchanged": ledger.unchanged_count},
    }


def _exceptions(ledger: LedgerFile) -> tuple[list[dict[str, Any]], int]:
    """The doubts of a file, those that nobody settled first, and how many more there are; three statements."""
    found = doubts_of(ledger).order_by(F("settled_at").asc(nulls_first=True), "row_number", "pk")
    rows = list(found[: SHOWN + 1])
    left = found.count() - SHOWN if len(rows) > SHOWN else 0
    meant = _meant(ledger.county, [name_of(row) for row in rows if row.field == MATCH])
    return [_doubt(row, meant) for row in rows[:SHOWN]], left


def _meant(county: str, names: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Name of a row → the county's projects of that name, as choices."""
    if not names:
        return {}
    keys = {name: name_key(name) for name in names}
    projects = list(Project.objects.in_county(county).live().filter(name_key__in=keys.values()).order_by("pk"))
    return {
        name: [(str(row.pk), f"{row.name} · {row.unit or '—'}") for row in projects if row.name_key == key]
        for name, key in keys.items()
    }


def _doubt(row: LedgerDoubt, meant: dict[str, list[tuple[str, str]]]) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "place": place(row),
        "project": name_of(row),
        "field": label(row.field) if row.field else "",
        "raw": row.raw,
        "read_as": row.read_as,
        "doubt": doubt_words(row.code, row.args),
        "must_choose": row.field in (SITE, MATCH),
        "choices": [] if row.settled_at else choices_of(row, meant),
        "settled": row.settled_name if row.settled_at else "",
    }
