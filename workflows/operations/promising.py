"""承诺时限: the county promises to be faster than the law; never slower, never for what is accepted already."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workflows.audit.refused import NotAllowed
from workflows.clock.days import civil_date
from workflows.clock.models import PromisedLimit
from workflows.clock.promises import add_promise, days_in
from workflows.clock.rules import PromiseTooLong, Rule, book, check_promise
from workflows.flow import registry
from workflows.offices.models import Person
from workflows.offices.records import check_administrator, record


class NothingToPromise(NotAllowed):
    """No rule limits the procedure."""

    code = "nothing_to_promise"

    def __init__(self) -> None:
        super().__init__(_("No rule limits this procedure; there is nothing to promise."))


class SlowerThanTheLaw(NotAllowed):
    """The promise is longer than the law allows."""

    code = "slower_than_the_law"

    def __init__(self, rule: Rule) -> None:
        language = get_language() or ""
        super().__init__(
            _("The law gives %(limit)s (%(article)s); a county promises to be faster, never slower.")
            % {"limit": rule.limit.words.of(language), "article": rule.citation.of(language)}
        )


class TooSoon(NotAllowed):
    """A promise binds from a later day: what was accepted today keeps the date that it was told."""

    code = "promise_too_soon"

    def __init__(self) -> None:
        super().__init__(_("A new promise begins tomorrow at the earliest."))


class DocumentMissing(NotAllowed):
    """A promise is made by a document."""

    code = "promise_document_missing"

    def __init__(self) -> None:
        super().__init__(_("Give the number of the document that makes the promise."))


def promise(
    *,
    procedure: str,
    days: int,
    unit: str,
    effective_from: dt.date,
    document_no: str,
    actor: Person,
    now: dt.datetime,
    request_id: str = "",
) -> PromisedLimit:
    """Promise a limit for applications accepted from `effective_from` on; those accepted before keep theirs.

    Raises `NotTheAdministrator`, `NothingToPromise`, `SlowerThanTheLaw`, `TooSoon`, `DocumentMissing`.
    """
    county = actor.county
    check_administrator(actor, county, now)
    versions = _versions(procedure)
    if effective_from <= civil_date(now):
        raise TooSoon
    if not document_no.strip():
        raise DocumentMissing
    try:
        check_promise(versions, days_in(unit, days), effective_from)
    except PromiseTooLong as no:
        raise SlowerThanTheLaw(versions[-1]) from no
    row = PromisedLimit(
        county=county,
        procedure=procedure,
        days=days,
        unit=unit,
        effective_from=effective_from,
        document_no=document_no.strip(),
        recorded_at=now,
        recorded_by=actor.display_name,
    )
    with transaction.atomic():
        add_promise(row)
        record("promise.made", actor=actor, county=county, now=now, payload=_payload(row), request_id=request_id)
    return row


def _versions(procedure: str) -> tuple[Rule, ...]:
    known = {found.code: found for found in registry.procedures()}
    rule_id = known[procedure].rule if procedure in known else None
    if rule_id is None:
        raise NothingToPromise
    return book()[rule_id]


def _payload(row: PromisedLimit) -> dict[str, str]:
    return {
        "procedure": row.procedure,
        "days": str(row.days),
        "unit": row.unit,
        "from": row.effective_from.isoformat(),
        "document": row.document_no,
    }
