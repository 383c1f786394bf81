"""施工许可证 (DOMAIN.md 1.6).

Decided by the housing and construction bureau; seven days from receipt (建筑法 Art. 8); start within three months,
at most two extensions of three months (Art. 9).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _notices as notices
from permits.procedures import _parts as parts
from workflows.flow.nodes import End, Start
from workflows.flow.procedure import Check, Fact, Procedure, ProcedureFlow, Slot

CONSTRUCTION_PERMIT = Procedure(
    code="construction_permit",
    title=_("Construction permit"),
    short=_("Construction permit"),
    office="build",
    series="施工许可",
    rule="construction-permit",
    promise=5,
    permit_title=_("Construction permit"),
    permit_series="建施字第",
    permit_valid="3m",
    laws="建筑法 Art. 7-11; 建设工程质量管理条例 Art. 11, 13; 建筑工程施工许可管理办法",
    facts=(
        Fact("project_code", _("Project code")),
        Fact("floor_area", _("Floor area"), kind="number", unit=_("m²")),
        Fact("price_wan", _("Contract price"), kind="number", unit=_("10,000 yuan")),
        Fact("demolition", _("Old buildings to demolish"), kind="yes_no", required=False),
        Fact("contractor", _("Contractor")),
        Fact("supervisor", _("Supervising company"), required=False),
        Fact("contract_days", _("Contract period"), kind="number", unit=_("days"), required=False),
    ),
    documents=(
        Slot("application", _("Application form")),
        Slot("land", _("Land-use approval"), basis="建筑法 Art. 8(1)"),
        Slot("works_planning_permit", _("Works planning permit"), basis="建筑法 Art. 8(2)"),
        Slot(
            "demolition",
            _("State of demolition"),
            required_if=lambda facts: facts.get("demolition") == "yes",
            basis="建筑法 Art. 8(3)",
        ),
        Slot("contract", _("Contract with the contractor"), basis="建筑法 Art. 8(4)"),
        Slot("money", _("Pledge that the money is there"), basis="建筑法 Art. 8(5)"),
        Slot("drawings", _("Certificate of the drawings' examination"), basis="建设工程质量管理条例 Art. 11"),
        Slot("safety", _("Measures for quality and safety"), basis="建筑法 Art. 8(6)"),
        Slot("fire", _("Fire-safety design review"), basis="消防法 Art. 11-12"),
        Slot("eia", _("EIA approval or registration"), basis="环境影响评价法 Art. 25; 生态环境法典 Art. 107"),
    ),
)

# 建筑法 Art. 8 as amended in 2019: six conditions, all of them. The EIA is a bar of its own (环境影响评价法 Art. 25).
CHECKS = (
    Check("land", _("The use of the land is approved"), "建筑法 Art. 8(1)", "land"),
    Check(
        "planning",
        _("The works planning permit is there, where one is required"),
        "建筑法 Art. 8(2)",
        "works_planning_permit",
    ),
    Check("demolition", _("Demolition, if any, is far enough for the works"), "建筑法 Art. 8(3)", "demolition"),
    Check("contractor", _("The contractor is lawfully determined"), "建筑法 Art. 8(4)", "contract"),
    Check(
        "money_drawings", _("Money, construction drawings and technical papers suffice"), "建筑法 Art. 8(5)", "drawings"
    ),
    Check("safety", _("Measures for quality and safety are laid down"), "建筑法 Art. 8(6)", "safety"),
)


class V1(ProcedureFlow, procedure=CONSTRUCTION_PERMIT, version="V1"):
    """Counter → handler with the quality station → chief → vice → director."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.examination, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.examination, this.corrections, this.end)
    examination = notices.examination(this.chief, checks=CHECKS, limit=2, second=True)
    chief = parts.section_head(this.vice)
    vice = parts.vice_director(this.decision)
    decision = notices.decision(this.delivery, this.refusal, post="director", limit=1)
    delivery = parts.delivery(this.end)
    refusal = parts.refusal_delivery(this.end)
    end = End()
