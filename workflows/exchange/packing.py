"""导出包: asked for by an auditor on a page, made by the periodic work, taken by whoever audits while it is kept."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import transaction

from workflows.audit import asked, exporting, keys
from workflows.audit.models import ExportRun
from workflows.exchange.package import Beside
from workflows.exchange.telling import Word
from workflows.offices.records import record

KEPT = dt.timedelta(days=7)


def ask(person: str, now: dt.datetime) -> ExportRun:
    """Put a package on the list, once while one waits; `now` is the machine's instant."""
    found: ExportRun = asked.ask(ExportRun.objects, person, now)
    return found


def path_of(run: ExportRun) -> Path | None:
    """Where its file lies; None when it is not made, or not kept any more."""
    path = settings.EXPORT_DIR / run.file
    return path if run.file and path.is_file() else None


def work(machine: Callable[[], dt.datetime], now: dt.datetime, word: Word) -> bool:
    """Make the package that waits, if any, and throw away what was kept long enough; whether one was made.

    `machine()` gives the machine's instant, `now` the instant of the house's clock, which entries carry.
    """
    _throw_away(machine() - KEPT)
    run = asked.take_up(ExportRun.objects, machine())
    if run is None:
        return False
    try:
        made = _make(run, now, word)
    except (keys.NoKey, OSError) as error:
        ExportRun.objects.filter(pk=run.pk).update(finished_at=machine(), fault=str(error)[:300])
        return False
    with transaction.atomic():
        ExportRun.objects.filter(pk=run.pk).update(finished_at=machine(), **made)
        said = {"asked_by": run.asked_by, **made["said"]}
        record("audit.exported", actor=None, county=settings.COUNTY_CODE, now=now, payload=said)
    return True


def _make(run: ExportRun, now: dt.datetime, word: Word) -> dict[str, Any]:
    """The columns of a run whose file is there whole: it gets its name last. Raises `keys.NoKey`, `OSError`."""
    tick = asked.teller(ExportRun.objects, run)
    settings.EXPORT_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="making-", dir=settings.EXPORT_DIR) as place:
        folder, packed = Path(place) / f"kaigong-audit-{run.pk}", Path(place) / "packed.zip"
        found = exporting.export(folder, now, tick, lambda into: Beside(into, now, settings.LANGUAGE_CODE, word))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, path.relative_to(folder.parent))
        # The web process, which hands it out, may be another account of the same group.
        packed.chmod(0o640)
        name = f"kaigong-audit-{run.pk}.zip"
        said = {
            **{key: found[key] for key in ("entries", "size", "sha256")},
            "octets": packed.stat().st_size,
            "file_sha256": exporting.digest(packed),
        }
        packed.rename(settings.EXPORT_DIR / name)
    return {"file": name, "said": said}


def _throw_away(before: dt.datetime) -> None:
    for run in ExportRun.objects.filter(finished_at__lt=before).exclude(file=""):
        (settings.EXPORT_DIR / run.file).unlink(missing_ok=True)
        ExportRun.objects.filter(pk=run.pk).update(file="")
