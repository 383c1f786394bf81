"""办理意见: what a step may answer. One vocabulary for button, sheet, record and letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Decision(models.TextChoices):
    """Every answer that a step of any procedure may give."""

    ACCEPT = "accept", _("Accept")
    NOT_NEEDED = "not_needed", _("Not accepted: no approval needed")
    WRONG_AUTHORITY = "wrong_authority", _("Not accepted: another authority")
    ASK_ONCE = "ask_once", _("Ask once for corrections")
    CORRECTIONS_IN = "corrections_in", _("Corrections received")
    HAND_BACK = "hand_back", _("Hand back the papers")
    AGREE = "agree", _("Agree")
    NO_OBJECTION = "no_objection", _("No objection")
    CONDITIONS = "conditions", _("Agree with conditions")
    OBJECT = "object", _("Object")
    RETURN = "return", _("Return")
    GRANT = "grant", _("Grant")
    REFUSE = "refuse", _("Refuse")
    POSTED = "posted", _("Notice posted")
    NOTICE_OVER = "notice_over", _("Notice period over")
    OBJECTIONS = "objections", _("Objections received")
    SENT_UP = "sent_up", _("Sent to the higher authority")
    APPROVED_ABOVE = "approved_above", _("Approved above")
    RETURNED_ABOVE = "returned_above", _("Sent back from above")
    REFUSED_ABOVE = "refused_above", _("Refused above")
    DONE = "done", _("Done")
    DELIVERED = "delivered", _("Delivered")
    FILE = "file", _("File")
    PUT_ON_SALE = "put_on_sale", _("Approve the public sale")
    SOLD = "sold", _("Sold to the applicant")
    UNSOLD = "unsold", _("No deal: list again")
    OUTBID = "outbid", _("Sold to another bidder")
    TAKE_UP = "take_up", _("Acknowledge")
    INSTRUCT = "instruct", _("Instruct")
    GRANT_TIME = "grant_time", _("Grant time")
    REASSIGN = "reassign", _("Reassign")
    EXPLAIN = "explain", _("Explain")
    OBJECT_TASK = "object_task", _("Object to the assignment")
    INSIST = "insist", _("The assignment stands")
    CALL_OFF = "call_off", _("Call off")
    HELD = "held", _("Record the conference")
    CONVENE = "convene", _("Convene again")
    FEED_BACK = "feed_back", _("Report as done")
    PROPOSE_CLOSING = "propose_closing", _("Propose to close")
    CLOSE = "close", _("Close the matter")
    REDO = "redo", _("Do it again")
    # Never offered: what the record writes when an office did not answer, or the counter did not.
    SILENT = "silent", _("No reply in time")
    DEEMED = "deemed", _("Accepted by silence")


# How severe an answer of a parallel office is; the Join shows the most severe one.
SEVERITY: dict[str, int] = {
    Decision.NO_OBJECTION: 0,
    Decision.AGREE: 0,
    Decision.DONE: 0,
    Decision.CONDITIONS: 1,
    Decision.OBJECTIONS: 2,
    Decision.RETURN: 2,
    Decision.OBJECT: 3,
    Decision.REFUSE: 4,
}


@dataclass(frozen=True)
class Answer:
    """One decision that a Review offers.

    `to` names the next node (None: the officer chooses where to return to). `law` names the transition of the legal
    state, None when the state stays. The flags say what must come with it; `only_if(facts)` says for which cases the
    answer exists at all (None: all). `record`: fields of a record that the answer writes. `barred(application, day)`
    gives the sentence that bars the answer now, empty when nothing does. `then(act)` does what follows in the same
    transaction, before the act is written, and may refuse; it returns the messages and entries that go out with it.
    """

    decision: Decision
    to: Any = None
    law: str | None = None
    opinion: bool = True
    items: bool = False
    reasons: bool = False
    document: str = ""
    second: bool = False
    main: bool = False
    outcome: str = ""
    only_if: Callable[[dict[str, Any]], bool] | None = None
    record: tuple[Any, ...] = ()
    barred: Callable[[Any, dt.date], str] | None = None
    then: Callable[[Any], list[Any]] | None = None

    @property
    def code(self) -> str:
        """The decision's stable code."""
        return str(self.decision.value)

    def offered(self, facts: dict[str, Any]) -> bool:
        """Whether a case with these facts may get this answer."""
        return self.only_if is None or self.only_if(facts)

    @property
    def label(self) -> str:
        """The word on the button, in the reader's language."""
        return str(self.decision.label)
