"""What a page costs on the wire after the first visit: a real browser, the product as `make run` serves it.

    make bench K=transfer

Chromium counts the octets of every answer (Network.loadingFinished, headers included). The assets come hashed and
immutable: after the first page they must not be asked for again.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, sync_playwright

pytestmark = pytest.mark.benchmark

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "kaigong-demo"  # noqa: S105 - the demo county's, printed on its sign-in page
BYTES = 150_000
# Who opens what; the first page of each person pays for the assets. A new page is one line here.
PAGES = {
    "chief.land": ("/inbox/", "step", "/inbox/?tab=done", "/applications/", "/messages/"),
    "ndrc": ("/projects/", "project", "/search/?q=风电"),
    "deputy.city": ("/morning/", "/escalations/", "/escalations/?tab=all", "/projects/portfolio/"),
    "auditor": ("/audit/", "/audit/entries/"),
}
# An address that is found on the page before.
LINKS = {"step": "a[href^='/steps/']", "project": "a[data-open][href^='/projects/']"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fresh demo county, served with hashed and compressed assets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KAIGONG_", "DJANGO_"))}
    kept = {name: value for name, value in kept.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment = kept | {"KAIGONG_DATA_DIR": str(tmp_path_factory.mktemp("transfer")), "KAIGONG_DEMO": "1"}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    subprocess.run([ROOT / "scripts" / "database.sh"], env=environment, check=True)  # noqa: S603 - our own script
    server = subprocess.Popen([ROOT / "scripts" / "run.sh", str(port)], env=environment)  # noqa: S603 - our own script
    try:
        found = f"http://127.0.0.1:{port}"
        _wait_for(f"{found}/healthz", server)
        yield found
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes], seconds: float = 240.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own server on this machine
            return
        except OSError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(f"{url} does not answer") from error
            time.sleep(0.2)


class Wire:
    """The answers that came over the network since the last look: (address, octets)."""

    def __init__(self, session: CDPSession) -> None:
        self.asked: dict[str, str] = {}
        self.came: list[tuple[str, int]] = []
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)

    def _asked(self, event: dict[str, Any]) -> None:
        self.asked[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, Any]) -> None:
        if octets := int(event["encodedDataLength"]):
            self.came.append((self.asked.get(event["requestId"], "?"), octets))

    def take(self) -> list[tuple[str, int]]:
        """What came, and begin anew."""
        found, self.came = self.came, []
        return found


def _open(page: Page, base: str, where: str) -> None:
    if where in LINKS:
        where = page.locator(LINKS[where]).first.get_attribute("href") or "/"
    page.goto(base + where, wait_until="networkidle")


def test_a_page_after_the_first_visit_keeps_within_its_octets(address: str) -> None:
    """Each page by itself ≤ 150 kB, and no asset is fetched twice; what the first visit costs is told."""
    over, again, lines = [], [], []
    with sync_playwright() as playwright:
        # Chromium's sandbox refuses root; the pages are our own.
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for user, places in PAGES.items():
            page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
            wire = Wire(page.context.new_cdp_session(page))
            page.goto(address + "/sign-in/", wait_until="networkidle")
            page.fill("#id_username", user)
            page.fill("#id_password", PASSWORD)
            page.click("form.kg-signin-form button[type=submit]")
            page.wait_for_load_state("networkidle")
            lines.append(f"{user}: sign-in and landing, everything anew: {sum(n for _u, n in wire.take()):,}")
            for where in places:
                _open(page, address, where)
                fresh = wire.take()
                _open(page, address, page.url.removeprefix(address))
                came = wire.take()
                octets = sum(n for _url, n in came)
                lines.append(f"  {where:28} {octets:8,}   (first time {sum(n for _u, n in fresh):,})")
                over += [f"{user} {where}: {octets}"] if octets > BYTES else []
                again += [url for url, _n in came if "/static/" in url]
        browser.close()
    print("\n" + "\n".join(lines))
    assert not over, f"more than {BYTES} octets: {over}"
    assert not again, f"fetched again: {again}"
