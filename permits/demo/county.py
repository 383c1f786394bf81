"""The demo county as one call: people, calendar, ledger, seven cases under way, the clock. Idempotent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from permits.demo.places import place_projects
from permits.demo.staff import staff_county
from permits.demo.stories import STORIES
from permits.demo.telling import at, tell
from permits.importing import jobs
from permits.importing.by import By
from permits.models import Project
from workflows.clock.calendars import load_calendar
from workflows.models import Application
from workflows.now import set_demo_now
from workflows.offices.models import Person

LEDGER = Path(__file__).with_name("ledger-2022.xlsx")
LEDGER_DAY = "2022-01-10"
# Project units with an account of their own: project name → post.
# What the route has to know beyond the class: the reservoir's works take new land.
SITES = {"陈户镇石材加工产业园项目": ("industry", "park")}
FACTS = {"老军乡水库除险加固项目": {"new_land": "yes"}}
UNITS = {"绣花庙风电场项目": "applicant.windfarm", "城区加气站建设项目": "applicant.gas"}


def load_county(county: str, say: Callable[[str], object]) -> bool:
    """Load what is not there yet; False when everything was. `say` is told each part."""
    cast = staff_county(county)
    if Application.objects.filter(county=county).exists():
        return False
    say("Calendar, ledger and cases of the demo county …")
    with transaction.atomic():
        load_calendar(county, at(LEDGER_DAY, 8))
        _import_ledger(county)
        _settle(county)
        place_projects(county)
        _tell_stories(county, cast)
        set_demo_now(dt.datetime.fromisoformat(settings.DEMO_START))
    return True


def _import_ledger(county: str) -> None:
    """The county's own spreadsheet, through the same door as any other."""
    now, by = at(LEDGER_DAY, 9), By()
    ledger = jobs.receive(content=LEDGER.read_bytes(), file_name=LEDGER.name, county=county, by=by, now=now)
    jobs.read(ledger, now, lambda done, total: None)
    ledger.refresh_from_db()
    begun = jobs.begin(ledger_id=ledger.pk, county=county, seen=ledger.plan_hash, by=by, now=now)
    jobs.apply(begun, by, now, lambda done, total: None)


def _settle(county: str) -> None:
    """What a person settled after the import: the class of one project, one fact, two accounts."""
    for name, (sector, site_class) in SITES.items():
        Project.objects.in_county(county).filter(name=name).update(sector=sector, site_class=site_class)
    for name, facts in FACTS.items():
        Project.objects.in_county(county).filter(name=name).update(facts=facts)
    for name, post in UNITS.items():
        Project.objects.in_county(county).filter(name=name).update(applicant_post=post)


def _tell_stories(county: str, cast: dict[str, Person]) -> None:
    projects = {project.name: project for project in Project.objects.in_county(county)}
    for story in sorted(STORIES, key=lambda story: story.received):
        tell(story, projects[story.project], cast)
