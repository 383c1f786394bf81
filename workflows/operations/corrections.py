"""一次性补正: ask once, completely; a second list only for what was asked for and is still missing (Art. 32(4)(5))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from workflows.models import Application, CorrectionItem
from workflows.operations import refusals


def open_items(application: Application) -> list[CorrectionItem]:
    """What the applicant still owes, oldest first."""
    return list(
        CorrectionItem.objects.filter(application=application, answered_at__isnull=True).order_by("round", "pk")
    )


def write_items(application: Application, items: Sequence[tuple[str, str]], now: dt.datetime) -> set[str]:
    """Write a correction list in one INSERT; returns the application's changed columns.

    Raises `Missing` when a second list names something that was never asked for (行政许可法 Art. 32(5)).
    """
    lines = [(slot.strip(), text.strip()) for slot, text in items if text.strip()]
    owed = {item.slot or item.text: item for item in open_items(application)} if application.correction_round else {}
    if application.correction_round:
        fresh = [text for slot, text in lines if (slot or text) not in owed]
        if fresh:
            raise refusals.Missing(
                _(
                    "The applicant was already asked once. A second list may only repeat what was asked for and is "
                    "still missing; this is new: %(items)s (Licensing Law, Art. 32)."
                )
                % {"items": "；".join(fresh)},
                "items",
            )
    application.correction_round += 1
    CorrectionItem.objects.bulk_create(
        CorrectionItem(
            application=application,
            round=application.correction_round,
            slot=slot,
            text=text,
            asked_at=now,
            repeats=owed.get(slot or text),
        )
        for slot, text in lines
    )
    return {"correction_round"}
