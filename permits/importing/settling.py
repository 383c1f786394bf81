"""A person answers a doubt; the answer holds for this file, and for the same question in the next one."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from permits.importing import refusals
from permits.importing.applying import Taking, apply_step
from permits.importing.by import By
from permits.importing.incoming import MATCH, SITE, can_be_read
from permits.importing.jobs import State, leaders_posts, locked_file, review, store_doubts_of
from permits.importing.planning import compare
from permits.importing.storing import rows_of
from permits.models import LedgerDoubt, LedgerFile, LedgerLine
from permits.routing.table import TABLE
from workflows.offices.records import SYSTEM


def settle(*, ledger_id: int, doubt_id: int, county: str, answer: str, by: By, now: dt.datetime) -> LedgerFile:
    """Settle one doubt of a file: an empty `answer` means that it is right as it was read.

    `answer` is what the cell should say; for the class `sector/class`, for the project its number, `new` or `skip`.
    One transaction. In review the differences are compared anew; after that the answer goes into the project at once,
    unless a later ledger has spoken since. Raises `NoSuchFile`, `NotInReview`, `AlreadySettled`,
    `AnswerUnread`.
    """
    with transaction.atomic():
        ledger = locked_file(ledger_id, county)
        if ledger.state not in (State.REVIEW, State.DONE):
            raise refusals.NotInReview
        doubt = LedgerDoubt.objects.select_for_update(no_key=True).filter(pk=doubt_id, ledger=ledger).first()
        if doubt is None:
            raise refusals.NoSuchFile
        if doubt.settled_at is not None:
            raise refusals.AlreadySettled(doubt.settled_name)
        doubt.answer = check_answer(doubt, answer.strip())
        doubt.settled_at, doubt.settled_by, doubt.settled_name = now, by.person, by.title or SYSTEM
        doubt.save(update_fields=["answer", "settled_at", "settled_by", "settled_name"])
        told = {"file": ledger.sha256, "doubt": doubt.code, "place": place(doubt), "answer": doubt.answer}
        by.record("ledger.settled", county, now, told)
        if ledger.state == State.REVIEW:
            review(ledger)
            ledger.save()
        elif doubt.line is not None and _speaks(ledger, doubt.line):
            _take_over(ledger, doubt.line, by, now)
    return ledger


def _speaks(ledger: LedgerFile, line: LedgerLine) -> bool:
    """Whether a row still has the last word on its project: in force, or held back in the newest file."""
    if line.project_id is not None:
        return line.in_force
    newest = LedgerFile.objects.filter(county=ledger.county, state=State.DONE).order_by("-applied_at", "-pk")
    return newest.values_list("pk", flat=True).first() == ledger.pk


def _take_over(ledger: LedgerFile, line: LedgerLine, by: By, now: dt.datetime) -> None:
    """Write one row of a file that was taken over, read anew with its answers; new doubts are stored."""
    plan = compare(rows_of(ledger), ledger.county)
    store_doubts_of(ledger, plan)
    for step in plan.steps:
        if step.item.line_id == line.pk and step.changes:
            apply_step(step, Taking(ledger, by, now, leaders_posts(ledger.county)))


def check_answer(doubt: LedgerDoubt, answer: str) -> str:
    """The answer as it is kept: empty when it only repeats what was read. Raises `AnswerUnread`."""
    if doubt.field not in (SITE, MATCH) and (not answer or answer == doubt.read_as):
        return ""
    if doubt.field == SITE:
        sector, _slash, site_class = answer.partition("/")
        if (sector, site_class) not in TABLE:
            raise refusals.AnswerUnread(answer)
    elif doubt.field == MATCH:
        if answer not in ("new", "skip") and not answer.isdigit():
            raise refusals.AnswerUnread(answer)
    elif (
        doubt.line_id is None
        or len(answer) > 500
        or can_be_read(doubt.field, answer, (doubt.line.year if doubt.line else None) or 2000) is not None
    ):
        raise refusals.AnswerUnread(answer)
    return answer


def place(doubt: LedgerDoubt) -> str:
    """Where it stands: sheet, column and row."""
    return f"{doubt.sheet}!{doubt.column}{doubt.row_number or ''}"
