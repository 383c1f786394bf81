"""The table of pages is whole: a new address has a row, or answers no GET."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from tests.house import NO_PAGE, OUTSIDE, PAGES, ROLES, addresses, names
from tests.standing import Standing, keep_apart, stand

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def answers_get(view: Any) -> bool:
    """Whether the view takes a GET at all; `require_POST` says no before anything is read."""
    request = RequestFactory().get("/")
    try:
        return bool(view(request).status_code != 405)
    except Exception:
        return True


def test_every_address_of_the_house_has_a_row_or_takes_no_get() -> None:
    known = set(PAGES) | NO_PAGE
    missing = [name for name, view in names() if name not in known and answers_get(view)]
    # Give each of these a row in tests/house.py.
    assert missing == []
    assert known <= {name for name, _view in names()} | {"sign_in"}


def test_every_row_names_addresses_of_its_own_view() -> None:
    views = dict(names())
    keys: dict[str, Any] = dict.fromkeys(
        ["land", "asked", "supervision", "letter", "step", "asked_step", "project", "permit", "ledger", "person"], 1
    )
    keys |= {"person": 1, "appointment": 1, "cover": 1, "climbed": "step:1/3/1", "climbed_low": "step:1/1/1"}
    for name, row in PAGES.items():
        for address in row:
            path = address.format(**keys).partition("?")[0]
            assert resolve(path).func is views[name], (name, address)


@pytest.fixture
def standing(db: None, settings: Any, tmp_path: Path) -> Standing:
    keep_apart(settings, tmp_path)
    return stand()


def test_every_page_opens_for_somebody(standing: Standing) -> None:
    # That nobody meets a fault is asked by the walk of tests/pages/test_languages.py, which takes every role.
    opened: set[str] = set()
    left = addresses(standing.keys)
    for username in ROLES:
        client = Client()
        client.force_login(standing.county[username])
        opened |= {address for address in left if client.get(address).status_code == 200}
        left = [address for address in left if address not in opened]
    for name, row in PAGES.items():
        assert any(address.format(**standing.keys) in opened for address in row), name


def test_every_answer_carries_the_same_strict_policy(standing: Standing) -> None:
    client = Client()
    stranger = [client.get(address) for address in (*OUTSIDE, "/nowhere/", "/inbox/", "/healthz")]
    client.force_login(standing.county["chief.land"])
    asked = ["/inbox/", "/operations/", "/applications/999999/", "/steps/{step}/", "/nowhere/"]
    inside = [client.get(address.format(**standing.keys)) for address in asked]
    inside.append(client.post("/steps/{step}/sign/".format(**standing.keys), {"decision": "agree"}))
    for response in [*stranger, *inside]:
        said = response.headers["Content-Security-Policy"]
        found = dict(part.strip().partition(" ")[::2] for part in said.split(";") if part.strip())
        assert found == POLICY, response.status_code
        assert "unsafe" not in said
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
