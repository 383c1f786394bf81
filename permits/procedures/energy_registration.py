"""电力工程质量监督注册 (DOMAIN.md 1.6): how power works start, instead of a construction permit.

Registered before the start with the quality-supervision body of electric power (建设工程质量管理条例 Art. 13, 46).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _notices as notices
from permits.procedures import _parts as parts
from workflows.flow.nodes import End, Start
from workflows.flow.procedure import Check, Fact, Procedure, ProcedureFlow, Slot

ENERGY_REGISTRATION = Procedure(
    code="energy_registration",
    title=_("Quality supervision registration of power works"),
    short=_("Power quality registration"),
    office="energy",
    series="电力质监",
    rule=None,
    promise=None,
    permit_title=_("Quality supervision registration of power works"),
    permit_series="电质监注",
    laws="建设工程质量管理条例 Art. 13, 46; 建设工程安全生产管理条例 Art. 10; 电力建设工程质量监督管理规定",
    facts=(
        Fact("project_code", _("Project code")),
        Fact("capacity_mw", _("Capacity"), kind="number", unit="MW"),
        Fact("contractor", _("Contractor")),
        Fact("supervisor", _("Supervising company")),
    ),
    documents=(
        Slot("application", _("Registration form")),
        Slot("approval", _("Investment approval or filing")),
        Slot("contract", _("Contracts with contractor and supervisor")),
        Slot("drawings", _("Certificate of the drawings' examination"), basis="建设工程质量管理条例 Art. 11"),
        Slot("safety", _("Plan of safety measures"), basis="建设工程安全生产管理条例 Art. 10"),
    ),
)

CHECKS = (
    Check(
        "approval",
        _("The investment approval is valid and covers this capacity"),
        "企业投资项目核准和备案管理条例 Art. 12",
        "approval",
    ),
    Check(
        "qualified",
        _("Builder, designer, contractor and supervisor are qualified"),
        "建设工程质量管理条例 Art. 18, 34",
        "contract",
    ),
    Check("drawings", _("The construction drawings are examined"), "建设工程质量管理条例 Art. 11", "drawings"),
    Check("safety", _("Measures for quality and safety are laid down"), "建设工程安全生产管理条例 Art. 10", "safety"),
)


class V1(ProcedureFlow, procedure=ENERGY_REGISTRATION, version="V1"):
    """Counter → handler → chief confirms."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.examination, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.examination, this.corrections, this.end)
    examination = notices.agreed_by(this.decision, title=_("Examination"), post="handler", limit=3)
    decision = notices.filed(this.delivery, post="chief", checks=CHECKS, title=_("Registration confirmed"))
    delivery = parts.delivery(this.end)
    end = End()
