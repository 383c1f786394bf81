"""A Chromium for the session, a county for each module, and a window that reports what its page complains about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.visitor import Visitor
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


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Here the database belongs to a whole module: it is emptied after the module's last test, not after each."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def house(db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Standing]]:
    """(the server's address, the county on 2022-03-01 with a case at every kind of step), for a whole module.

    Standing it up costs more than most walks through it. So the tests of a module share what stands: each takes a case
    of its own.
    """
    wanted = SimpleNamespace()
    keep_apart(wanted, tmp_path_factory.mktemp("house"))
    with override_settings(**vars(wanted)):
        server = LiveServer("localhost")
        try:
            yield server.url, stand()
        finally:
            server.stop()


@pytest.fixture
def stood(house: tuple[str, Standing]) -> Standing:
    """The county, and the keys of what stands in it."""
    return house[1]


@pytest.fixture
def visitor(chromium: Browser, house: tuple[str, Standing]) -> Iterator[Visitor]:
    """A browser window; its test fails on any script error or violation of the content policy."""
    address, stood = house
    found = Visitor(chromium, address, stood.county)
    yield found
    found.close()
    assert found.complaints == []


__all__ = ["Page"]
