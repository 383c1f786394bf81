"""What of a project can stall: its planned start passed with the gate shut, and a start that no statistic knows.

The lead (包抓) is told of everything that climbs; the deputy in charge of the office whose bar is missing must act.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Q

from permits import gate
from permits.bars import BARS
from permits.models import Lead, Permit, Project
from workflows.clock.calendars import calendar_for
from workflows.clock.days import civil_date
from workflows.clock.ladder import Trigger, late_climbs, raised_by
from workflows.escalation.dated import rungs_of
from workflows.escalation.open_ends import ask_of
from workflows.escalation.raising import Batch, Stalled
from workflows.escalation.sweep import add_source
from workflows.escalation.targets import Directory, ask_leads
from workflows.flow import registry
from workflows.operations.climbing import ladder_for
from workflows.queries.charge import ask_led

# Who keeps the ledger answers where no bar names an office.
KEEPER, STATISTICIAN = "ndrc.chief", "statistics.chief"


def start_missed(today: dt.date) -> Q:
    """Projects whose planned start has passed while nothing was recorded as begun and the gate is shut."""
    waiting = Q(phase=Project.Phase.PREPARING, ledger_started=False, started_on__isnull=True)
    return waiting & Q(planned_start_to__lt=today) & ~Q(kind=Project.Kind.EARLY)


def not_in_statistics(today: dt.date) -> Q:
    """Projects with a recorded start that is in no statistical return; from 500 万元 on (DOMAIN.md 5.3)."""
    begun = Q(started_on__lt=today, in_statistics=False, in_statistics_on__isnull=True)
    return begun & (Q(total_wan__gte=500) | Q(total_wan__isnull=True))


def leads_of(subject_keys: Iterable[str], day: dt.date) -> dict[str, list[str]]:
    """{project key: posts of its lead and co-leads on `day`}; one statement."""
    numbers = [int(key.partition(":")[2]) for key in subject_keys if key.startswith("project:")]
    rows = Lead.objects.filter(project__in=numbers, starts__lte=day, post__isnull=False)
    rows = rows.filter(Q(ends__isnull=True) | Q(ends__gte=day)).order_by("co_lead", "-starts", "pk")
    found: dict[str, list[str]] = {}
    for project, post in rows.values_list("project", "post__key"):
        found.setdefault(f"project:{project}", []).append(post)
    return found


def led_by(posts: Iterable[str], day: dt.date) -> set[str]:
    """The keys of the projects that these posts lead, or co-lead, on `day`; one statement."""
    rows = Lead.objects.filter(post__key__in=list(posts), starts__lte=day)
    rows = rows.filter(Q(ends__isnull=True) | Q(ends__gte=day))
    return {f"project:{project}" for project in rows.values_list("project", flat=True)}


def sweep_projects(now: dt.datetime) -> list[Batch]:
    """Raise what is due; one transaction for each county."""
    today = civil_date(now)
    late = Project.objects.live().filter(start_missed(today) | not_in_statistics(today))
    counties = late.order_by("county").values_list("county", flat=True).distinct()
    return [_sweep(county, now) for county in counties]


def _sweep(county: str, now: dt.datetime) -> Batch:
    today, calendar, ladder = civil_date(now), calendar_for(county), ladder_for(county)
    late = Project.objects.in_county(county).live().filter(start_missed(today) | not_in_statistics(today))
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        projects = list(late.order_by("pk").select_for_update(no_key=True, skip_locked=skip))
        batch = Batch(now, Directory.read(county, today), calendar)
        batch.know_leads(project.key for project in projects)
        standing = _standing(projects)
        known = rungs_of([source_of(project) for project in projects])
        for project in projects:
            since, trigger = _since(project)
            stalled = _stalled(project, standing.get(project.pk, {}))
            climbs = late_climbs(since, trigger, ladder.of(""), calendar, known.get(stalled.source, 0))
            batch.raise_rungs(stalled, raised_by(climbs, today))
        batch.write()
    return batch


def source_of(project: Project) -> str:
    """How an escalation names it: a new plan, or a recorded start, is a new source."""
    since, trigger = _since(project)
    return f"{project.key}:{trigger}:{since.isoformat()}"


def _since(project: Project) -> tuple[dt.date, Trigger]:
    if project.started_on is not None:
        return project.started_on, Trigger.NOT_IN_STATISTICS
    if project.planned_start_to is None:
        raise RuntimeError("Only a project with a planned start can miss it.")
    return project.planned_start_to, Trigger.START_MISSED


def _stalled(project: Project, standing: dict[str, Permit]) -> Stalled:
    return Stalled(
        source=source_of(project),
        matter=project.key,
        county=project.county,
        post=STATISTICIAN if project.started_on is not None else _post_of_missing(project, standing),
        subject=project.name,
        subject_key=project.key,
        number=project.unit or project.name,
        url=f"/projects/{project.pk}/",
    )


def _standing(projects: list[Project]) -> dict[int, dict[str, Permit]]:
    """{project: {bar: standing permit}}; one statement."""
    found: dict[int, dict[str, Permit]] = {}
    rows = Permit.objects.filter(project__in=projects, state__in=[Permit.State.VALID, Permit.State.EXTENDED])
    for permit in rows.order_by("pk"):
        found.setdefault(permit.project_id, {})[permit.bar] = permit
    return found


def _post_of_missing(project: Project, standing: dict[str, Permit]) -> str:
    """A post of the office whose bar comes first among the missing ones."""
    for bar in gate.missing(project, standing) or ():
        found = BARS.get(bar)
        if found is not None and found.procedure is not None:
            return f"{registry.procedure(found.procedure).office}.chief"
    return KEEPER


def stands_still(matter: str, today: dt.date) -> bool:
    """Whether a project's matter has not moved: it still misses its planned start, or the statistics."""
    found = Project.objects.filter(pk=int(matter.partition(":")[2]))
    return found.filter(start_missed(today) | not_in_statistics(today)).exists()


add_source("projects", sweep_projects)
ask_leads(leads_of)
ask_led(led_by)
ask_of("project", stands_still)
