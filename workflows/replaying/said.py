"""One entry as its canonical bytes say it; the columns beside them are not believed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from workflows.audit.canonical import leaf

# From this schema on an act says its way (`path`); before it, what it opened is looked up in the tables.
WITH_PATH = 2


class Misfit(Exception):
    """What does not fit, in plain words."""


@dataclass(frozen=True)
class Said:
    """One act of an application. `kind` is without its prefix `application.`; `own_leaf` is hashed anew."""

    seq: int
    schema: int
    prev: str
    kind: str
    actor: str
    on_behalf_of: str
    post: str
    occurred_at: dt.datetime
    recorded_at: dt.datetime
    payload: dict[str, Any]
    own_leaf: bytes

    @property
    def path(self) -> dict[str, Any]:
        """What the act closed and opened. Raises `Misfit` when an entry that must say it does not."""
        if self.schema < WITH_PATH:
            return {}
        found = self.payload.get("path")
        if not isinstance(found, dict):
            raise Misfit(_("The entry does not say its way."))
        return found

    @property
    def sign_off(self) -> int | None:
        """The sign-off that this entry records."""
        found = self.payload.get("sign_off")
        return int(found) if found else None


def read(body: bytes, chain: str) -> Said:
    """The act that canonical bytes hold. Raises `Misfit` when they hold none of this chain."""
    try:
        said = json.loads(body)
        if said["chain"] != chain:
            raise Misfit(_("The entry belongs to another chain: %(chain)s.") % {"chain": said["chain"]})
        return Said(
            seq=int(said["seq"]),
            schema=int(said["schema"]),
            prev=said["prev"],
            kind=said["kind"].removeprefix("application."),
            actor=said["actor"],
            on_behalf_of=said["on_behalf_of"],
            post=said["post"],
            occurred_at=dt.datetime.fromisoformat(said["occurred_at"]),
            recorded_at=dt.datetime.fromisoformat(said["recorded_at"]),
            payload=dict(said["payload"]),
            own_leaf=leaf(body),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Misfit(_("The bytes of the entry cannot be read.")) from error
