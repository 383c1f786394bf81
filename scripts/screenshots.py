"""Take the pictures of the README anew, from the demo county in a data folder of its own, into docs/pictures/."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright
from servers import free_port

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PASSWORD = "kaigong-demo"  # noqa: S105 - the demo county's, printed on its sign-in page
LAPTOP, PHONE = (1366, 768), (390, 844)
STARTUP_SECONDS = 60


class Picture(NamedTuple):
    """One file: who looks at which page, how wide, and which first link of that page he follows ("" for none)."""

    name: str
    username: str
    path: str
    follow: str = ""
    size: tuple[int, int] = LAPTOP


LIST = (
    Picture("sign-in", "", "/"),
    Picture("inbox", "chief.land", "/inbox/"),
    Picture("step", "chief.land", "/inbox/", follow='main a[href^="/steps/"]'),
    Picture("application", "chief.land", "/applications/?q=绣花庙&procedure=land_pre_review", follow="main td a"),
    Picture("projects", "ndrc", "/projects/"),
    Picture("project", "ndrc", "/projects/?q=绣花庙", follow="main td a"),
    Picture("phone", "chief.land", "/inbox/", size=PHONE),
)


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


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Sign in, go to the page and save what the window shows."""
    width, height = picture.size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", base_url=address)
    page = context.new_page()
    page.goto("/")
    if picture.username:
        page.fill("#id_username", picture.username)
        page.fill("#id_password", PASSWORD)
        page.click("form.kg-signin-form button[type=submit]")
        page.wait_for_load_state()
        page.goto(picture.path)
    if picture.follow:
        page.goto(page.locator(picture.follow).first.get_attribute("href") or picture.path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(PICTURES / f"{picture.name}.png"))
    print(f"docs/pictures/{picture.name}.png")
    context.close()


def main() -> int:
    """Take all pictures of the list."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        # Chromium's sandbox refuses root; the pages are our own.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=arguments)
        for picture in LIST:
            take(browser, address, picture)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
