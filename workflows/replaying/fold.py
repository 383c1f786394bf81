"""Fold an application's entries: each act must be one that flow and law allow where the record stands by then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from workflows.clock.days import civil_date
from workflows.clock.events import ClockEvent, events_of
from workflows.flow.procedure import ProcedureFlow
from workflows.flow.registry import procedure
from workflows.legal import OPEN_STATES, State
from workflows.models import ClockRow
from workflows.operations.timekeeping import DECIDES
from workflows.replaying.said import Misfit, Said
from workflows.replaying.tables import Tables
from workflows.replaying.walking import Walk
from workflows.replaying.way import Way


@dataclass
class Signed:
    """A sign-off as its entry records it, and what later acts made of it."""

    pk: int
    said: Said
    node: str
    act: str
    step: int | None
    four_eyes: bool
    voided_at: dt.datetime | None = None
    voided_by: int | None = None

    @property
    def signer(self) -> str:
        """Whose hand it is."""
        return self.said.actor


@dataclass
class Asked:
    """会签: one post asked beside a step, and its answer."""

    post: str
    answer: str = ""
    sign_off: int | None = None
    removed_at: dt.datetime | None = None


@dataclass
class Ticked:
    """One event of the clock as the record demands it; key and rule are those of the row where no entry says them."""

    kind: str
    effective: dt.date
    said: Said
    key: int | None = None
    rule: str | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class Paper:
    """One version of a paper."""

    slot: str
    version: int
    said: Said
    superseded_at: dt.datetime | None = None


class Fold:
    """What the entries alone make of an application. `head` and `seq` are the chain's end as it was hashed anew."""

    def __init__(self, tables: Tables, flow: type[ProcedureFlow]) -> None:
        self.tables = tables
        self.application = tables.application
        self.procedure = procedure(self.application.procedure)
        self.walk = Walk(self.application, flow)
        self.way = Way()
        self.said: Said
        self.seq, self.head, self.schema = 0, b"", 0
        self.begun = False
        self.signed: dict[int, Signed] = {}
        self.asked: dict[int, list[Asked]] = {}
        self.rules: dict[int, tuple[str, int]] = {}
        self.ticks: list[Ticked] = []
        self.papers: list[Paper] = []
        self.revision = 0
        self.content, self.content_version, self.basis_version = "", 1, 1
        self.accepted_on: dt.date | None = None
        self.by_silence = False
        self.decided_at: dt.datetime | None = None
        self.stopped_since: dt.date | None = None
        self.extended = False
        self.correction_round = 0
        self.received_at: dt.datetime | None = None
        self.number = ""

    def check_link(self, said: Said) -> None:
        """Raises `Misfit` when the entry does not follow the one before it."""
        before, self.seq = self.seq, said.seq
        if said.seq != before + 1:
            raise Misfit(
                _("Entry %(seq)s follows entry %(before)s: one is missing.") % {"seq": said.seq, "before": before}
            )
        if said.prev != self.head.hex():
            raise Misfit(_("The entry does not name the one before it."))
        if said.schema < self.schema:
            raise Misfit(_("The entry is of an older form than the one before it."))
        self.schema, self.head = said.schema, said.own_leaf

    def check_state(self) -> None:
        told = self.said.payload.get("state")
        if told is not None and str(told) != str(self.walk.state):
            raise Misfit(
                _("After this act the case is “%(folded)s”; the entry says “%(told)s”.")
                % {"folded": state_name(self.walk.state), "told": state_name(told)}
            )

    def check_clock(self) -> None:
        """Raises `Misfit` when the entry says other events of the clock than the act has."""
        mine = [tick for tick in self.ticks if tick.said is self.said]
        if self.way.clock is None:
            # An entry of schema 1: key and rule are believed from the row that stands in this place.
            for at, tick in enumerate(self.ticks):
                if tick.key is None and at < len(self.tables.clock):
                    tick.key, tick.rule = self.tables.clock[at]["pk"], self.tables.clock[at]["rule"]
            return
        told = [(row["kind"], row["on"]) for row in self.way.clock]
        if told != [(tick.kind, tick.effective.isoformat()) for tick in mine]:
            raise Misfit(_("The entry says other events of the clock than this act has."))
        for tick, row in zip(mine, self.way.clock, strict=True):
            tick.key, tick.rule = int(row["event"]), row["rule"]

    # What acts share.

    @property
    def today(self) -> dt.date:
        """The civil date of the act."""
        return civil_date(self.said.recorded_at)

    def sign(self, step: int | None, *, four_eyes: bool = False, revises: bool = True) -> Signed:
        """Take the act's sign-off into the record. Raises `Misfit` when there is none, or the content is another."""
        key, payload = self.said.sign_off, self.said.payload
        if key is None or key in self.signed:
            raise Misfit(_("The entry names no sign-off of its own."))
        self._check_content(payload)
        signed = Signed(key, self.said, str(payload.get("node", "")), self.said.kind, step, four_eyes)
        self.signed[key] = signed
        if revises:
            self.revision += 1
        expected = self.walk.steps[step].node if step is not None else ""
        if signed.node != expected:
            raise Misfit(
                _("The entry says “%(said)s”; the step is “%(node)s”.")
                % {"said": self.walk.title(signed.node), "node": self.walk.title(expected)}
            )
        return signed

    def _check_content(self, payload: dict[str, Any]) -> None:
        content, version = str(payload.get("content", "")), int(payload.get("content_version", "0"))
        if not self.content:
            self.content, self.content_version = content, version
        if (content, version) != (self.content, self.content_version):
            raise Misfit(_("It was signed on a content that was not the one of the record."))

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.walk.state in OPEN_STATES

    def standing(self) -> list[Signed]:
        """The sign-offs that are not void."""
        return [row for row in self.signed.values() if row.voided_at is None]

    def tick(self, kind: str, effective: dt.date, **more: Any) -> None:
        """The act has an event of the clock."""
        self.ticks.append(Ticked(kind, effective, self.said, more=more))

    def started(self) -> bool:
        """Whether a statutory clock runs or ran."""
        return any(tick.kind == "start" for tick in self.ticks)

    def events(self) -> list[ClockEvent]:
        """The clock's events so far, as `workflows.clock` counts them."""
        return events_of(
            ClockRow(
                pk=tick.key,
                kind=tick.kind,
                effective=tick.effective,
                recorded_at=tick.said.recorded_at,
                rule=tick.rule or "",
                **tick.more,
            )
            for tick in self.ticks
        )

    def note_law(self, law: str) -> None:
        """What a legal move means for dates and clock, as `operations.timekeeping.note_law` writes it."""
        if law in ("accept", "accept_by_silence"):
            silent = law == "accept_by_silence" and self.received_at is not None
            self.accepted_on = civil_date(self.received_at) if silent and self.received_at else self.today
            if self.procedure.rule is not None:
                self.tick("start", self.accepted_on)
        elif law in DECIDES or law == "file":
            self.decided_at = self.said.recorded_at
            # An open stop hides the due date: there is no day to finish on.
            if self.started() and self.stopped_since is None:
                self.tick("finish", self.today)

    def end_by(self, law: str) -> None:
        """Everything open is cancelled by an act beside the steps."""
        self.walk.move(law)
        self.note_law(law)
        self.walk.cancel()
        if self.walk.ended is None:
            self.walk.ended, self.walk.status = self.said.recorded_at, "CANCELED"


def state_name(code: Any) -> str:
    """A legal state's word and code."""
    known = {str(state.value): state for state in State}
    return f"{known[str(code)].label} ({code})" if str(code) in known else str(code)
