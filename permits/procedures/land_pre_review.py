"""用地预审与选址意见书 (DOMAIN.md 1.4 A1).

Decided by the county's natural-resources bureau; 20 working days, +10 by its head (行政许可法 Art. 42); valid 3 years.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _parts as parts
from workflows.flow.nodes import End, Join, Split, Start
from workflows.flow.procedure import Check, Fact, Procedure, ProcedureFlow, Slot

LAND_PRE_REVIEW = Procedure(
    code="land_pre_review",
    title=_("Land pre-review and site opinion"),
    short=_("Land pre-review"),
    office="land",
    series="用地预审",
    rule="xkf-42",
    promise=10,
    extension=True,
    permit_title=_("Land pre-review and site opinion"),
    permit_series="用字第",
    permit_valid="3y",
    laws="土地管理法实施条例 Art. 24; 自然资规〔2019〕2号",
    facts=(
        Fact("permanent_land", _("Permanent land"), kind="number", unit=_("ha")),
        Fact("farmland", _("of it farmland"), kind="number", unit=_("ha")),
        Fact("temporary_land", _("Temporary land"), kind="number", unit=_("ha"), required=False),
        Fact("site", _("Site")),
        Fact("scale", _("Scale"), required=False),
    ),
    documents=(
        Slot("application", _("Application form")),
        Slot("basis", _("Project code and basis of approval")),
        Slot("boundary", _("Boundary of the land (CGCS2000 coordinates)")),
        Slot("saving", _("Report on economical use of land"), required_if=lambda facts: _hectares(facts) >= 4),
        Slot("visit", _("Record of the site visit (two signatures)"), by_office=True),
        Slot("experts", _("Experts' opinion"), by_office=True),
        Slot("forestry_reply", _("Reply of the forestry bureau"), by_office=True),
    ),
)

CHECKS = (
    Check("plan", _("Fits the territorial spatial plan"), "土地管理法实施条例 Art. 24", "boundary"),
    Check("red_lines", _("No permanent basic farmland, no ecological red line"), "土地管理法 Art. 35", "boundary"),
    Check("saving", _("Size keeps to the standard of economical use"), "土地管理法实施条例 Art. 24", "saving"),
    Check("nature", _("Avoids natural forest and nature reserves"), "林草局 wind-farm rules", "forestry_reply"),
    Check("hazard", _("No geological hazard, or measures taken"), "", "experts"),
    Check("minerals", _("No important mineral deposit below"), "", "basis"),
)


def _hectares(facts: dict[str, str]) -> float:
    try:
        return float(facts.get("permanent_land") or 0)
    except ValueError:
        return 0.0


class V1(ProcedureFlow, procedure=LAND_PRE_REVIEW, version="V1"):
    """Counter → handler with a second officer → forestry, farmland and town in parallel → chief → vice → director."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.examination, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.examination, this.corrections, this.end)
    examination = parts.examination(this.consult, checks=CHECKS, records=("visit",))
    consult = Split().Next(this.forestry).Next(this.farmland).Next(this.town)
    forestry = parts.consulted(this.consulted, title=_("Reply of the forestry bureau"), post="forestry.chief")
    farmland = parts.consulted(this.consulted, title=_("Farmland protection's opinion"), post="land.farmland")
    town = parts.consulted(this.consulted, title=_("Reply of the town"), post="town.head")
    consulted = Join().Next(this.chief)
    chief = parts.section_head(this.vice)
    vice = parts.vice_director(this.decision)
    decision = parts.decision(this.delivery, this.refusal)
    delivery = parts.delivery(this.end)
    refusal = parts.refusal_delivery(this.end)
    end = End()
