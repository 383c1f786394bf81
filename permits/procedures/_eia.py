"""Parts of the two environmental approvals: facts, papers, the five grounds for refusal, fresh nodes on every call."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from permits.procedures import _notices as notices
from workflows.flow.decisions import Decision
from workflows.flow.nodes import Review
from workflows.flow.procedure import Check, Fact, Slot
from workflows.models import Ball

FACTS = (
    Fact("project_code", _("Project code")),
    Fact("catalogue_item", _("Item of the classification catalogue")),
    Fact("site", _("Site")),
    Fact("scale", _("Scale")),
    Fact("sensitive_area", _("Touches an environmentally sensitive area"), kind="yes_no"),
    Fact(
        "environment_wan",
        _("Investment in environmental protection"),
        kind="number",
        unit=_("10,000 yuan"),
        required=False,
    ),
)
DOCUMENTS = (
    Slot("application", _("Request for approval")),
    Slot("approval", _("Investment approval or filing")),
)
OFFICE_DOCUMENTS = (
    Slot("acceptance_notice", _("Notice of acceptance"), by_office=True),
    Slot("evaluation", _("Technical evaluation"), by_office=True, basis="建设项目环境保护管理条例 Art. 9"),
    Slot("approval_notice", _("Notice of the proposed approval"), by_office=True),
    Slot("hearing", _("Record of the hearing"), by_office=True, basis="行政许可法 Art. 48"),
)

# 建设项目环境保护管理条例 Art. 11 names five grounds to refuse; each is judged here the other way round.
CHECKS = (
    Check(
        "plan",
        _("Type, site, layout and scale follow environmental law and plans"),
        "建设项目环境保护管理条例 Art. 11(1)",
        "approval",
    ),
    Check(
        "quality",
        _("Where quality falls short, the measures meet the goal of improvement"),
        "建设项目环境保护管理条例 Art. 11(2)",
        "evaluation",
    ),
    Check(
        "measures",
        _("Discharge meets the standards; damage to nature is prevented"),
        "建设项目环境保护管理条例 Art. 11(3)",
        "evaluation",
    ),
    Check(
        "old_pollution",
        _("Rebuilding or extension deals with the old pollution"),
        "建设项目环境保护管理条例 Art. 11(4)",
        "evaluation",
    ),
    Check(
        "data",
        _("Basic data are true; no gap, no doubtful conclusion"),
        "建设项目环境保护管理条例 Art. 11(5)",
        "evaluation",
    ),
    Check(
        "class",
        _("The class follows the catalogue; the builder may not lower it"),
        "建设项目环境影响登记表备案管理办法 Art. 10",
        "application",
    ),
)
PARTICIPATION_CHECK = Check(
    "participation",
    _("The public took part before the filing; its opinions are answered"),
    "环境影响评价法 Art. 21",
    "participation",
)


def acceptance_posted(posted: Any) -> Review:
    """受理公示: posted within a working day of acceptance."""
    return notices.posting(posted, title=_("Posting of the acceptance"))


def evaluation(done: Any) -> Review:
    """技术评估: by experts drawn at random and paid by the authority (建设项目环境保护管理条例 Art. 9)."""
    return (
        Review(
            title=_("Technical evaluation"),
            post="second",
            limit=20,
            ball=Ball.EXPERTS,
            records=("evaluation",),
            prefill=_("The experts find the measures feasible; their opinion is on file."),
        )
        .Answer(Decision.DONE, done, law="begin", main=True, document="evaluation")
        .Answer(Decision.CONDITIONS, done, law="begin", document="evaluation")
        .Answer(Decision.OBJECT, done, law="begin", reasons=True, document="evaluation")
    )


def approval_posted(posted: Any) -> Review:
    """拟批准公示, with the right to ask for a hearing within five days (行政许可法 Art. 47)."""
    return notices.posting(posted, title=_("Posting of the proposed approval"))
