"""The inbox without reload: filters keep their address, a signed row leaves, counts refresh by themselves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.fresh import house  # noqa: F401
from tests.browser.visitor import Visitor
from tests.cast import WIND_FARM_LAND
from tests.standing import Standing
from workflows.models import SavedFilter, SignOff, Step
from workflows.offices.models import Session

pytestmark = pytest.mark.browser


def marked(page: Page) -> None:
    """Leave a mark on the page that a reload would wipe out."""
    page.evaluate("document.documentElement.dataset.mark = 'here'")


def reloaded(page: Page) -> bool:
    return page.evaluate("document.documentElement.dataset.mark") != "here"


def test_a_filter_changes_the_rows_and_the_address_and_back_undoes_it(visitor: Visitor, stood: Standing) -> None:
    visitor.enter("window.eia")
    page = visitor.open("/inbox/")
    rows = page.locator("#rows tr[data-row]")
    before = rows.count()
    marked(page)
    page.fill(".kg-filters input[name=q]", "城区加气站")
    page.press(".kg-filters input[name=q]", "Enter")
    page.wait_for_url("**q=*")
    assert rows.count() == 1 and before >= 1 and not reloaded(page)
    # The pen stays where it was, the download asks for what is shown.
    assert page.evaluate("document.activeElement.name") == "q"
    assert "q=" in (page.get_attribute("#inbox-export", "href") or "")
    page.fill(".kg-filters input[name=q]", "没有这样的项目")
    page.press(".kg-filters input[name=q]", "Enter")
    page.wait_for_selector("text=没有符合筛选条件的件")
    page.reload()
    assert page.is_visible("text=没有符合筛选条件的件")
    page.go_back()
    page.wait_for_selector("#rows tr[data-row]")
    assert page.input_value(".kg-filters input[name=q]") == "城区加气站"


def test_signed_rows_leave_the_list_and_the_counts_follow(visitor: Visitor, stood: Standing) -> None:
    stood.county.apply("land_pre_review", WIND_FARM_LAND, subject="新来的项目")
    visitor.enter("window.land")
    page = visitor.open("/inbox/?q=新来的项目")
    signed = SignOff.objects.count()
    before = int(page.locator("#count-inbox").text_content() or 0)
    row = page.locator("#rows tr[data-row]")
    assert row.count() == 1
    marked(page)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_selector("#bulk-sheet[open]")
    page.click("#bulk-sheet .kg-btn-main")
    page.wait_for_selector("#rows .kg-messages")
    assert SignOff.objects.count() == signed + 1
    assert row.count() == 0 and not reloaded(page)
    assert page.locator("#count-inbox").text_content() == str(before - 1)
    assert page.evaluate("document.activeElement.hasAttribute('data-focus-me')")


def test_counts_refresh_by_themselves_and_only_while_somebody_looks(visitor: Visitor, stood: Standing) -> None:
    visitor.enter("window.land")
    page = visitor.page
    page.clock.install()
    visitor.open("/inbox/")
    before = int(page.locator("#count-inbox").text_content() or 0)
    rows = page.locator("#rows tr[data-row]").count()
    stood.county.apply("land_pre_review", WIND_FARM_LAND, subject="新来的项目")
    expiry = Session.objects.get().expire_date
    page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })")
    page.clock.fast_forward(120_000)
    page.wait_for_timeout(200)
    assert page.locator("#count-inbox").text_content() == str(before)
    page.evaluate("delete document.visibilityState")
    page.focus(".kg-filters input[name=q]")
    page.clock.fast_forward(61_000)
    # The rows stay under the hand; the page says that there is more, and the pen stays where it was.
    page.wait_for_selector("#inbox-news .kg-note")
    assert page.locator("#count-inbox").text_content() == str(before + 1)
    assert page.locator("#rows tr[data-row]").count() == rows
    assert page.evaluate("document.activeElement.name") == "q"
    # What a page asks by itself keeps nobody signed in.
    assert Session.objects.get().expire_date == expiry
    Session.objects.all().delete()
    page.clock.fast_forward(61_000)
    page.wait_for_selector("#kg-notice a")
    assert "登录已失效" in page.inner_text("#kg-notice")


def test_a_filter_of_my_own_is_kept_and_deleted(visitor: Visitor, stood: Standing) -> None:
    visitor.enter("window.eia")
    page = visitor.open("/inbox/?tab=mine&q=城区加气站")
    page.click("#inbox-saved summary")
    page.fill("#saved-name", "加气站")
    page.press("#saved-name", "Enter")
    page.wait_for_selector("text=筛选“加气站”已保存。")
    visitor.open("/inbox/")
    page.click("#inbox-saved summary")
    page.click("#inbox-saved a:has-text('加气站')")
    page.wait_for_url("**q=*")
    assert page.locator("#rows tr[data-row]").count() == 1
    page.click("#inbox-saved summary")
    page.click("#inbox-saved button:has-text('删除')")
    page.wait_for_url("**/inbox/**")
    assert not SavedFilter.objects.exists()


def test_my_office_says_who_has_what_and_its_head_hands_it_over(visitor: Visitor, stood: Standing) -> None:
    visitor.enter("director.land", language="en")
    page = visitor.open("/inbox/?tab=unit")
    rows = page.locator("#rows tr[data-row]")
    count = rows.count()
    assert page.locator("#inbox-tabs [aria-current] .kg-quiet").text_content() == str(count) and count > 1
    assert page.locator("#bulk-sheet").count() == 0
    page.check("[data-pick-all]")
    page.click("[formaction$='/hand-over/']")
    value = page.locator("#id_to_id option").first.get_attribute("value") or ""
    page.select_option("#id_to_id", value)
    page.fill("#id_opinion", "Leave")
    page.click("main [type=submit]")
    page.wait_for_url("**/inbox/")
    assert value, page.inner_text("main")
    assert Step.objects.filter(owner=value, finished__isnull=True).exists(), page.inner_text(".kg-messages")


def test_single_letters_rest_in_fields_and_can_be_switched_off(visitor: Visitor, stood: Standing) -> None:
    visitor.enter("chief.land")
    page = visitor.open("/inbox/")
    page.keyboard.press("/")
    page.keyboard.type("jxa?")
    assert page.input_value("#kg-search") == "jxa?"
    assert page.locator(".kg-here, dialog[open]").count() == 0
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator(".kg-here .kg-pick:checked").count() == 1
    page.keyboard.press("?")
    page.wait_for_selector("#kg-help[open]")
    page.uncheck("[data-keys-toggle]")
    page.keyboard.press("Escape")
    page.locator("#kg-help").wait_for(state="hidden")
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator(".kg-pick:checked").count() == 1


def test_an_article_opens_its_text_by_key(visitor: Visitor, stood: Standing) -> None:
    visitor.enter("chief.land", language="en")
    page = visitor.open(f"/applications/{stood.keys['land']}/deadline/")
    article = page.locator("button.kg-law").first
    article.focus()
    page.keyboard.press("Enter")
    text = page.locator("[popover]:popover-open")
    assert text.count() == 1 and "statute's own words" in text.inner_text()
    assert visitor.violations() == []
    page.keyboard.press("Escape")
    text.wait_for(state="hidden")
