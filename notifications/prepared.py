"""Queries that every page asks, compiled by the ORM once a process: putting one together costs more than its answer.

The badge of the inbox took 8 of the 25 ms of an empty page to put together and 1 ms to run. The ORM stays the only
place where the question is written; what is kept is its SQL, with the places of the values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# A kept statement: the compiler that knows its columns, its SQL, and of each parameter (place of a value, or its own).
_Kept = tuple[Any, str, tuple[tuple[int | None, Any], ...]]


class Prepared:
    """One question with values to fill in: `rows(a, [b, c])` asks it for these values.

    `build` makes the query of `values_list` from stand-ins of the same types; it must put every value into the query
    as it is given, as often as it likes, and must not look at it. A list may have any length but none. Values are
    whole numbers, texts, and lists of texts; a query is kept for each length of the lists.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._kept: dict[tuple[object, ...], _Kept] = {}

    def rows(self, *values: int | str | Sequence[str]) -> list[tuple[Any, ...]]:
        """The rows for these values; one statement. Raises `ValueError` for an empty list."""
        flat: list[Any] = []
        shape: list[object] = [connection.alias, connection.vendor]
        for value in values:
            parts = [value] if isinstance(value, (int, str)) else list(value)
            if not parts:
                raise ValueError("A list of no values asks nothing.")
            shape.append(type(value) if isinstance(value, (int, str)) else len(parts))
            flat.extend(parts)
        key = tuple(shape)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = self._compiled(values)
        compiler, sql, places = kept
        with connection.cursor() as cursor:
            cursor.execute(sql, [own if at is None else flat[at] for at, own in places])
            found = cursor.fetchall()
        return list(compiler.results_iter([found]))

    def _compiled(self, values: Sequence[int | str | Sequence[str]]) -> _Kept:
        marks: list[Any] = []

        def mark(value: Any) -> Any:
            # No key, no county and no post looks like this.
            found = -7_000_000_001 - len(marks) if isinstance(value, int) else f"\ue000{len(marks)}\ue001"
            marks.append(found)
            return found

        standing = [
            mark(value) if isinstance(value, (int, str)) else [mark(part) for part in value] for value in values
        ]
        compiler = self._build(*standing).query.get_compiler(using=connection.alias)
        sql, params = compiler.as_sql()
        at = {found: n for n, found in enumerate(marks)}
        if not set(at) <= set(params):
            raise ValueError("A value of the question stands nowhere in its SQL.")
        return compiler, sql, tuple((at.get(param), param) for param in params)
