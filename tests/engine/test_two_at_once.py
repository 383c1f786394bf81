"""Several hands at the same moment: exactly one act, everybody else gets a sentence (DESIGN.md 12.2, 12.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.at_once import at_once
from tests.cast import WIND_FARM_LAND, County, county_of_people
from workflows import operations
from workflows.audit.models import Entry
from workflows.models import Application, SignOff, Step


@pytest.fixture
def standing(transactional_db: None) -> County:
    return county_of_people()


def click_of(client: Client, step: Step, seen: str, decision: str) -> Callable[[], int]:
    body = {"decision": decision, "opinion": "同意。", "seen": seen}
    return lambda: client.post(reverse("sign", args=[step.pk]), body).status_code


def test_eight_identical_clicks_make_one_sign_off_and_seven_refusals(standing: County) -> None:
    application = standing.apply("land_pre_review", WIND_FARM_LAND)
    step = standing.open_step(application, "intake")
    seen = operations.screen_of(Application.objects.get(pk=application.pk))
    clients = []
    for _n in range(8):
        client = Client()
        client.force_login(standing["window.land"])
        clients.append(client)
    found = Counter(at_once([click_of(client, step, seen, "accept") for client in clients]))
    assert found == {302: 1, 409: 7}
    assert SignOff.objects.filter(application=application, node="intake").count() == 1
    assert Step.objects.filter(process=application, finished__isnull=True).count() == 1
    kept = Application.objects.get(pk=application.pk)
    assert Entry.objects.filter(chain=kept.chain).count() == kept.entry_count


def test_the_last_two_offices_of_a_join_open_the_next_step_once(standing: County) -> None:
    application = standing.apply("land_pre_review", WIND_FARM_LAND)
    standing.sign(application, "intake", "window.land", "accept")
    standing.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    standing.sign(application, "town", "head.town", "no_objection")
    seen = operations.screen_of(Application.objects.get(pk=application.pk))
    calls = []
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land")):
        client = Client()
        client.force_login(standing[username])
        calls.append(click_of(client, standing.open_step(application, node), seen, "no_objection"))
    # Neither office's answer changes what the other one looks at: both count.
    assert at_once(calls) == [302, 302]
    assert standing.open_nodes(application) == ["chief"]
    assert Step.objects.filter(process=application, node="consulted").count() == 1


def test_two_clicks_of_one_office_among_several_make_one_sign_off(standing: County) -> None:
    application = standing.apply("land_pre_review", WIND_FARM_LAND)
    standing.sign(application, "intake", "window.land", "accept")
    standing.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    step = standing.open_step(application, "forestry")
    seen = operations.screen_of(Application.objects.get(pk=application.pk))
    clients = [Client() for _n in range(4)]
    for client in clients:
        client.force_login(standing["chief.forestry"])
    found = Counter(at_once([click_of(client, step, seen, "no_objection") for client in clients]))
    assert found == {302: 1, 409: 3}
    assert SignOff.objects.filter(application=application, node="forestry").count() == 1
