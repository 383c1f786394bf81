"""Sign-in sessions that bring their person along: session and user are one query.

Named by SESSION_ENGINE, so the class must be called SessionStore.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

# How stale the recorded expiry may grow before a request pays one statement to move it on.
TOUCH_AFTER = dt.timedelta(minutes=5)


class SessionStore(DatabaseStore):
    """Django's database sessions on our own table, loaded together with the person."""

    person: Any = None
    expires: dt.datetime | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        """The session table."""
        from workflows.offices.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        try:
            rows: Any = self.model.objects
            row = rows.select_related("person").get(session_key=self.session_key, expire_date__gt=timezone.now())
        except self.model.DoesNotExist:
            self._session_key = None
            return None
        self.person, self.expires = row.person, row.expire_date
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row to save, tied to the signed-in person if there is one."""
        row: Any = super().create_model_instance(data)
        row.person_id = data.get(SESSION_KEY)
        return row

    def worn(self) -> bool:
        """Whether the recorded expiry has fallen so far behind that it should be moved on (idle timeout)."""
        if self.expires is None:
            return False
        return self.expires - timezone.now() < dt.timedelta(seconds=self.get_session_cookie_age()) - TOUCH_AFTER


class OneQuerySessionMiddleware(SessionMiddleware):
    """Django's middleware, with an idle timeout that writes at most once in `TOUCH_AFTER`."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Move the expiry on when it is worn, then save as Django does.

        What a page asks by itself (`request.by_itself`) is no sign of a person: it does not move the expiry.
        """
        session: Any = request.session
        if getattr(request, "by_itself", False):
            return super().process_response(request, response)
        if session.accessed and not session.modified and session.worn():
            session.modified = True
        return super().process_response(request, response)


class OneQueryAuthenticationMiddleware(AuthenticationMiddleware):
    """`request.user` from the person who came with the session."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach the lazy user."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user(request))  # type: ignore[assignment]


def _user(request: HttpRequest) -> Any:
    cached = getattr(request, "_cached_user", None)
    if cached is not None:
        return cached
    session: Any = request.session
    claimed = session.get(SESSION_KEY)
    person = session.person
    if person is None or str(person.pk) != str(claimed) or not person.is_active or BACKEND_SESSION_KEY not in session:
        return AnonymousUser()
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        session.flush()
        return AnonymousUser()
    request._cached_user = person  # type: ignore[attr-defined]
    return person


class ActivePersonBackend(ModelBackend):
    """Sign-in by user name (any case) and password, for people who are active."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """The person, or None."""
        return super().authenticate(request, username=(username or "").strip(), password=password, **kwargs)
