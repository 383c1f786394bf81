"""The officers' special verbs, each over HTTP: the right person does it, a wrong one gets 403, a stale screen 409."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from tests.cast import WIND_FARM_LAND, County, at
from tests.engine.desk import OPINION, accepted, consulting, refused, reviewed
from workflows import operations
from workflows.audit.models import Entry
from workflows.legal import State
from workflows.models import Application, ClockRow, CoSigner, Note, SignOff, Step
from workflows.operations.deeming import deem_accepted

pytestmark = pytest.mark.usefixtures("record_fits")


def test_a_note_is_in_the_trail_and_disturbs_nobody(county: County) -> None:
    desk = accepted(county)
    seen = operations.screen_of(desk.application)
    desk.do("handler.land", "note", {"text": "已电话告知项目单位。"}, stranger="chief.build")
    assert Note.objects.get().author_title == "自然资源局 经办人"
    assert operations.screen_of(desk.application) == seen
    assert "已电话告知项目单位" in desk.page("vice.land", f"/applications/{desk.id}/").content.decode()


def test_the_clock_stops_on_a_lawful_ground_and_resumes(county: County) -> None:
    desk = accepted(county)
    due = desk.application.statutory_due
    county.now = at("2022-03-04")
    stop = {"ground": "expert-review", "notice": "自然资告〔2022〕5号", "expected_end": "2022-03-18"}
    desk.do("handler.land", "stop", stop)
    assert desk.application.state == State.STOPPED
    barred = desk.page("handler.land", f"/steps/{county.open_step(desk.application, 'examination').pk}/")
    assert all(not verb.on for verb in barred.context["screen"].verbs)
    county.now = at("2022-03-16")
    desk.do("chief.land", "resume", {"last_day": "2022-03-15"})
    kept = desk.application
    assert kept.state == State.IN_REVIEW and kept.stopped_since is None
    # Eight working days from 2022-03-04 to 2022-03-15 did not count.
    assert (due, kept.statutory_due) == (dt.date(2022, 3, 29), dt.date(2022, 4, 11))
    assert list(ClockRow.objects.filter(application=kept).values_list("kind", flat=True)) == ["start", "stop", "resume"]


def test_no_clock_stops_without_a_ground_in_the_law(county: County) -> None:
    desk = accepted(county)
    body = {"ground": "lunch", "notice": "x", "expected_end": "2022-03-18"}
    assert desk.post("handler.land", "stop", body).status_code == 422
    body = {"ground": "expert-review", "notice": "", "expected_end": "2022-03-18"}
    assert desk.post("handler.land", "stop", body).status_code == 422
    assert desk.application.state == State.ACCEPTED


def test_the_head_extends_a_land_limit_once_and_an_eia_limit_never(county: County) -> None:
    desk = accepted(county)
    body = {"days": "10", "notice": "自然资延〔2022〕1号", **OPINION}
    desk.do("director.land", "extend", body, stranger="chief.land")
    assert (desk.application.statutory_due, desk.application.extended) == (dt.date(2022, 4, 13), True)
    assert desk.post("director.land", "extend", body).status_code == 422
    eia = accepted(county, "eia_form")
    refused = eia.post("director.eia", "extend", body)
    assert refused.status_code == 422 and refused.context["refusal"].code == "no_extension"


def test_the_applicant_withdraws_and_everything_open_is_closed(county: County) -> None:
    desk = consulting(county)
    desk.do("applicant.windfarm", "withdraw", {})
    kept = desk.application
    assert kept.state == State.WITHDRAWN and kept.finished is not None
    assert not Step.objects.filter(process=kept, finished__isnull=True).exists()
    assert desk.post("applicant.windfarm", "withdraw", {}).status_code == 422


def test_the_counter_needs_the_written_request_to_withdraw(county: County) -> None:
    desk = accepted(county)
    assert desk.post("window.land", "withdraw", OPINION).status_code == 422
    desk.do("window.land", "withdraw", {"document": "撤回申请 3 月 1 日", **OPINION})


def test_a_case_that_lost_its_object_is_ended_by_the_head(county: County) -> None:
    desk = consulting(county)
    desk.do("director.land", "end", OPINION, stranger="handler.land")
    assert desk.application.state == State.MOOT


def test_a_grant_found_unlawful_is_annulled(county: County) -> None:
    desk = consulting(county)
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(desk.application, node, username, "no_objection")
    county.sign(desk.application, "chief", "chief.land", "agree")
    county.sign(desk.application, "vice", "vice.land", "agree")
    county.sign(desk.application, "decision", "director.land", "grant")
    desk.do("director.land", "annul", {"document": "撤〔2022〕1号", **OPINION}, stranger="vice.land")
    assert desk.application.state == State.ANNULLED
    assert not Step.objects.filter(process=desk.id, finished__isnull=True).exists()


def test_an_answer_is_taken_back_before_the_next_act_and_not_after(county: County) -> None:
    desk = accepted(county)
    county.sign(desk.application, "examination", "handler.land", "agree", second_name="李梅")
    desk.do("handler.land", "take-back", OPINION, stranger="chief.land")
    assert county.open_nodes(desk.application) == ["examination"]
    old = SignOff.objects.get(application=desk.id, node="examination", act="agree")
    assert old.voided_at is not None
    county.sign(desk.application, "examination", "handler.land", "agree", second_name="李梅")
    assert county.open_nodes(desk.application) == ["farmland", "forestry", "town"]
    county.sign(desk.application, "town", "head.town", "no_objection")
    assert desk.post("handler.land", "take-back", OPINION).status_code == 422


def test_an_answer_that_closed_a_join_is_taken_back_and_the_join_closes_again(county: County) -> None:
    desk = consulting(county)
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(desk.application, node, username, "no_objection")
    desk.do("head.town", "take-back", OPINION)
    assert county.open_nodes(desk.application) == ["town"]
    county.sign(desk.application, "town", "head.town", "object", reasons="群众有异议。")
    assert county.open_nodes(desk.application) == ["chief"]


def test_an_acceptance_is_never_taken_back(county: County) -> None:
    desk = accepted(county)
    assert desk.post("window.land", "take-back", OPINION).status_code == 422


def test_words_are_corrected_with_a_second_hand_and_the_old_ones_stay(county: County) -> None:
    desk = consulting(county)
    old = SignOff.objects.get(application=desk.id, node="examination")
    propose = {"sign_off_id": old.pk, "words": "占用耕地 0.6 公顷。", "reason": "原文误为 0.8 公顷"}
    desk.do("handler.land", "rectify", propose)
    proposal = SignOff.objects.get(application=desk.id, act="rectify_proposed")
    assert desk.post("handler.land", "confirm-rectification", {"proposal_id": proposal.pk}).status_code == 403
    desk.do("chief.land", "confirm-rectification", {"proposal_id": proposal.pk}, stranger="chief.forestry")
    assert SignOff.objects.get(pk=old.pk).opinion == "同意。"
    confirmed = SignOff.objects.get(application=desk.id, act="rectified")
    assert (confirmed.corrects_id, confirmed.opinion) == (old.pk, "占用耕地 0.6 公顷。")
    assert desk.application.state == State.IN_REVIEW


def test_a_step_is_handed_to_one_colleague_and_back(county: County) -> None:
    from workflows.offices.models import Appointment, Post

    second = county["second.land"]
    Appointment.objects.create(post=Post.objects.get(key="land.handler"), person=second, starts=dt.date(2022, 1, 1))
    desk = accepted(county)
    step = county.open_step(desk.application, "examination")
    body = {"step_id": step.pk, "to_id": second.pk, **OPINION}
    desk.do("chief.land", "hand-over", body, stranger="chief.build")
    with refused("in_other_hands"):
        county.sign(desk.application, "examination", "handler.land", "agree", second_name="李梅")
    desk.do("second.land", "hand-over", {"step_id": step.pk, "to_id": "", **OPINION})
    county.sign(desk.application, "examination", "handler.land", "agree", second_name="李梅")


@pytest.mark.parametrize(("rule", "count", "enough"), [("all", 0, 3), ("any", 0, 1), ("count", 2, 2), ("turn", 0, 3)])
def test_co_signers_all_any_a_number_or_in_turn(county: County, rule: str, count: int, enough: int) -> None:
    desk = reviewed(county)
    posts = {"eia.chief": "chief.eia", "build.chief": "chief.build", "water.chief": "chief.water"}
    ask = {"posts": list(posts), "rule": rule, "count": count, **OPINION}
    desk.do("chief.land", "co-signers", ask, stranger="chief.eia")
    hands = list(posts.values())
    if rule == "turn":
        assert desk.post(hands[1], "co-sign", {"agrees": "yes", **OPINION}).status_code == 403
    for n, username in enumerate(hands):
        listed = desk.page(username, "/inbox/").content.decode()
        assert desk.application.number in listed
        if n == enough:
            break
        with refused("waits_for_co_signers"):
            county.sign(desk.application, "chief", "chief.land", "agree")
        desk.do(username, "co-sign", {"agrees": "yes", **OPINION})
    county.sign(desk.application, "chief", "chief.land", "agree")
    assert county.open_nodes(desk.application) == ["vice"]


def test_a_co_signer_who_objects_bars_the_step_until_he_is_done_without(county: County) -> None:
    desk = reviewed(county)
    desk.do("chief.land", "co-signers", {"posts": ["eia.chief"], "rule": "all", **OPINION})
    desk.do("chief.eia", "co-sign", {"agrees": "no", **OPINION})
    with refused("waits_for_co_signers"):
        county.sign(desk.application, "chief", "chief.land", "agree")
    row = CoSigner.objects.get()
    desk.do("chief.land", "remove-co-signer", {"co_signer_id": row.pk, **OPINION})
    county.sign(desk.application, "chief", "chief.land", "agree")
    assert SignOff.objects.filter(application=desk.id, act="co_sign_object").exists()


def test_a_consultation_goes_on_without_the_silent_and_names_them(county: County) -> None:
    desk = consulting(county)
    county.sign(desk.application, "farmland", "farmland.land", "no_objection")
    assert desk.post("handler.land", "close-consultation", {}).status_code == 422
    county.now = at("2022-03-08")
    desk.do("handler.land", "close-consultation", {}, stranger="chief.forestry")
    assert county.open_nodes(desk.application) == ["chief"]
    silent = Step.objects.filter(process=desk.id, decision="silent")
    assert set(silent.values_list("node", "owner")) == {("forestry", None), ("town", None)}
    page = desk.page("chief.land", f"/applications/{desk.id}/")
    assert set(page.context["page"].join.silent) == {"林业和草原局 股长", "乡镇人民政府 乡镇长"}
    assert not SignOff.objects.filter(application=desk.id, node__in=["forestry", "town"]).exists()


def test_when_nobody_answered_at_all_the_consultation_still_ends(county: County) -> None:
    desk = consulting(county)
    county.now = at("2022-03-08")
    desk.do("chief.land", "close-consultation", {})
    assert county.open_nodes(desk.application) == ["chief"]


def test_five_silent_working_days_are_acceptance_from_the_day_of_receipt(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)  # Tuesday 2022-03-01
    assert deem_accepted(now=at("2022-03-08", "23:00")) == []
    assert [row.pk for row in deem_accepted(now=at("2022-03-09", "00:10"))] == [application.pk]
    assert deem_accepted(now=at("2022-03-09", "00:10")) == []
    kept = Application.objects.get(pk=application.pk)
    assert (kept.state, kept.accepted_on, kept.accepted_by_silence) == (State.ACCEPTED, dt.date(2022, 3, 1), True)
    assert kept.statutory_due == dt.date(2022, 3, 29)
    assert county.open_nodes(kept) == ["examination"]
    assert not SignOff.objects.filter(application=kept, node="intake").exists(), "nobody signed it"
    entry = Entry.objects.get(kind="application.deemed_accepted")
    assert entry.actor == "system" and entry.seq == kept.entry_count


def test_who_asked_for_corrections_in_time_was_not_silent(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "缺立项文件")])
    assert deem_accepted(now=at("2022-03-20")) == []


def test_the_pages_of_the_acts_answer_in_both_languages(county: County) -> None:
    desk = consulting(county)
    for language in ("zh-hans", "en"):
        for username in ("handler.land", "chief.land", "director.land"):
            client = Client()
            client.cookies["kaigong_language"] = language
            with time_machine.travel(county.now, tick=False):
                client.force_login(county[username])
                page = client.get(f"/applications/{desk.id}/")
                for act in page.context["acts"]:
                    if not act["why_off"]:
                        assert client.get(act["url"]).status_code == 200, act["url"]
