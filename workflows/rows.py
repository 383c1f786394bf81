"""Set-based writing: many rows in one go, inserted or updated, each with values of its own.

PostgreSQL takes inserts by COPY and updates by one statement over a JSON document; SQLite has no network between and
takes the rows one by one. Model signals and `save` are not called; the models written here have none.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of `model`; database ids are not read back."""
    if not rows:
        return
    fields: list[Any] = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    readers = [(field.attname, _plain(field)) for field in fields]
    prepared = ([read(getattr(row, name)) for name, read in readers] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # psycopg's own cursor: what it refuses is told in Django's words, as on SQLite.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for values in prepared:
                    copy.write_row(values)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(prepared))  # noqa: S608


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Update the named columns of many rows; each row is (primary key, values in the order of `columns`)."""
    if not rows:
        return
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    table = connection.ops.quote_name(model._meta.db_table)
    names = [connection.ops.quote_name(field.column) for field in fields]
    readers = [_plain(field) for field in fields]
    prepared = [[row[0], *(read(value) for read, value in zip(readers, row[1:], strict=True))] for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            kinds = ", ".join(f"v{n} {field.db_type(connection)!s}" for n, field in enumerate(fields))
            sets = ", ".join(f"{name} = given.v{n}" for n, name in enumerate(names))
            given = [{"pk": pk, **{f"v{n}": _said(value) for n, value in enumerate(rest)}} for pk, *rest in prepared]
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM json_to_recordset(%s::json) AS given(pk bigint, {kinds}) "  # noqa: S608
                f"WHERE {table}.id = given.pk",
                [json.dumps(given)],
            )
        else:
            sets = ", ".join(f"{name} = %s" for name in names)
            cursor.executemany(
                f"UPDATE {table} SET {sets} WHERE id = %s",  # noqa: S608
                [[*row[1:], row[0]] for row in prepared],
            )


def _plain(field: Any) -> Callable[[Any], Any]:
    """How a value of this column goes to the driver."""
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else json.dumps(value, ensure_ascii=False)
    if isinstance(field, models.BinaryField):
        return lambda value: None if value is None else bytes(value)
    if connection.vendor == "postgresql":
        return lambda value: value
    # SQLite keeps instants, dates and UUIDs as Django writes them there.
    return lambda value: field.get_db_prep_save(value, connection)


def _said(value: Any) -> Any:
    """A value inside a JSON document, as PostgreSQL's own text form."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, (dt.date, dt.datetime, uuid.UUID)):
        return str(value)
    return value
