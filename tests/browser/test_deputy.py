"""A deputy between two meetings: from the message on his phone to the answer on record."""

from __future__ import annotations

import pytest

from notifications.models import Message
from tests.browser.visitor import Visitor
from tests.standing import Standing
from workflows.escalation.models import Directive, Escalation
from workflows.models import SignOff

pytestmark = pytest.mark.browser


class Clicks:
    """Counts the clicks of a person."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.n = visitor, 0

    def on(self, selector: str) -> None:
        """One click on the first such thing that is seen."""
        self.visitor.page.locator(selector).locator("visible=true").first.click()
        self.n += 1


@pytest.mark.journey
def test_a_deputy_answers_an_escalation_in_two_clicks_from_the_message(visitor: Visitor, stood: Standing) -> None:
    visitor.enter("deputy.city")
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    # One message tells of one matter, whatever rungs of it were raised at once.
    told = set(Message.objects.filter(kind="escalated", post_key="deputy.city").values_list("url", flat=True))
    waiting = Escalation.objects.filter(target="deputy.city", answered_at__isnull=True).order_by("-pk")
    raised = next(row for row in waiting if row.address in told)
    before, clicks = SignOff.objects.count(), Clicks(visitor)
    page = visitor.open("/messages/")

    clicks.on(f'a[href="{raised.address}"]')
    page.wait_for_url(f"**{raised.address}")
    assert not visitor.wider_than_the_window()
    assert page.locator("text=轮到谁").count() == 1 and page.locator(".kg-chain li").count() >= 3
    button = page.locator("form.kg-answer-card button[type=submit]")
    assert button.inner_text() == "签发：交办", "the button says the act"
    clicks.on("form.kg-answer-card button[type=submit]")
    page.wait_for_url("**/morning/")

    assert clicks.n == 2
    assert SignOff.objects.count() == before + 1
    raised.refresh_from_db()
    given = Directive.objects.get(supervision=raised.supervision)
    assert raised.answered_by == visitor.county["deputy.city"] and raised.plan_on == given.due_on


def test_the_card_asks_only_for_what_the_chosen_answer_needs(visitor: Visitor, stood: Standing) -> None:
    visitor.enter("deputy.city", language="en")
    raised = Escalation.objects.filter(target="deputy.city", answered_at__isnull=True).order_by("-pk")[0]
    page = visitor.open(raised.address)
    assert page.locator("#task").is_visible() and not page.locator("#reasons").is_visible()
    page.check("#answer-grant_time")
    assert page.locator("#reasons").is_visible() and not page.locator("#owner").is_visible()
    page.fill("#reasons", "The survey is not in.")
    page.click("form.kg-answer-card button[type=submit]")
    page.wait_for_url("**/morning/")
    raised.refresh_from_db()
    assert raised.answer == "The survey is not in." and raised.plan_on is not None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_phone_shows_the_matter_and_not_the_frame(visitor: Visitor, stood: Standing, language: str) -> None:
    visitor.enter("deputy.city", language=language)
    visitor.fits(390, 844)
    page = visitor.open("/morning/")
    bar = page.locator(".kg-bar").bounding_box()
    assert bar is not None and bar["height"] <= 112, "two lines: mark, search, post; places"
    assert page.locator(".kg-me-post").is_visible() and page.locator("#kg-search").is_visible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_acts_of_a_step_are_one_row_on_a_phone(visitor: Visitor, stood: Standing, language: str) -> None:
    visitor.enter("chief.land", language=language)
    visitor.fits(390, 844)
    page = visitor.open(f"/steps/{stood.keys['step']}/")
    acts = [act.bounding_box() for act in page.locator(".kg-decide .kg-act, .kg-act-more").all() if act.is_visible()]
    assert len(acts) == 3 and len({box["y"] for box in acts if box}) == 1
    page.click(".kg-act-more > summary")
    assert page.locator(".kg-more-daily a").first.is_visible(), "what had a button on the laptop is one tap away"
