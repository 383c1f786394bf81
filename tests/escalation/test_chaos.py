"""Ten thousand late steps, workers killed in the middle of their transactions, the broker restarted: nothing is raised
twice, nothing is lost, everybody is told (issue 3, must-show 4).

On PostgreSQL: two beats, four Celery workers and a Redis of the test's own. On SQLite: one process with the scheduler
thread's loop, killed and started again.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from notifications.models import Delivery, Message, Preference
from tests.cast import WIND_FARM_LAND, at, county_of_people
from tests.many import copies
from tests.notifications.post_office import post_office
from workflows.audit.models import Entry
from workflows.escalation.models import Escalation, Supervision
from workflows.models import Application, DemoClock, Step
from workflows.offices.models import Person

ROOT = Path(__file__).resolve().parents[2]
SIZE, URGENT, KILLS = 10_000, 200, 20
LIMIT_SECONDS = 420
LOOP = "import django; django.setup(); from config.embedded import Scheduler; Scheduler().run()"


@pytest.fixture
def county(transactional_db: None) -> None:
    """Every step's limit ended on Friday 2022-03-04, of two hundred on 02-28; the county stands at Tuesday 03-08."""
    county = county_of_people()
    county.now = at("2022-03-01")
    model = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(model, "intake", "window.land", "accept")
    step = county.open_step(model, "examination")
    early = f"n <= {1_000_000 + URGENT}"
    copies(
        model,
        step,
        SIZE,
        due_on=f"CASE WHEN {early} THEN '2022-02-28' ELSE '2022-03-04' END{'::date' if _postgres() else ''}",
        climbs_on=f"CASE WHEN {early} THEN '2022-03-01' ELSE '2022-03-07' END{'::date' if _postgres() else ''}",
        prompted="true" if _postgres() else "1",
    )
    Step.objects.filter(pk=step.pk).update(climbs_on=None)
    Application.objects.update(climbs_on=None)
    Message.objects.update(planned_at=county.now)
    DemoClock.objects.create(shift=at("2022-03-08", "10:00") - timezone.now(), started_at=timezone.now())
    Person.objects.filter(username="deputy.city").update(email="deputy@example.cn")
    Preference.objects.create(person=county["deputy.city"], channels=["email"], digest="none")


def _postgres() -> bool:
    return connection.vendor == "postgresql"


def _environment(mail_port: int, **more: str) -> dict[str, str]:
    known = connection.settings_dict
    database = f"sqlite:///{known['NAME']}"
    if _postgres():
        database = f"postgres://{known['USER']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KAIGONG_", "REDIS_"))},
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "KAIGONG_SECRET_KEY": settings.SECRET_KEY,
        "KAIGONG_DATA_DIR": str(settings.DATA_DIR),
        "KAIGONG_HASHED_STATIC": "false",
        "KAIGONG_DEMO": "1",
        "KAIGONG_SWEEP_SECONDS": "1",
        "KAIGONG_SWEEP_BATCH": "25",
        "KAIGONG_EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "DATABASE_URL": database,
        **more,
    }


class Hand:
    """One process that may be killed and started again."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.command, self.log = name, command, log
        self.environment = {**environment, "PGAPPNAME": name}
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
            )

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill_if(self, inside: Callable[[], bool]) -> bool:
        """Freeze it, look, and kill it if it stands inside a transaction; else let it go on."""
        if self.process.poll() is not None:
            self.start()
            return False
        self.signal(signal.SIGSTOP)
        if inside():
            self.signal(signal.SIGKILL)
            self.process.wait()
            self.start()
            return True
        self.signal(signal.SIGCONT)
        return False

    def end(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait()


def _in_transaction(name: str) -> bool:
    """Whether this process's session has written something that is not committed yet."""
    if _postgres():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND backend_xid IS NOT NULL", [name]
            )
            return bool(cursor.fetchone()[0])
    try:
        with sqlite3.connect(connection.settings_dict["NAME"], timeout=0) as other:
            other.execute("BEGIN IMMEDIATE")
            other.rollback()
        return False
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return True


@contextmanager
def _redis(port: int, folder: Path) -> Iterator[Hand]:
    program = shutil.which("redis-server")
    assert program
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    hand = Hand("redis", command, dict(os.environ), folder / "redis.log")
    try:
        yield hand
    finally:
        hand.end()


def _left() -> int:
    """What is still to do: due steps, matters without a number, mails."""
    due = Step.objects.filter(climbs_on__lte="2022-03-08", finished__isnull=True).count()
    unsupervised = Escalation.objects.filter(rung__gte=3, supervision__isnull=True).exclude(target="").count()
    unplanned = Message.objects.filter(planned_at__isnull=True).count()
    urgent = Delivery.objects.filter(state="waiting", slot__isnull=True).count()
    return due + unsupervised + unplanned + urgent


def _harass(hands: list[Hand], half_time: Callable[[], None]) -> int:
    """Kill hands inside their transactions until enough were, then let the rest be done; how many were killed so."""
    killed, halved, begun = 0, False, time.monotonic()
    while killed < KILLS or not halved:
        assert time.monotonic() - begun < LIMIT_SECONDS, f"only {killed} kills, {_left()} left"
        for hand in hands:
            killed += hand.kill_if(lambda hand=hand: _in_transaction(hand.name))  # type: ignore[misc]
            time.sleep(0.02)
        if killed >= KILLS // 2 and not halved:
            half_time()
            halved = True
        if killed < KILLS:
            assert _left(), f"all work was done after {killed} kills"
    while _left():
        assert time.monotonic() - begun < LIMIT_SECONDS, f"{_left()} left"
        for hand in hands:
            if hand.process.poll() is not None:
                hand.start()
        time.sleep(0.5)
    return killed


def test_kills_and_restarts_lose_nothing_and_double_nothing(county: None, tmp_path: Path) -> None:
    with post_office() as office:
        harass = _on_postgres if _postgres() else _on_sqlite
        _check(office, harass(office.port, tmp_path))


def _on_postgres(mail_port: int, folder: Path) -> int:
    port = int(os.environ.get("KAIGONG_TEST_REDIS_PORT", "0")) or _free_port()
    environment = _environment(mail_port, REDIS_URL=f"redis://127.0.0.1:{port}/0")
    celery = [sys.executable, "-m", "celery", "-A", "config.celery", "--quiet"]
    with _redis(port, folder) as redis:
        beats = [
            Hand(f"beat-{n}", [*celery, "beat", "-s", str(folder / f"beat-{n}")], environment, folder / f"beat-{n}.log")
            for n in range(2)
        ]
        workers = [
            Hand(
                f"worker-{n}",
                [*celery, "worker", "--pool", "solo", "-n", f"worker-{n}@test", "--without-mingle", "--without-gossip"],
                environment,
                folder / f"worker-{n}.log",
            )
            for n in range(4)
        ]

        def restart() -> None:
            redis.signal(signal.SIGKILL)
            redis.process.wait()
            time.sleep(1)
            redis.start()

        try:
            return _harass(workers, restart)
        finally:
            for hand in [*beats, *workers]:
                hand.end()


def _on_sqlite(mail_port: int, folder: Path) -> int:
    environment = _environment(mail_port)
    hand = Hand("scheduler", [sys.executable, "-c", LOOP], environment, folder / "scheduler.log")
    try:
        return _harass([hand], lambda: None)
    finally:
        hand.end()


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _broken_chains() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id FROM workflows_application a LEFT JOIN audit_entry e ON e.chain = 'application:' || a.id "
            "GROUP BY a.id, a.entry_count HAVING count(e.id) <> a.entry_count LIMIT 5"
        )
        return [pk for (pk,) in cursor.fetchall()]


def _check(office: Any, killed: int) -> None:
    by_source = Escalation.objects.values("source").annotate(n=Count("pk")).values_list("source", "n")
    steps = {source: n for source, n in by_source if source.startswith("step:")}
    late = {f"step:{1_000_000 + n}": 3 if n <= URGENT else 2 for n in range(1, SIZE + 1)}
    assert steps == late
    raised = Escalation.objects.count()
    assert raised == 2 * SIZE + URGENT
    assert Message.objects.filter(kind="escalated").count() == raised
    copied = sum(len(copies) for copies in Escalation.objects.values_list("copies", flat=True).iterator())
    assert Message.objects.filter(kind="escalated_copy").count() == copied
    assert Supervision.objects.count() == URGENT
    assert _broken_chains() == [], "a chain has another length than its application says"
    assert Entry.objects.filter(kind="application.escalated").count() == raised

    told = {f"<{key}@127.0.0.1>" for key in Delivery.objects.filter(slot__isnull=True).values_list("pk", flat=True)}
    assert len(told) >= URGENT, "the deputy has a mail for each matter"
    assert set(office.ids()) == told, "each at least once, nothing else"
    print(
        f"\n{connection.vendor}: {SIZE} due steps, {raised} rungs, {raised + copied} messages in the house, "
        f"{Supervision.objects.count()} supervisions, {killed} kills inside a transaction, "
        f"{len(told)} letters, {len(office.mails)} mails"
    )
    assert killed >= KILLS
