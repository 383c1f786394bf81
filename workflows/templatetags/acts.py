"""The word, icon and tone of an act in a timeline, and which decisions ask for their own sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from workflows.flow.decisions import Decision
from workflows.offices.models import localized
from workflows.templatetags.words import civil

# Acts that are no decision of a step.
OTHER_ACTS: dict[str, Any] = {
    "receive": pgettext_lazy("act", "Received"),
    "received": pgettext_lazy("act", "Received"),
    "stop_clock": pgettext_lazy("act", "Stop clock"),
    "resume_clock": pgettext_lazy("act", "Resume"),
    "extend_clock": pgettext_lazy("act", "Extend the limit"),
    "clock_correction_proposed": pgettext_lazy("act", "Correction of the clock proposed"),
    "clock_corrected": pgettext_lazy("act", "Clock corrected"),
    "hand_over": pgettext_lazy("act", "Hand over"),
    "take_back": pgettext_lazy("act", "Take back"),
    "rectify_proposed": pgettext_lazy("act", "Correction proposed"),
    "rectified": pgettext_lazy("act", "Corrected"),
    "withdraw": pgettext_lazy("act", "Withdrawn by the applicant"),
    "end_as_moot": pgettext_lazy("act", "Ended as moot"),
    "annul": pgettext_lazy("act", "Grant annulled"),
    "co_signers_asked": pgettext_lazy("act", "Co-signer asked"),
    "co_signer_removed": pgettext_lazy("act", "Co-signer removed"),
    "co_sign_agree": pgettext_lazy("act", "Co-signed"),
    "co_sign_object": pgettext_lazy("act", "Co-signer objects"),
    "close_consultation": pgettext_lazy("act", "Consultation closed without the silent"),
    "note": pgettext_lazy("act", "Internal note"),
    "upload": pgettext_lazy("act", "Document added"),
    "opened_by_rule": pgettext_lazy("act", "Opened by rule"),
    "directive": pgettext_lazy("act", "Directive given"),
    "urge": pgettext_lazy("act", "Urged"),
    "remind": pgettext_lazy("act", "Reminded by the project unit"),
    "complain": pgettext_lazy("act", "Complaint of the project unit"),
    "correction_answered": pgettext_lazy("act", "Correction answered"),
}

CLOCK_CORRECTIONS = ("clock_correction_proposed", "clock_corrected")

# (icon, tone) of an act; what is not named is a plain arrow.
LOOKS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("accept", "agree", "no_objection", "conditions", "grant"), ("check", "ok")),
    **dict.fromkeys(("approved_above", "co_sign_agree"), ("check", "ok")),
    **dict.fromkeys(("take_up", "held", "feed_back", "propose_closing", "close", "insist"), ("check", "ok")),
    **dict.fromkeys(("redo", "object_task", "convene"), ("return", "warn")),
    **dict.fromkeys(("instruct",), ("flag", "warn")),
    **dict.fromkeys(("grant_time",), ("calendar", "warn")),
    **dict.fromkeys(("reassign",), ("swap", "")),
    **dict.fromkeys(("explain",), ("note", "")),
    **dict.fromkeys(("directive", "urge", "remind", "complain"), ("mail", "warn")),
    **dict.fromkeys(("done", "delivered", "file", "posted", "notice_over", "deemed"), ("check", "ok")),
    **dict.fromkeys(("refuse", "not_needed", "wrong_authority", "refused_above", "object"), ("x", "late")),
    **dict.fromkeys(("co_sign_object", "annul"), ("x", "late")),
    **dict.fromkeys(("return", "returned_above", "take_back", "hand_back"), ("return", "warn")),
    **dict.fromkeys(("ask_once",), ("mail", "warn")),
    **dict.fromkeys(("stop_clock",), ("pause", "stop")),
    **dict.fromkeys(("resume_clock",), ("play", "stop")),
    **dict.fromkeys(("rectify_proposed", "rectified"), ("pen", "warn")),
    **dict.fromkeys(CLOCK_CORRECTIONS, ("pen", "warn")),
    **dict.fromkeys(("hand_over", "co_signers_asked", "co_signer_removed", "close_consultation"), ("swap", "")),
    **dict.fromkeys(("receive", "received"), ("inbox", "")),
    **dict.fromkeys(("upload",), ("document", "")),
    **dict.fromkeys(("note",), ("note", "")),
    **dict.fromkeys(("withdraw", "end_as_moot"), ("exit", "")),
    **dict.fromkeys(("extend_clock",), ("calendar", "warn")),
}

# Routine answers: one click on the decision bar, whose line below the button says what it will do.
ROUTINE = frozenset(
    (
        *("accept", "agree", "no_objection", "corrections_in", "done"),
        *("delivered", "posted", "notice_over", "sent_up", "file", "take_up", "insist", "convene"),
    )
)


def word(code: str) -> str:
    """The word of an act, the same on button, sheet and record."""
    if code in Decision.values:
        return str(Decision(code).label)
    return str(OTHER_ACTS.get(code, code))


def correction_words(details: dict[str, Any]) -> str:
    """What a correction of the clock says, in one line of the reader's language."""
    words = [_("the record never took effect")] if details.get("void") else []
    if details.get("effective"):
        words.append(_("day: %(day)s") % {"day": details["effective"]})
    if details.get("expected_end"):
        words.append(_("announced until %(day)s") % {"day": details["expected_end"]})
    if details.get("days"):
        words.append(ngettext("%(n)s day", "%(n)s days", int(details["days"])) % {"n": details["days"]})
    if details.get("notice"):
        words.append(_("notice: %(number)s") % {"number": details["notice"]})
    if details.get("due_before") != details.get("due_after"):
        pair = {"old": details.get("due_before") or "—", "new": details.get("due_after") or "—"}
        words.append(_("statutory limit: %(old)s → %(new)s") % pair)
    return localized("；", "; ").join(words)


def look(code: str) -> tuple[str, str]:
    """(icon, tone) of an act."""
    return LOOKS.get(code, ("arrow", ""))


def needs_sheet(verb: Any) -> bool:
    """Whether a decision must be confirmed on a sheet: it asks for more than an opinion, or it ends something."""
    return bool(verb.items or verb.reasons or verb.second or verb.returns or verb.record) or verb.code not in ROUTINE


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: a sign-off (or anything with `signed_at`), or a gap of `gap` working days before it."""

    sign_off: Any = None
    gap: int = 0
    since: dt.date | None = None
    until: dt.date | None = None


def with_gaps(sign_offs: Iterable[Any], count: Callable[[dt.date, dt.date], int], least: int = 2) -> list[Entry]:
    """Newest first, as given; between two acts that are more than `least` working days apart stands a grey gap.

    `count(a, b)`: working days after `a` up to `b`; a gap is what lies between, both days of acting not counted.
    """
    entries: list[Entry] = []
    later: dt.date | None = None
    for sign_off in sign_offs:
        on = civil(sign_off.signed_at)
        if later is not None and later > on:
            between = count(on, later) - 1
            if between >= least:
                entries.append(Entry(gap=between, since=on, until=later))
        entries.append(Entry(sign_off=sign_off))
        later = on
    return entries
