"""水利工程开工备案 (DOMAIN.md 1.6): filed with the water bureau; a filing is completed, not refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _notices as notices
from permits.procedures import _parts as parts
from workflows.flow.nodes import End, Start
from workflows.flow.procedure import Check, Fact, Procedure, ProcedureFlow, Slot

WATER_FILING = Procedure(
    code="water_filing",
    title=_("Start filing of water works"),
    short=_("Water start filing"),
    office="water",
    series="水利开工备",
    rule=None,
    promise=None,
    permit_title=_("Start filing of water works"),
    permit_series="水开备",
    laws="水利工程建设项目管理规定; 建设工程质量管理条例 Art. 13; 建设工程安全生产管理条例 Art. 10",
    facts=(
        Fact("project_code", _("Project code")),
        Fact("works", _("Works and scale")),
        Fact("legal_person", _("Legal person of the project")),
        Fact("contractor", _("Contractor")),
    ),
    documents=(
        Slot("report", _("Written report of the start")),
        Slot("design", _("Approval of the preliminary design")),
        Slot("contract", _("Contracts with contractor and supervisor")),
        Slot("quality", _("Quality supervision registration"), basis="建设工程质量管理条例 Art. 13"),
        Slot("safety", _("Plan of safety measures"), basis="建设工程安全生产管理条例 Art. 10"),
    ),
)

CHECKS = (
    Check("design", _("The preliminary design is approved"), "水利工程建设项目管理规定", "design"),
    Check("contracts", _("Contractor and supervisor are lawfully determined"), "招标投标法 Art. 3", "contract"),
    Check("money", _("The money of the year is in place"), "水利工程建设项目管理规定", "report"),
    Check(
        "quality",
        _("Quality supervision is registered; safety measures are laid down"),
        "建设工程质量管理条例 Art. 13",
        "quality",
    ),
)


class V1(ProcedureFlow, procedure=WATER_FILING, version="V1"):
    """Counter → chief → director confirms."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.chief, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.chief, this.corrections, this.end)
    chief = notices.agreed_by(this.decision, title=_("Section chief's review"), post="chief", limit=2)
    decision = notices.filed(this.delivery, post="director", checks=CHECKS, title=_("Filing confirmed"))
    delivery = parts.delivery(this.end)
    end = End()
