"""A person at a browser: signs in, opens pages, and writes down what the browser complains about."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.cast import PASSWORD, County

WCAG = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}

# The policy's own events, heard before any script of the page runs: the console does not name every kind.
LISTEN = """
document.addEventListener("securitypolicyviolation", (event) =>
  window.kgViolated(`${location.pathname} ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
MOVING = """() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  const lasts = (said) => said.split(",").some((part) => parseFloat(part) > 0);
  return (style.animationName !== "none" && lasts(style.animationDuration))
    || (style.transitionProperty !== "none" && lasts(style.transitionDuration));
}).map((one) => one.outerHTML.slice(0, 120))"""
# An outline, of its own or of the label that stands for a field that is out of sight.
UNSEEN = """() => {
  const shown = (one) => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  };
  const found = [];
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
    if (one.disabled || !one.checkVisibility({ visibilityProperty: true })) continue;
    one.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement !== one || shown(one) || shown(one.nextElementSibling)) continue;
    found.push(one.outerHTML.slice(0, 120));
  }
  document.activeElement?.blur();
  return found;
}"""


class Visitor:
    """One window. `complaints` collects script errors and violations of the content policy."""

    def __init__(self, browser: Browser, base: str, county: County) -> None:
        self.base, self.county, self.browser = base, county, browser
        self.complaints: list[str] = []
        self.page = self._window(1366, 768)

    def _window(self, width: int, height: int, language: str = "zh-hans", scheme: Any = "light") -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        context.add_cookies([{"name": "kaigong_language", "value": language, "url": self.base}])
        context.expose_binding("kgViolated", lambda _source, said: self.complaints.append(f"policy: {said}"))
        context.add_init_script(LISTEN)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        # A refusal is an answer with a status of its own; Chromium logs it as an error.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def resize(self, width: int, height: int, *, language: str = "zh-hans", scheme: Any = "light") -> None:
        """Go on in a window of another size, language or theme; the session comes along."""
        cookies = self.page.context.cookies()
        self.page.context.close()
        self.page = self._window(width, height, language, scheme)
        kept: Any = [cookie for cookie in cookies if cookie["name"] != "kaigong_language"]
        self.page.context.add_cookies(kept)

    def sign_in(self, username: str) -> None:
        """Sign in by the form, as a person does."""
        self.page.goto(self.base + "/sign-in/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "sign-in" not in url)

    def enter(self, username: str, language: str = "zh-hans", **window: Any) -> None:
        """Go in as somebody without the form: a session of his own in a fresh window."""
        client = Client()
        client.force_login(self.county[username])
        self.page.context.close()
        self.page = self._window(1366, 768, language, **window)
        name = django_settings.SESSION_COOKIE_NAME
        self.page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.base}])

    def fits(self, width: int, height: int) -> bool:
        """Whether the page that stands fits a window of this size without scrolling sideways."""
        self.page.set_viewport_size({"width": width, "height": height})
        return not self.wider_than_the_window()

    def open(self, address: str) -> Page:
        """Open a page; it must answer 200."""
        response = self.page.goto(self.base + address)
        assert response is not None and response.status == 200, (address, response and response.status)
        return self.page

    def violations(self, rules: dict[str, Any] | None = None) -> list[str]:
        """What axe finds on the page: WCAG 2.2 A and AA unless `rules` says otherwise."""
        found = Axe().run(self.page, options=rules or WCAG)
        return [
            f"{one['id']}: {node['html'][:160]}" for one in found.response["violations"] for node in one["nodes"][:3]
        ]

    def wider_than_the_window(self) -> bool:
        """Whether the page scrolls sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def moving(self) -> list[str]:
        """What would move though stillness was asked for: an animation or a transition that lasts."""
        return list(self.page.evaluate(MOVING))

    def unseen_focus(self) -> list[str]:
        """What can have the focus without one's seeing it."""
        return list(self.page.evaluate(UNSEEN))

    def close(self) -> None:
        """Close the window."""
        self.page.context.close()
