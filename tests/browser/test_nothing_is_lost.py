"""Whatever breaks between the hand and the record, what was written stays: three stories in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.fresh import house  # noqa: F401
from tests.browser.visitor import Visitor
from tests.factories import AppointmentFactory
from tests.standing import Standing
from workflows import operations
from workflows.models import Application, SignOff, Step
from workflows.offices.models import Session

pytestmark = pytest.mark.browser

WORDS = "经核对红线，同意转报；请注意农田补划。"


def at_the_chief(visitor: Visitor, stood: Standing) -> Page:
    """The chief stands on the step of the wind farm's land and has written an opinion."""
    visitor.enter("chief.land")
    page = visitor.open(f"/steps/{stood.keys['step']}/")
    page.fill("#opinion", WORDS)
    return page


def agree(page: Page) -> None:
    page.click(".kg-decide [data-key=a]")


def test_the_network_drops_under_the_pen(visitor: Visitor, stood: Standing) -> None:
    page = at_the_chief(visitor, stood)
    page.context.set_offline(True)
    before = SignOff.objects.count()
    agree(page)
    page.wait_for_selector("#not-sent[open]")
    assert "连不上服务器" in page.inner_text("#not-sent")
    assert page.input_value("#opinion") == WORDS
    assert SignOff.objects.count() == before
    page.context.set_offline(False)
    page.click("[data-send-again]")
    page.wait_for_url("**/applications/*/")
    assert SignOff.objects.order_by("-pk")[0].opinion == WORDS
    # What was taken leaves no draft behind.
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kg-draft'))") == []
    visitor.complaints.clear()  # Chromium logs the attempt without a network as an error


def test_the_server_is_gone_although_the_network_is_there(visitor: Visitor, stood: Standing) -> None:
    page = at_the_chief(visitor, stood)
    page.route("**/sign/", lambda route: route.abort("connectionrefused"))
    agree(page)
    page.wait_for_selector("#not-sent[open]")
    page.unroute("**/sign/")
    page.click("[data-send-again]")
    page.wait_for_url("**/applications/*/")
    assert SignOff.objects.order_by("-pk")[0].opinion == WORDS
    visitor.complaints.clear()


def test_the_session_ends_under_the_pen(visitor: Visitor, stood: Standing) -> None:
    page = at_the_chief(visitor, stood)
    Session.objects.all().delete()
    before = SignOff.objects.count()
    agree(page)
    page.wait_for_url("**/sign-in/**")
    page.fill("input[name=username]", "chief.land")
    page.fill("input[name=password]", "correct horse battery")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**/steps/{stood.keys['step']}/")
    assert page.input_value("#opinion") == WORDS
    assert page.is_visible("[data-draft-note]")
    assert SignOff.objects.count() == before
    agree(page)
    page.wait_for_url("**/applications/*/")
    assert SignOff.objects.order_by("-pk")[0].opinion == WORDS


def test_a_colleague_does_not_find_the_draft_of_whoever_sat_here_before(visitor: Visitor, stood: Standing) -> None:
    page = at_the_chief(visitor, stood)
    Session.objects.all().delete()
    page.goto(visitor.base + "/sign-in/")
    page.fill("input[name=username]", "director.land")
    page.fill("input[name=password]", "correct horse battery")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page = visitor.open(f"/steps/{stood.keys['step']}/")
    assert page.input_value("#opinion") != WORDS


def test_a_colleague_was_faster(visitor: Visitor, stood: Standing) -> None:
    page = at_the_chief(visitor, stood)
    step = Step.objects.get(pk=stood.keys["step"])
    # A second hand on the same post signs meanwhile.
    colleague = stood.county["chief.build"]
    post = stood.county["chief.land"].appointments.get().post
    AppointmentFactory(post=post, person=colleague, starts=stood.county.now.date())
    operations.sign(
        step_id=step.pk,
        person=colleague,
        form=operations.Form(decision="agree", opinion="同意。"),
        seen=operations.screen_of(Application.objects.get(pk=step.process_id)),
        now=stood.county.now,
    )
    agree(page)
    page.wait_for_selector("#refused-sheet[open]")
    said = page.inner_text("#refused-sheet")
    assert colleague.name in said and f"{stood.county.now:%m-%d}" in said
    assert WORDS in said
    page.click("#refused-sheet [data-close-sheet]")
    assert page.input_value("#opinion") == WORDS
