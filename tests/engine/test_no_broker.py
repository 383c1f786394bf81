"""The web process never waits on the broker: whatever is clicked, nothing connects to it (DESIGN.md 4)."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from config.celery import app
from tests.cast import County
from tests.engine.desk import Desk, accepted
from workflows.models import SignOff

CLOSED_PORT = 9
_asked: list[Any] = []


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][1] in (CLOSED_PORT, 6379):
        _asked.append(arguments[1])


def test_with_redis_stopped_every_click_answers_the_same_and_asks_nobody(county: County, settings: Any) -> None:
    sys.addaudithook(_listen)
    before, app.conf.broker_url = app.conf.broker_url, f"redis://127.0.0.1:{CLOSED_PORT}/0"
    _asked.clear()
    try:
        desk: Desk = accepted(county)
        desk.do("handler.land", "stop", {"ground": "expert-review", "notice": "5号", "expected_end": "2022-03-18"})
        desk.do("handler.land", "resume", {"last_day": "2022-03-01"})
        county.sign(desk.application, "examination", "handler.land", "agree", second_name="李梅")
        assert desk.page("chief.land", "/inbox/").status_code == 200
        assert _asked == []
        with pytest.raises(OperationalError):
            app.connection_for_write(app.conf.broker_url).ensure_connection(max_retries=1, timeout=1)
        assert _asked, "a question to the broker would have been heard"
    finally:
        app.conf.broker_url = before
    assert SignOff.objects.filter(application=desk.id).count() >= 4
