"""农用地转用与土地征收 (DOMAIN.md 1.4 A2).

Decided by the province or the State Council (土地管理法 Art. 44, 46), so no statutory clock of the county runs; the law
sets minimum waits instead (实施条例 Art. 26, 28), and one limit after the approval (Art. 31).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _notices as notices
from permits.procedures import _parts as parts
from workflows.flow.decisions import Decision
from workflows.flow.nodes import End, Join, Review, Split, Start, Wait
from workflows.flow.procedure import Check, Fact, Procedure, ProcedureFlow, Slot
from workflows.models import Ball


def _forest(facts: dict[str, Any]) -> bool:
    return facts.get("forest") == "yes"


LAND_CONVERSION = Procedure(
    code="land_conversion",
    title=_("Conversion of farmland and expropriation"),
    short=_("Land conversion"),
    office="land",
    series="转用征收",
    rule=None,
    promise=None,
    permit_title=_("Approval of conversion and expropriation"),
    permit_series="政土征",
    permit_valid="2y",
    laws="土地管理法 Art. 44-48; 土地管理法实施条例 Art. 23-32",
    facts=(
        Fact("farmland", _("Farmland to convert"), kind="number", unit=_("ha")),
        Fact("arable", _("of it arable land"), kind="number", unit=_("ha")),
        Fact("basic_farmland", _("of it permanent basic farmland"), kind="number", unit=_("ha")),
        Fact("expropriated", _("Collective land to expropriate"), kind="number", unit=_("ha")),
        Fact("villages", _("Villages concerned")),
        Fact("households", _("Households concerned"), kind="number", required=False),
        Fact("forest", _("Forest or grassland among it"), kind="yes_no", required=False),
    ),
    documents=(
        Slot("application", _("Request for conversion and expropriation")),
        Slot("pre_review", _("Land pre-review and site opinion"), basis="土地管理法实施条例 Art. 24"),
        Slot("approval", _("Investment approval or filing")),
        Slot("survey_map", _("Boundary survey report")),
        Slot("forest_consent", _("Consent to use forest or grassland"), required_if=_forest),
        Slot("pre_notice", _("Notice of intended expropriation"), by_office=True, basis="土地管理法实施条例 Art. 26"),
        Slot("survey", _("Survey of the present state"), by_office=True, basis="土地管理法 Art. 47"),
        Slot("stability", _("Social stability assessment"), by_office=True, basis="土地管理法 Art. 47"),
        Slot("plan", _("Compensation and resettlement plan"), by_office=True, basis="土地管理法实施条例 Art. 27"),
        Slot("hearing", _("Record of the hearing"), by_office=True, basis="土地管理法实施条例 Art. 28"),
        Slot("agreements", _("Compensation agreements"), by_office=True, basis="土地管理法实施条例 Art. 29"),
        Slot(
            "social_security", _("Proof of social security money"), by_office=True, basis="土地管理法实施条例 Art. 32"
        ),
        Slot("supplement", _("Plan to make good the arable land"), by_office=True, basis="土地管理法 Art. 30"),
        Slot("approval_above", _("Approval of the higher authority"), by_office=True, basis="土地管理法 Art. 44, 46"),
        Slot("notice", _("Notice of expropriation"), by_office=True, basis="土地管理法实施条例 Art. 31"),
    ),
)

PLAN_CHECKS = (
    Check(
        "public_interest",
        _("The expropriation serves a public interest named by law"),
        "土地管理法 Art. 45",
        "approval",
    ),
    Check("plan", _("Fits the territorial spatial plan and the yearly quota"), "土地管理法 Art. 44", "survey_map"),
    Check("same_land", _("The land is the one of the pre-review"), "土地管理法实施条例 Art. 24", "pre_review"),
    Check(
        "level",
        _("Basic farmland, arable over 35 ha or other land over 70 ha go to the State Council"),
        "土地管理法 Art. 46",
        "survey_map",
    ),
)
MONEY_CHECKS = (
    Check("agreements", _("Agreements are signed with nearly all holders"), "土地管理法实施条例 Art. 29", "agreements"),
    Check(
        "money",
        _("The compensation is there in full: without it no approval"),
        "土地管理法实施条例 Art. 32",
        "agreements",
    ),
    Check("social_security", _("Social security money is set aside"), "土地管理法实施条例 Art. 32", "social_security"),
)
FILE_CHECKS = (
    Check("notices", _("Both notices ran their full time"), "土地管理法实施条例 Art. 26, 28", "pre_notice"),
    Check("stability", _("The stability assessment allows it"), "土地管理法 Art. 47", "stability"),
    Check("supplement", _("Lost arable land is made good"), "土地管理法 Art. 30", "supplement"),
)


def assessed(joined: Any, *, title: Any, post: str) -> Review:
    """What must be known before compensation is planned, while the notice runs."""
    return (
        Review(title=title, post=post, limit=10, ball=Ball.OTHER_OFFICE, prefill=_("Done; the report is on file."))
        .Answer(Decision.DONE, joined, main=True)
        .Answer(Decision.CONDITIONS, joined)
        .Answer(Decision.OBJECT, joined, reasons=True)
    )


class V1(ProcedureFlow, procedure=LAND_CONVERSION, version="V1"):
    """Notice ‖ survey ‖ stability → compensation notice → agreements → sent up → waiting above → last notice."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.plan, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.plan, this.corrections, this.end)
    plan = notices.examination(this.pre_notice, checks=PLAN_CHECKS, limit=5)
    pre_notice = notices.posting(
        this.preparation, title=_("Posting of the intended expropriation"), post="county.office", limit=3
    )
    preparation = Split().Next(this.pre_notice_runs).Next(this.survey).Next(this.stability)
    pre_notice_runs = notices.running(
        this.prepared,
        title=_("Notice of the intended expropriation runs"),
        wait=Wait(10, working=True, article="土地管理法实施条例 Art. 26"),
    )
    survey = assessed(this.prepared, title=_("Survey of the present state"), post="land.farmland")
    stability = assessed(this.prepared, title=_("Social stability assessment"), post="stability.chief")
    prepared = Join().Next(this.compensation_plan)
    compensation_plan = notices.agreed_by(
        this.compensation_posted, title=_("Compensation and resettlement plan"), post="chief", limit=5
    )
    compensation_posted = notices.posting(
        this.compensation_runs, title=_("Posting of the compensation plan"), post="county.office", limit=3
    )
    compensation_runs = notices.running(
        this.agreements,
        title=_("Notice of the compensation plan runs"),
        wait=Wait(30, working=False, article="土地管理法实施条例 Art. 28"),
        objections=this.hearing,
    )
    hearing = notices.hearing(this.agreements, post="county.office")
    agreements = (
        Review(
            title=_("Agreements and money"),
            post="town.head",
            limit=20,
            ball=Ball.OTHER_OFFICE,
            checks=MONEY_CHECKS,
            records=("agreements", "social_security"),
            prefill=_("The agreements are signed and the money is there in full."),
        )
        .Answer(Decision.DONE, this.compilation, main=True)
        .Return()
    )
    compilation = (
        Review(
            title=_("File for the higher authority"),
            post="vice",
            limit=5,
            four_eyes=True,
            checks=FILE_CHECKS,
            prefill=_("The file is complete; please send it up."),
        )
        .Answer(Decision.AGREE, this.bureau, law="begin", main=True)
        .Return()
    )
    bureau = notices.agreed_by(this.deputy, title=_("Director's review"), post="director", limit=2)
    deputy = notices.agreed_by(
        this.county_head, title=_("Deputy county head's review"), post="deputy.city", limit=2, ball=Ball.COUNTY
    )
    county_head = (
        Review(
            title=_("County head sends it up"),
            post="county.head",
            limit=2,
            ball=Ball.COUNTY,
            four_eyes=True,
            prefill=_("Agreed; to be sent to the higher authority."),
        )
        .Answer(Decision.SENT_UP, this.waiting_above, law="begin", main=True)
        .Answer(Decision.REFUSE, this.refusal, law="refuse", reasons=True)
        .Return()
    )
    waiting_above = (
        Review(
            title=_("Waiting on the higher authority"),
            post="vice",
            ball=Ball.HIGHER,
            decides=True,
            prefill=_("The approval has arrived."),
        )
        .Answer(Decision.APPROVED_ABOVE, this.proclamation, law="grant", main=True, document="approval_above")
        .Answer(Decision.RETURNED_ABOVE, this.compilation, law="begin", reasons=True)
        .Answer(Decision.REFUSED_ABOVE, this.refusal, law="refuse", reasons=True, document="approval_above")
    )
    proclamation = Review(
        title=_("Posting of the expropriation"),
        post="county.office",
        limit=15,
        ball=Ball.COUNTY,
        prefill=_("The expropriation is posted within fifteen working days of the approval."),
    ).Answer(Decision.POSTED, this.carried_out, main=True, document="notice")
    carried_out = Review(
        title=_("Expropriation carried out"),
        post="handler",
        limit=20,
        prefill=_("The compensation is paid and the land is handed over."),
    ).Answer(Decision.DONE, this.end, main=True)
    refusal = parts.refusal_delivery(this.end)
    end = End()
