"""Parts that several procedures share: functions that return fresh nodes, so that no version leans on another.

Changing one changes published versions; the snapshot test says so. Write a new function instead.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from workflows.flow.decisions import Decision
from workflows.flow.nodes import Review
from workflows.models import Ball


def intake(accepted: Any, corrections: Any, end: Any) -> Review:
    """受理: the counter accepts, asks once for everything that is missing, or says no (行政许可法 Art. 32)."""
    return (
        Review(title=_("Acceptance"), post="window", limit=5, prefill=_("The papers are complete and in due form."))
        .Answer(Decision.ACCEPT, accepted, law="accept", main=True)
        .Answer(Decision.ASK_ONCE, corrections, law="ask_corrections", items=True)
        .Answer(Decision.NOT_NEEDED, end, law="not_needed", reasons=True)
        .Answer(Decision.WRONG_AUTHORITY, end, law="refuse_at_counter", reasons=True)
    )


def corrections(recheck: Any, end: Any) -> Review:
    """补正: the applicant's turn; the counter registers what comes in, or hands the papers back."""
    return (
        Review(title=_("Corrections"), post="window", ball=Ball.APPLICANT, prefill=_("All corrections are in."))
        .Answer(Decision.CORRECTIONS_IN, recheck, law="receive_corrections", main=True)
        .Answer(Decision.HAND_BACK, end, law="hand_back", reasons=True)
    )


def recheck(accepted: Any, corrections: Any, end: Any) -> Review:
    """复核补正: everything asked for is in → must accept (Art. 32(5)); a second list only repeats what is missing."""
    return (
        Review(title=_("Check of the corrections"), post="window", limit=5, prefill=_("Everything asked for is in."))
        .Answer(Decision.ACCEPT, accepted, law="accept", main=True)
        .Answer(Decision.ASK_ONCE, corrections, law="ask_corrections", items=True, reasons=True)
        .Answer(Decision.WRONG_AUTHORITY, end, law="refuse_at_counter", reasons=True)
    )


def examination(agreed: Any, *, checks: tuple[Any, ...], second: bool = True, records: tuple[str, ...] = ()) -> Review:
    """经办审查: the handler's opinion; a visit on site needs two officers (Art. 34)."""
    return Review(
        title=_("Examination and site visit") if second else _("Examination"),
        post="handler",
        limit=3,
        four_eyes=True,
        checks=checks,
        records=records,
        prefill=_("The site agrees with the drawings; the conditions are met. I propose to agree."),
    ).Answer(Decision.AGREE, agreed, law="begin", second=second, main=True)


def section_head(agreed: Any) -> Review:
    """股长审核."""
    return (
        Review(
            title=_("Section chief's review"),
            post="chief",
            limit=1,
            four_eyes=True,
            prefill=_("I agree with the handler's opinion."),
        )
        .Answer(Decision.AGREE, agreed, law="begin", main=True)
        .Return()
    )


def vice_director(agreed: Any) -> Review:
    """分管副局长审核."""
    return (
        Review(
            title=_("Vice director's review"),
            post="vice",
            limit=1,
            four_eyes=True,
            prefill=_("I agree; please decide."),
        )
        .Answer(Decision.AGREE, agreed, law="begin", main=True)
        .Return()
    )


def decision(granted: Any, refused: Any, *, post: str = "director", title: Any = None) -> Review:
    """签发: the head of the agency decides; a refusal needs reasons and names the remedies (Art. 38)."""
    return (
        Review(
            title=title or _("Decision by the head"),
            post=post,
            limit=2,
            four_eyes=True,
            decides=True,
            prefill=_("Granted."),
        )
        .Answer(Decision.GRANT, granted, law="grant", main=True)
        .Answer(Decision.REFUSE, refused, law="refuse", reasons=True)
        .Return()
    )


def delivery(end: Any) -> Review:
    """送达: the certificate is handed over within ten working days (Art. 44)."""
    return Review(
        title=_("Certificate and delivery"), post="window", limit=10, prefill=_("Certificate made and handed over.")
    ).Answer(Decision.DELIVERED, end, main=True)


def refusal_delivery(end: Any) -> Review:
    """送达不予许可决定: the written refusal is handed over within ten working days."""
    return Review(
        title=_("Delivery of the refusal"), post="window", limit=10, prefill=_("The written refusal was handed over.")
    ).Answer(Decision.DELIVERED, end, main=True)


def consulted(joined: Any, *, title: Any, post: str) -> Review:
    """会审/征求意见: another office answers; silence is recorded, it does not agree."""
    return (
        Review(title=title, post=post, limit=3, ball=Ball.OTHER_OFFICE, prefill=_("No objection."))
        .Answer(Decision.NO_OBJECTION, joined, main=True)
        .Answer(Decision.CONDITIONS, joined)
        .Answer(Decision.OBJECT, joined, reasons=True)
    )
