"""Every refusal and fault is a page of the house, in the reader's language, that says what to do next."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import get_resolver

from tests.cast import PASSWORD, WIND_FARM_LAND, County


def client_of(county: County, username: str, language: str = "en", **how: Any) -> Client:
    client = Client(**how)
    client.cookies["kaigong_language"] = language
    client.force_login(county[username])
    return client


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_stranger_address_and_another_roles_page_say_where_to_go(county: County, language: str) -> None:
    client = client_of(county, "chief.land", language)
    for address, status in (("/nowhere/", 404), ("/people/", 403), ("/applications/999/", 404)):
        response = client.get(address)
        page = response.content.decode()
        assert response.status_code == status and "kg-error-page" in page and 'class="kg-bar"' in page, address
        assert 'href="/"' in page


@pytest.mark.parametrize(
    ("handler", "error", "status"), [("400", SuspiciousOperation, 400), ("403", PermissionDenied, 403)]
)
def test_what_django_itself_refuses_is_a_page_of_the_house(
    county: County, handler: str, error: type[Exception], status: int
) -> None:
    view = get_resolver().resolve_error_handler(int(handler))
    request: Any = RequestFactory().get("/inbox/")
    request.user, request.now, request.LANGUAGE_CODE = county["chief.land"], county.now, "en"
    response = view(request, error())
    assert response.status_code == status and "kg-error-page" in response.content.decode()


def test_a_stale_form_asks_to_sign_in_again_and_says_that_nothing_is_lost(county: County) -> None:
    client = client_of(county, "chief.land", enforce_csrf_checks=True)
    response = client.post("/language/", {"language": "en"})
    page = response.content.decode()
    assert response.status_code == 403 and "This page is too old" in page
    assert "kept on this device" in page and "/sign-in/" in page


def test_a_session_that_ended_leads_to_the_sign_in_page_and_back(county: County) -> None:
    response = Client().get("/inbox/?tab=soon")
    assert response.status_code == 302 and response["Location"] == "/sign-in/?next=/inbox/%3Ftab%3Dsoon"
    step = Client(headers={"HX-Request": "true"}).get("/inbox/")
    assert step.status_code == 204 and step["HX-Redirect"].startswith("/sign-in/")


def test_whoever_was_faster_and_what_the_rule_forbids_have_their_own_pages(county: County) -> None:
    case = county.apply("land_pre_review", WIND_FARM_LAND)
    step = county.open_step(case, "intake")
    client = client_of(county, "window.land")
    old = client.post(f"/steps/{step.pk}/sign/", {"decision": "accept", "opinion": "齐全", "seen": "0:x"})
    page = old.content.decode()
    assert old.status_code == 409 and "something moved" in page and "齐全" in page and f"/steps/{step.pk}/" in page
    case.refresh_from_db(fields=["revision", "content_hash"])
    seen = f"{case.revision}:{case.content_hash}"
    off = client.post(f"/steps/{step.pk}/sign/", {"decision": "ask_once", "opinion": "缺件", "seen": seen})
    assert off.status_code == 422 and "at least one thing" in off.content.decode()


def test_a_fault_of_ours_names_the_number_to_tell_the_administrator() -> None:
    request: Any = RequestFactory().get("/")
    request.LANGUAGE_CODE, request.request_id = "en", "0123456789abcdef"
    page = render_to_string("500.html", {}, request)
    assert "0123456789abcdef" in page and 'href="/"' in page and "<script" not in page


def test_a_locked_account_says_how_long_and_who_can_help(county: County) -> None:
    client = Client()
    client.cookies["kaigong_language"] = "en"
    for _try in range(6):
        response = client.post("/sign-in/", {"username": "chief.land", "password": "wrong" + PASSWORD})
    page = response.content.decode()
    assert response.status_code == 403 and "locked for a while" in page and "administrator" in page
