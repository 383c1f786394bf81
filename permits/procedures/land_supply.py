"""供地与不动产登记 (DOMAIN.md 1.4 A4).

The county government supplies the land, by allocation (土地管理法 Art. 54) or by public sale; no licensing clock runs,
but the sale has minimum notices. The title follows within 30 working days (不动产登记暂行条例 Art. 20).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _notices as notices
from permits.procedures import _parts as parts
from workflows.flow.decisions import Decision
from workflows.flow.nodes import End, Review, Start, Wait
from workflows.flow.procedure import Check, Fact, Procedure, ProcedureFlow, Slot
from workflows.models import Ball


def _allocated(facts: dict[str, Any]) -> bool:
    return facts.get("supply") == "allocation"


def _sold(facts: dict[str, Any]) -> bool:
    return facts.get("supply") == "market"


LAND_SUPPLY = Procedure(
    code="land_supply",
    title=_("Land supply and title"),
    short=_("Land supply"),
    office="land",
    series="供地",
    rule=None,
    promise=None,
    permit_title=_("Allocation decision or land grant contract"),
    permit_series="国土供",
    laws="土地管理法 Art. 53-56; 城乡规划法 Art. 37-39; 招标拍卖挂牌出让国有建设用地使用权规定 Art. 4-20; "
    "不动产登记暂行条例 Art. 20",
    facts=(
        Fact(
            "supply",
            _("How the land is supplied"),
            kind="choice",
            choices=(("allocation", _("allocation")), ("market", _("public sale"))),
        ),
        Fact("area", _("Area"), kind="number", unit=_("ha")),
        Fact("land_use", _("Land use")),
        Fact("years", _("Term of the right"), kind="number", unit=_("years"), required=False),
        Fact("price_wan", _("Starting price"), kind="number", unit=_("10,000 yuan"), required=False),
    ),
    documents=(
        Slot("application", _("Application form")),
        Slot("approval", _("Investment approval or filing"), basis="土地管理法 Art. 53"),
        Slot("state_land", _("Proof that the land is state land fit for construction"), basis="土地管理法 Art. 53"),
        Slot("planning_permit", _("Land-use planning permit"), required_if=_allocated, basis="城乡规划法 Art. 37"),
        Slot("conditions", _("Planning conditions of the plot"), by_office=True, basis="城乡规划法 Art. 38"),
        Slot("valuation", _("Valuation of the plot"), by_office=True),
        Slot("listing", _("Notice of the sale"), by_office=True, basis="招标拍卖挂牌出让国有建设用地使用权规定 Art. 8"),
        Slot(
            "deal",
            _("Confirmation of the deal"),
            by_office=True,
            basis="招标拍卖挂牌出让国有建设用地使用权规定 Art. 20",
        ),
        Slot("contract", _("Land grant contract"), by_office=True, basis="城乡规划法 Art. 38"),
        Slot("title", _("Certificate of title"), by_office=True, basis="不动产登记暂行条例 Art. 20"),
    ),
)

CHECKS = (
    Check(
        "catalogue",
        _("Allocated land serves a use of the allocation catalogue; all other land is sold"),
        "土地管理法 Art. 54",
        "application",
    ),
    Check("state_land", _("Farmland was converted and expropriated before"), "土地管理法 Art. 44, 46", "state_land"),
    Check(
        "planning_permit",
        _("Allocation: the land-use planning permit came first"),
        "城乡规划法 Art. 37",
        "planning_permit",
    ),
    Check(
        "conditions",
        _("Sale: planning conditions are part of the contract, without them it is void"),
        "城乡规划法 Art. 38-39",
        "conditions",
    ),
    Check("clean", _("The plot is clear of claims and buildings"), "闲置土地处置办法 Art. 21", "state_land"),
)


class V1(ProcedureFlow, procedure=LAND_SUPPLY, version="V1"):
    """Plan → bureau → county government → allocation, or listing with its notices and contract → title."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.examination, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.examination, this.corrections, this.end)
    examination = notices.examination(this.chief, checks=CHECKS, limit=5)
    chief = parts.section_head(this.vice)
    vice = parts.vice_director(this.bureau)
    bureau = notices.agreed_by(this.county_office, title=_("Director's review"), post="director", limit=2)
    county_office = notices.agreed_by(
        this.deputy, title=_("Legality check of the county office"), post="county.office", limit=3, ball=Ball.COUNTY
    )
    deputy = notices.agreed_by(
        this.county_head, title=_("Deputy county head's review"), post="deputy.city", limit=2, ball=Ball.COUNTY
    )
    county_head = (
        Review(
            title=_("County government's decision"),
            post="county.head",
            limit=3,
            ball=Ball.COUNTY,
            four_eyes=True,
            decides=True,
            prefill=_("Agreed."),
        )
        .Answer(Decision.GRANT, this.delivery, law="grant", main=True, only_if=_allocated)
        .Answer(Decision.PUT_ON_SALE, this.listing, law="begin", main=True, only_if=_sold)
        .Answer(Decision.REFUSE, this.refusal, law="refuse", reasons=True)
        .Return()
    )
    listing = notices.posting(this.listing_notice, title=_("Posting of the sale"), limit=5)
    listing_notice = Review(
        title=_("Notice of the sale runs"),
        post="handler",
        ball=Ball.NOTICE,
        wait=Wait(20, working=False, article="招标拍卖挂牌出让国有建设用地使用权规定 Art. 8"),
        prefill=_("The notice ran twenty days; the listing begins."),
    ).Answer(Decision.NOTICE_OVER, this.bidding, main=True)
    bidding = (
        Review(
            title=_("Listing runs"),
            post="handler",
            ball=Ball.NOTICE,
            wait=Wait(10, working=False, article="招标拍卖挂牌出让国有建设用地使用权规定 Art. 18"),
            prefill=_("The applicant's bid is the highest valid one."),
        )
        .Answer(Decision.SOLD, this.contract, main=True, document="deal")
        .Answer(Decision.UNSOLD, this.listing, law="begin", reasons=True)
        .Answer(Decision.OUTBID, this.refusal, law="refuse", reasons=True)
    )
    contract = (
        Review(
            title=_("Land grant contract"),
            post="director",
            limit=10,
            decides=True,
            prefill=_("The contract is signed; planning conditions are part of it."),
        )
        .Answer(Decision.GRANT, this.delivery, law="grant", main=True, document="contract")
        .Answer(Decision.UNSOLD, this.listing, law="begin", reasons=True)
    )
    delivery = parts.delivery(this.registration)
    registration = Review(
        title=_("Registration of the title"),
        post="registry.handler",
        limit=30,
        ball=Ball.OTHER_OFFICE,
        prefill=_("The title is registered."),
    ).Answer(Decision.DONE, this.end, main=True, document="title")
    refusal = parts.refusal_delivery(this.end)
    end = End()
