"""Keep a project by hand: create it, its facts, cause of a block, monthly figures, lead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from permits import gate, refusals
from permits.ledger.words import name_key
from permits.models import Block, Lead, MonthlyFigure, Project, ProjectCode
from permits.models.projects import LATITUDES, LONGITUDES
from permits.operations.codes import new_code
from permits.operations.core import LEADERS, STATISTICIANS, by, locked_project, record, save
from permits.operations.rights import weigh_and_save
from permits.routing.table import TABLE
from workflows.audit.private import committed
from workflows.clock.days import civil_date
from workflows.offices.models import Person, Post
from workflows.search import search_text

AMOUNTS = ("total_wan", "plan_wan", "done_wan")
LARGEST = Decimal(10) ** 11
COLUMNS = (
    *("name", "name_key", "year", "kind", "sector", "site_class", "content", "town", "unit", "contact", "bureau"),
    *("applicant_post", *AMOUNTS, "planned_start_from", "planned_start_to", "planned_start_precision"),
    *("latitude", "longitude", "facts", "search"),
)


@dataclass(frozen=True)
class Sheet:
    """What a person writes about a project; `facts` are those that the route asks about. Money in 万元."""

    name: str
    year: int
    kind: str = ""
    site: str = ""
    content: str = ""
    town: str = ""
    unit: str = ""
    contact: str = ""
    bureau: str = ""
    applicant_post: str = ""
    total_wan: Decimal | None = None
    plan_wan: Decimal | None = None
    done_wan: Decimal | None = None
    planned_start_from: dt.date | None = None
    planned_start_to: dt.date | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def sector_and_class(self) -> tuple[str, str]:
        """The two keys of the route table; empty while the class is not known."""
        sector, _slash, site_class = self.site.partition("/")
        return sector, site_class


def create_project(*, sheet: Sheet, code: str, person: Person, now: dt.datetime, request_id: str = "") -> Project:
    """Put a project on the county's list. Raises `NotAKeeper`, `Wrong`."""
    who = by(person, now, request_id)
    _check(sheet, who.county)
    with transaction.atomic():
        key = name_key(sheet.name)
        if Project.objects.in_county(who.county).live().filter(name_key=key, year=sheet.year).exists():
            raise refusals.Wrong(_("There is a project “%(name)s” already.") % {"name": sheet.name}, "name")
        project = Project(county=who.county, created_at=now, updated_at=now)
        row = new_code(project, code, civil_date(now)) if code.strip() else None
        _fill(project, sheet, [row.code] if row else [])
        project.save(force_insert=True)
        if row is not None:
            row.project = project
            row.save(force_insert=True)
        record("created", project, who, {"sheet": _kept_apart(_said(sheet), project, now), "code": code})
    return project


def edit_project(
    *, project_id: int, sheet: Sheet, version: int, person: Person, now: dt.datetime, request_id: str = ""
) -> Project:
    """Change a project's facts; the entry holds every field before and after, and the gate is weighed again.

    Raises `NotAKeeper`, `NoSuchProject`, `ProjectMoved`, `Wrong`.
    """
    who = by(person, now, request_id)
    _check(sheet, who.county)
    with transaction.atomic():
        project = locked_project(project_id, who.county, version)
        before = _said(sheet_of(project))
        _fill(project, sheet, ProjectCode.objects.filter(project=project).values_list("code", flat=True))
        save(project, now, *COLUMNS)
        after = _said(sheet)
        changed = {key: {"before": before[key], "after": after[key]} for key in after if before[key] != after[key]}
        if "contact" in changed:
            changed["contact"] = {when: _contact(said, project, now) for when, said in changed["contact"].items()}
        record("changed", project, who, {"changed": changed})
        weigh_and_save(project, now, gate.FACTS)
    return project


def sheet_of(project: Project) -> Sheet:
    """What is on record, as the form shows it."""
    names = [name for name in Sheet.__dataclass_fields__ if name not in ("site", "facts")]
    site = f"{project.sector}/{project.site_class}" if project.site_class else ""
    return Sheet(**{name: getattr(project, name) for name in names}, site=site, facts=dict(project.facts))


def _check(sheet: Sheet, county: str) -> None:
    if not sheet.name.strip():
        raise refusals.Wrong(_("Give the project's name."), "name")
    if sheet.site and sheet.sector_and_class not in TABLE:
        raise refusals.Wrong(_("The route table has no such class."), "site")
    for name in AMOUNTS:
        amount = getattr(sheet, name)
        if amount is not None and not 0 <= amount < LARGEST:
            raise refusals.Wrong(_("An amount is not negative and below 100 billion (10,000 yuan)."), name)
    first, last = sheet.planned_start_from, sheet.planned_start_to
    if (first is None) != (last is None) or (first and last and last < first):
        raise refusals.Wrong(_("The planned start needs a first and a last day, in order."), "planned_start_to")
    _check_place(sheet.latitude, sheet.longitude)
    if sheet.applicant_post and not Post.objects.filter(county=county, key=sheet.applicant_post).exists():
        raise refusals.Wrong(_("There is no such post of a project unit."), "applicant_post")


def _check_place(latitude: Decimal | None, longitude: Decimal | None) -> None:
    if (latitude is None) != (longitude is None):
        raise refusals.Wrong(_("A position needs both latitude and longitude."), "longitude")
    if latitude is None or longitude is None:
        return
    if not LATITUDES[0] <= latitude <= LATITUDES[1]:
        raise refusals.Wrong(
            _("The latitude lies outside China (%(first)s to %(last)s degrees); is it the longitude?")
            % {"first": LATITUDES[0], "last": LATITUDES[1]},
            "latitude",
        )
    if not LONGITUDES[0] <= longitude <= LONGITUDES[1]:
        raise refusals.Wrong(
            _("The longitude lies outside China (%(first)s to %(last)s degrees); is it the latitude?")
            % {"first": LONGITUDES[0], "last": LONGITUDES[1]},
            "longitude",
        )


def _fill(project: Project, sheet: Sheet, codes: Iterable[str]) -> None:
    for name in Sheet.__dataclass_fields__:
        if name != "site":
            setattr(project, name, getattr(sheet, name))
    project.name = sheet.name.strip()
    project.name_key = name_key(sheet.name)
    project.sector, project.site_class = sheet.sector_and_class
    project.planned_start_precision = "day" if sheet.planned_start_from == sheet.planned_start_to else "span"
    project.search = search_text(project.name, project.unit, *codes)


def _said(sheet: Sheet) -> dict[str, Any]:
    plain = {name: getattr(sheet, name) for name in Sheet.__dataclass_fields__ if name != "facts"}
    found: dict[str, Any] = {name: "" if value is None else str(value) for name, value in plain.items()}
    return {**found, "facts": {key: str(value) for key, value in sorted(sheet.facts.items())}}


def _contact(value: str, project: Project, now: dt.datetime) -> Any:
    """A contact is a citizen's name: the entry holds its commitment only."""
    return committed(county=project.county, about=f"{project.key}:contact", value=value, now=now)


def _kept_apart(said: dict[str, Any], project: Project, now: dt.datetime) -> dict[str, Any]:
    return {**said, "contact": _contact(said["contact"], project, now)}


def set_block(
    *,
    project_id: int,
    causes: list[str],
    text: str,
    person: Person,
    now: dt.datetime,
    version: int | None = None,
    request_id: str = "",
) -> Block:
    """Record why a project cannot go on; replaces the standing block. `version`: the one that the page showed.

    Raises `NotAKeeper`, `NoSuchProject`, `ProjectMoved`, `Wrong`.
    """
    who = by(person, now, request_id, LEADERS)
    known = [cause for cause in causes if cause in Block.Cause.values]
    if not known or len(known) != len(causes):
        raise refusals.Wrong(_("Name at least one cause of the list."), "causes")
    with transaction.atomic():
        project = locked_project(project_id, who.county, version)
        _clear(project, civil_date(now))
        block = Block(project=project, causes=known, text=text.strip()[:500], since=civil_date(now))
        block.save(force_insert=True)
        record("blocked", project, who, {"causes": known, "text": block.text})
        save(project, now)
    return block


def clear_block(
    *, project_id: int, person: Person, now: dt.datetime, version: int | None = None, request_id: str = ""
) -> None:
    """Record that nothing blocks the project any more. Raises as `set_block`."""
    who = by(person, now, request_id, LEADERS)
    with transaction.atomic():
        project = locked_project(project_id, who.county, version)
        if not _clear(project, civil_date(now)):
            raise refusals.Wrong(_("Nothing blocks this project."), "")
        record("unblocked", project, who, {})
        save(project, now)


def _clear(project: Project, today: dt.date) -> int:
    return Block.objects.filter(project=project, cleared_on__isnull=True).update(cleared_on=today)


def set_figure(
    *,
    project_id: int,
    year: int,
    month: int,
    plan_wan: Decimal | None,
    done_wan: Decimal | None,
    person: Person,
    now: dt.datetime,
    version: int | None = None,
    request_id: str = "",
) -> MonthlyFigure:
    """Write a month's plan and done, cumulative, 万元; the newest month's done becomes the project's.

    Raises `NotAKeeper`, `NoSuchProject`, `ProjectMoved`, `Wrong`.
    """
    who = by(person, now, request_id, STATISTICIANS)
    if not 1 <= month <= 12:
        raise refusals.Wrong(_("A month is 1 to 12."), "month")
    for name, amount in (("plan_wan", plan_wan), ("done_wan", done_wan)):
        if amount is not None and not 0 <= amount < LARGEST:
            raise refusals.Wrong(_("An amount is not negative and below 100 billion (10,000 yuan)."), name)
    with transaction.atomic():
        project = locked_project(project_id, who.county, version)
        figure, _made = MonthlyFigure.objects.update_or_create(
            project=project, year=year, month=month, defaults={"plan_wan": plan_wan, "done_wan": done_wan}
        )
        _take_newest(project)
        record("figure", project, who, {"month": f"{year}-{month:02}", "plan": str(plan_wan), "done": str(done_wan)})
        save(project, now, "done_wan")
    return figure


def _take_newest(project: Project) -> None:
    newest = MonthlyFigure.objects.filter(project=project, year=project.year, done_wan__isnull=False)
    found = newest.order_by("-month").first()
    if found is not None:
        project.done_wan = found.done_wan


def set_lead(
    *,
    project_id: int,
    post_key: str,
    starts: dt.date,
    person: Person,
    now: dt.datetime,
    version: int | None = None,
    request_id: str = "",
) -> Lead:
    """Give the project a leader's post (包抓) from a day on; the lead before ends the day before.

    Raises `NotAKeeper`, `NoSuchProject`, `ProjectMoved`, `Wrong`.
    """
    who = by(person, now, request_id, LEADERS)
    post = Post.objects.select_related("office").filter(county=who.county, key=post_key).first()
    if post is None:
        raise refusals.Wrong(_("There is no such post."), "post_key")
    with transaction.atomic():
        project = locked_project(project_id, who.county, version)
        _end_leads(project, starts)
        lead = Lead(project=project, post=post, title=post.name, starts=starts)
        lead.save(force_insert=True)
        record("lead", project, who, {"post": post.key, "from": starts.isoformat()})
        save(project, now)
    return lead


def _end_leads(project: Project, starts: dt.date) -> None:
    for old in Lead.objects.filter(project=project, co_lead=False, ends__isnull=True):
        if old.starts >= starts:
            raise refusals.Wrong(_("The lead before began later."), "starts")
        old.ends = starts - dt.timedelta(days=1)
        old.save(update_fields=["ends"])
