"""One application and the browsers of those who act on it: what the tests of the special acts share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.cast import County
from tests.journeys.forms import FACTS
from workflows import operations
from workflows.audit.models import Entry
from workflows.audit.refused import Refused
from workflows.models import Application, SignOff
from workflows.templatetags.acts import word

OPINION = {"opinion": "情况属实，附说明。"}


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block is refused with this code."""
    with pytest.raises(Refused) as no:
        yield
    assert no.value.code == code


class Desk:
    """One application, and the browsers of those who act on it."""

    def __init__(self, county: County, application: Application) -> None:
        self.county, self.id = county, application.pk

    @property
    def application(self) -> Application:
        return Application.objects.get(pk=self.id)

    def post(self, username: str, code: str, body: dict[str, Any], seen: str | None = None) -> Any:
        client = Client()
        with time_machine.travel(self.county.now, tick=False):
            client.force_login(self.county[username])
            address = reverse("special_act", args=[self.id, code])
            if seen is None:
                seen = operations.screen_of(self.application)
            return client.post(address, {**body, "seen": seen})

    def page(self, username: str, address: str) -> Any:
        client = Client()
        with time_machine.travel(self.county.now, tick=False):
            client.force_login(self.county[username])
            return client.get(address)

    @staticmethod
    def _entries() -> int:
        """How many acts are on record; that somebody was turned away is no act."""
        return Entry.objects.exclude(kind="access.refused").count()

    def do(self, username: str, code: str, body: dict[str, Any], stranger: str = "auditor") -> SignOff | None:
        """A wrong person and a stale screen are refused and write nothing; then it is done, with one more entry.

        Returns the sign-off; None for a note, which has none.
        """
        before = self._entries()
        wrong = self.post(stranger, code, body)
        assert wrong.status_code == 403, wrong.status_code
        assert str(wrong.context["refusal"]) in wrong.content.decode()
        if code != "note":
            stale = self.post(username, code, body, "0:x")
            assert stale.status_code == 409 and stale.context["refusal"].code == "stale_screen"
        assert self._entries() == before
        done = self.post(username, code, body)
        assert done.status_code == 302, done.content.decode()[-2500:]
        assert self._entries() == before + 1
        assert Entry.objects.filter(chain=self.application.chain).count() == self.application.entry_count
        if code == "note":
            return None
        written = SignOff.objects.filter(application=self.id).order_by("-pk")[0]
        assert word(written.act) != written.act, "the timeline has a word for the act"
        return written


def accepted(county: County, procedure: str = "land_pre_review") -> Desk:
    application = county.apply(procedure, FACTS[procedure], applicant_post="applicant.windfarm")
    county.sign(application, "intake", f"window.{'land' if 'land' in procedure else 'eia'}", "accept")
    return Desk(county, application)


def consulting(county: County) -> Desk:
    desk = accepted(county)
    county.sign(desk.application, "examination", "handler.land", "agree", second_name="李梅")
    return desk


def reviewed(county: County) -> Desk:
    desk = consulting(county)
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(desk.application, node, username, "no_objection")
    return desk
