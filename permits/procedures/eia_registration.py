"""环境影响登记表 (DOMAIN.md 1.5): complete on receipt, no officer decides (登记表备案管理办法 Art. 9, 12).

A registration gives no right to start what needed a form or a report, and is never converted into one (E19, Art. 10).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this

from workflows.flow.nodes import End, Filing, Start
from workflows.flow.procedure import Fact, Procedure, ProcedureFlow, Slot

EIA_REGISTRATION = Procedure(
    code="eia_registration",
    title=_("Environmental impact registration"),
    short=_("EIA registration"),
    office="eia",
    series="环评登",
    rule=None,
    promise=None,
    filing=True,
    permit_title=_("Environmental impact registration"),
    permit_series="环登备",
    laws="环境影响评价法 Art. 16; 建设项目环境影响登记表备案管理办法 Art. 9-16; 生态环境法典 Art. 95",
    facts=(
        Fact("project_code", _("Project code")),
        Fact("catalogue_item", _("Item of the classification catalogue")),
        Fact("site", _("Site")),
        Fact("scale", _("Scale")),
        Fact("measures", _("Measures against pollution")),
        Fact("pledge", _("Pledge that the facts are true and the class is right"), kind="yes_no"),
    ),
    documents=(Slot("registration", _("Registration form"), by_office=True),),
)


class V1(ProcedureFlow, procedure=EIA_REGISTRATION, version="V1"):
    """Receipt is the filing."""

    start = Start().Next(this.filing)
    filing = Filing(title=_("Filed on receipt")).Next(this.end)
    end = End()
