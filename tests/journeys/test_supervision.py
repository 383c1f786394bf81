"""督办 over HTTP: what stalls reaches the deputy; he acknowledges, confers, directs; one task is done, one climbs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import PDF, WIND_FARM_LAND, County, at
from workflows import operations
from workflows.escalation.models import Directive, Escalation, Supervision
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep
from workflows.models import Application, Document, SignOff, Step

RECORD = {
    "record_held_on": "2022-03-15",
    "record_place": "绣花庙滩现场",
    "record_chair": "副县长",
    "record_present": "自然资源局、林业和草原局",
    "record_absent": "乡镇人民政府",
    "record_cause": "office",
    "record_measures": "限期完成现场踏勘；补齐勘界成果。",
}


class Hands:
    """Browsers of the county's people at the story's instant."""

    def __init__(self, county: County) -> None:
        self.county = county

    def client(self, username: str) -> Client:
        client = Client()
        client.force_login(self.county[username])
        return client

    def get(self, username: str, address: str) -> Any:
        with time_machine.travel(self.county.now, tick=False):
            return self.client(username).get(address)

    def sign(self, username: str, application: Application, node: str, decision: str, **form: str) -> Any:
        step = self.county.open_step(application, node)
        seen = operations.screen_of(Application.objects.get(pk=application.pk))
        body = {"decision": decision, "opinion": "同意。", "seen": seen, **form}
        with time_machine.travel(self.county.now, tick=False):
            return self.client(username).post(reverse("sign", args=[step.pk]), body)

    def act(self, username: str, application: Application, code: str, **form: str) -> Any:
        seen = operations.screen_of(Application.objects.get(pk=application.pk))
        with time_machine.travel(self.county.now, tick=False):
            return self.client(username).post(
                reverse("special_act", args=[application.pk, code]), {"seen": seen, **form}
            )

    def upload(self, username: str, application: Application, slot: str) -> None:
        body = {"slot": slot, "file": SimpleUploadedFile("evidence.pdf", PDF)}
        with time_machine.travel(self.county.now, tick=False):
            done = self.client(username).post(reverse("upload_document", args=[application.pk]), body)
        assert done.status_code == 302, done.content.decode()[-800:]
        assert Document.objects.filter(application=application, slot=slot).exists()


@pytest.fixture
def matter(county: County) -> Supervision:
    """The wind farm's examination is five working days late on 2022-03-11."""
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    county.now = at("2022-03-11")
    sweep(county.now)
    opened = open_supervisions(county.now)
    assert [row.level for row in opened] == [3]
    return opened[0]


def test_the_deputy_takes_a_stalled_matter_from_the_call_to_its_closing(county: County, matter: Supervision) -> None:
    hands, work = Hands(county), matter.application
    about = matter.about
    assert about is not None

    page = hands.get("deputy.city", "/escalations/").content.decode()
    assert work.number in page and about.number in page

    county.now = at("2022-03-14")
    assert hands.sign("deputy.rural", work, "acknowledge", "take_up").status_code == 403
    assert hands.sign("deputy.city", work, "acknowledge", "take_up").status_code == 302
    assert not Escalation.objects.filter(supervision=matter, answered_at__isnull=True).exists()

    early = hands.act("deputy.city", work, "directive", owner_post="land.handler", task="踏勘", due_on="2022-03-18")
    assert early.status_code == 422, "the conference comes first"

    county.now = at("2022-03-15")
    empty = hands.sign("deputy.city", work, "conference", "held", **{**RECORD, "record_cause": ""})
    assert empty.status_code == 422
    assert hands.sign("deputy.city", work, "conference", "held", **RECORD).status_code == 302
    record = SignOff.objects.get(application=work, act="held").details["record"]
    assert record["absent"] == "乡镇人民政府" and record["cause"] == "office"
    shown = hands.get("deputy.city", f"/applications/{work.pk}/").content.decode()
    assert "单位自身办理" in shown and "绣花庙滩现场" in shown

    give = {"evidence": "踏勘记录", "due_on": "2022-03-18"}
    stranger = hands.act("county.head", work, "directive", owner_post="land.handler", task="踏勘", **give)
    assert stranger.status_code == 403
    for owner, task in (("land.handler", "三日内完成现场踏勘并出具审查意见"), ("town.head", "核实地类并书面回复")):
        assert hands.act("deputy.city", work, "directive", owner_post=owner, task=task, **give).status_code == 302
    survey, town = Directive.objects.filter(supervision=matter).order_by("pk")
    assert [row.due_on.isoformat() for row in (survey, town)] == ["2022-03-18", "2022-03-18"]

    barred = hands.sign("deputy.city", work, "directives", "propose_closing")
    assert barred.status_code == 422 and "2" in str(barred.context["refusal"])

    county.now = at("2022-03-16")
    assert hands.sign("handler.land", survey.application, "take_up", "take_up").status_code == 302
    assert hands.sign("handler.land", survey.application, "work", "feed_back").status_code == 422, "evidence first"
    hands.upload("handler.land", survey.application, "evidence")
    assert hands.sign("handler.land", survey.application, "work", "feed_back").status_code == 302
    assert hands.sign("handler.land", survey.application, "check", "close").status_code == 403, "a second person"
    assert hands.sign("supervision", survey.application, "check", "redo", reasons="缺影像").status_code == 302
    assert hands.sign("handler.land", survey.application, "work", "feed_back").status_code == 302
    assert hands.sign("supervision", survey.application, "check", "close").status_code == 302
    assert Application.objects.get(pk=survey.application_id).finished is not None

    objected = hands.sign("head.town", town.application, "take_up", "object_task", reasons="非本单位职责")
    assert objected.status_code == 302
    assert hands.sign("deputy.city", town.application, "assignment", "insist").status_code == 302
    assert hands.sign("head.town", town.application, "take_up", "take_up").status_code == 302
    assert hands.act("supervision", town.application, "urge", opinion="请于期限内回复。").status_code == 302
    assert Directive.objects.get(pk=town.pk).urged == 1

    for day in ("2022-03-21", "2022-03-22", "2022-03-23", "2022-03-25"):
        county.now = at(day)
        sweep(county.now)
    late = Escalation.objects.filter(step__process=town.application).order_by("pk")
    assert [(row.rung, row.on.isoformat(), row.target) for row in late] == [
        (1, "2022-03-21", "town.head"),
        (2, "2022-03-22", "town.head"),
        (3, "2022-03-23", "deputy.city"),
        (4, "2022-03-25", "county.head"),
    ]
    above = open_supervisions(county.now)
    assert {(row.level, row.matter) for row in above} >= {(4, matter.matter)}
    assert Escalation.objects.get(step__process=town.application, rung=3).supervision == matter

    hands.upload("head.town", town.application, "evidence")
    assert hands.sign("head.town", town.application, "work", "feed_back").status_code == 302
    assert hands.sign("supervision", town.application, "check", "close").status_code == 302
    assert hands.sign("deputy.city", work, "directives", "propose_closing").status_code == 302
    hands.upload("supervision", work, "evidence")
    still = hands.sign("supervision", work, "closing", "close")
    assert still.status_code == 422, "a minute of a meeting moves no approval: the step still waits"
    assert Application.objects.get(pk=about.pk).state == about.state

    county.sign(about, "examination", "handler.land", "agree", second_name="李梅")
    undecided = hands.sign("supervision", work, "closing", "close")
    assert undecided.status_code == 422, "the promise was passed meanwhile: the application itself has to be decided"


def test_a_closed_matter_begins_a_new_round_when_it_stalls_again(county: County, matter: Supervision) -> None:
    hands, work, about = Hands(county), matter.application, matter.about
    assert about is not None
    county.sign(about, "examination", "handler.land", "agree", second_name="李梅")
    _carry_to_closing(hands, work)
    assert hands.sign("supervision", work, "closing", "close").status_code == 302
    assert Supervision.objects.get(pk=matter.pk).closed_at is not None
    county.now = at("2022-03-25")
    sweep(county.now)
    opened = open_supervisions(county.now)
    assert [(row.matter, row.round) for row in opened if row.level == 3] == [(matter.matter, 2)]


def _carry_to_closing(hands: Hands, work: Application) -> None:
    assert hands.sign("deputy.city", work, "acknowledge", "take_up").status_code == 302
    assert hands.sign("deputy.city", work, "conference", "held", **RECORD).status_code == 302
    assert hands.sign("deputy.city", work, "directives", "propose_closing").status_code == 302
    hands.upload("supervision", work, "evidence")


def test_the_section_chief_answers_once_and_the_director_names_a_day(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    county.now = at("2022-03-08")
    sweep(county.now)
    hands = Hands(county)
    first, second = Escalation.objects.order_by("rung")

    def answer(username: str, row: Escalation, **form: str) -> int:
        with time_machine.travel(county.now, tick=False):
            address = reverse("answer_escalation", args=[row.pk])
            return hands.client(username).post(address, form).status_code

    assert answer("director.land", first, cause="office") == 403
    assert answer("chief.land", first, cause="") == 422
    assert answer("chief.land", first, cause="office", text="经办人出差") == 302
    assert answer("chief.land", first, cause="office") == 409
    assert answer("director.land", second, cause="office") == 422, "a day is asked for"
    assert answer("director.land", second, cause="office", plan_on="2022-03-01") == 422
    assert answer("director.land", second, cause="office", plan_on="2022-03-10") == 302
    row = Escalation.objects.get(pk=second.pk)
    assert row.plan_on == dt.date(2022, 3, 10) and row.answered_by == county["director.land"]
    assert Step.objects.filter(process=application, finished__isnull=True).get().rung == 2


def test_pages_of_the_ladder_answer_for_everybody_who_may_open_them(county: County, matter: Supervision) -> None:
    hands = Hands(county)
    for username in ("deputy.city", "county.head", "supervision", "chief.land", "admin"):
        for address in ("/escalations/", "/escalations/?tab=all", "/escalations/?tab=answered"):
            assert hands.get(username, address).status_code == 200
        assert hands.get(username, "/escalations/tomorrow/").status_code == 200
        assert hands.get(username, "/escalations/ladder/").status_code == 200
        assert hands.get(username, "/escalations/?format=csv").status_code == 200
    assert hands.get("applicant.windfarm", "/escalations/").status_code == 403
