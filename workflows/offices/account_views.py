"""One's own account: sign in and out, the password, the browsers in which one is signed in, the lock-out page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workflows.audit.refused import NotYours, Refused
from workflows.clock.days import civil_date
from workflows.offices import access_log, accounts, people
from workflows.offices.access import OWN_PASSWORD, rule
from workflows.offices.forms import PasswordForm

DEVICE_LENGTH = 160


class LockedOut(NotYours):
    """django-axes locked the account for this address."""

    code = "locked_out"

    def __init__(self) -> None:
        super().__init__(
            _("Five wrong passwords: this account is locked for half an hour. The administrator can unlock it sooner.")
        )


class SignInView(LoginView):
    """User name and password; five failures lock the account for this address (django-axes)."""

    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, note the browser in the session and the act in the trail, and take the person's language."""
        response = super().form_valid(form)
        request: Any = self.request
        request.session["since"] = request.now.isoformat()
        request.session["device"] = request.META.get("HTTP_USER_AGENT", "")[:DEVICE_LENGTH]
        request.session["address"] = request.META.get("REMOTE_ADDR", "")
        accounts.note_sign_in(person=request.user, now=request.now, request_id=request.request_id)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            keep_language(response, request.user.language)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Keep a wrong password on record; nothing more while the account is locked already."""
        request: Any = self.request
        if 0 < getattr(request, "axes_failures_since_start", 0) <= settings.AXES_FAILURE_LIMIT:
            access_log.note_failed_sign_in(
                username=form.cleaned_data["username"].strip(),
                locked=bool(request.axes_locked_out),
                now=request.now,
                request_id=request.request_id,
            )
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the demo accounts in demo mode, and only there."""
        request: Any = self.request
        context = super().get_context_data(**kwargs)
        context["demo"] = settings.DEMO
        if settings.DEMO:
            context |= people.demo_accounts(settings.COUNTY_CODE, civil_date(request.now))
        return context


class SignOutView(LogoutView):
    """Sign out; the act is on record."""

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """End the session and keep that it was ended, in one transaction."""
        with transaction.atomic():
            if request.user.is_authenticated:
                access_log.note_sign_out(person=request.user, now=request.now, request_id=request.request_id)
            return super().post(request, *args, **kwargs)


sign_in = rule("public")(SignInView.as_view())
sign_out = rule("public")(SignOutView.as_view())


def keep_language(response: HttpResponse, language: str) -> None:
    """Set the language cookie for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        httponly=True,
        secure=settings.BEHIND_HTTPS,
    )


@rule(OWN_PASSWORD)
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password(request: Any) -> HttpResponse:
    """Change the password; the only page open to whoever still has a one-time password."""
    form = PasswordForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change_password(
                person=request.user,
                old=form.cleaned_data["old"],
                new=form.cleaned_data["new"],
                now=request.now,
                keep_session=request.session.session_key,
                request_id=request.request_id,
            )
        except ValidationError as weak:
            form.add_error("new", weak)
        except Refused as refused:
            status = form.refuse(request, refused)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("The password is changed; every other browser was signed out."))
            return redirect("home")
    status = 422 if form.errors and status == 200 else status
    return render(request, "offices/password.html", {"form": form}, status=status)


@rule("signed_in")
@never_cache
@require_GET
def sessions(request: Any) -> HttpResponse:
    """The browsers in which I am signed in."""
    found = people.sessions_of(request.user, here=request.session.session_key)
    return render(request, "offices/sessions.html", {"sessions": found})


@rule("signed_in")
@require_POST
def sign_out_everywhere(request: Any) -> HttpResponse:
    """Sign out in every browser but this one."""
    ended = accounts.sign_out_everywhere(
        person_id=request.user.pk,
        actor=request.user,
        now=request.now,
        keep_session=request.session.session_key,
        request_id=request.request_id,
    )
    messages.success(
        request,
        ngettext("%(n)s other browser was signed out.", "%(n)s other browsers were signed out.", ended) % {"n": ended},
    )
    return redirect("offices:sessions")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """A page in the house for a locked account; named by AXES_LOCKOUT_CALLABLE."""
    return render(request, "errors/locked.html", {"refusal": LockedOut()}, status=403)
