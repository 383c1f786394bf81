"""Take the pictures of README and docs anew, from the demo county in a data folder of its own, into docs/pictures/.

screenshots.py [NAME …]    the pages of pictures.toml, or those named; both languages, desktop and phone
"""

import base64
import os
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright
from servers import free_port

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LIST = ROOT / "scripts" / "pictures.toml"
PASSWORD = "kaigong-demo"  # noqa: S105 - the demo county's, printed on its sign-in page
LAPTOP, PHONE = (1366, 768), (390, 844)
STARTUP_SECONDS = 60


class Picture(NamedTuple):
    """One page of `pictures.toml`: who opens which path, and which links he follows one after another."""

    name: str
    user: str
    path: str
    follow: tuple[str, ...]
    dark: bool


class View(NamedTuple):
    """How a page is taken: language, theme and window."""

    language: str
    theme: str
    size: tuple[int, int]

    @property
    def suffix(self) -> str:
        """`zh-desktop`, `en-phone`, `zh-desktop-dark`."""
        kind = "phone" if self.size == PHONE else "desktop"
        return f"{self.language[:2]}-{kind}{'-dark' if self.theme == 'dark' else ''}"


VIEWS = tuple(View(language, "light", size) for language in ("zh-hans", "en") for size in (LAPTOP, PHONE))
DARK = View("zh-hans", "dark", LAPTOP)


def pictures() -> list[Picture]:
    """The list, as `pictures.toml` says it."""
    read = tomllib.loads(LIST.read_text(encoding="utf-8"))["page"]
    return [
        Picture(
            row["name"],
            row["user"],
            row["path"],
            tuple(part.strip() for part in row.get("follow", "").split(";") if part.strip()),
            row.get("dark", False),
        )
        for row in read
    ]


@contextmanager
def demo() -> Iterator[str]:
    """Serve a fresh demo county; yields its address. Raises `TimeoutError` when it does not come up."""
    with TemporaryDirectory(prefix="kaigong-pictures-") as folder:
        environment = os.environ | {"KAIGONG_DATA_DIR": folder, "KAIGONG_DEMO": "1"}
        address = f"http://127.0.0.1:{(port := free_port())}"
        subprocess.run([ROOT / "scripts" / "database.sh"], env=environment, check=True)
        server = subprocess.Popen([ROOT / "scripts" / "run.sh", str(port)], env=environment)
        try:
            _wait_for(f"{address}/healthz", server)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own server on this machine
            return
        except OSError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(f"{url} does not answer") from error
            time.sleep(0.2)


def window(browser: Browser, address: str, user: str, view: View) -> Page:
    """A window of this view, signed in."""
    width, height = view.size
    scheme: Any = view.theme
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=address, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    if user:
        page.goto("/sign-in/")
        page.fill("#id_username", user)
        page.fill("#id_password", PASSWORD)
        page.click("form.kg-signin-form button[type=submit]")
        page.wait_for_load_state()
    context.add_cookies([{"name": "kaigong_language", "value": view.language, "url": address}])
    return page


def take(page: Page, picture: Picture, view: View) -> None:
    """Go to the page and keep what the window shows, as WebP. Raises `RuntimeError` when it scrolls sideways."""
    page.goto(picture.path)
    for selector in picture.follow:
        page.goto(page.locator(selector).first.get_attribute("href") or picture.path)
    page.evaluate(f"document.documentElement.dataset.bsTheme = '{view.theme}'; window.scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        raise RuntimeError(f"{picture.name} {view.suffix} scrolls sideways")
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 72})
    file = PICTURES / f"{picture.name}-{view.suffix}.webp"
    file.write_bytes(base64.b64decode(shot["data"]))
    print(f"docs/pictures/{file.name} {file.stat().st_size // 1024} KB")


def main(only: Sequence[str]) -> int:
    """Take the pictures of all pages, or of those named."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in pictures() if not only or picture.name in only]
    with demo() as address, sync_playwright() as playwright:
        # Chromium's sandbox refuses root; the pages are our own.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=arguments)
        for user in dict.fromkeys(picture.user for picture in wanted):
            for view in (*VIEWS, DARK):
                mine = [one for one in wanted if one.user == user and (view is not DARK or one.dark)]
                if mine:
                    page = window(browser, address, user, view)
                    for picture in mine:
                        take(page, picture, view)
                    page.context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
