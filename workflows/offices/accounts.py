"""Accounts: create, reset, deactivate, reactivate, sign out everywhere, change password, language, unlock.

Each function is one transaction and writes one audit entry. `actor` is the signed-in person, or None for a command on
the server; `now` an aware instant. A one-time password is returned once and stored only as a hash.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from axes.utils import reset as axes_reset
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from workflows.offices import refusals
from workflows.offices.models import Person, Session
from workflows.offices.records import check_administrator, locked, record

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,59}")
# No 0 O 1 l I: it is read aloud over the telephone.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
# A one-time password carries 79 random bits, so a light hash resists guessing, and an import of hundreds stays quick;
# Django hashes it again, heavily, when it is first used.
ONE_TIME_ITERATIONS = 20_000


@dataclass(frozen=True)
class OneTimePassword:
    """A fresh password for a person, to be shown once; it does not appear in `repr`."""

    person: Person
    password: str = field(repr=False)


def new_password() -> str:
    """Sixteen random letters and digits in groups of four, easy to read aloud."""
    drawn = [secrets.choice(ALPHABET) for _ in range(16)]
    return "-".join("".join(drawn[at : at + 4]) for at in range(0, 16, 4))


def hashed_one_time(password: str) -> str:
    """The hash of a random password (see `ONE_TIME_ITERATIONS`)."""
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, hasher.salt(), ONE_TIME_ITERATIONS)
    return make_password(password)


def create_officer(
    *,
    username: str,
    name: str,
    county: str,
    actor: Person | None,
    now: dt.datetime,
    phone: str = "",
    name_en: str = "",
    language: str = "",
    request_id: str = "",
) -> OneTimePassword:
    """Create an account with a one-time password that must be changed at the first sign-in.

    Raises `BadUsername`, `UsernameTaken`, `NameMissing`, `TooLong`, `NotTheAdministrator`.
    """
    check_administrator(actor, county, now)
    username, name = username.strip(), name.strip()
    if not USERNAME.fullmatch(username):
        raise refusals.BadUsername(username)
    _check_texts(name, name_en, phone)
    password = new_password()
    with transaction.atomic():
        if Person.objects.filter(username__iexact=username).exists():
            raise refusals.UsernameTaken(username)
        person = Person(
            username=username,
            name=name,
            name_en=name_en.strip(),
            phone=phone.strip(),
            county=county,
            language=language or settings.LANGUAGE_CODE,
            must_change_password=True,
            password=hashed_one_time(password),
            date_joined=now,
        )
        person.save(force_insert=True)
        record(
            "account.created",
            actor=actor,
            county=county,
            now=now,
            payload={"person": person.pk, "username": username, "name": name},
            request_id=request_id,
        )
    return OneTimePassword(person, password)


def create_administrator(*, username: str, name: str, county: str, now: dt.datetime) -> OneTimePassword:
    """Create the technical administrator, from a command on the server. Raises as `create_officer`."""
    with transaction.atomic():
        made = create_officer(username=username, name=name, county=county, actor=None, now=now)
        made.person.is_staff = made.person.is_superuser = True
        made.person.save(update_fields=["is_staff", "is_superuser"])
        record(
            "account.made_administrator",
            actor=None,
            county=county,
            now=now,
            payload={"person": made.person.pk, "username": made.person.username},
        )
    return made


def reset_password(*, person_id: int, actor: Person | None, now: dt.datetime, request_id: str = "") -> OneTimePassword:
    """Give a new one-time password; ends every session and every lock-out of the account.

    Raises `AlreadyDeactivated`, `NotTheAdministrator`.
    """
    password = new_password()
    with transaction.atomic():
        person = _kept(person_id, actor, now)
        if not person.is_active:
            raise refusals.AlreadyDeactivated(person.display_name)
        person.password = hashed_one_time(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        _end_sessions(person)
        axes_reset(username=person.username.lower())
        _record_of(person, "account.password_reset", actor, now, request_id)
    return OneTimePassword(person, password)


def change_password(
    *, person: Person, old: str, new: str, now: dt.datetime, keep_session: str = "", request_id: str = ""
) -> None:
    """Change one's own password; every other session ends, `keep_session` (a session key) stays.

    Raises `WrongPassword`; `django.core.exceptions.ValidationError` when the new one is too weak or the old one.
    """
    if not person.check_password(old):
        raise refusals.WrongPassword
    validate_password(new, person)
    with transaction.atomic():
        person.set_password(new)
        person.must_change_password = False
        person.save(update_fields=["password", "must_change_password"])
        _end_sessions(person, keep=keep_session)
        _record_of(person, "account.password_changed", person, now, request_id)


def deactivate(
    *, person_id: int, actor: Person | None, now: dt.datetime, reason: str = "", request_id: str = ""
) -> Person:
    """Close an account: no sign-in, no session, no seat. What was signed and the appointments stay.

    Steps in that person's hands are not this layer's: `workflows.operations.staffing.deactivate` gives them back too.
    Raises `AlreadyDeactivated`, `NotYourself`, `NotTheAdministrator`.
    """
    with transaction.atomic():
        person = _kept(person_id, actor, now)
        if actor is not None and actor.pk == person.pk:
            raise refusals.NotYourself
        if not person.is_active:
            raise refusals.AlreadyDeactivated(person.display_name)
        person.is_active, person.deactivated_at = False, now
        person.save(update_fields=["is_active", "deactivated_at"])
        _end_sessions(person)
        _record_of(person, "account.deactivated", actor, now, request_id, reason=reason.strip())
    return person


def reactivate(*, person_id: int, actor: Person | None, now: dt.datetime, request_id: str = "") -> OneTimePassword:
    """Open a closed account again, with a one-time password. Raises `AlreadyActive`, `NotTheAdministrator`."""
    password = new_password()
    with transaction.atomic():
        person = _kept(person_id, actor, now)
        if person.is_active:
            raise refusals.AlreadyActive(person.display_name)
        person.is_active, person.deactivated_at, person.must_change_password = True, None, True
        person.password = hashed_one_time(password)
        person.save(update_fields=["is_active", "deactivated_at", "must_change_password", "password"])
        _record_of(person, "account.reactivated", actor, now, request_id)
    return OneTimePassword(person, password)


def sign_out_everywhere(
    *, person_id: int, actor: Person | None, now: dt.datetime, keep_session: str = "", request_id: str = ""
) -> int:
    """End every session of a person, for himself or by the administrator; how many there were.

    `keep_session` is the key of one to keep. Raises `NotTheAdministrator`.
    """
    with transaction.atomic():
        himself = actor is not None and actor.pk == person_id
        person = locked(Person, person_id) if himself else _kept(person_id, actor, now)
        ended = _end_sessions(person, keep=keep_session)
        _record_of(person, "account.signed_out_everywhere", actor, now, request_id, sessions=ended)
    return ended


def unlock(*, person_id: int, actor: Person | None, now: dt.datetime, request_id: str = "") -> None:
    """End the lock-out after wrong passwords. Raises `NotTheAdministrator`."""
    with transaction.atomic():
        person = _kept(person_id, actor, now)
        axes_reset(username=person.username.lower())
        _record_of(person, "account.unlocked", actor, now, request_id)


def note_sign_in(*, person: Person, now: dt.datetime, request_id: str = "") -> None:
    """Keep in the trail that a person signed in (等保: every user's sign-ins are on record)."""
    _record_of(person, "account.signed_in", person, now, request_id)


def prefer_language(*, person: Person, language: str) -> None:
    """Keep the language a person reads in; an unknown one changes nothing. Not an act that the trail keeps."""
    if language in dict(settings.LANGUAGES) and language != person.language:
        Person.objects.filter(pk=person.pk).update(language=language)
        person.language = language


def update_person(
    *,
    person_id: int,
    name: str,
    phone: str,
    actor: Person | None,
    now: dt.datetime,
    name_en: str | None = None,
    request_id: str = "",
) -> bool:
    """Correct a person's name or phone; whether anything changed. Old signatures keep the name of their day.

    Raises `NameMissing`, `TooLong`, `NotTheAdministrator`.
    """
    wanted = {"name": name.strip(), "phone": phone.strip()}
    if name_en is not None:
        wanted["name_en"] = name_en.strip()
    _check_texts(wanted["name"], wanted.get("name_en", ""), wanted["phone"])
    with transaction.atomic():
        person = _kept(person_id, actor, now)
        changed = {key: value for key, value in wanted.items() if getattr(person, key) != value}
        if not changed:
            return False
        was = {key: getattr(person, key) for key in changed if key != "phone"}
        for key, value in changed.items():
            setattr(person, key, value)
        person.save(update_fields=list(changed))
        shown = {key: value for key, value in changed.items() if key != "phone"}
        _record_of(person, "account.corrected", actor, now, request_id, fields=sorted(changed), was=was, now_is=shown)
    return True


def axes_username(request: object, credentials: dict[str, str] | None = None) -> str:
    """The user name that failed attempts are counted under: one count for every way of writing it."""
    given = (credentials or {}).get("username") or getattr(request, "POST", {}).get("username", "")
    return str(given).strip().lower()


def _check_texts(name: str, name_en: str, phone: str) -> None:
    if not name:
        raise refusals.NameMissing
    for field_name, text in (("name", name), ("name_en", name_en), ("phone", phone)):
        column: Any = Person._meta.get_field(field_name)
        most = column.max_length
        if most is not None and len(text.strip()) > most:
            raise refusals.TooLong(text, most)


def _kept(person_id: int, actor: Person | None, now: dt.datetime) -> Person:
    person = locked(Person, person_id)
    check_administrator(actor, person.county, now)
    return person


def _end_sessions(person: Person, keep: str = "") -> int:
    ended, _by_model = Session.objects.filter(person=person).exclude(session_key=keep).delete()
    return int(ended)


def _record_of(
    person: Person, kind: str, actor: Person | None, now: dt.datetime, request_id: str, **payload: object
) -> None:
    record(
        kind,
        actor=actor,
        county=person.county,
        now=now,
        payload={"person": person.pk, "username": person.username, **payload},
        request_id=request_id,
    )
