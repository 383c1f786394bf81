"""Whom a message means, and what time it is: the house above says so, the messenger knows neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.utils import timezone

# (county, post keys, civil day) → {post key: ids of the people who hold it or stand in}.
Resolver = Callable[[str, Iterable[str], dt.date], dict[str, list[int]]]
_resolver: list[Resolver] = []
_clock: list[Callable[[], dt.datetime]] = []


def resolve_posts(resolver: Resolver) -> None:
    """Let the house say who holds a post; the last one said counts."""
    _resolver[:] = [resolver]


def tell_time(clock: Callable[[], dt.datetime]) -> None:
    """Let the house say what time it is (the demo county has its own)."""
    _clock[:] = [clock]


def people_of(county: str, post_keys: Iterable[str], day: dt.date) -> dict[str, list[int]]:
    """{post key: people} on a day; empty without a house."""
    return _resolver[0](county, post_keys, day) if _resolver else {}


def now() -> dt.datetime:
    """The present instant; read once, at the edge of a task."""
    return _clock[0]() if _clock else timezone.now()
