"""The messenger as a Django app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Outbox and delivery."""

    name = "notifications"
    label = "notifications"
