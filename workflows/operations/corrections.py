"""一次性补正: ask once, completely; a second list only for what was asked for and is still missing (Art. 32(4)(5))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from workflows.models import Application, CorrectionItem
from workflows.operations import refusals


def receive_items(application: Application, now: dt.datetime) -> None:
    """The counter has everything: what was not answered online came in on paper; one UPDATE."""
    CorrectionItem.objects.filter(application=application, answered_at__isnull=True).update(answered_at=now)


def write_items(application: Application, items: Sequence[tuple[str, str]], now: dt.datetime) -> set[str]:
    """Write a correction list in one INSERT; returns the application's changed columns.

    Raises `Missing` when a second list names something that was never asked for (行政许可法 Art. 32(5)).
    """
    lines = [(slot.strip(), text.strip()) for slot, text in items if text.strip()]
    # Whether an answer is enough is for the office to say: what was asked may be asked again, nothing else may.
    asked = CorrectionItem.objects.filter(application=application).order_by("round", "pk")
    owed = {item.slot or item.text: item for item in asked} if application.correction_round else {}
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
