"""Who imports: an officer in his post, or a command on the server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from permits.importing.refusals import NotTheLedgersKeeper
from permits.operations.core import KEEPERS
from workflows.audit import entries
from workflows.offices.models import Person
from workflows.offices.records import SYSTEM
from workflows.offices.seats import Seat


def keeper_seat(seats: Iterable[Seat]) -> Seat | None:
    """The seat from which the ledger may be imported: one of the development bureau, or the administrator's."""
    fitting = (seat for seat in seats if seat.post_key.startswith(KEEPERS))
    return next(fitting, None)


@dataclass(frozen=True)
class By:
    """The person, the seat from which he acts, and the request; nobody for a command on the server."""

    person: Person | None = None
    seat: Seat | None = None
    request_id: str = ""

    @classmethod
    def officer(cls, person: Person, seats: Iterable[Seat], request_id: str = "") -> By:
        """The keeper of the ledger. Raises `NotTheLedgersKeeper`."""
        seat = keeper_seat(seats)
        if seat is None:
            raise NotTheLedgersKeeper
        return cls(person, seat, request_id)

    @property
    def title(self) -> str:
        """Name and post as the record keeps them; empty for a command."""
        return f"{self.person.display_name} {self.seat.record_title}" if self.person and self.seat else ""

    def record(self, kind: str, county: str, now: dt.datetime, payload: dict[str, Any]) -> None:
        """Append one audit entry without a chain: one INSERT in the transaction of the act."""
        entry, _head = entries.draft(
            head=None,
            kind=kind,
            now=now,
            county=county,
            payload=payload,
            actor=str(self.person.pk) if self.person else SYSTEM,
            on_behalf_of=str(self.seat.principal_id) if self.seat and self.seat.principal_id else None,
            post=self.seat.post_key if self.seat else "",
            request_id=self.request_id,
        )
        entries.append([entry])
