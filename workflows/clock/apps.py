"""The clock as a Django app."""

from django.apps import AppConfig


class ClockConfig(AppConfig):
    """The loaded calendar; everything else of the clock is pure."""

    name = "workflows.clock"
    label = "clock"
