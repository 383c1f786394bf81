"""A file on its way: received, read, reviewed, taken over. Every write of the import but a single row's is here."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from permits.importing import refusals
from permits.importing.applying import Taking, apply_step, keep_unchanged
from permits.importing.by import By
from permits.importing.incoming import doubt_at, doubt_key, incoming
from permits.importing.memory import Asked, Recalled, of_plan, recall, settled
from permits.importing.planning import Plan, Step, compare
from permits.importing.storing import rows_of, sheets_of, store_doubts, store_lines, store_new_doubts, store_plan
from permits.ledger.doubts import Doubt, find
from permits.ledger.reading import Reading, read_ledger
from permits.ledger.workbook import Unreadable, check_at_the_door
from permits.models import LedgerFile, LedgerLine
from workflows.audit.refused import Refused
from workflows.clock.days import civil_date
from workflows.offices.models import Post
from workflows.papers import plain_name

State = LedgerFile.State
Tick = Callable[[int, int], None]
# A worker says every second or so that it lives; the largest file takes some seconds to unpack in silence.
SILENCE = dt.timedelta(seconds=90)


class Superseded(Exception):
    """The work was started anew; this worker writes nothing more."""


def receive(*, content: bytes, file_name: str, county: str, by: By, now: dt.datetime) -> LedgerFile:
    """Keep a file that may be a ledger, to be read. `content` is at most the limit and one byte.

    Raises `CannotBeRead` for what is no spreadsheet, or too large, at first sight; then nothing is kept.
    """
    name = plain_name(file_name)
    try:
        check_at_the_door(content, name)
    except Unreadable as error:
        raise refusals.CannotBeRead(error) from error
    stored = default_storage.save(f"ledgers/{now:%Y/%m}/{uuid.uuid4().hex}", ContentFile(content))
    try:
        with transaction.atomic():
            ledger = LedgerFile(county=county, file_name=name, size=len(content), beat_at=now, received_at=now)
            ledger.file.name, ledger.sha256 = stored, hashlib.sha256(content).hexdigest()
            ledger.received_by, ledger.received_post = by.person, by.title
            ledger.save(force_insert=True)
            told = {"file": ledger.sha256, "name": name, "size": ledger.size}
            by.record("ledger.received", county, now, told)
    except BaseException:
        default_storage.delete(stored)
        raise
    return ledger


def read(ledger: LedgerFile, now: dt.datetime, tick: Tick) -> None:
    """Read a received file: its rows, doubts and differences; then it waits for review, or is refused.

    `tick(done, total)` is told after every row. Raises `Superseded`.
    """
    with ledger.file.open("rb") as file:
        content = file.read()
    try:
        reading = read_ledger(io.BytesIO(content), ledger.file_name, civil_date(now), tick)
    except Unreadable as error:
        with transaction.atomic():
            own = _mine(ledger, State.READING)
            own.state, own.failure_code = State.FAILED, error.code
            own.failure = [error.template, [str(figure) for figure in error.args]]
            own.save(update_fields=["state", "failure_code", "failure"])
        return
    rows = incoming(reading)
    with transaction.atomic():
        own = _mine(ledger, State.READING)
        own.sheets = sheets_of(reading)
        found = recall(rows, reading.doubts, own.county)
        store_lines(own, rows)
        store_doubts(own, found.asked, found.answers)
        store_plan(own, found.plan)
        own.state, own.beat_at = State.REVIEW, now
        own.save()


def preview(*, content: bytes, file_name: str, county: str, now: dt.datetime) -> tuple[Reading, Recalled]:
    """Read a file and compare it, and write nothing. Raises `CannotBeRead`."""
    try:
        check_at_the_door(content, file_name)
        reading = read_ledger(io.BytesIO(content), file_name, civil_date(now))
    except Unreadable as error:
        raise refusals.CannotBeRead(error) from error
    return reading, recall(incoming(reading), reading.doubts, county)


def locked_file(ledger_id: int, county: str) -> LedgerFile:
    """Read and lock a file of this county; inside a transaction. Raises `NoSuchFile`."""
    found = LedgerFile.objects.select_for_update(no_key=True).filter(pk=ledger_id, county=county).first()
    if found is None:
        raise refusals.NoSuchFile
    return found


def _mine(ledger: LedgerFile, state: str) -> LedgerFile:
    """The locked row, if this worker still owns the work. Raises `Superseded`."""
    own = LedgerFile.objects.select_for_update(no_key=True).get(pk=ledger.pk)
    if own.run != ledger.run or own.state != state:
        raise Superseded
    return own


def beat(ledger: LedgerFile, done: int, total: int, now: dt.datetime) -> None:
    """Say how far the work is. Raises `Superseded`."""
    working = LedgerFile.objects.filter(pk=ledger.pk, run=ledger.run, state__in=[State.READING, State.APPLYING])
    if not working.update(done=done, total=total, beat_at=now):
        raise Superseded


def failure_of(ledger: LedgerFile) -> str:
    """Why a file was refused, in the reader's language; empty when it was not."""
    if ledger.state != State.FAILED:
        return ""
    template, args = ledger.failure
    return refusals.sentence(template, args)


def interrupted(ledger: LedgerFile, now: dt.datetime) -> bool:
    """Whether the work has been silent for so long that its process must have died."""
    return ledger.state in (State.READING, State.APPLYING) and now - ledger.beat_at > SILENCE


def start_again(*, ledger_id: int, county: str, by: By, now: dt.datetime) -> LedgerFile:
    """Begin interrupted work anew: what was being read is read, what was being taken over is reviewed once more.

    The caller starts the worker when the file is being read. Raises `NoSuchFile`, `NotInReview`.
    """
    with transaction.atomic():
        ledger = locked_file(ledger_id, county)
        if not interrupted(ledger, now):
            raise refusals.NotInReview
        ledger.run += 1
        ledger.beat_at = now
        by.record("ledger.started_again", county, now, {"file": ledger.sha256, "run": ledger.run})
        if ledger.state == State.APPLYING:
            ledger.state = State.REVIEW
            review(ledger)
        ledger.save()
    return ledger


def review(ledger: LedgerFile) -> Plan:
    """Compare a stored file anew, on the locked and unsaved row; new doubts are stored."""
    plan = compare(rows_of(ledger), ledger.county)
    store_doubts_of(ledger, plan)
    store_plan(ledger, plan)
    return plan


def store_doubts_of(ledger: LedgerFile, plan: Plan) -> None:
    """The doubts of a plan that the file does not have yet, with what was answered to them before."""
    asked = of_plan(plan, ledger.county)
    store_new_doubts(ledger, Recalled(plan, asked, settled(ledger.county, {each.key for each in asked})))


def begin(*, ledger_id: int, county: str, seen: str, by: By, now: dt.datetime) -> LedgerFile:
    """Take over what the review page showed (`seen`: its plan). The caller starts the worker.

    Raises `NoSuchFile`, `NotInReview`, `ChangedMeanwhile`.
    """
    with transaction.atomic():
        ledger = locked_file(ledger_id, county)
        if ledger.state != State.REVIEW:
            raise refusals.NotInReview
        if ledger.plan_hash != seen:
            raise refusals.ChangedMeanwhile
        ledger.state, ledger.beat_at, ledger.applied_by = State.APPLYING, now, by.person
        ledger.run += 1
        ledger.done, ledger.total = 0, ledger.new_count + ledger.changed_count
        ledger.save()
    return ledger


def apply(ledger: LedgerFile, by: By, now: dt.datetime, tick: Tick) -> bool:
    """Write every row into its project, each in its own transaction; a bad one becomes a doubt and stops no other.

    False when the county has moved since the review: nothing is written and the new differences wait. Raises
    `Superseded`.
    """
    plan = compare(rows_of(ledger), ledger.county)
    if plan.digest != ledger.plan_hash:
        with transaction.atomic():
            own = _mine(ledger, State.APPLYING)
            own.state = State.REVIEW
            review(own)
            own.save()
        return False
    taking = Taking(ledger, by, now, leaders_posts(ledger.county))
    keep_unchanged([step for step in plan.steps if not step.changes])
    todo = [step for step in plan.steps if step.changes]
    failed: list[tuple[Step, str]] = []
    for number, step in enumerate(todo, start=1):
        try:
            apply_step(step, taking)
        except (Refused, DatabaseError, ValueError, ArithmeticError) as error:
            failed.append((step, str(error) or type(error).__name__))
        tick(number, len(todo))
    _finish(ledger, plan, failed, taking)
    return True


def leaders_posts(county: str) -> dict[str, int]:
    """Titles of the county's leaders → their posts; a title that two posts bear names none."""
    posts = list(Post.objects.filter(county=county, key__startswith="deputy.") | _heads(county))
    names = [post.name for post in posts]
    return {post.name: post.pk for post in posts if names.count(post.name) == 1}


def _heads(county: str) -> QuerySet[Post]:
    return Post.objects.filter(county=county, key="county.head")


def _finish(ledger: LedgerFile, plan: Plan, failed: list[tuple[Step, str]], taking: Taking) -> None:
    """The file is done: what became of every row, its counts, one entry."""
    with transaction.atomic():
        own = _mine(ledger, State.APPLYING)
        bad = [Asked(_bad(step, error), step.item, "") for step, error in failed]
        keyed = [Asked(each.doubt, each.item, _key(own, each)) for each in bad]
        store_doubts(own, keyed, {})
        _outcomes([step.item.line_id for step, _ in failed], LedgerLine.Outcome.FAILED)
        lines = LedgerLine.objects.filter(ledger=own, outcome=LedgerLine.Outcome.WAITING)
        held = lines.update(outcome=LedgerLine.Outcome.HELD)
        new = sum(step.project is None for step, _ in failed)
        own.new_count, own.changed_count = plan.counts[0] - new, plan.counts[1] - (len(failed) - new)
        own.state, own.applied_at, own.done = State.DONE, taking.now, own.total
        own.save()
        told = {
            "file": own.sha256,
            "name": own.file_name,
            "new": own.new_count,
            "changed": own.changed_count,
            "unchanged": own.unchanged_count,
            "held": held,
            "failed": len(failed),
        }
        taking.by.record("ledger.applied", own.county, taking.now, told)
    ledger.refresh_from_db()


def _outcomes(lines: list[int | None], outcome: str) -> None:
    LedgerLine.objects.filter(pk__in=[line for line in lines if line]).update(outcome=outcome)


def _bad(step: Step, error: str) -> Doubt:
    return doubt_at(step.item, "", find("row_not_applied", error=error))


def _key(ledger: LedgerFile, each: Asked) -> str:
    return doubt_key(ledger.county, each.item.identity if each.item else "", each.doubt)
