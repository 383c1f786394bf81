"""A Chromium for the session, a county with a few cases, and a page that reports whatever it complains about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.visitor import Visitor
from tests.cast import WIND_FARM_LAND, County, at, county_of_people
from tests.factories import ProjectFactory
from tests.journeys.forms import FACTS
from workflows.audit.sequencer import sequence
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep

# Playwright's own loop runs in this thread; Django would take every query beside it for one inside a coroutine.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def standing(transactional_db: None, settings: Any, tmp_path: Path) -> County:
    """The county on 2022-03-01 with a case at every kind of step."""
    from workflows import now

    settings.DEMO = True
    settings.AUDIT_KEY_FILE, settings.CHECKPOINT_DIR = tmp_path / "keys" / "audit.pem", tmp_path / "checkpoints"
    now._shift = None
    county = county_of_people()
    county.now = at("2022-02-10")
    first = county.apply("land_pre_review", WIND_FARM_LAND, applicant_post="applicant.windfarm")
    county.sign(first, "intake", "window.land", "accept")
    county.sign(first, "examination", "handler.land", "agree", second_name="李梅")
    county.now = at("2022-02-15")
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(first, node, username, "conditions")
    second = county.apply("land_pre_review", WIND_FARM_LAND, subject="霍城镇长城遗址公园项目")
    county.sign(second, "intake", "window.land", "accept")
    county.apply("eia_form", FACTS["eia_form"], subject="城区加气站建设项目")
    ProjectFactory()
    # What stalled has climbed by now, and the deputy has a matter on his page.
    sweep(at("2022-03-01"))
    open_supervisions(at("2022-03-01"))
    sequence(at("2022-03-01"), sign=True)
    return county


@pytest.fixture
def visitor(chromium: Browser, standing: County, live_server: Any) -> Iterator[Visitor]:
    """A browser window; its test fails on any script error or violation of the content policy."""
    found = Visitor(chromium, live_server.url, standing)
    yield found
    found.close()
    assert found.complaints == []


__all__ = ["Page"]
