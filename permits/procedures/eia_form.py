"""环境影响报告表 (DOMAIN.md 1.5): 30 days from receipt, no extension; a shorter notice of acceptance, fewer experts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _eia as eia
from permits.procedures import _notices as notices
from permits.procedures import _parts as parts
from workflows.flow.nodes import End, Start, Wait
from workflows.flow.procedure import Procedure, ProcedureFlow, Slot

EIA_FORM = Procedure(
    code="eia_form",
    title=_("Environmental impact form"),
    short=_("EIA form"),
    office="eia",
    series="环评表",
    rule="eia-form",
    promise=20,
    permit_title=_("Approval of the environmental impact form"),
    permit_series="环表审",
    permit_valid="5y",
    laws="环境影响评价法 Art. 16-25; 生态环境法典 Art. 95-110; 建设项目环境保护管理条例 Art. 9-12",
    facts=eia.FACTS,
    documents=(
        *eia.DOCUMENTS,
        Slot("form", _("Environmental impact form, full text"), basis="环境影响评价法 Art. 16"),
        Slot("public_form", _("Environmental impact form, public version")),
        *eia.OFFICE_DOCUMENTS,
    ),
)


class V1(ProcedureFlow, procedure=EIA_FORM, version="V1"):
    """Counter → notice of acceptance → experts → handler → chief → vice → notice of approval (hearing) → director."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.acceptance_posted, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.acceptance_posted, this.corrections, this.end)
    acceptance_posted = eia.acceptance_posted(this.acceptance_notice)
    acceptance_notice = notices.running(
        this.evaluation,
        title=_("Notice of acceptance runs"),
        wait=Wait(5, working=True, article="市县办事指南(报告表受理公示)"),
    )
    evaluation = eia.evaluation(this.examination)
    examination = notices.examination(this.chief, checks=eia.CHECKS, limit=2)
    chief = parts.section_head(this.vice)
    vice = parts.vice_director(this.approval_posted)
    approval_posted = eia.approval_posted(this.approval_notice)
    approval_notice = notices.running(
        this.decision,
        title=_("Notice of the proposed approval runs"),
        wait=Wait(5, working=True, article="市县办事指南(拟批准公示); 行政许可法 Art. 47"),
        objections=this.hearing,
    )
    hearing = notices.hearing(this.decision, post="legal")
    decision = parts.decision(this.delivery, this.refusal)
    delivery = parts.delivery(this.end)
    refusal = parts.refusal_delivery(this.end)
    end = End()
