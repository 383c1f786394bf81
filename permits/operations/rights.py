"""批复/许可证: record a bar that was cleared elsewhere, end or extend a permit, let permits lapse."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from permits import gate, refusals
from permits.bars import BARS, RECHECKED
from permits.models import Permit, Project
from permits.operations.core import By, by, lead_post, locked_project, record, save, tell
from permits.operations.papers import stored
from permits.trail import entry_of, said_of
from workflows.clock.acceptance import eia_recheck_needed
from workflows.clock.calendars import calendar_for
from workflows.clock.days import SHANGHAI, Months, add_months, civil_date
from workflows.clock.due import why_no_extension
from workflows.clock.events import ClockEvent, EventKind
from workflows.clock.lawful import REASONS
from workflows.clock.rules import NoSuchRule
from workflows.clock.rules import rule as rule_on
from workflows.offices.models import Person

STANDS = (Permit.State.VALID, Permit.State.EXTENDED)
# The rule of a permit's own life, for the bars whose law says how it may be extended.
VALIDITIES = {"construction_permit": "construction-start", "enterprise_approval": "enterprise-approval-validity"}
# No five years are shorter; `last_day` is exact.
FIVE_YEARS = dt.timedelta(days=5 * 365 + 1)
AGED = "批准满五年未开工，须报原审批部门重新审核"
ENDINGS = ("revoke", "withdraw", "cancel", "lapse")


def record_permit(
    *,
    project_id: int,
    bar: str,
    number: str,
    issued_on: dt.date,
    person: Person,
    now: dt.datetime,
    valid_until: dt.date | None = None,
    note: str = "",
    upload: Any = None,
    version: int | None = None,
    request_id: str = "",
) -> Permit:
    """Record a bar with number, date and file; one transaction. The gate opens by itself when it was the last.

    `version` is the one that the page showed, None for no page. Raises `NotAKeeper`, `NoSuchProject`, `ProjectMoved`,
    `BarNotHere`, `PermitStands`, `Wrong`, `Missing` (of the file).
    """
    who = by(person, now, request_id)
    if bar not in BARS:
        raise refusals.BarNotHere(bar)
    _check_dates(number, issued_on, valid_until, civil_date(now))
    with stored(upload, now, "permits") as paper, transaction.atomic():
        project = locked_project(project_id, who.county, version)
        standing = Permit.objects.filter(project=project, bar=bar, state__in=STANDS).first()
        if standing is not None:
            raise refusals.PermitStands(standing.number or str(BARS[bar].title))
        permit = Permit(
            county=who.county,
            project=project,
            bar=bar,
            number=number.strip(),
            issued_on=issued_on,
            valid_until=valid_until,
            source=Permit.Source.RECORDED,
            file=paper.path,
            file_name=paper.name,
            sha256=paper.sha256,
            note=note.strip(),
            recorded_by=person,
            recorded_at=now,
        )
        permit.save(force_insert=True)
        record("permit_recorded", project, who, said_of(permit))
        weigh_and_save(project, now, bar)
    return permit


def _check_dates(number: str, issued_on: dt.date, valid_until: dt.date | None, today: dt.date) -> None:
    if not number.strip():
        raise refusals.Wrong(_("Give the number of the document."), "number")
    if issued_on > today:
        raise refusals.Wrong(_("The date of issue lies in the future."), "issued_on")
    if valid_until is not None and valid_until < issued_on:
        raise refusals.Wrong(_("The validity ends before it begins."), "valid_until")


def end_permit(
    *,
    permit_id: int,
    ending: str,
    reason: str,
    on: dt.date,
    person: Person,
    now: dt.datetime,
    version: int | None = None,
    request_id: str = "",
) -> Permit:
    """End a permit: `revoke` (撤销), `withdraw` (撤回), `cancel` (注销), `lapse`; the gate shuts with its bar (E11).

    The permit and its history stay. Raises `NotAKeeper`, `NoSuchProject`, `ProjectMoved`, `Wrong`, `NotInThisPhase`.
    """
    who = by(person, now, request_id)
    if ending not in ENDINGS:
        raise refusals.Wrong(_("A permit is revoked, withdrawn, cancelled or lapses."), "ending")
    if not reason.strip():
        raise refusals.Wrong(_("Give the reasons."), "reason")
    if on > civil_date(now):
        raise refusals.Wrong(_("The day lies in the future."), "on")
    with transaction.atomic():
        project, permit = _locked(permit_id, who, version)
        if permit.state not in STANDS:
            raise refusals.NotInThisPhase(permit.get_state_display())
        getattr(permit, ending)()
        permit.ended_on, permit.end_reason = on, reason.strip()[:300]
        permit.save(update_fields=["state", "ended_on", "end_reason"])
        record(f"permit_{ending}", project, who, {**said_of(permit), "reason": permit.end_reason})
        weigh_and_save(project, now, permit.bar)
    return permit


def extend_permit(
    *,
    permit_id: int,
    valid_until: dt.date,
    reason: str,
    person: Person,
    now: dt.datetime,
    version: int | None = None,
    request_id: str = "",
) -> Permit:
    """Extend a permit's validity from the day on which this is asked; the law of the permit says how often, how long.

    Raises as `end_permit`, and `NotExtendable`.
    """
    who = by(person, now, request_id)
    with transaction.atomic():
        project, permit = _locked(permit_id, who, version)
        if permit.state not in STANDS:
            raise refusals.NotInThisPhase(permit.get_state_display())
        if permit.valid_until is None or valid_until <= permit.valid_until:
            raise refusals.Wrong(_("The new last day must lie after the old one."), "valid_until")
        _check_extension(permit, valid_until, civil_date(now))
        permit.extend()
        permit.valid_until = valid_until
        permit.extensions += 1
        permit.save(update_fields=["state", "valid_until", "extensions"])
        record("permit_extended", project, who, {**said_of(permit), "reason": reason.strip()})
        save(project, now)
    return permit


def _check_extension(permit: Permit, until: dt.date, asked: dt.date) -> None:
    """Refuse what the law of the permit's validity does not give: E14 (建筑法 Art. 9), E22 (核准备案条例 Art. 12)."""
    validity = VALIDITIES.get(permit.bar)
    if validity is None or permit.valid_until is None or permit.issued_on is None:
        return
    try:
        law = rule_on(validity, permit.issued_on)
    except NoSuchRule:
        # Older than the rule that is known here: the keeper answers for it.
        return
    if law.extension is None:
        return
    amount = law.extension.amount
    months = amount.n if until <= add_months(permit.valid_until, Months(amount.n)) else amount.n + 1
    event = ClockEvent(EventKind.EXTEND, asked, dt.datetime.combine(asked, dt.time(12), SHANGHAI), days=months)
    last = permit.valid_until
    why = why_no_extension(event, law, permit.extensions, last, last, calendar_for(permit.county))
    if why:
        language = get_language() or ""
        raise refusals.NotExtendable(REASONS[why].of(language), law.citation.of(language))


def lapse_due(*, now: dt.datetime, county: str) -> list[Permit]:
    """Let every permit lapse whose last day has passed; one transaction each, safe to run twice.

    A permit whose project has started lawfully in time was used: it does not lapse (实施条例, 许可证 Art. 9). An EIA
    approval has no last day, but more than five years after it nothing may begin before a re-check: it clears its bar
    no longer, and the answer to the re-check is recorded as the bar's next document (E12).
    """
    today = civil_date(now)
    unused = Q(project__started_on__isnull=True, project__ledger_started=False) | Q(project__started_early=True)
    aged = unused & Q(bar__in=RECHECKED, issued_on__lt=today - FIVE_YEARS)
    due = Permit.objects.filter(Q(valid_until__lt=today) | aged, county=county, state__in=STANDS)
    lapsed = []
    for pk, project_id in list(due.order_by("pk").values_list("pk", "project_id")):
        with transaction.atomic():
            project = locked_project(project_id, county)
            permit = Permit.objects.select_for_update(no_key=True).get(pk=pk)
            last = last_day(permit, today)
            started = None if project.started_early else project.started_on
            if permit.state not in STANDS or last is None or (started is not None and started <= last):
                continue
            permit.lapse()
            permit.ended_on = last
            permit.end_reason = AGED if permit.bar in RECHECKED else "有效期届满"
            permit.save(update_fields=["state", "ended_on", "end_reason"])
            tell([entry_of("permit_lapse", project, now, said_of(permit))])
            weigh_and_save(project, now, permit.bar)
            lapsed.append(permit)
    return lapsed


def last_day(permit: Permit, today: dt.date) -> dt.date | None:
    """The last day on which a permit held that holds no longer on `today`; None while it holds."""
    if permit.valid_until is not None and permit.valid_until < today:
        return permit.valid_until
    if permit.bar in RECHECKED and permit.issued_on is not None and eia_recheck_needed(permit.issued_on, today):
        return add_months(permit.issued_on, Months(60))
    return None


def _locked(permit_id: int, who: By, version: int | None) -> tuple[Project, Permit]:
    found = Permit.objects.filter(pk=permit_id, county=who.county).first()
    if found is None:
        raise refusals.NoSuchProject
    project = locked_project(found.project_id, who.county, version)
    return project, Permit.objects.select_for_update(no_key=True).get(pk=permit_id)


def weigh_and_save(project: Project, now: dt.datetime, because: str) -> None:
    """Weigh the gate of a locked project after its permits changed, tell whom it concerns, save what moved."""
    fields, told = gate.weigh(project, gate.standing_permits(project), now, because, lead_post(project))
    tell(told)
    project.version += 1
    project.updated_at = now
    project.save(update_fields=[*fields, "version", "updated_at"])
