"""The domain as a Django app: tells the engine which procedures exist and what follows a decision."""

from django.apps import AppConfig


class PermitsConfig(AppConfig):
    """Projects, procedures, permits."""

    name = "permits"
    label = "permits"

    def ready(self) -> None:
        from permits import checks, escalating, keeping, matters, outcomes, procedures  # noqa: F401  (most register themselves)
        from workflows.flow import registry
        from workflows.offices.access import add_rule, holds

        registry.discover(procedures)
        add_rule("ledger", holds("ndrc.", "statistics.", "deputy.", "county."))
