"""Write what is due: escalations, entries and messages in bulk, in one transaction with the rungs themselves.

One batch locks its applications first and reads after that, so nothing that it decides on is old. A rung that was
raised is a column of the locked row and a unique key of the escalation: two sweepers, a crash at any statement and an
outage of days give one escalation for each source, rung and round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from notifications.models import Message
from workflows.audit import entries
from workflows.audit.models import Entry
from workflows.clock.calendar import Calendar
from workflows.clock.days import WorkingDays
from workflows.clock.ladder import DEPUTY, HEAD, Climb
from workflows.escalation.models import Escalation
from workflows.escalation.targets import Call, Directory
from workflows.models import Application, Step
from workflows.offices.records import SYSTEM
from workflows.rows import insert_rows

# Working days to answer, by rung (DOMAIN.md 3.3).
ANSWER_DAYS = {1: 1, 2: 1, 3: 2, 4: 2}


@dataclass(frozen=True)
class Stalled:
    """One source that stands still: what a rung needs to know of it, whatever it is.

    `post` is where it waits; `matter` what a supervision would be about; `superior` who gave the task, if somebody did.
    """

    source: str
    matter: str
    county: str
    post: str
    subject: str
    subject_key: str
    number: str
    url: str
    round: int = 1
    application: Application | None = None
    step: Step | None = None
    superior: str = ""


@dataclass
class Batch:
    """What one transaction writes; `write` leaves nothing out."""

    now: dt.datetime
    directory: Directory
    calendar: Calendar
    escalations: list[Escalation] = field(default_factory=list)
    drafts: list[Entry] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    prompts: int = 0
    _leads: dict[str, list[str]] = field(default_factory=dict)
    _answer_by: dict[int, dt.date] = field(default_factory=dict)

    def know_leads(self, subject_keys: Iterable[str]) -> None:
        """Read who leads these subjects: one statement for the batch."""
        self._leads |= self.directory.leads(subject_keys)

    def prompt(self, stalled: Stalled, kind: str = "step_due_soon", **said: str) -> None:
        """Tell whoever the step waits for, in a message of this kind: its limit is near, or the applicant's is over."""
        self.prompts += 1
        self.messages.append(self._message(kind, stalled, stalled.post, said))

    def raise_rungs(self, stalled: Stalled, due: Sequence[Climb]) -> int:
        """Raise every rung of `due`, lowest first; the highest that was raised.

        Where nobody sits on a rung's post, the next rung is raised with it: a matter never waits for a vacancy (E9).
        """
        highest = 0
        for climb in due:
            if climb.rung <= highest:
                continue
            highest = climb.rung
            call = self._raise(stalled, climb, highest)
            while not call.target and highest < HEAD:
                highest += 1
                call = self._raise(stalled, climb, highest)
        return highest

    def _raise(self, stalled: Stalled, climb: Climb, rung: int) -> Call:
        call = self.directory.call(
            rung, stalled.post, superior=stalled.superior, leads=self._leads.get(stalled.subject_key, ())
        )
        escalation = Escalation(
            county=stalled.county,
            source=stalled.source,
            rung=rung,
            round=stalled.round,
            trigger=climb.trigger,
            on=climb.on,
            raised_at=self.now,
            application=stalled.application,
            step=stalled.step,
            matter=stalled.matter,
            subject=stalled.subject,
            subject_key=stalled.subject_key,
            url=stalled.url,
            target=call.target,
            copies=list(call.copies),
            passed_over=list(call.passed_over),
            answer_by=self._answer_days(rung),
        )
        self.escalations.append(escalation)
        self.drafts.append(self._entry(stalled, escalation))
        said = {"rung": rung, "trigger": str(climb.trigger), "node": stalled.step.node if stalled.step else ""}
        if call.target:
            self.messages.append(self._message("escalated", stalled, call.target, said, escalation.address))
        self.messages += [
            self._message("escalated_copy", stalled, post, said, escalation.address) for post in call.copies
        ]
        return call

    def _answer_days(self, rung: int) -> dt.date:
        if rung not in self._answer_by:
            self._answer_by[rung] = self.calendar.add(self.directory.day, WorkingDays(ANSWER_DAYS[rung])).date
        return self._answer_by[rung]

    def _entry(self, stalled: Stalled, escalation: Escalation) -> Entry:
        application = stalled.application
        entry, head = entries.draft(
            head=application.head if application else None,
            kind="application.escalated" if application else "matter.escalated",
            now=self.now,
            actor=SYSTEM,
            county=stalled.county,
            payload={
                "source": stalled.source,
                "subject_key": stalled.subject_key,
                "rung": escalation.rung,
                "round": escalation.round,
                "trigger": str(escalation.trigger),
                "on": escalation.on.isoformat(),
                "target": escalation.target,
                "copies": escalation.copies,
                "passed_over": escalation.passed_over,
            },
        )
        if application is not None:
            application.entry_count, application.last_hash = head.seq, head.last_hash
        return entry

    def _message(self, kind: str, stalled: Stalled, post: str, said: dict[str, Any], url: str = "") -> Message:
        return Message(
            county=stalled.county,
            kind=kind,
            post_key=post,
            params={"number": stalled.number, "subject": stalled.subject, **said},
            url=url or stalled.url,
            created_at=self.now,
            urgent=kind == "escalated" and said["rung"] >= DEPUTY,
        )

    def write(self) -> None:
        """Write escalations, entries and messages, each table at once."""
        insert_rows(Escalation, self.escalations)
        insert_rows(Entry, self.drafts)
        insert_rows(Message, one_each(self.messages))


def one_each(messages: list[Message]) -> list[Message]:
    """The messages, of several rungs of one matter to one post only the highest: a call beside a copy stays.

    After an outage, or where one post holds two rungs, a superior would else read the same matter three times. What
    was raised stands in the escalations, each with its own entry.
    """
    kept: dict[object, Message] = {}
    for n, message in enumerate(messages):
        said = message.params
        climbs = "rung" in said
        key = (message.kind, message.post_key, said["number"], said["subject"]) if climbs else n
        if key not in kept or said["rung"] > kept[key].params["rung"]:
            kept[key] = message
    return list(kept.values())
