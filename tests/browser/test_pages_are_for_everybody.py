"""Every page, for people who cannot see well, on a phone, in both languages and themes; nothing breaks the policy."""

from __future__ import annotations

import pytest

from permits.models import Project
from tests.browser.visitor import Visitor
from workflows.models import Application, Step

pytestmark = pytest.mark.browser
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def addresses(username: str) -> list[str]:
    """The pages of a role."""
    first = Application.objects.order_by("pk")[0]
    step = Step.objects.filter(finished__isnull=True).exclude(post_key="").order_by("pk")[0]
    case = [f"/applications/{first.pk}/", f"/steps/{step.pk}/"]
    everybody = ["/inbox/", "/inbox/?tab=done", "/applications/", *case, "/projects/", "/messages/", "/search/?q=项目"]
    everybody += ["/people/me/password/", "/calendars/?year=2022", "/rules/", f"/applications/{first.pk}/deadline/"]
    everybody += ["/deadline/?rule=eia-form&start=2022-01-17&from1=2022-01-24&to1=2022-02-11&why1=expert-review"]
    everybody += ["/escalations/", "/escalations/tomorrow/", "/escalations/ladder/", "/messages/settings/"]
    own = [address.format(first=first.pk) for address in OWN.get(username, [])]
    return everybody + own + (keepers_pages() if username == "ndrc" else [])


OWN = {
    "chief.land": [
        "/applications/{first}/acts/note/",
        "/applications/{first}/acts/co-signers/",
        "/applications/{first}/acts/stop/",
    ],
    "admin": ["/people/", "/people/offices/", "/people/new/", "/messages/failures/", "/audit/"],
    "auditor": [
        *(
            "/audit/",
            "/audit/entries/",
            "/audit/entries/?text=同意",
            "/audit/applications/{first}/",
            "/audit/findings/",
        ),
        *("/audit/four-eyes/?year=all", "/audit/verify/progress/", "/audit/readers/", "/audit/erasures/"),
    ],
    "deputy.city": ["/escalations/?tab=all"],
}


def keepers_pages() -> list[str]:
    """The pages of a project and of the ledger."""
    here = f"/projects/{Project.objects.get().pk}"
    acts = [f"{here}/acts/{code}/" for code in ("permit", "block", "start", "merge")]
    return [f"{here}/", f"{here}/edit/", *acts, "/projects/new/", "/projects/import/"]


@pytest.mark.parametrize("username", ["chief.land", "admin", "ndrc", "auditor", "deputy.city"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visitor: Visitor, username: str) -> None:
    visitor.sign_in(username)
    for address in addresses(username):
        visitor.open(address)
        assert visitor.violations() == [], address
        assert not visitor.wider_than_the_window(), address
    visitor.resize(1366, 768, language="en", scheme="dark")
    for address in addresses(username):
        visitor.open(address)
        visitor.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
        assert visitor.violations(CONTRAST) == [], address
    visitor.resize(390, 844)
    for address in addresses(username):
        visitor.open(address)
        assert not visitor.wider_than_the_window(), address


def test_the_sign_in_page_is_for_everybody_too(visitor: Visitor) -> None:
    visitor.open("/sign-in/")
    assert visitor.violations() == []
    visitor.resize(390, 844)
    visitor.open("/sign-in/")
    assert not visitor.wider_than_the_window()
