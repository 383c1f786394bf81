"""督办答复: one card, one sign-off; every answer names a day, and none moves what the law has fixed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from notifications.models import Message
from tests.cast import WIND_FARM_LAND, County, at
from tests.factories import AppointmentFactory, CoverFactory, PersonFactory
from workflows import operations
from workflows.audit.refused import Refused
from workflows.escalation.card import escalation_card
from workflows.escalation.models import Directive, Escalation, Supervision
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep
from workflows.models import Application, SignOff
from workflows.offices.models import Appointment, Post
from workflows.operations.core import actor_of


@pytest.fixture
def matter(county: County, record_fits: None) -> Supervision:
    """The wind farm's examination is five working days late on 2022-03-11; its statutory limit is ahead."""
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    county.now = at("2022-03-11")
    sweep(county.now)
    return open_supervisions(county.now)[0]


def answer(county: County, matter: Supervision, decision: str, username: str = "deputy.city", **said: str) -> Any:
    words = said.pop("words", "情况属实。")
    record = {"commit_on": "2022-03-16", "owner": "land.director", "task": words, "officer": "", "cause": "", **said}
    form: dict[str, Any] = {"opinion": words, "reasons": words, "record": record}
    return county.sign(matter.application, "acknowledge", username, decision, **form)


def test_a_task_is_given_with_owner_and_day_in_one_sign_off(county: County, matter: Supervision) -> None:
    before, about = SignOff.objects.count(), matter.about
    assert about is not None
    answer(county, matter, "instruct", words="三日内完成审查")
    assert SignOff.objects.count() == before + 1
    given = Directive.objects.get(supervision=matter)
    assert (given.owner_post, given.due_on, given.task) == ("land.director", dt.date(2022, 3, 16), "三日内完成审查")
    raised = Escalation.objects.get(supervision=matter)
    assert (raised.plan_on, raised.answered_by) == (dt.date(2022, 3, 16), county["deputy.city"])
    assert county.open_nodes(matter.application) == ["conference"], "the conference follows all the same"
    fresh = Application.objects.get(pk=about.pk)
    assert (fresh.state, fresh.statutory_due, fresh.promised_due) == (
        about.state,
        about.statutory_due,
        about.promised_due,
    ), "the decision and its dates stay where the law put them"


@pytest.mark.parametrize("decision", ["instruct", "grant_time", "explain"])
def test_no_answer_goes_without_a_day_nor_past_the_statutory_limit(
    county: County, matter: Supervision, decision: str
) -> None:
    about = matter.about
    assert about is not None and about.statutory_due is not None
    later = (about.statutory_due + dt.timedelta(days=1)).isoformat()
    for day in ("", "2022-03-11", "2022-03-12", later):
        with pytest.raises(Refused):
            answer(county, matter, decision, commit_on=day, cause="office")
    assert not SignOff.objects.filter(application=matter.application).exists()
    answer(county, matter, decision, cause="office")
    assert Escalation.objects.get(supervision=matter).plan_on == dt.date(2022, 3, 16)


def test_time_is_granted_with_its_reason_and_nothing_else_moves(county: County, matter: Supervision) -> None:
    with pytest.raises(Refused):
        answer(county, matter, "grant_time", words="")
    answer(county, matter, "grant_time", words="等待勘界成果")
    raised = Escalation.objects.get(supervision=matter)
    assert (raised.plan_on, raised.answer) == (dt.date(2022, 3, 16), "等待勘界成果")
    assert not Directive.objects.exists()


def test_nobody_grants_time_beyond_a_statutory_limit_that_has_passed(county: County, matter: Supervision) -> None:
    about = matter.about
    assert about is not None and about.statutory_due is not None
    county.now = at((about.statutory_due + dt.timedelta(days=3)).isoformat())
    day = (county.now.date() + dt.timedelta(days=7)).isoformat()
    with pytest.raises(Refused, match="法定时限"):
        answer(county, matter, "grant_time", commit_on=day)
    answer(county, matter, "explain", commit_on=day, cause="office")


def test_the_step_goes_to_another_officer_of_its_post_by_the_head_of_the_office(
    county: County, matter: Supervision
) -> None:
    with pytest.raises(Refused):
        answer(county, matter, "reassign", officer=str(county["handler.land"].pk))
    second = PersonFactory(name="钱进")
    AppointmentFactory(person=second, post=Post.objects.get(key="land.handler"))
    answer(county, matter, "reassign", officer=str(second.pk), words="经办人长期出差")
    given = Directive.objects.get(supervision=matter)
    assert given.owner_post == "land.director" and "钱进" in given.task and "经办人长期出差" in given.task
    assert SignOff.objects.get(application=matter.application).details["record"]["officer"] == "钱进"


def test_only_who_was_called_answers_and_who_stands_in_answers_for_him(county: County, matter: Supervision) -> None:
    with pytest.raises(Refused):
        answer(county, matter, "explain", username="deputy.rural", cause="office")
    held = Appointment.objects.get(person=county["deputy.city"])
    CoverFactory(principal=held, stand_in=county["deputy.rural"], starts=county.now.date(), ends=county.now.date())
    address = _card_of(county, matter, "deputy.rural")
    assert address.form == "leader"
    answer(county, matter, "explain", username="deputy.rural", cause="office")
    signed = SignOff.objects.get(application=matter.application)
    assert (signed.signer, signed.principal) == (county["deputy.rural"], county["deputy.city"])


def test_the_notification_leads_to_the_card_with_all_its_facts(county: County, matter: Supervision) -> None:
    raised = Escalation.objects.get(supervision=matter)
    told = Message.objects.get(kind="escalated", post_key="deputy.city")
    assert told.url == raised.address
    card = _card_of(county, matter, "deputy.city")
    assert card.chosen == "instruct" and card.owner == "land.director" and card.times is not None
    assert [(one.line.rung, one.line.trigger) for one in card.chain][:3] == [(n, card.line.trigger) for n in (1, 2, 3)]
    assert card.people == (county["handler.land"].name,)
    assert all(day <= (card.last_day or day) for day in card.days_offered)
    off = {choice.code: choice.why_off for choice in card.choices}
    assert off["reassign"] and not off["grant_time"]
    assert _card_of(county, matter, "supervision").form == "", "a copy is for information"


def test_the_step_of_the_answer_leads_to_the_card(county: County, matter: Supervision) -> None:
    client = Client()
    client.force_login(county["deputy.city"])
    step = county.open_step(matter.application, "acknowledge")
    response = client.get(f"/steps/{step.pk}/")
    assert response.status_code == 302
    assert response["Location"] == Escalation.objects.get(supervision=matter).address


def test_a_bad_answer_stays_on_the_card_with_its_words(county: County, matter: Supervision) -> None:
    client = Client()
    client.force_login(county["deputy.city"])
    raised = Escalation.objects.get(supervision=matter)
    step = county.open_step(matter.application, "acknowledge")
    seen = operations.screen_of(Application.objects.get(pk=matter.application_id))
    sent = {"step": step.pk, "seen": seen, "decision": "grant_time", "day": "2020-01-01", "reasons": "等待勘界成果"}
    response = client.post(raised.address, sent)
    page = response.content.decode()
    assert response.status_code == 422 and "等待勘界成果" in page and 'role="alert"' in page
    assert client.post(raised.address, {**sent, "seen": "0:old"}).status_code == 409


def _card_of(county: County, matter: Supervision, username: str) -> Any:
    raised = Escalation.objects.filter(supervision=matter).order_by("-pk")[0]
    actor = actor_of(county[username], county.now)
    return escalation_card(raised.county, raised.source, raised.rung, raised.round, actor, county.now)
