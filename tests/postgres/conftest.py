"""SQLite knows neither roles nor locks of rows: there nothing of this folder is collected."""

from django.db import connection

collect_ignore_glob = [] if connection.vendor == "postgresql" else ["test_*.py"]
