"""The outbox: one row for each thing that somebody has to be told, and its deliveries outside the house.

The in-app message is the row itself, once. What leaves the house has a delivery of its own, at least once, under an id
that stays the same however often it is sent.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """Told to a post (whoever sits on it, or stands in) or to one person.

    `kind` names the text, `params` fills it, so that each reader gets it in his own language. An urgent one waits for
    no digest and no morning.
    """

    county = models.CharField(max_length=6)
    kind = models.CharField(max_length=40)
    post_key = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="messages")
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    urgent = models.BooleanField(default=False)
    planned_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["post_key", "-created_at", "-id"]),
            models.Index(fields=["person", "-created_at", "-id"]),
            models.Index(fields=["id"], condition=Q(planned_at__isnull=True), name="message_unplanned"),
            # What the page of messages and the bell on every page read: all but the steps, which the inbox shows.
            models.Index(fields=["post_key", "-id"], condition=~Q(kind="step_due"), name="message_told_to_post"),
            models.Index(fields=["person", "-id"], condition=~Q(kind="step_due"), name="message_told_to_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.post_key or self.person_id}"


class Channel(models.TextChoices):
    """A way out of the house."""

    EMAIL = "email", _("e-mail")
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")
    SMS = "sms", _("text message")


class Delivery(models.Model):
    """One message to one person over one channel. `slot` names the digest in which it goes, null when it goes alone."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        GIVEN_UP = "given_up", _("given up")
        # What it announced was done before it went out.
        MOOT = "moot", _("no longer needed")

    id = models.UUIDField(primary_key=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    slot = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["-next_try_at", "id"], condition=Q(state="given_up"), name="delivery_given_up"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.id}"

    @staticmethod
    def id_of(message_id: int, person_id: int, channel: str) -> uuid.UUID:
        """The id under which this goes out, always the same."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"kaigong:{message_id}:{person_id}:{channel}")


class Preference(models.Model):
    """How one person wants to be told. No row: e-mail once a day, urgent things at once, quiet from 20:00 to 07:30."""

    class Digest(models.TextChoices):
        NONE = "none", _("each at once")
        HOURLY = "hourly", _("together, every hour")
        DAILY = "daily", _("together, every morning")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="preference"
    )
    channels = models.JSONField(default=list)
    digest = models.CharField(max_length=6, choices=Digest.choices, default=Digest.DAILY)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id}: {', '.join(self.channels)}"


class ReadMark(models.Model):
    """Up to which message a person has read."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    up_to = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.person_id} ≤ {self.up_to}"
