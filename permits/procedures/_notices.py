"""Parts for public notices, hearings, the county government and steps of a given length; fresh nodes on every call.

Changing one changes published versions; the snapshot test says so. Write a new function instead.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from workflows.flow.decisions import Decision
from workflows.flow.nodes import Review, Wait
from workflows.models import Ball


def posting(posted: Any, *, title: Any, post: str = "handler", limit: int = 1) -> Review:
    """发布公告: the day of posting; the minimum wait of the next step counts from it."""
    return Review(
        title=title, post=post, limit=limit, prefill=_("The notice is posted; its address is on file.")
    ).Answer(Decision.POSTED, posted, law="begin", main=True)


def running(over: Any, *, title: Any, wait: Wait, objections: Any = None, post: str = "handler") -> Review:
    """公告期: nobody may go on before the legal minimum is over; objections are counted when it is."""
    return (
        Review(
            title=title, post=post, ball=Ball.NOTICE, wait=wait, prefill=_("The notice period is over, no objection.")
        )
        .Answer(Decision.NOTICE_OVER, over, main=True)
        .Answer(Decision.OBJECTIONS, objections or over, reasons=True)
    )


def hearing(held: Any, *, post: str) -> Review:
    """听证: held within 20 days by somebody who did not review the case (行政许可法 Art. 47-48)."""
    return Review(
        title=_("Hearing"),
        post=post,
        limit=20,
        apart=True,
        records=("hearing",),
        prefill=_("The hearing was held; its record is on file."),
    ).Answer(Decision.DONE, held, main=True, document="hearing")


def examination(
    agreed: Any, *, checks: tuple[Any, ...], limit: int, second: bool = False, records: tuple[str, ...] = ()
) -> Review:
    """经办审查 with a limit of its own, in working days; `second`: on site with a second officer (Art. 34)."""
    return Review(
        title=_("Examination and site visit") if second else _("Examination"),
        post="handler",
        limit=limit,
        four_eyes=True,
        checks=checks,
        records=records,
        prefill=_("The papers are true and complete; the conditions are met. I propose to agree."),
    ).Answer(Decision.AGREE, agreed, law="begin", second=second, main=True)


def decision(granted: Any, refused: Any, *, post: str, limit: int) -> Review:
    """签发 by the head of the agency, with a limit of its own in working days; a refusal gives reasons (Art. 38)."""
    return (
        Review(
            title=_("Decision by the head"), post=post, limit=limit, four_eyes=True, decides=True, prefill=_("Granted.")
        )
        .Answer(Decision.GRANT, granted, law="grant", main=True)
        .Answer(Decision.REFUSE, refused, law="refuse", reasons=True)
        .Return()
    )


def agreed_by(agreed: Any, *, title: Any, post: str, limit: int, ball: Ball | None = None) -> Review:
    """One signer of a longer chain: agrees, or returns to an earlier step."""
    return (
        Review(title=title, post=post, limit=limit, ball=ball, four_eyes=True, prefill=_("Agreed."))
        .Answer(Decision.AGREE, agreed, law="begin", main=True)
        .Return()
    )


def filed(delivered: Any, *, post: str, checks: tuple[Any, ...], title: Any) -> Review:
    """备案: the office confirms that the filing is complete; it is not refused, but returned."""
    return (
        Review(
            title=title,
            post=post,
            limit=2,
            four_eyes=True,
            decides=True,
            checks=checks,
            prefill=_("The filing is complete."),
        )
        .Answer(Decision.GRANT, delivered, law="grant", main=True)
        .Return()
    )
