"""证照: one permit to show, and its check by strangers, who must know its number and the eight letters on it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from permits import refusals
from permits.bars import BARS
from permits.models import Permit, Project
from workflows.audit.receipts import code_of
from workflows.models import SignOff
from workflows.queries.trail import entry_of

GRANTS = ("grant", "grant_with_gaps", "file", "deemed")


@dataclass(frozen=True)
class Certificate:
    """A permit as it is shown. `code` and `check_path` are empty when it was not decided here."""

    permit: Permit
    title: str
    law: str
    project: str
    holder: str
    code: str
    check_path: str
    grant_id: int | None


def certificate(project: Project, permit_id: int) -> Certificate:
    """One permit of a project. Raises `NoSuchProject`."""
    permit = Permit.objects.filter(project=project, pk=permit_id).order_by("pk").first()
    if permit is None:
        raise refusals.NoSuchProject
    return _certificate(permit, project)


def _certificate(permit: Permit, project: Project) -> Certificate:
    grant = _grant(permit)
    entry = entry_of(grant) if grant is not None else None
    code = code_of(bytes(entry.leaf_hash)) if entry is not None else ""
    bar = BARS.get(permit.bar)
    path = f"{reverse('check')}?{urlencode({'number': permit.number, 'code': code})}" if code else ""
    return Certificate(
        permit=permit,
        title=str(bar.title) if bar else permit.bar,
        law=bar.article if bar else "",
        project=project.name,
        holder=project.unit or project.name,
        code=code,
        check_path=path,
        grant_id=grant.pk if grant is not None else None,
    )


def _grant(permit: Permit) -> SignOff | None:
    """The sign-off from which the permit came: the last lawful move that decided its application."""
    if permit.application_id is None:
        return None
    rows = SignOff.objects.filter(application=permit.application_id, voided_at__isnull=True)
    decided = rows.filter(signed_at=permit.recorded_at).order_by("-pk").first()
    return decided or rows.filter(act__in=GRANTS).order_by("-pk").first()


def check_number(number: str, code: str) -> Certificate | None:
    """The permit of this number if the eight letters are its own; None says nothing of which of the two is wrong."""
    if not (number and code):
        return None
    found = Permit.objects.filter(county=settings.COUNTY_CODE, number=number, source=Permit.Source.DECIDED)
    permit = found.select_related("project").order_by("-pk").first()
    if permit is None:
        return None
    shown = _certificate(permit, permit.project)
    return shown if shown.code == code else None
