"""Offices as a Django app."""

from django.apps import AppConfig


class OfficesConfig(AppConfig):
    """Offices, posts and people."""

    name = "workflows.offices"
    label = "offices"
