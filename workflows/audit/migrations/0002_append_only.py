"""Triggers against UPDATE, DELETE and (PostgreSQL) TRUNCATE of entries."""

from django.db import migrations

from workflows.audit import guards


def forwards(apps, schema_editor):
    guards.create(schema_editor.connection, ("audit_entry",))


def backwards(apps, schema_editor):
    guards.drop(schema_editor.connection, ("audit_entry",))


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
