"""运行状况: what runs by itself, what failed, what was not delivered, how much room is left; one page for 3 a.m.

By the machine's own clock, not the demo county's. Nothing here counts a whole table, and no key is ever shown.
"""

from __future__ import annotations

import datetime as dt
import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from notifications.models import Delivery, Message
from workflows.escalation.heartbeat import expected
from workflows.escalation.models import Heartbeat
from workflows.flow.checks import missing_versions
from workflows.models import MovedDueDate
from workflows.queries.trail import Health, health

# A work is silent when it missed three rounds, and ten minutes more.
GRACE = dt.timedelta(minutes=10)
MOST = 100
NAMES = {
    "sweep the ladder": _("Sweep of the ladder"),
    "tell people": _("Sending of messages"),
    "accept by silence": _("Acceptance by silence"),
    "release stranded work": _("Release of stranded work"),
    "lapse permits": _("Lapse of permits"),
    "compare the due dates": _("Comparison of the due dates"),
    "seal the trail": _("Sealing of the trail"),
    "verify what was asked": _("Verification that was asked for"),
    "make the export that was asked for": _("Export package that was asked for"),
    "verify the trail": _("Verification of the trail"),
    "fit record and procedure": _("Comparison of record and procedure"),
    "recount the ladders": _("Recount of the ladders"),
}


@dataclass(frozen=True)
class Work:
    """One periodic work. `state`: well, late, failed, never; `anchor` names its entry in the runbook."""

    name: str
    title: str
    every: dt.timedelta
    last: dt.datetime | None
    state: str
    failed_at: dt.datetime | None
    error: str
    anchor: str

    @property
    def every_parts(self) -> tuple[int, str]:
        """(how many, of which unit): seconds, minutes, hours."""
        seconds = int(self.every.total_seconds())
        for size, unit in ((3600, "hours"), (60, "minutes")):
            if seconds % size == 0:
                return seconds // size, unit
        return seconds, "seconds"


@dataclass(frozen=True)
class Machine:
    """The whole page. Counts stop at 100: more is more than anybody reads."""

    works: list[Work]
    unplanned: int
    overdue: int
    given_up: int
    channels: list[str]
    database: str
    database_bytes: int | None
    free_bytes: int
    disk_bytes: int
    versions: list[tuple[str, str]]
    broker: bool
    trail: Health
    corrected: list[MovedDueDate]
    lost_versions: list[str]


def machine(county: str, at: dt.datetime) -> Machine:
    """How the house runs at the machine's instant `at`; a fixed number of statements."""
    given_up = Delivery.objects.filter(state=Delivery.State.GIVEN_UP, message__county=county)
    late = Delivery.objects.filter(state=Delivery.State.WAITING, next_try_at__lt=at - GRACE)
    compared = MovedDueDate.objects.filter(county=county, because=MovedDueDate.Because.COMPARED)
    disk = shutil.disk_usage(_there(Path(settings.MEDIA_ROOT)))
    return Machine(
        works=_works(at),
        unplanned=len(Message.objects.filter(planned_at__isnull=True).values_list("pk", flat=True)[:MOST]),
        overdue=len(late.values_list("pk", flat=True)[:MOST]),
        given_up=len(given_up.values_list("pk", flat=True)[:MOST]),
        channels=[name for name, address in settings.CHANNELS.items() if address],
        database=_database(),
        database_bytes=_database_bytes(),
        free_bytes=disk.free,
        disk_bytes=disk.total,
        versions=[("Kaigong", _own_version()), ("Django", django.get_version()), ("Python", platform.python_version())],
        broker=bool(settings.REDIS_URL),
        trail=health(at),
        corrected=list(compared.select_related("application").order_by("-recorded_at", "-pk")[:10]),
        lost_versions=list(missing_versions()),
    )


def _works(at: dt.datetime) -> list[Work]:
    known = {row.name: row for row in Heartbeat.objects.order_by("name")}
    found = []
    for name, every in expected().items():
        ran, failed = known.get(f"ran:{name}"), known.get(f"failed:{name}")
        last, failed_at = ran.at if ran else None, failed.at if failed else None
        if failed_at is not None and (last is None or failed_at > last):
            state = "failed"
        elif last is None:
            state = "never"
        else:
            state = "late" if at - last > 3 * every + GRACE else "well"
        error = failed.note if failed else ""
        title = str(NAMES[name])
        found.append(Work(name, title, every, last, state, failed_at, error, name.replace(" ", "-")))
    order = {"failed": 0, "late": 1, "never": 2, "well": 3}
    return sorted(found, key=lambda work: order[work.state])


def _there(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _own_version() -> str:
    try:
        return version("kaigong")
    except PackageNotFoundError:
        for line in (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8").splitlines():
            if line.startswith("version = "):
                return line.partition('"')[2].rstrip('"')
        return "—"


def _database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
        cursor.execute("SELECT sqlite_version()")
        return f"SQLite {cursor.fetchone()[0]}"


def _database_bytes() -> int | None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    file = Path(str(connection.settings_dict["NAME"]))
    return file.stat().st_size if file.is_file() else None
