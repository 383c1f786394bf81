"""Which static files the house serves."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class OwnStaticFiles(StaticFilesConfig):
    """Django's static files less viewflow's: our pages use none, and its style sheets name files that it lacks."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "viewflow"]
