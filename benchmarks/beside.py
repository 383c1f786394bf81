"""Several databases of one cluster behind the product's one connection: counties of two sizes, measured in turn.

A machine's own speed moves by half between minutes. What is to be compared is therefore asked in the same minute, a
few requests here and a few there; only PostgreSQL can copy a database whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

from workflows.clock.calendars import forget_calendars
from workflows.queries.forecasting import forget_paces


class Place:
    """One database that holds a county; `with place:` makes it the one that this thread reads and writes."""

    def __init__(self, wrapper: Any) -> None:
        self.wrapper = wrapper
        self._outside: Any = None

    def __enter__(self) -> Place:
        self._outside = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self.wrapper
        forget_paces()
        return self

    def __exit__(self, *_error: object) -> None:
        connections[DEFAULT_DB_ALIAS] = self._outside
        forget_paces()


def also(place: Place) -> Place:
    """The database of a place by a connection that belongs to the calling thread."""
    return Place(place.wrapper.copy())


def here() -> Place:
    """The database that is connected now."""
    return Place(connections[DEFAULT_DB_ALIAS])


@contextmanager
def copied(name: str) -> Iterator[Place]:
    """The connected database as it stands, under another name beside it; dropped at the end."""
    source = connections[DEFAULT_DB_ALIAS]
    source.close()
    quoted = source.ops.quote_name
    with source._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted(name)}")
        cursor.execute(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(source.settings_dict['NAME'])}")
    wrapper = source.copy()
    wrapper.settings_dict["NAME"] = name
    try:
        yield Place(wrapper)
    finally:
        wrapper.close()
        with source._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted(name)}")


def empty() -> None:
    """Every table of the product but its migrations, and what the process keeps of them."""
    from django.core.management import call_command

    for name in ("plan", "project_plan"):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
    call_command("flush", verbosity=0, interactive=False)
    forget_calendars()
    forget_paces()
