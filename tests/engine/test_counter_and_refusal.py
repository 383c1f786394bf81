"""一次性补正 and refusal: one complete list, a second for what is still missing; reasons, remedies."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import WIND_FARM_LAND, County
from tests.engine.test_special_acts import refused, reviewed
from workflows.legal import State
from workflows.models import Application, CorrectionItem, SignOff

pytestmark = pytest.mark.usefixtures("record_fits")


def asked_once(county: County) -> Application:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    items = [("basis", "缺立项文件"), ("", "坐标系应为 CGCS2000")]
    county.sign(application, "intake", "window.land", "ask_once", items=items)
    return application


def test_corrections_are_asked_once_and_the_clock_has_not_begun(county: County) -> None:
    application = asked_once(county)
    kept = Application.objects.get(pk=application.pk)
    assert (kept.state, kept.correction_round, kept.accepted_on) == (State.CORRECTING, 1, None)
    assert county.open_step(kept, "corrections").ball == "applicant"
    signed = SignOff.objects.get(application=kept, act="ask_once")
    assert [item["text"] for item in signed.details["corrections"]] == ["缺立项文件", "坐标系应为 CGCS2000"]


def test_a_second_list_only_repeats_what_is_still_missing(county: County) -> None:
    application = asked_once(county)
    county.sign(application, "corrections", "window.land", "corrections_in")
    again = {"decision": "ask_once", "reasons": "仍缺。"}
    with refused("missing"):
        county.sign(application, "recheck", "window.land", **again, items=[("", "另缺测绘报告")])
    county.sign(application, "recheck", "window.land", **again, items=[("basis", "缺立项文件")])
    second = CorrectionItem.objects.get(application=application, round=2)
    assert second.repeats is not None and second.repeats.text == "缺立项文件"
    county.sign(application, "corrections", "window.land", "corrections_in")
    county.sign(application, "recheck", "window.land", "accept")
    assert Application.objects.get(pk=application.pk).state == State.ACCEPTED


def test_a_list_without_a_line_is_no_list(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    with refused("missing"):
        county.sign(application, "intake", "window.land", "ask_once", items=[("basis", "  ")])


def test_a_refusal_needs_reasons_and_names_the_remedies(county: County) -> None:
    desk = reviewed(county)
    county.sign(desk.application, "chief", "chief.land", "agree")
    county.sign(desk.application, "vice", "vice.land", "agree")
    with refused("missing"):
        county.sign(desk.application, "decision", "director.land", "refuse", opinion="", reasons="")
    county.sign(desk.application, "decision", "director.land", "refuse", reasons="占用永久基本农田。")
    assert desk.application.state == State.REFUSED
    signed = SignOff.objects.get(application=desk.id, act="refuse")
    assert signed.details["reasons"] == "占用永久基本农田。"
    # 行政复议法 Art. 20: sixty days; 行政诉讼法 Art. 46: six months.
    assert signed.details["remedies"] == {"review_days": 60, "lawsuit_months": 6}
    assert county.open_nodes(desk.application) == ["refusal"]


@pytest.mark.parametrize(("act", "state"), [("not_needed", "NOT_NEEDED"), ("wrong_authority", "REFUSED_AT_COUNTER")])
def test_the_counter_says_no_with_reasons(county: County, act: str, state: str) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", act, reasons="应向市局申请。")
    kept = Application.objects.get(pk=application.pk)
    assert kept.state == State[state] and kept.finished is not None


def test_many_are_signed_at_once_each_with_its_own_result(county: County) -> None:
    from workflows import operations

    ready = [county.apply("land_pre_review", WIND_FARM_LAND, subject=f"第{n}号项目") for n in range(3)]
    bare = operations.receive(
        person=county["window.land"],
        intake=operations.Intake("land_pre_review", "缺件项目", "project:9", "某单位", WIND_FARM_LAND),
        now=county.now,
    )
    stale = ready.pop()
    chosen = []
    for application in [*ready, bare]:
        seen = operations.screen_of(Application.objects.get(pk=application.pk))
        chosen.append(f"{county.open_step(application, 'intake').pk}|{seen}")
    chosen.append(f"{county.open_step(stale, 'intake').pk}|0:x")
    client = Client()
    client.force_login(county["window.land"])
    page = client.post("/inbox/sign/", {"step": chosen, "opinion": "材料齐全。"}, follow=True).content.decode()
    states = {row.subject: row.state for row in Application.objects.all()}
    assert [states[row.subject] for row in ready] == [State.ACCEPTED, State.ACCEPTED]
    assert states["缺件项目"] == states[stale.subject] == State.RECEIVED
    assert "缺件项目" in page and stale.subject in page, "what dropped out is named with its reason"
    assert SignOff.objects.filter(act="accept", opinion="材料齐全。").count() == 2
