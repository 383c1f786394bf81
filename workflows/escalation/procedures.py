"""督办 and 交办 as procedures: they run on the same steps, sign-offs, limits and ladder as the approvals they drive.

The cycle is that of county supervision offices (DOMAIN.md 3.2): acknowledge → conference with its record → directives →
closing by a second person. A minute of a meeting directs work; it moves no approval.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this

from workflows.escalation import committing
from workflows.escalation.models import CauseClass
from workflows.escalation.open_ends import directives_left, matter_stands_still
from workflows.escalation.targets import SUPERVISION_POST
from workflows.flow.decisions import Decision
from workflows.flow.nodes import End, Review, Start
from workflows.flow.procedure import Fact, Procedure, ProcedureFlow, Slot
from workflows.models import Ball, LadderRung

CONFERENCE_RECORD = (
    Fact("held_on", _("Held on"), kind="date"),
    Fact("place", _("Place")),
    Fact("chair", _("Chair")),
    Fact("present", _("Present")),
    Fact("absent", _("Absent"), required=False),
    Fact("cause", _("Cause"), kind="choice", choices=tuple(CauseClass.choices)),
    Fact("measures", _("Measures agreed"), kind="long"),
    Fact("minutes_no", _("Number of the minutes"), required=False),
)

SUPERVISION = Procedure(
    code="supervision",
    title=_("Supervision of a stalled matter"),
    short=_("Supervision"),
    office="supervision",
    series="督办",
    rule=None,
    promise=None,
    internal=True,
    laws="",
    facts=(
        Fact("about", _("Matter")),
        Fact("trigger", _("Reason"), kind="choice", choices=tuple(LadderRung.Reason.choices)),
        Fact("since", _("Due since"), kind="date"),
        Fact("level_name", _("Put before")),
    ),
    documents=(
        Slot("minutes", _("Minutes of the conference"), by_office=True),
        Slot("evidence", _("Evidence for closing"), by_office=True),
    ),
)

DIRECTIVE = Procedure(
    code="directive",
    title=_("Directive of a supervision"),
    short=_("Directive"),
    office="supervision",
    series="交办",
    rule=None,
    promise=None,
    internal=True,
    laws="",
    facts=(
        Fact("about", _("Supervision")),
        Fact("task", _("Task")),
        Fact("due_on", _("Due"), kind="date"),
        Fact("evidence", _("Evidence asked for")),
    ),
    documents=(Slot("evidence", _("Evidence that it is done"), by_office=True),),
)


def acknowledgement(title: Any, then: Any, *, limit: int, due_fact: str = "") -> Review:
    """签收: whoever is called upon takes the matter up in his own name."""
    return Review(
        title=title,
        post="@owner",
        limit=limit,
        due_fact=due_fact,
        ball=Ball.COUNTY,
        prefill=_("Received; I take it up."),
    ).Answer(Decision.TAKE_UP, then, law="accept", main=True)


def conference_held(then: Any) -> Review:
    """会商: the leader's conference on the spot, with its record."""
    return Review(
        title=_("Conference on the spot"),
        post="@owner",
        limit=3,
        due_fact="conference_by",
        ball=Ball.COUNTY,
        prefill=_("We met on the spot; cause and measures are recorded."),
    ).Answer(Decision.HELD, then, law="begin", record=CONFERENCE_RECORD, main=True)


def directives_out(closing: Any, again: Any) -> Review:
    """交办: directives go out until the matter moves; then its closing is proposed, or all meet again."""
    return (
        Review(
            title=_("Directives until the matter moves"),
            post="@owner",
            limit=10,
            ball=Ball.COUNTY,
            four_eyes=True,
            prefill=_("The cause is removed; please check and close."),
        )
        .Answer(Decision.PROPOSE_CLOSING, closing, law="begin", barred=directives_left, main=True)
        .Answer(Decision.CONVENE, again, law="begin")
    )


def checked_and_closed(end: Any, redo: Any) -> Review:
    """销号: the supervision office checks the evidence and closes, or sends it back."""
    return (
        Review(
            title=_("Check and closing"),
            post=SUPERVISION_POST,
            limit=2,
            ball=Ball.COUNTY,
            four_eyes=True,
            prefill=_("Checked on the evidence; closed."),
        )
        .Answer(Decision.CLOSE, end, law="grant", document="evidence", barred=matter_stands_still, main=True)
        .Answer(Decision.REDO, redo, law="begin", reasons=True)
    )


class SupervisionV1(ProcedureFlow, procedure=SUPERVISION, version="V1"):
    """Acknowledge → conference → directives → closing by the supervision office, or once more."""

    start = Start().Next(this.acknowledge)
    acknowledge = acknowledgement(_("Acknowledge the matter"), this.conference, limit=2)
    conference = conference_held(this.directives)
    directives = directives_out(this.closing, this.conference)
    closing = checked_and_closed(this.end, this.directives)
    end = End()


COMMIT_ON = Fact("commit_on", _("Will move by"), kind="date")
TASK_RECORD = (Fact("owner", _("Owner")), Fact("task", _("What is to be done"), kind="long"), COMMIT_ON)
OFFICER_RECORD = (Fact("officer", _("Officer")), COMMIT_ON)
CAUSE_RECORD = (Fact("cause", _("What holds it up"), kind="choice", choices=tuple(CauseClass.choices)), COMMIT_ON)


class SupervisionV2(ProcedureFlow, procedure=SUPERVISION, version="V2"):
    """As V1; who is called answers at once: with a conference, a task, more time, other hands, or the reason.

    Every answer names the day on which it will move. The conference follows all the same (DOMAIN.md 3.3).
    """

    start = Start().Next(this.acknowledge)
    acknowledge = (
        Review(
            title=_("Answer the escalation"),
            post="@owner",
            limit=2,
            ball=Ball.COUNTY,
            prefill=_("Received; I take it up."),
        )
        .Answer(Decision.TAKE_UP, this.conference, law="accept", then=committing.convene, main=True)
        .Answer(Decision.INSTRUCT, this.conference, law="accept", record=TASK_RECORD, then=committing.instruct)
        .Answer(
            Decision.GRANT_TIME,
            this.conference,
            law="accept",
            record=(COMMIT_ON,),
            reasons=True,
            then=committing.grant_time,
        )
        .Answer(
            Decision.REASSIGN,
            this.conference,
            law="accept",
            record=OFFICER_RECORD,
            reasons=True,
            then=committing.reassign,
        )
        .Answer(
            Decision.EXPLAIN,
            this.conference,
            law="accept",
            record=CAUSE_RECORD,
            reasons=True,
            then=committing.explain,
        )
    )
    conference = conference_held(this.directives)
    directives = directives_out(this.closing, this.conference)
    closing = checked_and_closed(this.end, this.directives)
    end = End()


class DirectiveV1(ProcedureFlow, procedure=DIRECTIVE, version="V1"):
    """Take up (or object) → work → report with evidence → check by a second person → closed, or once more."""

    start = Start().Next(this.take_up)
    take_up = acknowledgement(_("Take up the directive"), this.work, limit=1).Answer(
        Decision.OBJECT_TASK, this.assignment, reasons=True
    )
    assignment = (
        Review(title=_("Objection to the assignment"), post="@giver", limit=1, ball=Ball.COUNTY)
        .Answer(Decision.INSIST, this.take_up, main=True)
        .Answer(Decision.CALL_OFF, this.end, law="end_as_moot", reasons=True)
    )
    work = Review(
        title=_("Carry out the directive"),
        post="@owner",
        limit=2,
        due_fact="due_on",
        four_eyes=True,
        prefill=_("Done; the evidence is on file."),
    ).Answer(Decision.FEED_BACK, this.check, law="begin", document="evidence", main=True)
    check = (
        Review(
            title=_("Check of the directive"),
            post=SUPERVISION_POST,
            limit=2,
            ball=Ball.COUNTY,
            four_eyes=True,
            prefill=_("Checked on the evidence; closed."),
        )
        .Answer(Decision.CLOSE, this.end, law="grant", main=True)
        .Answer(Decision.REDO, this.work, law="begin", reasons=True)
    )
    end = End()
