"""Whom a message means, what is settled, and what time it is: the house above says so, the messenger knows nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.utils import timezone

# (county, post keys, civil day) → {post key: ids of the people who hold it or stand in}.
Resolver = Callable[[str, Iterable[str], dt.date], dict[str, list[int]]]
# Pages on which something waited → those of them on which nothing waits any more.
Settled = Callable[[Iterable[str]], set[str]]
_resolver: list[Resolver] = []
_settled: list[Settled] = []
_clock: list[Callable[[], dt.datetime]] = []


def resolve_posts(resolver: Resolver) -> None:
    """Let the house say who holds a post; the last one said counts."""
    _resolver[:] = [resolver]


def tell_settled(settled: Settled) -> None:
    """Let the house say which of the pages that messages point to wait for nobody any more."""
    _settled[:] = [settled]


def tell_time(clock: Callable[[], dt.datetime]) -> None:
    """Let the house say what time it is (the demo county has its own)."""
    _clock[:] = [clock]


def people_of(county: str, post_keys: Iterable[str], day: dt.date) -> dict[str, list[int]]:
    """{post key: people} on a day; empty without a house."""
    return _resolver[0](county, post_keys, day) if _resolver else {}


def settled_pages(urls: Iterable[str]) -> set[str]:
    """Those of `urls` on which nothing waits any more; none without a house."""
    return _settled[0](urls) if _settled else set()


def now() -> dt.datetime:
    """The present instant; read once, at the edge of a task."""
    return _clock[0]() if _clock else timezone.now()
