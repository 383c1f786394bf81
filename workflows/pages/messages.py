"""消息: what I was told beside the items of my inbox, how I want to be told, and what could not be delivered."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from notifications.delivery import try_again
from notifications.inbox import mark_read, told
from notifications.models import Channel, Delivery, Preference
from notifications.planning import channels, default_preference
from notifications.texts import shown_text
from workflows.audit.refused import Refused
from workflows.offices.access import my_seats, rule
from workflows.offices.forms import HouseForm
from workflows.offices.preferences import set_preference

PAGE = 50


@rule("signed_in")
@require_GET
def message_list(request: Any) -> HttpResponse:
    """Newest first, a page at a time; what was shown counts as read."""
    before = request.GET.get("before", "")
    posts = {seat.post_key for seat in my_seats(request)}
    rows, older = told(
        request.user.pk, posts, request.user.county, int(before) if before.isascii() and before.isdigit() else 0
    )
    if rows and not before:
        mark_read(request.user.pk, rows[0].pk)
    return render(request, "messages.html", {"rows": rows, "older_url": f"?before={older}" if older else ""})


class PreferenceForm(HouseForm):
    """How I want to be told."""

    email = forms.EmailField(label=_("E-mail address"), max_length=200, required=False)
    channels = forms.MultipleChoiceField(
        label=_("Tell me by"), required=False, widget=forms.CheckboxSelectMultiple, choices=Channel.choices
    )
    digest = forms.ChoiceField(label=_("How often"), choices=Preference.Digest.choices)
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_to = forms.TimeField(label=_("Quiet until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, *args: Any, offered: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channels"].choices = [pair for pair in Channel.choices if pair[0] in offered]  # type: ignore[attr-defined]
        self.fields["channels"].widget.attrs["class"] = "kg-check"


@rule("signed_in")
@require_http_methods(["GET", "POST"])
def settings_page(request: Any) -> HttpResponse:
    """My channels, my digest, my quiet hours."""
    person, offered = request.user, channels()
    known = Preference.objects.filter(person=person).first() or default_preference(person)
    initial = {
        "email": person.email,
        "channels": known.channels,
        "digest": known.digest,
        "quiet_from": known.quiet_from,
        "quiet_to": known.quiet_to,
    }
    form = PreferenceForm(request.POST or None, offered=offered, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                set_preference(person=person, now=request.now, request_id=request.request_id, **form.cleaned_data)
            except Refused as refused:
                status = form.refuse(request, refused)
            else:
                messages.success(request, _("Your wishes are kept."))
                return redirect("message_settings")
    return render(request, "message_settings.html", {"form": form, "offered": offered}, status=status)


@rule("administrator")
@require_GET
def failures(request: Any) -> HttpResponse:
    """What could not be delivered, and why."""
    rows = Delivery.objects.filter(state=Delivery.State.GIVEN_UP, message__county=request.user.county)
    page = list(rows.select_related("message", "person").order_by("-next_try_at", "pk")[: PAGE + 1])
    lines = [
        {
            "pk": row.pk,
            "text": shown_text(row.message.kind, row.message.params),
            "person": row.person,
            "channel": row.get_channel_display(),
            "error": row.error,
            "tries": row.tries,
            "at": row.next_try_at,
        }
        for row in page[:PAGE]
    ]
    return render(request, "message_failures.html", {"rows": lines, "more": len(page) > PAGE})


@rule("administrator")
@require_POST
def again(request: Any) -> HttpResponse:
    """Try one delivery again, or all of them."""
    said = request.POST.get("delivery", "")
    one = _uuid(said)
    n = 0 if said and one is None else try_again(request.now, request.user.county, one)
    words = ngettext("%(n)s delivery is tried again.", "%(n)s deliveries are tried again.", n)
    messages.success(request, words % {"n": n})
    return redirect("message_failures")


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


urlpatterns = [
    path("", message_list, name="messages"),
    path("settings/", settings_page, name="message_settings"),
    path("failures/", failures, name="message_failures"),
    path("failures/again/", again, name="message_again"),
]
