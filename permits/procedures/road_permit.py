"""公路建设项目施工许可 (DOMAIN.md 1.6): decided by transport, instead of a construction permit (公路法 Art. 25)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _notices as notices
from permits.procedures import _parts as parts
from workflows.flow.nodes import End, Start
from workflows.flow.procedure import Check, Fact, Procedure, ProcedureFlow, Slot

ROAD_PERMIT = Procedure(
    code="road_permit",
    title=_("Road construction permit"),
    short=_("Road permit"),
    office="transport",
    series="公路施工许可",
    rule="xkf-42",
    promise=7,
    extension=True,
    permit_title=_("Road construction permit"),
    permit_series="交施许",
    laws="公路法 Art. 22-26; 公路建设监督管理办法; 行政许可法 Art. 42",
    facts=(
        Fact("project_code", _("Project code")),
        Fact("length", _("Length"), kind="number", unit=_("km")),
        Fact("grade", _("Road grade")),
        Fact("contractor", _("Contractor")),
    ),
    documents=(
        Slot("application", _("Application form")),
        Slot("design", _("Approval of the construction drawings"), basis="公路法 Art. 25"),
        Slot("land", _("Land-use approval")),
        Slot("contract", _("Contract with the contractor")),
        Slot("money", _("Audit of the money in place")),
        Slot("quality", _("Quality supervision registration"), basis="建设工程质量管理条例 Art. 13"),
    ),
)

CHECKS = (
    Check("plan", _("The project is in the yearly plan"), "公路建设监督管理办法", "application"),
    Check("design", _("The construction drawings are approved"), "公路法 Art. 25", "design"),
    Check("land", _("The use of the land is approved"), "公路法 Art. 27", "land"),
    Check("tender", _("Contractor and supervisor are lawfully determined"), "公路法 Art. 23-24", "contract"),
    Check("money", _("The money is there and audited"), "公路法 Art. 21", "money"),
    Check(
        "quality",
        _("Quality supervision is registered; safety measures are laid down"),
        "建设工程质量管理条例 Art. 13",
        "quality",
    ),
)


class V1(ProcedureFlow, procedure=ROAD_PERMIT, version="V1"):
    """Counter → handler → chief → director."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.examination, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.examination, this.corrections, this.end)
    examination = notices.examination(this.chief, checks=CHECKS, limit=3, second=True)
    chief = parts.section_head(this.decision)
    decision = parts.decision(this.delivery, this.refusal)
    delivery = parts.delivery(this.end)
    refusal = parts.refusal_delivery(this.end)
    end = End()
