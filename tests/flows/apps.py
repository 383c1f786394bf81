"""The tests' flows as a Django app without rows."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    """Only so that viewflow finds the flows."""

    name = "tests.flows"
    label = "tests_flows"
