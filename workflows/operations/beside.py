"""What every act beside the steps shares: lock the application, compare the screen, find the seat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workflows.models import Application
from workflows.offices.models import Person
from workflows.offices.seats import Seat
from workflows.operations.core import Act, Actor, actor_of, check_seen, locked_application, motion_for

Check = Callable[[Application, Actor, dt.datetime], Seat]


@dataclass(frozen=True)
class Request:
    """Who acts on which application, on which screen, when."""

    application_id: int
    person: Person
    seen: str
    now: dt.datetime
    request_id: str = ""


def begin(asked: Request, kind: str, check: Check, **more: Any) -> Act:
    """The act on the locked application, allowed by `check`; inside a transaction.

    Raises `NoSuchStep`, `StaleScreen`, and what `check` raises.
    """
    actor = actor_of(asked.person, asked.now, asked.request_id)
    application = locked_application(asked.application_id, asked.person.county)
    check_seen(application, asked.seen)
    seat = check(application, actor, asked.now)
    motion_for(application, asked.now, actor)
    return Act(application, actor, seat, kind, asked.now, **more)
