"""From the sign-in page to the first approval in five clicks, told by the page itself."""

from __future__ import annotations

import pytest

from tests.browser.visitor import Visitor
from workflows.models import SignOff

pytestmark = pytest.mark.browser


@pytest.mark.journey
def test_a_section_chief_signs_the_first_item_of_the_inbox(visitor: Visitor) -> None:
    before = SignOff.objects.count()
    visitor.sign_in("chief.land")
    page = visitor.page
    assert "/inbox/" in page.url
    page.click("text=绣花庙风电场项目")
    page.wait_for_url("**/steps/*/")
    page.click("button:has-text('同意') >> visible=true")
    page.wait_for_url("**/applications/*/")
    assert SignOff.objects.count() == before + 1
    kept = SignOff.objects.order_by("-pk").first()
    assert kept is not None and kept.signer_name == visitor.county["chief.land"].name and kept.opinion


def test_the_same_decision_by_keyboard_alone(visitor: Visitor) -> None:
    visitor.sign_in("chief.land")
    page = visitor.page
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/steps/*/")
    before = SignOff.objects.count()
    page.focus("button:has-text('同意')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/applications/*/")
    assert SignOff.objects.count() == before + 1
