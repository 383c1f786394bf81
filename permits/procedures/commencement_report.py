"""开工报告 (DOMAIN.md 1.6): approved under State Council rules for named major works; then no construction permit.

建筑法 Art. 7, 政府投资条例 Art. 20. Not started for six months after approval: approved anew (建筑法 Art. 11).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _notices as notices
from permits.procedures import _parts as parts
from workflows.flow.nodes import End, Start
from workflows.flow.procedure import Check, Fact, Procedure, ProcedureFlow, Slot

COMMENCEMENT_REPORT = Procedure(
    code="commencement_report",
    title=_("Commencement report"),
    short=_("Commencement report"),
    office="ndrc",
    series="开工报告",
    rule="xkf-42",
    promise=8,
    extension=True,
    permit_title=_("Approval of the commencement report"),
    permit_series="发改开工",
    permit_valid="6m",
    laws="建筑法 Art. 7, 11; 政府投资条例 Art. 20; 建设工程安全生产管理条例 Art. 10",
    facts=(
        Fact("project_code", _("Project code")),
        Fact("estimate_wan", _("Approved estimate"), kind="number", unit=_("10,000 yuan")),
        Fact("state_rule", _("Rule of the State Council that asks for the report")),
        Fact("contractor", _("Contractor")),
    ),
    documents=(
        Slot("report", _("Commencement report")),
        Slot("design", _("Approval of preliminary design and estimate"), basis="政府投资条例 Art. 9, 12"),
        Slot("land", _("Land-use approval")),
        Slot("eia", _("EIA approval or registration"), basis="环境影响评价法 Art. 25"),
        Slot("money", _("Proof that the money is there"), basis="政府投资条例 Art. 22"),
        Slot("contract", _("Contract with the contractor")),
    ),
)

CHECKS = (
    Check("scope", _("A State Council rule asks for the report"), "政府投资条例 Art. 20", "report"),
    Check("design", _("Preliminary design and estimate are approved"), "政府投资条例 Art. 12", "design"),
    Check("money", _("The money is in place; no contractor advances it"), "政府投资条例 Art. 22", "money"),
    Check("land", _("The use of the land is approved"), "建筑法 Art. 8(1)", "land"),
    Check("eia", _("The EIA is approved"), "环境影响评价法 Art. 25", "eia"),
)


class V1(ProcedureFlow, procedure=COMMENCEMENT_REPORT, version="V1"):
    """Counter → handler → chief → director."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.examination, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.examination, this.corrections, this.end)
    examination = notices.examination(this.chief, checks=CHECKS, limit=5)
    chief = parts.section_head(this.decision)
    decision = parts.decision(this.delivery, this.refusal)
    delivery = parts.delivery(this.end)
    refusal = parts.refusal_delivery(this.end)
    end = End()
