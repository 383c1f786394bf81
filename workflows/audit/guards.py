"""Triggers that refuse to change or delete an entry, on both databases: a guard rail, not the proof (DESIGN.md 7)."""

from __future__ import annotations

from typing import Any

TREE = ("audit_treeleaf", "audit_treenode", "audit_signedcheckpoint", "audit_checkpointdelivery")
TABLES = ("audit_entry", *TREE)

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION kaigong_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'The audit trail is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME; END $$
"""


def create(connection: Any, tables: tuple[str, ...] = TABLES) -> None:
    """Make the triggers. `connection` is a Django database connection or a migration's schema editor's."""
    for statement in _statements(connection.vendor, tables):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def drop(connection: Any, tables: tuple[str, ...] = TABLES) -> None:
    """Drop the triggers: for a migration backwards, and for tests that empty the database."""
    with connection.cursor() as cursor:
        for table in tables:
            for name in _names(connection.vendor, table):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def _names(vendor: str, table: str) -> list[str]:
    acts = ("row", "truncate") if vendor == "postgresql" else ("update", "delete")
    return [f"{table}_no_{act}" for act in acts]


def _statements(vendor: str, tables: tuple[str, ...]) -> list[str]:
    if vendor == "postgresql":
        found = [_POSTGRESQL_FUNCTION]
        for table in tables:
            row, truncate = _names(vendor, table)
            call = "EXECUTE FUNCTION kaigong_append_only()"
            found.append(f"CREATE TRIGGER {row} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}")
            found.append(f"CREATE TRIGGER {truncate} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}")
        return found
    refuse = "BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END"
    return [
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} {refuse}"
        for table in tables
        for name, act in zip(_names(vendor, table), ("UPDATE", "DELETE"), strict=True)
    ]
