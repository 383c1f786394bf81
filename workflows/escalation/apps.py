"""The ladder as a Django app of its own."""

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    """Escalations, supervision, and the heartbeat of the sweep."""

    name = "workflows.escalation"
    label = "escalation"

    def ready(self) -> None:
        """Make the house's own procedures and the messages known."""
        from workflows.escalation import closing, corrections, objections, procedures, stops, words  # noqa: F401
        from workflows.flow import registry

        registry.register(procedures.SUPERVISION)
        registry.register(procedures.DIRECTIVE)
