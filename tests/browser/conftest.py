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
from tests.cast import County
from tests.standing import Standing, keep_apart, stand

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
def stood(transactional_db: None, settings: Any, tmp_path: Path) -> Standing:
    """The county on 2022-03-01 with a case at every kind of step, and the keys of what stands in it."""
    keep_apart(settings, tmp_path)
    return stand()


@pytest.fixture
def standing(stood: Standing) -> County:
    """The people of that county."""
    return stood.county


@pytest.fixture
def visitor(chromium: Browser, standing: County, live_server: Any) -> Iterator[Visitor]:
    """A browser window; its test fails on any script error or violation of the content policy."""
    found = Visitor(chromium, live_server.url, standing)
    yield found
    found.close()
    assert found.complaints == []


__all__ = ["Page"]
