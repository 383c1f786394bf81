"""A person answers a doubt; the answer holds for this file, and for the same question in the next one."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from permits.importing import refusals
from permits.importing.by import By
from permits.importing.incoming import MATCH, SITE, can_be_read
from permits.importing.jobs import State, locked_file, review
from permits.models import LedgerDoubt, LedgerFile
from permits.routing.table import TABLE


def settle(*, ledger_id: int, doubt_id: int, county: str, answer: str, by: By, now: dt.datetime) -> LedgerFile:
    """Settle one doubt of a file in review: an empty `answer` means that it is right as it was read.

    `answer` is what the cell should say; for the class `sector/class`, for the project its number, `new` or `skip`.
    One transaction; the differences are compared anew. Raises `NoSuchFile`, `NotInReview`, `AlreadySettled`,
    `AnswerUnread`.
    """
    with transaction.atomic():
        ledger = locked_file(ledger_id, county)
        if ledger.state != State.REVIEW:
            raise refusals.NotInReview
        doubt = LedgerDoubt.objects.select_for_update(no_key=True).filter(pk=doubt_id, ledger=ledger).first()
        if doubt is None:
            raise refusals.NoSuchFile
        if doubt.settled_at is not None:
            raise refusals.AlreadySettled(doubt.settled_name)
        doubt.answer = check_answer(doubt, answer.strip())
        doubt.settled_at, doubt.settled_by, doubt.settled_name = now, by.person, by.title
        doubt.save(update_fields=["answer", "settled_at", "settled_by", "settled_name"])
        told = {"file": ledger.sha256, "doubt": doubt.code, "place": place(doubt), "answer": doubt.answer}
        by.record("ledger.settled", county, now, told)
        review(ledger)
        ledger.save()
    return ledger


def check_answer(doubt: LedgerDoubt, answer: str) -> str:
    """The answer as it is kept: empty when it only repeats what was read. Raises `AnswerUnread`."""
    if not answer or answer == doubt.read_as:
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
