"""What an answer to an escalation sets going: a day to which the leader is bound, and a task where he gives one.

The problem climbs, never the decision: no answer moves a date of the law or of the promise, and none decides the case
(DOMAIN.md 3.3). Each function is the `then` of one answer of `SupervisionV2`; it refuses before anything is written.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from workflows.clock.days import civil_date
from workflows.clock.ladder import DIRECTOR
from workflows.escalation.giving import check_day, check_task, open_directive
from workflows.escalation.models import Escalation, Supervision
from workflows.escalation.targets import Directory
from workflows.legal import State
from workflows.models import Application, Step
from workflows.offices.models import Person
from workflows.offices.titles import post_names
from workflows.operations import refusals
from workflows.operations.core import Act
from workflows.operations.handing_over import takers


def convene(act: Act) -> list[Any]:
    """会商: the day of the conference is the day to which he is bound."""
    _bind(act, dt.date.fromisoformat(str(act.application.facts["conference_by"])))
    return []


def instruct(act: Act) -> list[Any]:
    """交办: one task to one post until the day. Raises `Missing`, `NotYet`."""
    said, day = _record(act), _day(act)
    _give(act, owner=said["owner"], task=said["task"], day=day)
    return []


def grant_time(act: Act) -> list[Any]:
    """宽限: a later day for the office, with the reason; never beyond the law. Raises `Missing`, `NotYet`."""
    about = _about(act)
    if about is not None and _runs(about) and about.statutory_due and about.statutory_due < civil_date(act.now):
        said = _("The statutory limit passed on %(day)s: nobody may grant time beyond it.")
        raise refusals.NotYet(said % {"day": about.statutory_due.isoformat()})
    _bind(act, _day(act))
    return []


def reassign(act: Act) -> list[Any]:
    """改派: the head of the office is told to hand the step to this officer of its post. Raises `Missing`, `NotYet`."""
    step, day = stalled_step(_supervision(act)), _day(act)
    fitting = {person.pk: person for person in takers(step, act.now)} if step is not None else {}
    said = _record(act)
    taker = fitting.get(int(said["officer"])) if said["officer"].isdigit() else None
    if step is None or taker is None:
        raise refusals.Missing(_("Choose an officer who sits on the step's post and may sign it."), "officer")
    head = head_of(step, civil_date(act.now))
    if not head:
        raise refusals.NotYet(_("Nobody heads the office today who could hand the step over."))
    _name(act, "officer", taker)
    about = step.process
    task = _("Hand “%(step)s” of %(number)s to %(who)s: %(why)s") % {
        "step": step.flow_task.task_title,
        "number": about.number,
        "who": taker.display_name,
        "why": act.details.get("reasons", ""),
    }
    _give(act, owner=head, task=task[:1000], day=day)
    return []


def explain(act: Act) -> list[Any]:
    """说明: why it stands still, by its class, and until when it will not. Raises `Missing`, `NotYet`."""
    _bind(act, _day(act), cause=_record(act)["cause"])
    return []


def latest_day(about: Application | None, today: dt.date) -> dt.date | None:
    """The last day that an answer may name: the statutory limit while it runs and lies ahead; None when none binds."""
    if about is None or not _runs(about) or about.statutory_due is None or about.statutory_due < today:
        return None
    return about.statutory_due


def stalled_step(supervision: Supervision) -> Step | None:
    """The step that was put before the leader and still waits, the newest; its application comes with it."""
    rows = Escalation.objects.filter(supervision=supervision, step__isnull=False, step__finished__isnull=True)
    found = rows.select_related("step__process").order_by("-pk").first()
    return found.step if found is not None else None


def head_of(step: Step, day: dt.date) -> str:
    """The post that heads the office in which a step waits, as it is held on `day`; empty when nobody holds it."""
    return Directory.read(step.county, day).call(DIRECTOR, step.post_key).target


def _give(act: Act, *, owner: str, task: str, day: dt.date) -> None:
    check_task(act.application, owner, task, day, civil_date(act.now))
    given = open_directive(act, owner_post=owner, task=task, due_on=day, evidence=_("What shows that it is done"))
    act.details |= {"directive": given.number, "owner": owner, "due_on": day.isoformat()}
    record = act.details.get("record", {})
    if "owner" in record:
        record["owner"] = post_names(act.application.county, [owner]).get(owner, owner)
    _bind(act, day)


def _bind(act: Act, day: dt.date, cause: str = "") -> None:
    """Write the day, the class and the words of the answer beside every escalation that it answers."""
    said = act.details.get("reasons") or act.details.get("record", {}).get("task") or act.opinion
    open_ones = Escalation.objects.filter(supervision__application=act.application, answered_at__isnull=True)
    open_ones.update(plan_on=day, cause=cause, answer=str(said)[:500])


def _day(act: Act) -> dt.date:
    today = civil_date(act.now)
    day = dt.date.fromisoformat(_record(act)["commit_on"])
    check_day(act.application.county, day, today)
    last = latest_day(_about(act), today)
    if last is not None and day > last:
        said = _("The statutory limit is %(day)s: no answer may name a later day.")
        raise refusals.Missing(said % {"day": last.isoformat()}, "commit_on")
    return day


def _runs(about: Application) -> bool:
    return about.decided_at is None and about.is_open and about.state != State.STOPPED


def _record(act: Act) -> dict[str, str]:
    return dict(act.details["record"])


def _supervision(act: Act) -> Supervision:
    return Supervision.objects.select_related("about").get(application=act.application)


def _about(act: Act) -> Application | None:
    return _supervision(act).about


def _name(act: Act, field: str, person: Person) -> None:
    """The record says a name, not a key."""
    act.details |= {field: person.pk}
    act.details["record"][field] = person.display_name
