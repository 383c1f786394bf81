"""What the pages say of special acts: who must sign again, and what is only for colleagues."""

from __future__ import annotations

from tests.cast import County
from tests.engine.desk import accepted, reviewed
from workflows.models import SignOff


def test_the_sheet_names_who_must_sign_again_before_anybody_returns(county: County) -> None:
    desk = reviewed(county)
    county.sign(desk.application, "chief", "chief.land", "agree")
    step = county.open_step(desk.application, "vice")
    page = desk.page("vice.land", f"/steps/{step.pk}/?verb=return")
    again = {target.name: target.again for target in page.context["screen"].targets}
    assert [who.rpartition(" ")[0] for who in again["chief"]] == ["自然资源局 股长"]
    assert [who.rpartition(" ")[0] for who in again["examination"]] == [
        "自然资源局 经办人",
        "林业和草原局 股长",
        "自然资源局 耕地保护股长",
        "乡镇人民政府 乡镇长",
        "自然资源局 股长",
    ]
    assert "、".join(again["examination"]) in page.content.decode()
    county.sign(desk.application, "vice", "vice.land", "return", target="chief", reasons="请补充说明。")
    voided = SignOff.objects.filter(application=desk.id, voided_at__isnull=False)
    assert {f"{row.post_title} {row.signer_name}" for row in voided} == set(again["chief"])


def test_an_internal_note_is_not_shown_to_the_project_unit(county: County) -> None:
    desk = accepted(county)
    desk.do("handler.land", "note", {"text": "内部意见：先核实权属。"}, stranger="chief.build")
    assert "先核实权属" in desk.page("chief.land", f"/applications/{desk.id}/").content.decode()
    assert "先核实权属" not in desk.page("applicant.windfarm", f"/applications/{desk.id}/").content.decode()
