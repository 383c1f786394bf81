"""What a person was told: the messages to him and to the posts that he sits on, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from notifications.models import Message, ReadMark
from notifications.prepared import Prepared
from notifications.texts import shown_text

PAGE = 50
# The bell counts no further.
MANY = 100
# The inbox itself shows what waits; repeating it here would bury the rest.
IN_THE_INBOX = ("step_due",)
# Newest first, but not by the key's own index: walking that back to a rare reader's messages passes everybody's.
NEWEST = (F("pk") + 0).desc()


@dataclass(frozen=True)
class Told:
    """One message as the reader sees it."""

    pk: int
    text: str
    url: str
    at: dt.datetime
    urgent: bool


def _mine(person_id: int, post_keys: Iterable[str], county: str) -> QuerySet[Message]:
    mine = Q(person=person_id) | Q(post_key__in=list(post_keys))
    return _told(mine, county)


def _told(to: Q, county: str) -> QuerySet[Message]:
    return Message.objects.filter(to, county=county).exclude(kind__in=IN_THE_INBOX)


def unread(person_id: int, post_keys: Iterable[str], county: str) -> int:
    """How many messages are newer than what the person has read, counted to 100 at most; one statement."""
    keys = sorted(set(post_keys))
    return len(_UNREAD.rows(person_id, keys, county) if keys else _unread(person_id, keys, county))


def _unread(person_id: int, post_keys: Sequence[str], county: str) -> QuerySet[Message, tuple[int]]:
    mark = Coalesce(Subquery(ReadMark.objects.filter(person=person_id).values("up_to")[:1]), 0)
    if not connection.features.supports_slicing_ordering_in_compound:
        rows = _mine(person_id, post_keys, county).filter(pk__gt=mark).order_by(NEWEST)
        return rows.values_list("pk")[:MANY]
    # Each address by its own index and no further than it is counted: a post may have thousands that nobody read.
    parts = [
        _told(to, county).filter(pk__gt=mark).order_by("-pk").values_list("pk")[:MANY]
        for to in (Q(person=person_id), *(Q(post_key=key) for key in post_keys))
    ]
    return parts[0].union(*parts[1:])[:MANY] if parts[1:] else parts[0]


# Every page asks it for the bell of its top bar.
_UNREAD = Prepared(_unread)


def mark_read(person_id: int, up_to: int) -> None:
    """Remember that everything up to this message was shown; it never moves back."""
    if not ReadMark.objects.filter(person=person_id, up_to__gte=up_to).exists():
        ReadMark.objects.update_or_create(person_id=person_id, defaults={"up_to": up_to})


def told(person_id: int, post_keys: Iterable[str], county: str, before: int = 0) -> tuple[list[Told], int]:
    """One page, at most 50, and the key of the next page (0: none). One statement."""
    rows = _mine(person_id, post_keys, county)
    if before:
        rows = rows.filter(pk__lt=before)
    page = list(rows.order_by(NEWEST)[: PAGE + 1])
    shown = [Told(row.pk, shown_text(row.kind, row.params), row.url, row.created_at, row.urgent) for row in page[:PAGE]]
    return shown, page[PAGE - 1].pk if len(page) > PAGE else 0
