"""From the sign-in page to the first approval in five clicks, told by the page itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.fresh import house  # noqa: F401
from tests.browser.visitor import Visitor
from workflows.models import SignOff

pytestmark = pytest.mark.browser

# Every click of the person, whatever page it falls on: a bubbling listener of the page could be stopped, this cannot.
COUNT = """
addEventListener("click", (event) => event.isTrusted && event.detail &&
  sessionStorage.setItem("clicks", Number(sessionStorage.getItem("clicks") ?? 0) + 1), true);
"""


def clicks(page: Page) -> int:
    return int(page.evaluate("sessionStorage.getItem('clicks')") or 0)


@pytest.mark.journey
def test_a_newcomer_follows_the_card_to_the_first_approval(visitor: Visitor) -> None:
    before = SignOff.objects.count()
    page = visitor.page
    page.add_init_script(COUNT)
    page.goto(visitor.base + "/sign-in/")
    # The demo's sign-in page names the account to begin with.
    assert page.locator(".kg-note code:has-text('chief.land')").count() == 1
    visitor.sign_in("chief.land")
    page.evaluate("sessionStorage.removeItem('clicks')")
    # The card offers the item, the step's page names the button, and the next page says that it is done.
    page.click(".kg-tour [data-tour-first]")
    page.wait_for_url("**/steps/*/")
    named = page.inner_text(".kg-tour-step").partition("“")[2].partition("”")[0]
    page.click(f".kg-decide button:has-text('{named}')")
    page.wait_for_url("**/applications/*/")
    assert page.locator(".kg-messages .kg-note-ok").count() == 1
    assert 0 < clicks(page) <= 5
    assert SignOff.objects.count() == before + 1
    kept = SignOff.objects.order_by("-pk").first()
    assert kept is not None and kept.signer_name == visitor.county["chief.land"].name and kept.opinion


def test_the_card_is_put_away_for_good_and_comes_back_from_the_help(visitor: Visitor) -> None:
    visitor.enter("chief.land", language="en")
    page = visitor.open("/inbox/")
    page.click("text=Understood, put it away")
    page.wait_for_url("**/inbox/")
    assert page.locator(".kg-tour").count() == 0
    visitor.enter("chief.land", language="en")
    page = visitor.open("/inbox/")
    assert page.locator(".kg-tour").count() == 0
    page.keyboard.press("?")
    page.click("text=Show the first-day card")
    page.wait_for_selector(".kg-tour")


def test_the_same_decision_by_keyboard_alone(visitor: Visitor) -> None:
    visitor.sign_in("chief.land")
    page = visitor.page
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/steps/*/")
    before = SignOff.objects.count()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/applications/*/")
    assert SignOff.objects.count() == before + 1
    # What waits next is one key away.
    assert page.locator("[data-next], .kg-messages a").count() >= 1
