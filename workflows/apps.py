"""The engine as a Django app."""

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """Loads the agreement checks with the engine."""

    name = "workflows"
    label = "workflows"

    def ready(self) -> None:
        from notifications.people import resolve_posts, tell_settled, tell_time
        from workflows.flow import checks  # noqa: F401  (registers the system checks)
        from workflows.now import now
        from workflows.offices.holders import people_on
        from workflows.queries.settled import settled_pages

        resolve_posts(people_on)
        tell_settled(settled_pages)
        tell_time(now)
