"""Every page × role, for people who cannot see well, on a phone, in both languages and themes; the policy holds.

The pages come from `tests.house`, which a new address must join. One session for each role. In a later role's window a
page is looked at again when it has an element that was not looked at before: its tag, class, role, type and the names
of its attributes, under such a parent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.browser.visitor import Visitor
from tests.house import OUTSIDE, PAGES
from tests.standing import Standing

pytestmark = pytest.mark.browser
CONTRAST = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
LAPTOP, PHONE = (1366, 768), (390, 844)
# 200 % zoom of a 1366 × 768 window is a window of half the size.
ZOOMED = (683, 384)


# Roles whose pages differ; the others of `tests.house` see the pages of one of these.
ROLES = ("chief.land", "applicant.windfarm", "ndrc", "admin", "auditor", "deputy.city")
VOID = frozenset(["br", "hr", "img", "input", "link", "meta", "use", "path", "rect", "line", "circle"])


def elements(page: str) -> set[str]:
    """The kinds of elements of a page, each with its parent's kind."""
    found, above = set(), ["html"]
    for closing, tag, inside in re.findall(r"<(/?)([a-zA-Z]\w*)((?:\"[^\"]*\"|[^>\"])*)>", page):
        if closing:
            if tag in {kind.partition(" ")[0] for kind in above}:
                while above.pop().partition(" ")[0] != tag:
                    pass
            above = above or ["html"]
            continue
        given = dict(re.findall(r'([\w-]+)(?:="([^"]*)")?', inside))
        kept = [given.get(name, "") for name in ("class", "role", "type", "aria-current", "aria-disabled")]
        kind = " ".join([tag, *kept, *sorted(given)])
        found.add(f"{above[-1]} > {kind}")
        if tag not in VOID and not inside.endswith("/"):
            above.append(kind)
    return found


def pages(standing: Standing) -> dict[str, list[str]]:
    """{role: the addresses to look at in his window}: rows that nobody opened before, and what has something new."""
    opened: set[str] = set()
    seen: set[str] = set()
    found: dict[str, list[str]] = {}
    for username in ROLES:
        client = Client()
        client.force_login(standing.county[username])
        mine: list[str] = []
        for name, row in PAGES.items():
            for address in (one.format(**standing.keys) for one in row):
                response = client.get(address)
                if response.status_code != 200:
                    continue
                kinds = elements(response.content.decode())
                if not mine or name not in opened or kinds - seen:
                    mine.append(address)
                opened.add(name)
                seen |= kinds
        found[username] = mine
    return found


def test_every_page_of_every_role_is_for_everybody(visitor: Visitor, stood: Standing) -> None:
    looked = 0
    for username, mine in pages(stood).items():
        visitor.enter(username)
        for address in mine:
            visitor.fits(*LAPTOP)
            visitor.open(address)
            assert visitor.violations() == [], (username, address)
            assert visitor.fits(*ZOOMED), (username, address, "200 %")
            looked += 1
        visitor.enter(username, language="en", scheme="dark")
        for address in mine:
            visitor.fits(*LAPTOP)
            visitor.open(address)
            visitor.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
            assert visitor.violations(CONTRAST) == [], (username, address, "dark")
            assert visitor.fits(*PHONE), (username, address, "390 px")
    assert looked > len(PAGES)


def test_the_pages_outside_are_for_everybody_too(visitor: Visitor) -> None:
    for address in OUTSIDE:
        visitor.fits(*LAPTOP)
        visitor.open(address)
        assert visitor.violations() == [], address
        assert visitor.fits(*ZOOMED) and visitor.fits(*PHONE), address


def test_nothing_moves_for_whoever_asked_for_stillness(visitor: Visitor, stood: Standing) -> None:
    visitor.enter("chief.land")
    for address in ("/inbox/", "/steps/{step}/".format(**stood.keys)):
        visitor.open(address)
        assert list(moving(visitor.page)) == [], address


def moving(page: Page) -> Iterator[str]:
    """What would move: every element that has an animation or a transition that lasts."""
    yield from page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
             const style = getComputedStyle(one);
             const lasts = (said) => said.split(",").some((part) => parseFloat(part) > 0);
             return (style.animationName !== "none" && lasts(style.animationDuration))
                 || (style.transitionProperty !== "none" && lasts(style.transitionDuration));
           }).map((one) => one.outerHTML.slice(0, 80))"""
    )


def test_a_break_of_the_policy_would_be_heard(visitor: Visitor) -> None:
    visitor.open("/sign-in/")
    visitor.page.evaluate("document.body.setAttribute('style', 'color: red')")
    visitor.page.wait_for_timeout(200)
    heard = [said for said in visitor.complaints if said.startswith("policy: /sign-in/ style-src-attr")]
    assert heard
    visitor.complaints.clear()


def test_the_unit_answers_a_point_with_one_upload_and_two_clicks(visitor: Visitor, stood: Standing) -> None:
    visitor.enter("applicant.windfarm", language="en")
    page = visitor.open("/projects/mine/")
    page.click("text=Answer 2 points")
    page.wait_for_url("**/applications/*/#points")
    page.set_input_files(
        "#points input[type=file] >> nth=0",
        {"name": "gongshi.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"},
    )
    assert page.locator("[data-drop-name]").first.text_content() == "gongshi.pdf · 1 KB"
    page.click("text=Hand in point 1")
    page.wait_for_selector("text=Answered; 1 point is open.")
    assert page.locator(".kg-point-done").count() == 1
