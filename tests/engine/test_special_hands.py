"""Whose hand may do a special act, and what each act leaves standing: the cases that a wrong hand would try."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import WIND_FARM_LAND, County, at
from tests.engine.desk import OPINION, accepted, consulting, refused, reviewed
from workflows.models import CoSigner, SignOff, Step
from workflows.offices.models import Appointment, Post
from workflows.operations import staffing
from workflows.operations.deeming import deem_accepted

pytestmark = pytest.mark.usefixtures("record_fits")


def seat(county: County, username: str, post_key: str) -> None:
    """One more post for somebody."""
    post = Post.objects.get(key=post_key)
    Appointment.objects.create(post=post, person=county[username], starts=dt.date(2022, 1, 1))


def cover(county: County, principal: str, stand_in: str) -> None:
    """A stand-in by written authority for the first week of March."""
    staffing.add_cover(
        principal_id=Appointment.objects.get(person=county[principal]).pk,
        stand_in_id=county[stand_in].pk,
        starts=dt.date(2022, 3, 1),
        ends=dt.date(2022, 3, 7),
        authority_no="自然资函〔2022〕9号",
        actor=county["admin"],
        now=county.now,
    )


def recuse(county: County, username: str) -> None:
    staffing.declare_recusal(
        person_id=county[username].pk,
        subject_key="project:1",
        reason="配偶为申请单位股东",
        actor=county[username],
        now=county.now,
    )


def test_a_stand_in_extends_the_limit_in_the_heads_stead_and_the_record_says_for_whom(county: County) -> None:
    desk = accepted(county)
    body = {"days": "10", "notice": "自然资延〔2022〕1号", **OPINION}
    assert desk.post("vice.land", "extend", body).status_code == 403
    cover(county, "director.land", "vice.land")
    signed = desk.do("vice.land", "extend", body, stranger="chief.land")
    assert signed is not None
    assert (signed.signer, signed.principal) == (county["vice.land"], county["director.land"])
    assert (signed.post_key, signed.authority_no) == ("land.director", "自然资函〔2022〕9号")
    page = desk.page("chief.land", f"/applications/{desk.id}/").content.decode()
    assert county["director.land"].name in page and "自然资函〔2022〕9号" in page
    county.now = at("2022-03-08")
    assert desk.post("vice.land", "end", OPINION).status_code == 403, "the authority ended with its last day"


@pytest.mark.parametrize(
    ("username", "code", "body"),
    [
        ("handler.land", "stop", {"ground": "expert-review", "notice": "告〔2022〕5号", "expected_end": "2022-03-18"}),
        ("director.land", "extend", {"days": "10", "notice": "延〔2022〕1号", **OPINION}),
        ("director.land", "end", OPINION),
    ],
)
def test_e10_who_is_recused_neither_moves_the_clock_nor_ends_the_case(
    county: County, username: str, code: str, body: dict[str, str]
) -> None:
    desk = accepted(county)
    recuse(county, username)
    no = desk.post(username, code, body)
    assert (no.status_code, no.context["refusal"].code) == (403, "conflicted")


def test_a_step_of_another_office_is_not_handed_over_by_the_procedures_chief(county: County) -> None:
    seat(county, "chief.water", "forestry.chief")
    desk = consulting(county)
    step = county.open_step(desk.application, "forestry")
    body = {"step_id": step.pk, "to_id": county["chief.water"].pk, **OPINION}
    assert desk.post("head.town", "hand-over", body).status_code == 422
    assert desk.post("director.land", "hand-over", body).status_code == 422
    assert Step.objects.get(pk=step.pk).owner is None
    signed = desk.do("chief.forestry", "hand-over", body)
    assert signed is not None and signed.post_key == "forestry.chief"
    county.sign(desk.application, "forestry", "chief.water", "no_objection")


def test_nobody_who_could_not_sign_is_handed_a_step(county: County) -> None:
    seat(county, "second.land", "land.handler")
    desk = accepted(county)
    step = county.open_step(desk.application, "examination")
    body = {"step_id": step.pk, "to_id": county["second.land"].pk, **OPINION}
    recuse(county, "second.land")
    assert desk.post("handler.land", "hand-over", body).status_code == 422
    assert desk.post("handler.land", "hand-over", {**body, "to_id": county["chief.eia"].pk}).status_code == 422


def test_an_office_takes_its_answer_back_though_another_answered_beside_it(county: County) -> None:
    desk = consulting(county)
    county.sign(desk.application, "forestry", "chief.forestry", "no_objection")
    county.sign(desk.application, "town", "head.town", "no_objection")
    desk.do("chief.forestry", "take-back", OPINION, stranger="chief.eia")
    assert county.open_nodes(desk.application) == ["farmland", "forestry"]
    county.sign(desk.application, "farmland", "farmland.land", "no_objection")
    county.sign(desk.application, "forestry", "chief.forestry", "object", reasons="涉及公益林。")
    assert county.open_nodes(desk.application) == ["chief"]


def test_the_first_of_three_answers_is_taken_back_after_the_join_until_the_chief_acts(county: County) -> None:
    desk = reviewed(county)
    desk.do("chief.forestry", "take-back", OPINION, stranger="chief.eia")
    assert county.open_nodes(desk.application) == ["forestry"]
    county.sign(desk.application, "forestry", "chief.forestry", "no_objection")
    county.sign(desk.application, "chief", "chief.land", "agree")
    assert desk.post("chief.forestry", "take-back", OPINION).status_code == 422


def test_co_signatures_stay_when_the_answer_beside_them_is_taken_back(county: County) -> None:
    desk = reviewed(county)
    desk.do("chief.land", "co-signers", {"posts": ["eia.chief"], "rule": "all", **OPINION})
    desk.do("chief.eia", "co-sign", {"agrees": "yes", **OPINION})
    county.sign(desk.application, "chief", "chief.land", "agree")
    desk.do("chief.land", "take-back", OPINION)
    assert CoSigner.objects.get().step == county.open_step(desk.application, "chief")
    county.sign(desk.application, "chief", "chief.land", "agree")


def test_a_co_signer_is_asked_again_when_the_papers_change_under_his_signature(county: County) -> None:
    desk = reviewed(county)
    desk.do("chief.land", "co-signers", {"posts": ["eia.chief"], "rule": "all", **OPINION})
    desk.do("chief.eia", "co-sign", {"agrees": "yes", **OPINION})
    county.hand_in(desk.application, "boundary", body=b"%PDF-1.4 another boundary")
    with refused("waits_for_co_signers"):
        county.sign(desk.application, "chief", "chief.land", "agree")
    assert SignOff.objects.filter(application=desk.id, act="co_sign_agree").count() == 1, "the first stays readable"
    desk.do("chief.eia", "co-sign", {"agrees": "yes", **OPINION})
    county.sign(desk.application, "chief", "chief.land", "agree")


def test_one_hand_does_not_co_sign_its_own_step(county: County) -> None:
    seat(county, "chief.land", "eia.chief")
    desk = reviewed(county)
    desk.do("chief.land", "co-signers", {"posts": ["eia.chief"], "rule": "all", **OPINION})
    no = desk.post("chief.land", "co-sign", {"agrees": "yes", **OPINION})
    assert (no.status_code, no.context["refusal"].code) == (403, "own_co_signature")
    desk.do("chief.eia", "co-sign", {"agrees": "yes", **OPINION})


def test_in_turn_only_the_next_co_signer_finds_it_in_his_inbox_and_all_stand_on_the_page(county: County) -> None:
    desk = reviewed(county)
    desk.do("chief.land", "co-signers", {"posts": ["eia.chief", "water.chief"], "rule": "turn", **OPINION})
    number = desk.application.number
    assert number in desk.page("chief.eia", "/inbox/").content.decode()
    assert number not in desk.page("chief.water", "/inbox/").content.decode()
    desk.do("chief.eia", "co-sign", {"agrees": "yes", **OPINION})
    assert number not in desk.page("chief.eia", "/inbox/").content.decode()
    assert number in desk.page("chief.water", "/inbox/").content.decode()
    step = county.open_step(desk.application, "chief")
    page = desk.page("chief.land", f"/steps/{step.pk}/")
    assert [row.answer for row in page.context["screen"].co_signers] == ["co_sign_agree", ""]
    assert "水务局 股长" in page.content.decode()


def test_the_head_proposes_for_one_who_left_and_an_office_colleague_confirms(county: County) -> None:
    seat(county, "chief.water", "forestry.chief")
    desk = consulting(county)
    county.sign(desk.application, "forestry", "chief.forestry", "no_objection")
    old = SignOff.objects.get(application=desk.id, node="forestry")
    body = {"sign_off_id": old.pk, "words": "不占用公益林。", "reason": "原文漏字"}
    assert desk.post("director.land", "rectify", body).status_code == 422, "another office's words"
    staffing.deactivate(person_id=county["chief.forestry"].pk, actor=county["admin"], now=county.now)
    proposal = desk.do("chief.water", "rectify", body)
    assert proposal is not None and proposal.post_key == "forestry.chief"
    confirm = {"proposal_id": proposal.pk}
    assert desk.post("chief.water", "confirm-rectification", confirm).status_code == 403, "not his own second hand"
    seat(county, "chief.eia", "forestry.chief")
    desk.do("chief.eia", "confirm-rectification", confirm)
    page = desk.page("chief.land", f"/applications/{desk.id}/")
    marked = {row.pk: row.corrected_by for row in page.context["page"].sign_offs}
    assert marked[old.pk] is not None and marked[old.pk].opinion == "不占用公益林。"
    assert f'href="#sign-off-{old.pk}"' in page.content.decode()


def test_the_offices_own_limits_move_with_the_stop_and_nobody_is_silent_by_it(county: County) -> None:
    desk = consulting(county)
    before = dict(Step.objects.filter(process=desk.id, finished__isnull=True).values_list("node", "due_on"))
    stop = {"ground": "expert-review", "notice": "自然资告〔2022〕5号", "expected_end": "2022-03-18"}
    desk.do("handler.land", "stop", stop)
    county.now = at("2022-03-16")
    no = desk.post("handler.land", "close-consultation", {})
    assert (no.status_code, no.context["refusal"].code) == (422, "clock_stopped")
    desk.do("handler.land", "resume", {"last_day": "2022-03-14"})
    after = dict(Step.objects.filter(process=desk.id, finished__isnull=True).values_list("node", "due_on"))
    assert before == dict.fromkeys(("farmland", "forestry", "town"), dt.date(2022, 3, 4))
    # Ten working days, 2022-03-01 to 2022-03-14, on which nobody could answer.
    assert after == dict.fromkeys(("farmland", "forestry", "town"), dt.date(2022, 3, 18))
    assert desk.post("handler.land", "close-consultation", {}).status_code == 422


def test_acceptance_by_silence_reads_the_waiting_once_and_moves_only_who_is_due(county: County) -> None:
    first = county.apply("land_pre_review", WIND_FARM_LAND)
    county.now = at("2022-03-03")
    later = county.apply("land_pre_review", WIND_FARM_LAND)
    assert [row.pk for row in deem_accepted(now=at("2022-03-09", "00:10"))] == [first.pk]
    assert [row.pk for row in deem_accepted(now=at("2022-03-11", "00:10"))] == [later.pk]
