"""A county for each test, for modules whose tests sign the same steps: `from tests.browser.fresh import house`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.standing import Standing, keep_apart, stand


@pytest.fixture
def house(transactional_db: None, settings: Any, tmp_path: Any) -> Iterator[tuple[str, Standing]]:
    """(the server's address, the county on 2022-03-01), emptied after each test."""
    keep_apart(settings, tmp_path)
    server = LiveServer("localhost")
    try:
        yield server.url, stand()
    finally:
        server.stop()


__all__ = ["house"]
