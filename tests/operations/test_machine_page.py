"""The administrator sees what runs, what failed and what to do; a changed ladder is rehearsed before it is written."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from config.celery import PERIODIC
from config.embedded import Scheduler
from tests.cast import WIND_FARM_LAND, County, at
from workflows.audit import keys
from workflows.clock.ladder import CHIEF, DEFAULTS, DEPUTY, DIRECTOR, Threshold, Trigger
from workflows.escalation import heartbeat
from workflows.escalation.models import Escalation, Heartbeat
from workflows.escalation.rehearsal import rehearse
from workflows.models import LadderRung
from workflows.now import set_demo_now
from workflows.pages.runbook import RUNBOOK


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "_noted", {})


def client_of(county: County, username: str = "admin") -> Client:
    client = Client()
    client.cookies["kaigong_language"] = "en"
    client.force_login(county[username])
    return client


def works(county: County) -> dict[str, Any]:
    return {work.name: work for work in client_of(county).get("/operations/").context["machine"].works}


def test_every_periodic_work_of_the_one_list_stands_on_the_page_with_its_advice(county: County) -> None:
    found = works(county)
    assert set(found) == set(PERIODIC)
    assert {work.state for work in found.values()} == {"never"}
    advice = {entry.anchor for entry in RUNBOOK}
    assert {work.anchor for work in found.values()} <= advice
    page = client_of(county).get("/operations/runbook/").content.decode()
    assert advice <= set(re.findall(r'<section class="kg-card" id="([^"]+)"', page))


def test_every_command_of_the_runbook_is_one_of_ours(county: County) -> None:
    named = {line.split()[2] for entry in RUNBOOK for line in entry.commands if line.startswith("python manage.py")}
    root = Path(django_settings.BASE_DIR)
    ours = {path.stem for path in root.glob("*/management/commands/*.py")} | {"check"}
    assert named and named <= ours


def test_a_work_that_ran_is_well_and_one_that_fell_silent_is_not(county: County) -> None:
    heartbeat.ran("sweep the ladder")
    heartbeat.beat("ran:lapse permits", timezone.now() - dt.timedelta(hours=2))
    heartbeat.beat("ran:verify the trail", timezone.now() - dt.timedelta(hours=20))
    found = works(county)
    assert [found[name].state for name in ("sweep the ladder", "lapse permits", "verify the trail")] == [
        "well",
        "late",
        "well",
    ]


def test_a_work_that_fails_in_the_scheduler_says_why_until_it_runs_again(
    county: County, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    # The test's own transaction must stay open: the scheduler would close the connection behind it.
    monkeypatch.setattr("config.embedded.connections.close_all", lambda: None)
    monkeypatch.setattr("config.embedded.close_old_connections", lambda: None)
    scheduler = Scheduler({"lapse permits": PERIODIC["lapse permits"]})
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("permits.tasks.lapse_due", _full_disk)
        scheduler._run("lapse permits", "permits.tasks.lapse_permits")
    found = works(county)["lapse permits"]
    assert found.state == "failed" and "the disk is full" in found.error
    page = client_of(county).get("/operations/").content.decode()
    assert "the disk is full" in page and "/operations/runbook/#lapse-permits" in page
    scheduler._run("lapse permits", "permits.tasks.lapse_permits")
    assert works(county)["lapse permits"].state == "well"


def _full_disk(*_args: Any, **_kwargs: Any) -> None:
    raise OSError("the disk is full")


def test_what_runs_every_second_is_written_down_every_half_minute(county: County) -> None:
    heartbeat.ran("tell people")
    first = Heartbeat.objects.get(name="ran:tell people").at
    heartbeat.ran("tell people")
    assert Heartbeat.objects.get(name="ran:tell people").at == first


def test_keys_are_named_and_never_shown(county: County, settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "audit.pem"
    keys.signer()
    secret = settings.AUDIT_KEY_FILE.read_text().splitlines()[1]
    page = client_of(county).get("/operations/").content.decode()
    assert "audit.pem" in page and secret not in page and "PRIVATE" not in page
    assert str(tmp_path) not in page


def test_only_the_administrator_opens_it(county: County) -> None:
    for address in ("/operations/", "/operations/runbook/"):
        assert client_of(county, "chief.land").get(address).status_code == 403
        assert client_of(county, "applicant.windfarm").get(address).status_code == 403


@pytest.fixture
def quarter(county: County) -> County:
    """One case of last month whose examination is late: due 15 Feb, still open on 1 Mar."""
    county.now = at("2022-02-10")
    case = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(case, "intake", "window.land", "accept")
    county.now = at("2022-03-01")
    return county


def test_a_rehearsal_of_the_ladder_in_force_differs_in_nothing(quarter: County) -> None:
    found = rehearse("620799", at("2022-03-01"), DEFAULTS, DEFAULTS)
    assert found.rows == [] and all(before == after for _rung, before, after in found.counts)
    assert sum(before for rung, before, _after in found.counts if rung in (CHIEF, DIRECTOR)) > 0


def test_a_gentler_ladder_shows_who_would_not_have_been_called(quarter: County) -> None:
    gentler = [
        Threshold(t.rung, t.trigger, 60 if (t.rung, t.trigger) == (DEPUTY, Trigger.STEP_LATE) else t.value, t.procedure)
        for t in DEFAULTS
    ]
    found = rehearse("620799", at("2022-03-01"), DEFAULTS, gentler)
    gone = [row for row in found.rows if row.change == "gone"]
    assert [(row.rung, row.step) for row in gone] == [(DEPUTY, "经办审查和现场踏勘")] or len(gone) == 1
    assert not [row for row in found.rows if row.change == "new"]


def test_the_dry_run_keeps_what_was_typed_and_writes_nothing(quarter: County, settings: Any) -> None:
    settings.DEMO = True
    set_demo_now(at("2022-03-01"))
    form = {f"value_{n}": str(line.value) for n, line in enumerate(DEFAULTS)}
    first = next(n for n, t in enumerate(DEFAULTS) if (t.rung, t.trigger) == (CHIEF, Trigger.STEP_LATE))
    response = client_of(quarter).post("/escalations/ladder/", form | {f"value_{first}": "30", "dry": "1", "seen": "0"})
    page = response.content.decode()
    assert response.status_code == 200 and "Dry run on the last quarter" in page and "would fall away" in page
    assert response.context["lines"][first]["value"] == 30
    assert not LadderRung.objects.exists() and not Escalation.objects.exists()


def test_the_dry_run_asks_as_often_for_three_cases_as_for_thirty(
    county: County, django_assert_max_num_queries: Any
) -> None:
    county.now = at("2022-02-10")
    for _n in range(30):
        county.sign(county.apply("land_pre_review", WIND_FARM_LAND), "intake", "window.land", "accept")
    rehearse("620799", at("2022-03-01"), DEFAULTS, [])
    with django_assert_max_num_queries(9):
        found = rehearse("620799", at("2022-03-01"), DEFAULTS, [])
    assert len(found.rows) > 30
