"""The map of projects in a real browser: pins under the content policy, and a project opened by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import Visitor
from tests.factories import ProjectFactory

pytestmark = pytest.mark.browser


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus."""
    for _n in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_the_map_draws_pins_and_opens_a_project_by_keyboard(visitor: Visitor) -> None:
    near = [ProjectFactory(name=f"近处{n}", latitude="38.402000", longitude="101.243000") for n in range(2)]
    visitor.enter("deputy.city")
    page = visitor.open("/projects/portfolio/map/?year=2022")
    page.wait_for_selector("#kg-map[data-drawn='3']")
    assert page.locator(".kg-map-pin").count() == 2, "what stands on one spot is one pin"
    assert page.locator("#map-table tbody tr").count() == 3

    tab_to(page, ".kg-skip-map")
    tab_to(page, ".kg-map-pin[aria-label^='绣花庙']")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('.leaflet-popup a[href^=\"/projects/\"]')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/*/")
    assert page.locator("h1").inner_text() == "绣花庙风电场项目"

    page = visitor.open("/projects/portfolio/map/?year=2022")
    page.wait_for_selector("#kg-map[data-drawn='3']")
    page.get_by_role("button", name="相邻的 2 个项目").press("Enter")
    page.wait_for_selector(".leaflet-popup")
    assert sorted(page.locator(".leaflet-popup li a").all_inner_texts()) == sorted(one.name for one in near)
    before = page.locator(".leaflet-control-scale-line").inner_text()
    page.locator(".leaflet-control-zoom-in").press("Enter")
    page.wait_for_function(
        "(before) => document.querySelector('.leaflet-control-scale-line').innerText !== before", arg=before
    )
    assert not page.evaluate(
        "performance.getEntriesByType('resource').some((one) => !one.name.startsWith(location.origin))"
    )


def test_the_print_button_opens_the_dialogue_and_the_matrix_is_one_page_across(visitor: Visitor) -> None:
    for n in range(55):
        ProjectFactory(name=f"一个名称不算很短的第{n}号项目", bureau="自然资源局")
    for language in ("zh-hans", "en"):
        visitor.enter("deputy.city", language=language)
        page = visitor.open("/projects/portfolio/?year=2022")
        page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
        page.locator("[data-print]").press("Enter")
        assert page.evaluate("document.body.dataset.printed") == "yes"
        printed = page.pdf(prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") == 1 and b"/MediaBox [0 0 841" in printed, language
