"""Import officers from a list: accounts with one-time passwords, and their appointments.

A bad row is reported with its line and reason and stops no good one; the same file twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.audit.refused import Refused
from workflows.offices.accounts import OneTimePassword, create_officer, update_person
from workflows.offices.models import Appointment, Person, Post, overlapping
from workflows.offices.records import check_administrator, record
from workflows.offices.roster import Line, as_day
from workflows.offices.staff import appoint


@dataclass(frozen=True)
class BadRow:
    """A row that was not taken over: its line in the file (from 1) and why, in the reader's language."""

    line: int
    reason: str


@dataclass
class Imported:
    """What became of a file. `passwords` are shown once; in a dry run there are none."""

    created: int = 0
    changed: int = 0
    appointed: int = 0
    unchanged: int = 0
    bad: list[BadRow] = field(default_factory=list)
    passwords: list[OneTimePassword] = field(default_factory=list, repr=False)

    @property
    def changes(self) -> int:
        """How many accounts and appointments were written."""
        return self.created + self.changed + self.appointed


class BadCell(Refused):
    """A cell of the row cannot be used."""

    code = "bad_cell"
    status = 422


def import_officers(
    *,
    lines: Sequence[Line],
    county: str,
    actor: Person | None,
    now: dt.datetime,
    dry_run: bool = False,
    file_name: str = "",
    request_id: str = "",
) -> Imported:
    """Take over the rows of `roster.read`: create or correct accounts, appoint to posts; one transaction.

    A dry run does the same and takes it back. Raises `NotTheAdministrator`; a row's own refusal becomes a `BadRow`.
    """
    check_administrator(actor, county, now)
    result = Imported()
    with transaction.atomic():
        names: dict[str, str] = {}
        for line in lines:
            try:
                with transaction.atomic():
                    done = _take(line, county, names, actor, now, request_id)
            except Refused as refused:
                result.bad.append(BadRow(line.number, str(refused)))
            else:
                _add_up(result, done)
        if result.changes and not dry_run:
            record(
                "account.imported",
                actor=actor,
                county=county,
                now=now,
                payload={
                    "file": file_name,
                    "created": result.created,
                    "changed": result.changed,
                    "appointed": result.appointed,
                    "bad": len(result.bad),
                },
                request_id=request_id,
            )
        if dry_run:
            transaction.set_rollback(True)
    if dry_run:
        result.passwords.clear()
    return result


@dataclass(frozen=True)
class _Done:
    """What one row changed."""

    created: OneTimePassword | None = None
    changed: bool = False
    appointed: bool = False


def _take(
    line: Line, county: str, names: dict[str, str], actor: Person | None, now: dt.datetime, request_id: str
) -> _Done:
    cells = line.cells
    username, name = cells["username"], cells["name"]
    starts = _first_day(cells["starts"])
    post = _post(county, cells["office"], cells["post"])
    if names.setdefault(username.lower(), name) != name:
        raise BadCell(
            _("The user name stands in this file with another name: %(name)s.") % {"name": names[username.lower()]}
        )
    person = Person.objects.filter(username__iexact=username).order_by("pk").first()
    made = None
    changed = False
    if person is None:
        made = create_officer(
            username=username,
            name=name,
            phone=cells.get("phone", ""),
            county=county,
            actor=actor,
            now=now,
            request_id=request_id,
        )
        person = made.person
    else:
        changed = _correct(person, county, name, cells.get("phone", ""), actor, now, request_id)
    if Appointment.objects.filter(overlapping(starts, starts), post=post, person=person).exists():
        return _Done(made, changed, appointed=False)
    appoint(person_id=person.pk, post_id=post.pk, starts=starts, actor=actor, now=now, request_id=request_id)
    return _Done(made, changed, appointed=True)


def _correct(
    person: Person, county: str, name: str, phone: str, actor: Person | None, now: dt.datetime, request_id: str
) -> bool:
    if person.county != county:
        raise BadCell(_("The user name belongs to another county."))
    if not person.is_active:
        raise BadCell(_("This account is deactivated; reactivate it first."))
    return update_person(
        person_id=person.pk, name=name, phone=phone or person.phone, actor=actor, now=now, request_id=request_id
    )


def _first_day(text: str) -> dt.date:
    day = as_day(text)
    if day is None:
        raise BadCell(_("“%(text)s” is not a date.") % {"text": text[:40]})
    return day


def _post(county: str, office_code: str, post_key: str) -> Post:
    post = Post.objects.filter(county=county, key=post_key).select_related("office").order_by("pk").first()
    if post is None:
        raise BadCell(_("There is no post “%(key)s”.") % {"key": post_key[:60]})
    if post.office.code != office_code:
        raise BadCell(
            _("The post “%(key)s” belongs to the office “%(office)s”, not to “%(given)s”.")
            % {"key": post_key, "office": post.office.code, "given": office_code[:40]}
        )
    return post


def _add_up(result: Imported, done: _Done) -> None:
    if done.created is not None:
        result.created += 1
        result.passwords.append(done.created)
    result.changed += done.changed
    result.appointed += done.appointed
    if done == _Done():
        result.unchanged += 1
