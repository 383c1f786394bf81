"""One escalation on one card: what stands still and since when, whose day it is, who was called, and what to answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from workflows.clock.calendars import calendar_for
from workflows.clock.days import ONE_DAY, WorkingDays, civil_date
from workflows.clock.ladder import DEPUTY, DIRECTOR
from workflows.escalation.committing import latest_day, stalled_step
from workflows.escalation.models import Escalation
from workflows.escalation.objections import objection_of
from workflows.escalation.reading import Raised, Task, raised_lines, tasks_of
from workflows.escalation.targets import Directory
from workflows.flow import registry
from workflows.flow.decisions import Decision
from workflows.models import Application, Ball, SignOff, Step
from workflows.offices.holders import people_on
from workflows.offices.models import Person, Post
from workflows.offices.titles import post_names
from workflows.operations import refusals
from workflows.operations.core import Actor, screen_of
from workflows.operations.handing_over import takers
from workflows.queries.clockbar import Times
from workflows.queries.clockstate import clock_state

# The days that the card proposes: the day after next, and two more after that.
PROPOSED = (2, 4)
# What the card offers, in this order; the first is chosen when nothing bars it.
ORDER = (Decision.INSTRUCT, Decision.TAKE_UP, Decision.GRANT_TIME, Decision.REASSIGN, Decision.EXPLAIN)


@dataclass(frozen=True)
class Called:
    """One rung of the chain: who was called, who sits there today, and what he answered."""

    line: Raised
    people: tuple[str, ...]
    raised_at: dt.datetime
    here: bool


@dataclass(frozen=True)
class Choice:
    """One answer that the leader may give; `why_off` is the sentence that bars it, empty when nothing does."""

    code: str
    label: str
    effect: str
    why_off: str = ""


@dataclass(frozen=True)
class Card:
    """What the page shows. `form`: `leader`, `chief`, or empty when this reader has nothing to answer."""

    line: Raised
    form: str
    why_none: str
    about: Application | None
    number_url: str
    times: Times | None
    balance: tuple[tuple[str, int], ...]
    step: str
    ball: str
    post: str
    people: tuple[str, ...]
    since: dt.date | None
    days: int
    weight: Decimal
    chain: tuple[Called, ...]
    tasks: tuple[Task, ...]
    objection: SignOff | None = None
    # The form of a leader.
    step_id: int = 0
    seen: str = ""
    choices: tuple[Choice, ...] = ()
    owners: tuple[tuple[str, str], ...] = ()
    owner: str = ""
    officers: tuple[tuple[str, str], ...] = ()
    task: str = ""
    days_offered: tuple[dt.date, ...] = ()
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    conference_by: str = ""
    prefill: str = ""

    @property
    def chosen(self) -> str:
        """The answer that is chosen when the page opens."""
        return next((choice.code for choice in self.choices if not choice.why_off), "")


def find(county: str, source: str, rung: int, round_no: int) -> Escalation:
    """The escalation of this address. Raises `NoSuchStep`."""
    rows = Escalation.objects.filter(county=county, source=source, rung=rung, round=round_no)
    found = rows.select_related(
        "application", "step__process", "answered_by", "supervision__application", "supervision__about"
    ).first()
    if found is None:
        raise refusals.NoSuchStep
    return found


def card_of_step(step: Step) -> str:
    """The address of the card on which this step is answered; empty when it is no leader's answer that still waits."""
    if step.node != "acknowledge" or step.finished is not None or "instruct" not in step.flow_task.answers:
        return ""
    rows = Escalation.objects.filter(supervision__application=step.process_id, answered_at__isnull=True)
    found = rows.order_by("-rung", "-pk").first()
    return found.address if found is not None else ""


def escalation_card(county: str, source: str, rung: int, round_no: int, actor: Actor, now: dt.datetime) -> Card:
    """Read the card; a fixed number of statements. Raises `NoSuchStep`."""
    found = find(county, source, rung, round_no)
    today, calendar, held = civil_date(now), calendar_for(county), {seat.post_key for seat in actor.seats}
    about = _about(found)
    rows = _chain(found, about)
    waiting = _waiting(found, about)
    keys = {row.target for row in rows} | {step.post_key for step in waiting}
    people = _names(county, keys, today)
    titles = post_names(county, keys)
    lines = dict(zip([row.pk for row in rows], raised_lines(rows, county, held, now), strict=True))
    clock = clock_state(about, list(Step.objects.filter(process=about)), now) if about is not None else None
    step = found.step if found.step is not None and found.step.finished is None else (waiting[0] if waiting else None)
    since = civil_date(step.created) if step is not None else found.on
    shown: dict[str, Any] = {
        "line": lines[found.pk],
        "about": about,
        "number_url": f"/applications/{about.pk}/" if about is not None else found.url,
        "times": clock.times if clock else None,
        "balance": clock.balance if clock else (),
        "step": str(step.flow_task.task_title) if step is not None else "",
        "ball": str(Ball(step.ball).label) if step is not None else "",
        "post": titles.get(step.post_key, step.post_key) if step is not None else "",
        "people": people.get(step.post_key, ()) if step is not None else (),
        "since": since,
        "days": calendar.count(since, today) if since and since < today else 0,
        "weight": about.weight if about is not None else Decimal(0),
        "chain": tuple(
            Called(lines[row.pk], people.get(row.target, ()), row.raised_at, row.pk == found.pk) for row in rows
        ),
        "tasks": tasks_of(found.supervision, now) if found.supervision is not None else (),
        "objection": objection_of(found.source),
    }
    return Card(**shown, **_form(found, about, held, now))


def _about(found: Escalation) -> Application | None:
    if found.supervision is not None and found.supervision.about is not None:
        return found.supervision.about
    return found.application


def _chain(found: Escalation, about: Application | None) -> list[Escalation]:
    """What the matter has climbed, newest round of every source first raised first."""
    same = Q(application=about) if about is not None else Q(source=found.source)
    rows = Escalation.objects.filter(Q(county=found.county) & (same | Q(pk=found.pk)))
    related = ("application", "step", "answered_by", "supervision__application")
    return list(rows.select_related(*related).order_by("-pk")[:12])[::-1]


def _waiting(found: Escalation, about: Application | None) -> list[Step]:
    if about is None:
        return []
    rows = Step.objects.filter(process=about, finished__isnull=True).exclude(post_key="").order_by("pk")
    return list(rows)


def _names(county: str, keys: set[str], today: dt.date) -> dict[str, tuple[str, ...]]:
    sitting = people_on(county, {key for key in keys if key}, today)
    wanted = {pk for line in sitting.values() for pk in line}
    names = {person.pk: person.display_name for person in Person.objects.filter(pk__in=wanted)}
    return {key: tuple(names[pk] for pk in line) for key, line in sitting.items()}


def _form(found: Escalation, about: Application | None, held: set[str], now: dt.datetime) -> dict[str, Any]:
    if found.answered_at is not None:
        return {"form": "", "why_none": ""}
    if found.target not in held:
        return {"form": "", "why_none": _("It was put before another post; you see it for your information.")}
    if found.rung <= DIRECTOR:
        return {"form": "chief", "why_none": "", "first_day": civil_date(now)}
    if found.supervision is None:
        return {"form": "", "why_none": _("Its supervision is being opened; come back in a minute.")}
    work = found.supervision.application
    step = Step.objects.filter(process=work, node="acknowledge", finished__isnull=True).first()
    if step is None or work.flow_class.version == "V1":
        url = f"/steps/{step.pk}/" if step is not None else f"/applications/{work.pk}/"
        return {"form": "", "why_none": _("It is answered on its step."), "number_url": url}
    if str(work.facts["owner"]) not in held:
        return {"form": "", "why_none": _("It was put before another post; you see it for your information.")}
    return {"form": "leader", "why_none": "", **_leader(found, about, step, now)}


def _leader(found: Escalation, about: Application | None, step: Step, now: dt.datetime) -> dict[str, Any]:
    county, today, calendar = found.county, civil_date(now), calendar_for(found.county)
    work = found.supervision.application if found.supervision is not None else step.process
    stalled = stalled_step(found.supervision) if found.supervision is not None else None
    officers = takers(stalled, now) if stalled is not None else []
    head = Directory.read(county, today).call(DIRECTOR, _post(found, stalled)).target
    last = latest_day(about, today)
    offered = [calendar.add(today, WorkingDays(n)).date for n in PROPOSED]
    offered = [day for day in offered if last is None or day <= last] or [day for day in (last,) if day and day > today]
    return {
        "step_id": step.pk,
        "seen": screen_of(work),
        "choices": tuple(_choices(found, about, stalled, officers, today)),
        "owners": _owners(county),
        "owner": head,
        "officers": tuple((str(person.pk), person.display_name) for person in officers),
        "task": _task(found, stalled),
        "days_offered": tuple(offered),
        "first_day": calendar.next_workday(today + ONE_DAY).date,
        "last_day": last,
        "conference_by": str(work.facts["conference_by"]),
        "prefill": str(step.flow_task.prefill),
    }


def _post(found: Escalation, stalled: Step | None) -> str:
    """Where the matter waits: its step's post, else the office that runs the application, else who was called."""
    if stalled is not None:
        return stalled.post_key
    if found.application is not None and not registry.procedure(found.application.procedure).internal:
        return f"{registry.procedure(found.application.procedure).office}.handler"
    return found.target if found.rung < DEPUTY else ""


def _owners(county: str) -> tuple[tuple[str, str], ...]:
    """Every post of the county's offices, to pick the owner of a task from."""
    rows = Post.objects.filter(county=county, closed_on__isnull=True).select_related("office")
    rows = rows.exclude(key__startswith="applicant.").order_by("office__code", "key")
    return tuple((row.key, row.title) for row in rows)


def _task(found: Escalation, stalled: Step | None) -> str:
    if stalled is not None:
        return _("Finish “%(step)s”, or report what is needed for it.") % {"step": stalled.flow_task.task_title}
    return _("Remove what holds “%(subject)s” up, or report what is needed for it.") % {"subject": found.subject}


def _choices(
    found: Escalation, about: Application | None, stalled: Step | None, officers: list[Person], today: dt.date
) -> list[Choice]:
    effects = {
        Decision.INSTRUCT: _("One task, one owner, a day"),
        Decision.TAKE_UP: _("On the spot or at the table, within five working days"),
        Decision.GRANT_TIME: _("A new day, with the reason; statutory and promised dates stay"),
        Decision.REASSIGN: _("The head of the office hands the step to another officer of the post"),
        Decision.EXPLAIN: _("What holds it up, and until when"),
    }
    off = {Decision.GRANT_TIME: _no_time(about, today), Decision.REASSIGN: _no_hands(stalled, officers)}
    names = {Decision.TAKE_UP: _("Hold a conference")}
    return [
        Choice(str(code.value), str(names.get(code, code.label)), str(effects[code]), off.get(code, ""))
        for code in ORDER
    ]


def _no_time(about: Application | None, today: dt.date) -> str:
    if about is None or about.statutory_due is None or about.statutory_due >= today or latest_day(about, today):
        return ""
    if about.decided_at is not None:
        return ""
    return _("The statutory limit passed on %(day)s: nobody may grant time beyond it.") % {
        "day": about.statutory_due.isoformat()
    }


def _no_hands(stalled: Step | None, officers: list[Person]) -> str:
    if stalled is None:
        return _("No single step waits: nobody's work can be handed over.")
    return "" if officers else _("Nobody else sits on the step's post today who may sign it.")
