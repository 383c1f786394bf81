"""环境影响报告书 (DOMAIN.md 1.5).

Decided by the ecology bureau in the name of the city; 60 days from receipt, no extension. Experts' review, technical
evaluation and hearings do not count (部令第14号): the officers' verb stops the clock, the steps only name the owner.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this

from permits.procedures import _eia as eia
from permits.procedures import _notices as notices
from permits.procedures import _parts as parts
from workflows.flow.nodes import End, Start, Wait
from workflows.flow.procedure import Fact, Procedure, ProcedureFlow, Slot

EIA_REPORT = Procedure(
    code="eia_report",
    title=_("Environmental impact report"),
    short=_("EIA report"),
    office="eia",
    series="环评书",
    rule="eia-report",
    promise=32,
    permit_title=_("Approval of the environmental impact report"),
    permit_series="环审",
    permit_valid="5y",
    laws="环境影响评价法 Art. 16-25; 生态环境法典 Art. 95-110; 建设项目环境保护管理条例 Art. 9-12",
    facts=(
        *eia.FACTS,
        Fact("participation", _("Public participation held from and to"), required=True),
    ),
    documents=(
        *eia.DOCUMENTS,
        Slot("report", _("Environmental impact report, full text"), basis="环境影响评价法 Art. 16-17"),
        Slot("public_report", _("Environmental impact report, public version"), basis="生态环境法典 Art. 103"),
        Slot(
            "participation", _("Account of public participation"), basis="环境影响评价法 Art. 21; 生态环境法典 Art. 101"
        ),
        Slot("basic_table", _("Table of basic data for the approval")),
        *eia.OFFICE_DOCUMENTS,
    ),
)


class V1(ProcedureFlow, procedure=EIA_REPORT, version="V1"):
    """Counter → notice of acceptance → experts → handler → chief → vice → notice of approval (hearing) → director."""

    start = Start().Next(this.intake)
    intake = parts.intake(this.acceptance_posted, this.corrections, this.end)
    corrections = parts.corrections(this.recheck, this.end)
    recheck = parts.recheck(this.acceptance_posted, this.corrections, this.end)
    acceptance_posted = eia.acceptance_posted(this.acceptance_notice)
    acceptance_notice = notices.running(
        this.evaluation,
        title=_("Notice of acceptance runs"),
        wait=Wait(10, working=True, article="环境影响评价公众参与办法 Art. 22; 市县办事指南(报告书受理公示)"),
    )
    evaluation = eia.evaluation(this.examination)
    examination = notices.examination(this.chief, checks=(*eia.CHECKS, eia.PARTICIPATION_CHECK), limit=5)
    chief = parts.section_head(this.vice)
    vice = parts.vice_director(this.approval_posted)
    approval_posted = eia.approval_posted(this.approval_notice)
    approval_notice = notices.running(
        this.decision,
        title=_("Notice of the proposed approval runs"),
        wait=Wait(5, working=True, article="环境影响评价公众参与办法 Art. 23; 行政许可法 Art. 47"),
        objections=this.hearing,
    )
    hearing = notices.hearing(this.decision, post="legal")
    decision = parts.decision(this.delivery, this.refusal)
    delivery = parts.delivery(this.end)
    refusal = parts.refusal_delivery(this.end)
    end = End()
