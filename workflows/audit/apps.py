"""The audit trail as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Entries of the trail."""

    name = "workflows.audit"
    label = "audit"
