"""Set-based writing: many rows, different values, one statement each way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Update the named columns of many rows; each row is (primary key, values in the order of `columns`).

    PostgreSQL takes one statement over arrays; SQLite has no network between and takes the rows one by one.
    """
    if not rows:
        return
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    table = connection.ops.quote_name(model._meta.db_table)
    names = [connection.ops.quote_name(field.column) for field in fields]
    prepared = [
        [row[0], *(field.get_db_prep_save(value, connection) for field, value in zip(fields, row[1:], strict=True))]
        for row in rows
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = [str(field.db_type(connection)).partition("(")[0] for field in fields]
            arrays = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *types))
            given = ", ".join(("pk", *(f"v{n}" for n in range(len(fields)))))
            sets = ", ".join(f"{name} = given.v{n}" for n, name in enumerate(names))
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given({given}) WHERE {table}.id = given.pk",  # noqa: S608
                [list(column) for column in zip(*prepared, strict=True)],
            )
        else:
            sets = ", ".join(f"{name} = %s" for name in names)
            cursor.executemany(
                f"UPDATE {table} SET {sets} WHERE id = %s",  # noqa: S608
                [[*row[1:], row[0]] for row in prepared],
            )
