"""Who may open an address: each view declares one rule, and the rule is asked in one place.

A rule answers for the address only; what may be done with one step or project is asked of that object by operations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from workflows.audit.refused import NotYours
from workflows.clock.days import civil_date
from workflows.offices.seats import Seat, seats

View = TypeVar("View", bound=Callable[..., Any])
Rule = Callable[[HttpRequest], bool]


class NotForThisRole(NotYours):
    """The page belongs to another role."""

    code = "not_for_this_role"

    def __init__(self) -> None:
        super().__init__(_("This page belongs to another role."))


def my_seats(request: HttpRequest) -> tuple[Seat, ...]:
    """The signed-in person's seats today; read once a request."""
    found = getattr(request, "_seats", None)
    if found is None:
        found = seats(request.user.pk, civil_date(request.now)) if request.user.is_authenticated else ()  # type: ignore[attr-defined]
        request._seats = found  # type: ignore[attr-defined]
    return found


def holds(*prefixes: str) -> Rule:
    """A rule: signed in, and sitting on a post whose key is, or begins with, one of these."""

    def rule_of(request: HttpRequest) -> bool:
        return any(seat.post_key.startswith(prefixes) for seat in my_seats(request))

    return rule_of


def is_administrator(request: HttpRequest) -> bool:
    """The technical administrator, or who sits on the county's administrator post."""
    return bool(getattr(request.user, "is_superuser", False)) or holds("county.admin")(request)


def is_officer(request: HttpRequest) -> bool:
    """Whoever holds, or stands in for, a post of an office (not of a project unit)."""
    return any(not seat.post_key.startswith("applicant.") for seat in my_seats(request)) or is_administrator(request)


# The rule of the page on which a one-time password is replaced: the only page open before that is done.
OWN_PASSWORD = "own_password"  # noqa: S105

RULES: dict[str, Rule] = {
    "public": lambda request: True,
    "signed_in": lambda request: bool(request.user.is_authenticated),
    OWN_PASSWORD: lambda request: bool(request.user.is_authenticated),
    "officer": is_officer,
    "administrator": is_administrator,
    "unit": holds("applicant."),
    "auditor": lambda request: holds("audit.")(request) or is_administrator(request),
    "audits": holds("audit."),
    # Who answers for all projects together: their first question is how many, not which.
    "oversees": holds("deputy.", "county.head", "county.supervision", "ndrc."),
    "supervision": lambda request: holds("county.supervision", "county.head", "deputy.")(request),
}


def add_rule(name: str, asked: Rule) -> None:
    """Give a layer above a rule of its own, when its app is ready. Raises `ValueError` for a name that is taken."""
    if RULES.setdefault(name, asked) is not asked:
        raise ValueError(f"There is a rule {name!r} already.")


def rule(name: str | Rule) -> Callable[[View], View]:
    """Declare a view's rule, by its name or as a function of the request; `allowed` asks it before the view."""

    def mark(view: View) -> View:
        view.rule = name  # type: ignore[attr-defined]
        return view

    return mark


def allowed(request: HttpRequest, view: Any) -> HttpResponse | None:
    """None when the rule lets the request through, else where to go instead.

    That is the sign-in page for strangers, and the change page for whoever still has a one-time password. Raises
    `NotForThisRole`; `KeyError` for a rule that nobody added.
    """
    name = view.rule
    if name == "public":
        return None
    user: Any = request.user
    if not user.is_authenticated:
        return _elsewhere(request, redirect_to_login(_page_of(request)))
    if user.must_change_password and name != OWN_PASSWORD:
        return _elsewhere(request, redirect("offices:password"))
    asked = RULES[name] if isinstance(name, str) else name
    if asked(request):
        return None
    raise NotForThisRole


def _page_of(request: Any) -> str:
    """The page on which somebody stands: for a form or a part of a page that is where it came from, not its address."""
    if request.method == "GET" and not getattr(request, "htmx", False):
        return str(request.get_full_path())
    came = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(came)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _elsewhere(request: Any, response: HttpResponse) -> HttpResponse:
    """htmx would put the other page into a corner of this one; tell it to go there."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
    return response
