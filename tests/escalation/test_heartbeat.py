"""The watch over the watch: a sweep that does not run is seen by whoever could mend it, and by the machine's probes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import County
from workflows.escalation import heartbeat, tasks
from workflows.escalation.models import Heartbeat

SILENT = "升级巡检已停"


def page(county: County, username: str) -> str:
    client = Client()
    client.force_login(county[username])
    return client.get("/applications/").content.decode()


def test_a_sweep_that_ran_keeps_readyz_green(county: County) -> None:
    tasks.sweep_ladder()
    assert Client().get("/readyz").status_code == 200
    assert SILENT not in page(county, "admin")


def test_after_ten_silent_minutes_readyz_fails_and_two_roles_are_told_on_every_page(county: County) -> None:
    heartbeat.beat(heartbeat.SWEEP, timezone.now() - dt.timedelta(minutes=11))
    ready = Client().get("/readyz")
    assert ready.status_code == 503 and "sweep" in ready.json()["faults"][0]
    assert SILENT in page(county, "admin") and SILENT in page(county, "supervision")
    assert SILENT not in page(county, "chief.land")
    tasks.sweep_ladder()
    assert Client().get("/readyz").status_code == 200


def test_a_process_that_just_started_gives_the_first_sweep_its_ten_minutes(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not Heartbeat.objects.exists()
    assert heartbeat.silent_since(heartbeat.SWEEP, timezone.now()) is None
    monkeypatch.setattr(heartbeat, "_started", heartbeat._started - 700)
    assert heartbeat.silent_since(heartbeat.SWEEP, timezone.now()) is not None


def test_the_scheduler_runs_what_is_due_and_survives_a_task_that_fails(
    county: County, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    from celery import shared_task

    from config.celery import every
    from config.embedded import Scheduler

    @shared_task(ignore_result=True)
    def fails() -> None:
        raise RuntimeError("the disk is full")

    # The test's own transaction must stay open: the scheduler would close the connection behind it.
    monkeypatch.setattr("config.embedded.connections.close_all", lambda: None)
    monkeypatch.setattr("config.embedded.close_old_connections", lambda: None)
    scheduler = Scheduler(
        {"fails": every(1, fails.name), "sweeps": every(3600, "workflows.escalation.tasks.sweep_ladder")}
    )
    assert scheduler.run_due() == ["fails", "sweeps"]
    assert "the disk is full" in caplog.text
    assert Heartbeat.objects.filter(name=heartbeat.SWEEP).exists()
    assert "sweeps" not in scheduler.run_due()


def test_the_list_of_periodic_work_names_tasks_that_exist() -> None:
    from config.celery import PERIODIC, app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in PERIODIC.values()} <= set(app.tasks)


def test_with_the_broker_gone_a_click_gives_the_same_answer_and_asks_as_much(county: County, settings: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.cast import WIND_FARM_LAND
    from workflows import operations
    from workflows.models import Application

    def click() -> tuple[int, int]:
        application = county.apply("land_pre_review", WIND_FARM_LAND)
        step = county.open_step(application, "intake")
        seen = operations.screen_of(Application.objects.get(pk=application.pk))
        client = Client()
        client.force_login(county["window.land"])
        body = {"decision": "accept", "opinion": "材料齐全。", "seen": seen}
        with CaptureQueriesContext(connection) as caught:
            status = client.post(f"/steps/{step.pk}/sign/", body).status_code
        return status, len(caught)

    click()
    with_broker = click()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert click() == with_broker and with_broker[0] == 302
