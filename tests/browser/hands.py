"""Two ways to do the same job: with a mouse, and with the keyboard alone. Both are counted by the browser itself.

Counted is every press of a mouse button, and every key that does something: Enter and Space on what is not a text, and
single letters. Not counted: typing into a field or a list, and moving (Tab, arrows, j and k, and on a step the letters
that only lead to a button).
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.visitor import Visitor

COUNT = """
addEventListener("mousedown", (event) => event.isTrusted && window.kgActed("mouse"), true);
addEventListener("keydown", (event) => {
  if (!event.isTrusted || event.repeat) return;
  const at = event.target;
  const written = at.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=file], [type=submit])");
  const leads = /^[jk]$/.test(event.key) || (/^[ar]$/.test(event.key) && document.querySelector("[data-key]"));
  const enter = event.key === "Enter" && !at.matches("textarea");
  if (enter || (event.key.length === 1 && !written && !leads)) window.kgActed(`key ${event.key}`);
}, true);
"""
# What has the focus, and whether one sees it: an outline, of its own or of the label that stands for a hidden field.
SEEN = """(one) => {
  const shown = (it) => {
    const style = it && getComputedStyle(it);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  };
  return one.matches(":focus-visible") && (shown(one) || shown(one.nextElementSibling));
}"""
MOST_TABS = 150


class Hands:
    """What a person does on the page that stands; `keyboard` says with what."""

    def __init__(self, visitor: Visitor, *, keyboard: bool) -> None:
        self.visitor, self.keyboard = visitor, keyboard
        self.acts: list[str] = []

    def enter(self, username: str, address: str) -> Page:
        """Come in as somebody, at the page from which the count begins."""
        self.visitor.enter(username)
        context = self.visitor.page.context
        context.expose_binding("kgActed", lambda _source, act: self.acts.append(str(act)))
        context.add_init_script(COUNT)
        return self.visitor.open(address)

    def press(self, selector: str, key: str = "Enter") -> None:
        """Press a button, follow a link, tick a box (by keyboard with Space)."""
        if not self.keyboard:
            self.visitor.page.locator(selector).first.click()
            return
        self.reach(selector)
        self.visitor.page.keyboard.press(key)

    def reach(self, selector: str) -> Any:
        """Move by Tab until the focus is on it; one must see where the focus is, on the way too."""
        page = self.visitor.page
        wanted = page.locator(selector).first
        wanted.wait_for(state="attached")
        for _n in range(MOST_TABS):
            if wanted.evaluate("(one) => one === document.activeElement"):
                assert wanted.evaluate(SEEN), f"no visible focus: {selector}"
                return wanted
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector}")

    def write(self, selector: str, text: str) -> None:
        """Type into a field, moved to by Tab (both ways: typing is no click)."""
        field = self.reach(selector)
        field.press("Control+a") if field.get_attribute("type") != "date" else None
        self.visitor.page.keyboard.type(text)

    def choose(self, selector: str, nth: int) -> None:
        """Choose the n-th entry of a list with the arrows."""
        field = self.reach(selector)
        for _n in range(40):
            at = field.evaluate("(one) => one.selectedIndex")
            if at == nth:
                return
            self.visitor.page.keyboard.press("ArrowDown" if at < nth else "ArrowUp")
        raise AssertionError(f"no entry {nth} in {selector}")

    def upload(self, selector: str, file: Any) -> None:
        """Choose a file in the browser's own window."""
        with self.visitor.page.expect_file_chooser() as asked:
            if self.keyboard:
                self.reach(selector)
                self.visitor.page.keyboard.press("Space")
            else:
                self.visitor.page.locator(f"{selector} + label").first.click()
        asked.value.set_files(file)

    @property
    def count(self) -> int:
        """How many acts the browser counted."""
        self.visitor.page.wait_for_timeout(50)
        if self.keyboard:
            assert "mouse" not in self.acts
        return len(self.acts)
