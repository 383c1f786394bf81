"""The engine as a Django app."""

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """Loads the agreement checks with the engine."""

    name = "workflows"
    label = "workflows"

    def ready(self) -> None:
        from workflows.flow import checks  # noqa: F401  (registers the system checks)
