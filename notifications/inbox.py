"""What a person was told: the messages to him and to the posts that he sits on, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from notifications.models import Message
from notifications.texts import text_of

PAGE = 50
# The inbox itself shows what waits; repeating it here would bury the rest.
IN_THE_INBOX = ("step_due",)


@dataclass(frozen=True)
class Told:
    """One message as the reader sees it."""

    text: str
    url: str
    at: dt.datetime


def told(person_id: int, post_keys: Iterable[str], county: str, before: int = 0) -> tuple[list[Told], int]:
    """One page, at most 50, and the key of the next page (0: none). One statement."""
    mine = Q(person=person_id) | Q(post_key__in=list(post_keys))
    rows = Message.objects.filter(mine, county=county).exclude(kind__in=IN_THE_INBOX)
    if before:
        rows = rows.filter(pk__lt=before)
    page = list(rows.order_by("-pk")[: PAGE + 1])
    shown = [Told(text_of(row.kind, row.params), row.url, row.created_at) for row in page[:PAGE]]
    return shown, page[PAGE - 1].pk if len(page) > PAGE else 0
