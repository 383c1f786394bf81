"""The content policy: whatever breaks it is heard, so a walk without complaints means something.

Every visitor of these tests ends with "no complaint" (`conftest.visitor`): the policy holds on every page they walk.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
# What a page could do against the policy, each by itself, and the directive that it breaks.
BREAKS = {
    "document.body.setAttribute('style', 'color: red')": "style-src-attr inline",
    "document.body.setAttribute('onclick', 'void 0') || document.body.click()": "script-src-attr inline",
    "document.head.append(Object.assign(document.createElement('style'), {textContent: 'p { color: red }'}))": (
        "style-src-elem inline"
    ),
    "document.head.append(Object.assign(document.createElement('script'), {textContent: '1'}))": (
        "script-src-elem inline"
    ),
    "setTimeout(() => { try { eval('1') } catch { /* refused */ } })": "script-src eval",
    "new Image().src = 'http://127.0.0.1:9/elsewhere.png'": "img-src http://127.0.0.1:9/elsewhere.png",
    "fetch('http://127.0.0.1:9/').catch(() => null) && null": "connect-src http://127.0.0.1:9/",
}


def heard(visitor: Visitor) -> list[str]:
    """The policy's own words since the last call; the visitor's list is emptied."""
    visitor.page.wait_for_timeout(300)
    said = [one for one in visitor.complaints if one.startswith("policy: ")]
    visitor.complaints.clear()
    return said


def test_every_break_of_the_policy_is_heard(visitor: Visitor) -> None:
    visitor.open("/sign-in/")
    for act, directive in BREAKS.items():
        visitor.page.evaluate(act)
        assert any(one.startswith(f"policy: /sign-in/ {directive}") for one in heard(visitor)), act


def test_a_script_and_a_style_planted_in_a_page_are_heard_and_do_nothing(visitor: Visitor) -> None:
    def plant(route: Route) -> None:
        answer = route.fetch()
        planted = "<script>document.title = 'planted'</script><style>body { color: rgb(1, 2, 3) }</style>"
        route.fulfill(response=answer, body=answer.text().replace("</body>", f"{planted}</body>"))

    visitor.page.route("**/sign-in/", plant)
    page = visitor.open("/sign-in/")
    said = heard(visitor)
    assert any("script-src-elem inline" in one for one in said)
    assert any("style-src-elem inline" in one for one in said)
    assert page.title() != "planted"
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(1, 2, 3)"


def test_no_page_of_the_walk_may_ask_for_less(visitor: Visitor) -> None:
    response = visitor.page.goto(visitor.base + "/sign-in/")
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
