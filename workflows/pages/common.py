"""What the engine's views share: the actor of a request, forms read from a POST, health, language, errors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows.audit.refused import Refused
from workflows.escalation.heartbeat import SWEEP, silent_since
from workflows.flow.checks import missing_versions
from workflows.offices.access import NotForThisRole, my_seats, rule
from workflows.offices.accounts import prefer_language
from workflows.operations.core import Actor


def actor_in(request: Any) -> Actor:
    """The signed-in person with the seats read for this request."""
    return Actor(request.user, my_seats(request), request.request_id)


def safe_next(request: HttpRequest, default: str) -> str:
    """Where to go after a POST: `next` if it stays on this host."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    fits = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if fits else default


@rule("public")
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@rule("public")
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers, open applications have their version, the sweep runs; else 503 with what is wrong."""
    faults = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        faults = [f"missing version: {ref}" for ref in missing_versions()]
        quiet = silent_since(SWEEP, timezone.now())
        if quiet is not None:
            faults.append(f"sweep: silent since {quiet.isoformat(timespec='seconds')}")
    except Exception as error:
        faults = [f"database: {type(error).__name__}"]
    return JsonResponse(
        {"status": "ok" if not faults else "unavailable", "faults": faults}, status=503 if faults else 200
    )


@rule("public")
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie for a year."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(safe_next(request, "/"))
    if chosen in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            prefer_language(person=request.user, language=chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            httponly=True,
            secure=settings.BEHIND_HTTPS,
        )
    return response


class FormExpired(Refused):
    """The anti-forgery token is old: the session ended or the page is from another sign-in."""

    code = "form_expired"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            _("Your session ended or this page is too old. Sign in again; what you wrote is kept on this device.")
        )


class NoSuchPage(Refused):
    """The address names nothing."""

    code = "no_such_page"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is nothing at this address."))


class Unreadable(Refused):
    """The request itself is broken: too large, cut, or not what a form of ours sends."""

    code = "unreadable"
    status = 400

    def __init__(self) -> None:
        super().__init__(_("What arrived could not be read: it was cut short, too large, or not sent by our form."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page in the house for a stale form, or a session that ended."""
    return _error(request, FormExpired(), "csrf")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page in the house for a request that cannot be read."""
    return _error(request, Unreadable())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page in the house for what Django itself forbids."""
    return _error(request, NotForThisRole())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page in the house for an unknown address."""
    return _error(request, NoSuchPage())


def _error(request: HttpRequest, refused: Refused, template: str = "") -> HttpResponse:
    name = template or str(refused.status)
    return render(request, f"errors/{name}.html", {"refusal": refused}, status=refused.status)
