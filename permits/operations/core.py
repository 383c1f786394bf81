"""What the domain's operations share: who keeps projects, the locked row, the entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from notifications.models import Message
from permits import refusals
from permits.models import Lead, Project
from permits.trail import entry_of
from workflows.audit import entries
from workflows.audit.models import Entry
from workflows.offices.models import Person
from workflows.operations.core import Actor, actor_of

# Who keeps what: the whole line, the figures and dates of statistics, or what leaders order. No leader touches a figure
# (统计法 Art. 7).
KEEPERS = ("ndrc.", "county.admin")
STATISTICIANS = (*KEEPERS, "statistics.")
LEADERS = (*KEEPERS, "deputy.", "county.")


@dataclass(frozen=True)
class By:
    """Who writes, when, in which request; `post` is the seat that gives the right."""

    actor: Actor
    now: dt.datetime
    post: str

    @property
    def county(self) -> str:
        """The county of the person."""
        return self.actor.person.county


def may_keep(actor: Actor, prefixes: Iterable[str] = KEEPERS) -> str | None:
    """The post from which this person keeps projects, None when he may not: for the button, the view and the write."""
    found = next((seat.post_key for seat in actor.seats if seat.post_key.startswith(tuple(prefixes))), None)
    return found or ("" if actor.person.is_superuser else None)


def by(person: Person, now: dt.datetime, request_id: str, prefixes: Iterable[str] = KEEPERS) -> By:
    """Who writes. Raises `NotAKeeper`."""
    actor = actor_of(person, now, request_id)
    post = may_keep(actor, prefixes)
    if post is None:
        raise refusals.NotAKeeper
    return By(actor, now, post)


def check_keeper(actor: Actor, prefixes: Iterable[str] = KEEPERS) -> None:
    """The same question for a page. Raises `NotAKeeper`."""
    if may_keep(actor, prefixes) is None:
        raise refusals.NotAKeeper


def locked_project(project_id: int, county: str, version: int | None = None) -> Project:
    """Read and lock a project, inside a transaction; `version` is the one that the page showed.

    Raises `NoSuchProject`, `ProjectMoved`.
    """
    found: Project | None = (
        Project.objects.select_for_update(no_key=True).filter(pk=project_id, county=county).order_by("pk").first()
    )
    if found is None:
        raise refusals.NoSuchProject
    if version is not None and found.version != version:
        raise refusals.ProjectMoved(found.name)
    return found


def save(project: Project, now: dt.datetime, *fields: str) -> None:
    """Write named columns and a new version of a locked project."""
    project.version += 1
    project.updated_at = now
    project.save(update_fields=[*fields, "version", "updated_at"])


def record(kind: str, project: Project, who: By, payload: dict[str, Any]) -> None:
    """Append one entry about a project: no chain of its own, the tree holds it."""
    actor = who.actor
    entries.append(
        [
            entry_of(
                kind,
                project,
                who.now,
                payload,
                actor=str(actor.person.pk),
                post=who.post,
                request_id=actor.request_id,
            )
        ]
    )


def lead_post(project: Project) -> str:
    """The key of the post that leads the project now; empty without one."""
    found = Lead.objects.filter(project=project, co_lead=False, ends__isnull=True, post__isnull=False)
    return found.order_by("-starts").values_list("post__key", flat=True).first() or ""


def tell(rows: Iterable[Message | Entry]) -> None:
    """Write what followed from an act: its entries by one statement, its messages by another."""
    found = list(rows)
    entries.append([row for row in found if isinstance(row, Entry)])
    messages = [row for row in found if isinstance(row, Message)]
    if messages:
        Message.objects.bulk_create(messages)
