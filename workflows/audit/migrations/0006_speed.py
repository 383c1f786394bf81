"""What was entered late is found by an index of its own: the auditor's page read the whole trail for it.

PostgreSQL only: on SQLite the difference of two instants is a function of Django's, which an index must not need.
"""

from typing import Any

from django.db import migrations

LATE = "recorded_at - occurred_at > interval '3 days'"


def add(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX entry_late ON audit_entry (id) WHERE {LATE}")


def remove(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX entry_late")


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0005_proof"),
    ]

    operations = [migrations.RunPython(add, remove)]
