"""Many cases from one: rows copied inside the database, quick enough for a million."""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from workflows.models import Application, Step

FIRST = 1_000_001


def statement(sql: str, *values: Any) -> int:
    """Run one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return int(cursor.rowcount)


def copies(application: Application, step: Step, size: int, **columns: str) -> None:
    """`size` cases like this one, each with one open step like that one; ids run from `FIRST`.

    `columns` are SQL expressions over the case's number `n` (and the copied row `r`) for columns of the step.
    """
    _copy(Application, application.pk, size, {"number": "'B' || n", "entry_count": "0", "last_hash": "NULL"})
    _copy(Step, step.pk, size, {"process_id": "n", **columns})


def _copy(model: type[models.Model], pk: int, size: int, own: dict[str, str]) -> None:
    table = model._meta.db_table
    names = [str(field.column) for field in model._meta.concrete_fields if field.column != "id"]
    listed = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(own.get(name, f'r."{name}"') for name in names)
    last = FIRST + size - 1
    series = (
        f"(SELECT generate_series({FIRST}, {last}) AS n) AS s"
        if connection.vendor == "postgresql"
        else f"(WITH RECURSIVE c(n) AS (SELECT {FIRST} UNION ALL SELECT n + 1 FROM c WHERE n < {last}) "
        f"SELECT n FROM c) AS s"
    )
    statement(f"INSERT INTO {table} (id, {listed}) SELECT n, {values} FROM {table} r, {series} WHERE r.id = %s", pk)
