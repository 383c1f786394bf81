"""建设用地规划许可证 (DOMAIN.md 1.4 A3).

Decided by the county's natural-resources bureau; 20 working days, +10 by its head. Allocated land needs it before the
land is supplied, sold land after the contract (城乡规划法 Art. 37-38).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _notices as notices
from permits.procedures import _parts as parts
from workflows.flow.nodes import End, Start
from workflows.flow.procedure import Check, Fact, Procedure, ProcedureFlow, Slot

LAND_PLANNING_PERMIT = Procedure(
    code="land_planning_permit",
    title=_("Land-use planning permit"),
    short=_("Land planning permit"),
    office="land",
    series="用地规划",
    rule="xkf-42",
    promise=7,
    extension=True,
    permit_title=_("Land-use planning permit"),
    permit_series="地字第",
    laws="城乡规划法 Art. 37-39",
    facts=(
        Fact(
            "supply",
            _("How the land is supplied"),
            kind="choice",
            choices=(("allocation", _("allocation")), ("market", _("public sale"))),
        ),
        Fact("area", _("Area"), kind="number", unit=_("ha")),
        Fact("land_use", _("Land use")),
        Fact("floor_area_ratio", _("Floor area ratio"), kind="number", required=False),
    ),
    documents=(
        Slot("application", _("Application form")),
        Slot("approval", _("Investment approval or filing"), basis="城乡规划法 Art. 37-38"),
        Slot(
            "pre_review",
            _("Land pre-review and site opinion"),
            required_if=lambda facts: facts.get("supply") == "allocation",
            basis="城乡规划法 Art. 36-37",
        ),
        Slot(
            "contract",
            _("Land grant contract"),
            required_if=lambda facts: facts.get("supply") == "market",
            basis="城乡规划法 Art. 38",
        ),
        Slot("boundary", _("Boundary of the land (CGCS2000 coordinates)")),
        Slot("detailed_plan", _("Extract of the detailed plan"), by_office=True),
    ),
)

CHECKS = (
    Check("detailed_plan", _("Place, area and use follow the detailed plan"), "城乡规划法 Art. 37", "detailed_plan"),
    Check(
        "conditions", _("The planning conditions stand in the contract unchanged"), "城乡规划法 Art. 38-39", "contract"
    ),
    Check("approval", _("The investment approval or filing is valid"), "城乡规划法 Art. 37-38", "approval"),
    Check("boundary", _("The boundary is the one approved"), "城乡规划法 Art. 37", "boundary"),
)


class V1(ProcedureFlow, procedure=LAND_PLANNING_PERMIT, version="V1"):
    """Counter → handler → chief → vice → director."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.examination, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.examination, this.corrections, this.end)
    examination = notices.examination(this.chief, checks=CHECKS, limit=3)
    chief = parts.section_head(this.vice)
    vice = parts.vice_director(this.decision)
    decision = parts.decision(this.delivery, this.refusal)
    delivery = parts.delivery(this.end)
    refusal = parts.refusal_delivery(this.end)
    end = End()
