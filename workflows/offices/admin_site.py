"""Django's admin behind the house's own door: one sign-in page, one lock-out, and no one-time password gets in."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


class HouseAdmin(AdminSite):
    """The technical administrator's view of the rows."""

    site_header = _("Kaigong: rows")
    site_title = _("Kaigong")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff who changed their one-time password."""
        return super().has_permission(request) and not getattr(request.user, "must_change_password", True)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The house's sign-in page, or the page on which a one-time password is changed."""
        if request.user.is_authenticated and getattr(request.user, "must_change_password", False):
            return redirect("offices:password")
        if request.user.is_authenticated:
            return redirect("home")
        return redirect_to_login(request.get_full_path())
