"""Every page × role, for people who cannot see well, on a phone, in both languages and themes.

The pages come from `tests.house`, which a new address must join. One session for each role. An address is looked at
again in a later role's window unless that window shows the same kinds of elements (tag, class, role, type and the names
of the attributes, under such a parent) as an earlier role saw there.
"""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from django.test import Client

from tests.browser.visitor import Visitor
from tests.house import OUTSIDE, PAGES, ROLES
from tests.standing import Standing

pytestmark = pytest.mark.browser
CONTRAST = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
LAPTOP, PHONE = (1366, 768), (390, 844)
# 200 % zoom of a 1366 × 768 window is a window of half the size.
ZOOMED = (683, 384)
BAR = re.compile(r'<header class="kg-bar">.*?</header>', re.S)
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
    """{role: the addresses to look at in his window}."""
    seen: set[tuple[str, frozenset[str]]] = set()
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
                # The bar of a role is looked at on his first page.
                shown = (name, frozenset(elements(BAR.sub("", response.content.decode()))))
                if not mine or shown not in seen:
                    mine.append(address)
                seen.add(shown)
        found[username] = mine
    return found


def test_every_page_of_every_role_is_for_everybody(visitor: Visitor, stood: Standing) -> None:
    spent: Counter[str] = Counter()
    began = time.perf_counter()

    def lap(what: str) -> None:
        nonlocal began
        spent[what] += int(1000 * (time.perf_counter() - began))
        began = time.perf_counter()

    chosen = pages(stood)
    lap("choosing")
    for username, mine in chosen.items():
        visitor.enter(username)
        for address in mine:
            visitor.fits(*LAPTOP)
            visitor.open(address)
            lap("opening")
            assert visitor.violations() == [], (username, address)
            lap("axe")
            assert visitor.moving() == [], (username, address, "moves")
            assert visitor.unseen_focus() == [], (username, address, "focus")
            assert visitor.fits(*ZOOMED), (username, address, "200 %")
            assert visitor.fits(*PHONE), (username, address, "390 px")
            lap("looking")
        visitor.enter(username, language="en", scheme="dark")
        for address in mine:
            visitor.fits(*LAPTOP)
            visitor.open(address)
            visitor.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
            lap("opening")
            assert visitor.violations(CONTRAST) == [], (username, address, "dark")
            lap("contrast")
            assert visitor.fits(*ZOOMED), (username, address, "200 %, English")
            assert visitor.fits(*PHONE), (username, address, "390 px, English")
            lap("looking")
    looked = sum(map(len, chosen.values()))
    print(f"{looked} pages, milliseconds: {dict(spent)}")
    assert looked > len(PAGES)


def test_the_pages_outside_are_for_everybody_too(visitor: Visitor) -> None:
    for address in OUTSIDE:
        visitor.fits(*LAPTOP)
        visitor.open(address)
        assert visitor.violations() == [], address
        assert visitor.fits(*ZOOMED) and visitor.fits(*PHONE), address


def test_what_is_wrong_would_be_found(visitor: Visitor) -> None:
    page = visitor.open("/sign-in/")
    page.evaluate(
        """() => {
          const small = document.createElement("p");
          const tiny = '<button class="tiny" aria-label="a"></button>';
          small.innerHTML = tiny + tiny + "<img>";
          document.querySelector("main").append(small);
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(".tiny { all: unset; display: inline-block; height: 9px; width: 9px }"
            + ".tiny:focus-visible { outline: 0 !important } main { min-width: 1400px }"
            + "@media all { .tiny { transition: color 1s !important } }");
          document.adoptedStyleSheets = [sheet];
        }"""
    )
    found = {one.partition(":")[0] for one in visitor.violations()}
    assert {"target-size", "image-alt"} <= found
    assert len(visitor.unseen_focus()) == 2 and len(visitor.moving()) == 2
    assert not visitor.fits(*LAPTOP)


@pytest.mark.parametrize("address", ["/applications/{land}/", "/applications/{asked}/letters/{letter}/"])
def test_on_paper_stands_the_matter_without_the_frame(visitor: Visitor, stood: Standing, address: str) -> None:
    visitor.enter("chief.land" if "{land}" in address else "applicant.windfarm")
    page = visitor.open(address.format(**stood.keys))
    page.emulate_media(media="print")
    frame = ".kg-bar, .kg-demo, .kg-decide, .kg-head-acts, .kg-skip, button, .kg-btn, input:not([type=hidden])"
    assert [one for one in page.locator(frame).all() if one.is_visible()] == []
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots to the inch
    for drawing in page.locator("main svg.kg-flow").all():
        box = drawing.bounding_box()
        assert box is not None and box["x"] + box["width"] <= 794
    assert page.locator("h1").is_visible() and page.locator("main").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
