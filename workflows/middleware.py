"""What every request passes: the language, the one reading of the clock, refusals as pages, and declared rules."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation

from workflows.audit.refused import Refused
from workflows.now import now
from workflows.offices.access import allowed
from workflows.offices.access_log import note_refusal

Handler = Callable[[HttpRequest], HttpResponse]
_TEXTS = ("text/html", "text/csv", "application/json")


class LanguageMiddleware:
    """The language chosen by cookie, else Chinese: officers' browsers are not asked, the county works in Chinese."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class GZipTextMiddleware(GZipMiddleware):
    """Pages, tables and JSON go out compressed, with Django's guard against BREACH; papers and packages as they are."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Compress what is text."""
        kind = response.headers.get("Content-Type", "")
        return super().process_response(request, response) if kind.startswith(_TEXTS) else response


class NowMiddleware:
    """`request.now` and `request.request_id`: read once, passed down."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = now()  # type: ignore[attr-defined]
        request.request_id = uuid.uuid4().hex[:16]  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class RefusedMiddleware:
    """Every `Refused` becomes a page (or, for htmx, a sheet) with its sentence and its status: 403, 404, 409 or 422."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Map an anticipated refusal; anything else is a bug and passes on."""
        return refused_page(request, error) if isinstance(error, Refused) else None


def refused_page(request: HttpRequest, error: Refused) -> HttpResponse:
    """The page, or for htmx the sheet, of a refusal; kept on record where it matters."""
    note_refusal(request, error)
    context = {"refusal": error, "opinion": request.POST.get("opinion", ""), "back": request.path}
    sheet = getattr(request, "htmx", False)
    template = "components/refused_sheet.html" if sheet else f"errors/{error.status}.html"
    return render(request, template, context, status=error.status)


class DeclaredRuleMiddleware:
    """Every address declares who may open it (`workflows.offices.access.rule`); one that does not is a bug."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Ask the view's rule before the view. Raises `ImproperlyConfigured` when it has none."""
        if getattr(view, "__module__", "").startswith("django.contrib.admin"):
            return None
        if getattr(view, "rule", None) is None:
            raise ImproperlyConfigured(f"{request.path}: the view declares no rule.")
        try:
            return allowed(request, view)
        except Refused as refused:  # process_exception hears the views only, not the other middleware
            return refused_page(request, refused)


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page shows: the county, the demo banner, the top bar's facts (lazily)."""
    from workflows.frame import Frame

    return {"frame": Frame(request), "demo": settings.DEMO, "county_name": settings.COUNTY_NAME}
