"""The outbox: one row for each thing that somebody has to be told, written in the transaction of the act."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Message(models.Model):
    """Told to a post (whoever sits on it, or stands in) or to one person.

    `kind` names the text, `params` fills it, so that each reader gets it in his own language.
    """

    county = models.CharField(max_length=6)
    kind = models.CharField(max_length=40)
    post_key = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="messages")
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["post_key", "-created_at", "-id"]),
            models.Index(fields=["person", "-created_at", "-id"]),
            models.Index(fields=["id"], condition=Q(sent_at__isnull=True), name="message_unsent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.post_key or self.person_id}"
