"""A big county: a hundred real cases, told through the product's operations, then copied in the database.

    grow(10_000, now)        about 10 000 steps in 2 000 applications of 200 projects
    grow(1_000_000, now)     about 1 000 000 steps in 200 000 applications of 20 000 projects

Every copy keeps what the pages rely on: nodes of the flow, posts, sign-offs on their steps, clock events, entries of
the chain. Days move by whole weeks, so that weekdays stay; a holiday may fall otherwise than the copied due date
supposes. The work that is open does not grow with the years: some 1 400 steps wait however long the history, up to
200 for one post. What is overdue is raised by the product's own sweep.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Count, Max

from notifications.models import Message
from permits.demo.staff import username_of
from permits.models import Block, Case, Lead, Permit, Project, ProjectCode
from tests.cast import County, at
from tests.journeys.forms import FACTS
from workflows.audit.models import Entry
from workflows.clock.days import SHANGHAI
from workflows.escalation.models import Escalation
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep
from workflows.models import Application, ClockRow, ContentVersion, Document, SignOff, Step

# Key of a copy: its number × STRIDE + the key of the row that it copies.
STRIDE = 100_000
FIRST_DAY = "2022-02-14"
WAITING = ("land_pre_review", "eia_form", "land_conversion", "land_supply", "construction_permit")
OPEN_ALWAYS = 1_200
# How many of a hundred waiting copies are late.
LATE_PER_CENT = 12
# Weeks over which the closed applications are spread, back from today.
WEEKS = 350
YEARS = 10
STEPS_EACH = 5
APPLICATIONS_OF_A_PROJECT = 10
# Tables that hang on an application, in the order of their foreign keys.
HANGING: tuple[type[models.Model], ...] = (Step, ContentVersion, Document, SignOff, ClockRow)


@dataclass(frozen=True)
class Told:
    """A case that was told: its key, how many steps it has, its last day, whether it waits."""

    pk: int
    steps: int
    last: dt.date
    open: bool


@dataclass(frozen=True)
class Grown:
    """What stands in the database now."""

    applications: int
    steps: int
    projects: int
    open_steps: int
    escalations: int


def grow(steps: int, now: dt.datetime, county: County) -> Grown:
    """Fill an empty database with about `steps` steps as of `now`; the county's people and ledger stand already."""
    told = tell_cases(county)
    _plan(told, steps // STEPS_EACH, now.astimezone(SHANGHAI).date())
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Rows that copy sound rows need no check of their keys one by one.
            cursor.execute("SET LOCAL session_replication_role = replica")
        _copy_projects()
        _copy_applications()
        _copy_words()
    _reset_sequences()
    _run("ANALYZE")
    sweep(now)
    open_supervisions(now, most=60)
    if connection.vendor == "postgresql":
        _run("VACUUM ANALYZE")
    return Grown(
        applications=Application.objects.count(),
        steps=Step.objects.count(),
        projects=Project.objects.count(),
        open_steps=Step.objects.filter(finished__isnull=True).exclude(post_key="").count(),
        escalations=Escalation.objects.count(),
    )


def tell_cases(county: County) -> list[Told]:
    """Every procedure walked to its end, some refused at the counter, and the common ones left at every step."""
    told = []
    for code in sorted(FACTS):
        told.append(_tell(county, code, 60))
    for code in WAITING:
        whole = _signed(told[sorted(FACTS).index(code)].pk)
        told += [_tell(county, code, signed) for signed in range(whole)]
    told.append(_tell(county, "eia_form", 60, {"intake": "wrong_authority"}))
    return told


def _signed(pk: int) -> int:
    return SignOff.objects.filter(application=pk, step__isnull=False).count()


def _tell(county: County, code: str, most: int, answers: dict[str, str] | None = None) -> Told:
    county.now = at(FIRST_DAY)
    application = county.apply(code, FACTS[code])
    for _n in range(most):
        waiting = Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="")
        step = waiting.order_by("pk").first()
        if step is None:
            break
        if step.not_before is not None:
            county.now = max(county.now, at(step.not_before.isoformat()))
        county.now += dt.timedelta(minutes=7)
        fresh = Application.objects.get(pk=application.pk)
        node: Any = step.flow_task
        offered = [answer for answer in node.answers.values() if answer.offered(fresh.facts)]
        wanted = (answers or {}).get(step.node)
        answer = next(found for found in offered if (found.code == wanted if wanted else found.main))
        if answer.document and not fresh.documents.filter(slot=answer.document).exists():
            county.hand_in(fresh, answer.document)
        form = {"reasons": "见附件。", "second_name": "李梅" if answer.second else ""}
        county.sign(application, step.node, username_of(step.post_key), answer.code, **form)
    application = Application.objects.get(pk=application.pk)
    steps = Step.objects.filter(process=application).count()
    return Told(application.pk, steps, county.now.date(), application.finished is None)


def _plan(told: list[Told], size: int, today: dt.date) -> None:
    """One row for each copy: its number, what it copies, how many days it moves, the number of its project."""
    projects = Project.objects.count()
    rounds = max(1, size // APPLICATIONS_OF_A_PROJECT // projects)
    _run("CREATE TEMPORARY TABLE project_plan (n bigint, days integer)")
    _run("CREATE TEMPORARY TABLE plan (n bigint, template bigint, days integer, project bigint)")
    _run(f"INSERT INTO project_plan SELECT n, -365 * ((n - 1) % {YEARS}) FROM {_series(1, rounds)}")
    first = Project.objects.order_by("pk").values_list("pk", flat=True)[0]
    n = 1
    for case, copies, late, weeks in _shares(told, size):
        days = (today - dt.timedelta(days=2) - case.last).days // 7 * 7
        moved = f"{days} - 7 * (n % {weeks}) - CASE WHEN (n * 7) % 100 < {late} THEN 35 ELSE 0 END"
        project = f"(1 + n % {rounds}) * {STRIDE} + {first} + (n / {rounds}) % {projects}"
        _run(f"INSERT INTO plan SELECT n, {case.pk}, {moved}, {project} FROM {_series(n, n + copies - 1)}")
        n += copies


def _shares(told: list[Told], size: int) -> list[tuple[Told, int, int, int]]:
    """(case, how many copies, how many of a hundred are late, over how many weeks they are spread)."""
    waiting, closed = [case for case in told if case.open], [case for case in told if not case.open]
    always = min(OPEN_ALWAYS, size // 2)
    found = [(case, max(1, always // len(waiting)), LATE_PER_CENT, 2) for case in waiting]
    left = size - sum(copies for _case, copies, *_rest in found)
    # The short ones, refused at the counter, bring the mean to what was asked.
    short = min(closed, key=lambda case: case.steps)
    long = [case for case in closed if case is not short]
    missing = size * STEPS_EACH - sum(case.steps * copies for case, copies, *_rest in found)
    mean = sum(case.steps for case in long) / len(long)
    many = int(max(0, min(left, (missing - short.steps * left) / (mean - short.steps))))
    bounds = [many * k // len(long) for k in range(len(long) + 1)]
    found += [(case, b - a, 0, WEEKS) for case, (a, b) in zip(long, pairwise(bounds), strict=True) if b > a]
    return [*found, (short, left - many, 0, WEEKS)]


def _run(sql: str) -> None:
    # Without parameters a per cent sign stands for itself.
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _series(first: int, last: int) -> str:
    if connection.vendor == "postgresql":
        return f"(SELECT generate_series({first}::bigint, {last}::bigint) AS n) AS s"
    return f"(WITH RECURSIVE c(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM c WHERE n < {last}) SELECT n FROM c) s"


def _copy(model: type[models.Model], plan: str, where: str, own: dict[str, str]) -> None:
    """Copy rows `r` of a table for every row `p` of a plan; keys and days move, `own` are expressions of their own."""
    table = connection.ops.quote_name(model._meta.db_table)
    moving = {Project, Application, Step, SignOff, Document, ContentVersion, ClockRow}
    values = {}
    for field in model._meta.concrete_fields:
        column = f"r.{connection.ops.quote_name(str(field.column))}"
        related = field.related_model
        name = str(field.column)
        if name in own:
            values[name] = own[name]
        elif field.primary_key or related in moving:
            values[name] = f"p.n * {STRIDE} + {column}"
        else:
            values[name] = _moved(field, column)
    names = ", ".join(connection.ops.quote_name(str(name)) for name in values)
    _run(f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())} FROM {table} r, {plan} p WHERE {where}")


def _moved(field: Any, column: str) -> str:
    postgres = connection.vendor == "postgresql"
    if isinstance(field, models.DateTimeField):
        return f"{column} + p.days * interval '1 day'" if postgres else f"datetime({column}, p.days || ' days')"
    if isinstance(field, models.DateField):
        return f"{column} + p.days" if postgres else f"date({column}, p.days || ' days')"
    return column


def _copy_projects() -> None:
    years = f"r.year - (p.n - 1) % {YEARS}"
    # No two projects have the same facts; what the product keeps for those that are alike serves nobody else.
    facts = f"r.facts || jsonb_build_object('disturbed_ha', ((p.n * {STRIDE} + r.id) / 1000.0)::text)"
    name, search = "r.name || ' ' || p.n || '期'", "r.search || ' ' || p.n || '期'"
    below = f"r.id < {STRIDE}"
    _copy(
        Project,
        "project_plan",
        below,
        {"year": years, "name": name, "name_key": name, "search": search, "facts": facts},
    )
    _copy(ProjectCode, "project_plan", f"r.project_id < {STRIDE}", {"code": "r.code || '-' || p.n"})
    for model in (Lead, Block):
        _copy(model, "project_plan", f"r.project_id < {STRIDE}", {})
    _copy(Permit, "project_plan", f"r.project_id < {STRIDE} AND r.application_id IS NULL", {})


def _copy_applications() -> None:
    project = "(SELECT name FROM permits_project WHERE id = p.project)"
    own = {
        "number": "r.number || '-' || p.n",
        "subject": project,
        "subject_key": "'project:' || p.project",
        "search": "(SELECT substr(search, 1, 400) FROM permits_project WHERE id = p.project) || ' ' || r.search",
    }
    own["search"] = f"substr({own['search']}, 1, 500)"
    _copy(Application, "plan", "r.id = p.template", own)
    for model in HANGING:
        parent = "process_id" if model is Step else "application_id"
        _copy(model, "plan", f"r.{parent} = p.template", {})
    _run(
        "INSERT INTO workflows_step_previous (from_step_id, to_step_id) "
        f"SELECT p.n * {STRIDE} + r.from_step_id, p.n * {STRIDE} + r.to_step_id FROM workflows_step_previous r "
        "JOIN workflows_step s ON s.id = r.from_step_id JOIN plan p ON p.template = s.process_id"
    )
    _run(
        f"INSERT INTO {Case._meta.db_table} (application_id, project_id, bar) "
        f"SELECT p.n * {STRIDE} + a.id, p.project, a.procedure FROM plan p JOIN workflows_application a "
        "ON a.id = p.template"
    )


def _copy_words() -> None:
    """Entries of the copies' chains, a message for each step that opened, and the answered escalations of years."""
    moved = _moved(models.DateTimeField(), "r.recorded_at")
    if connection.vendor == "postgresql":
        instant = f"lpad(to_hex((extract(epoch FROM {moved}) * 1000)::bigint), 12, '0')"
        key = f"({instant} || lpad(to_hex(p.n * 64 + r.seq), 20, '0'))::uuid"
    else:
        key = f"printf('%012x%020x', strftime('%s', {moved}) * 1000, p.n * 64 + r.seq)"
    chain = f"'application:' || (p.n * {STRIDE} + p.template)"
    _copy(Entry, "plan", "r.chain = 'application:' || p.template", {"id": key, "chain": chain})
    _run(
        f"INSERT INTO {Message._meta.db_table} (county, kind, post_key, params, url, created_at, urgent, planned_at) "
        "SELECT s.county, m.kind, s.post_key, m.params, '/steps/' || s.id || '/', s.created, m.urgent, s.created "
        f"FROM workflows_step s, (SELECT * FROM {Message._meta.db_table} WHERE post_key <> '' ORDER BY id LIMIT 1) m "
        f"WHERE s.post_key <> '' AND s.id >= {STRIDE} ORDER BY s.created"
    )
    # One in ten, but in the small county enough for a full page: a page is compared with its like.
    every = 10 if Application.objects.count() > 20_000 else 1
    day = "coalesce(a.promised_due, date(a.finished))"
    _run(
        f'INSERT INTO {Escalation._meta.db_table} (county, source, rung, round, trigger, "on", raised_at, '
        "application_id, matter, subject, subject_key, url, target, copies, passed_over, answer_by, answered_at, "
        "answered_by_id, cause, plan_on, answer) "
        f"SELECT a.county, 'application:' || a.id, 2, 1, 'promise_used', {day}, a.finished, a.id, "
        "'application:' || a.id, a.subject, a.subject_key, '/applications/' || a.id || '/', "
        f"CASE WHEN (a.id / {STRIDE}) % {2 * every} = 0 THEN 'land.director' ELSE 'eia.director' END, '[]', '[]', "
        f"{day}, a.finished, (SELECT min(id) FROM offices_person), 'office', {day}, '已催办。' "
        f"FROM workflows_application a WHERE a.finished IS NOT NULL "
        f"AND a.id >= {STRIDE} AND (a.id / {STRIDE}) % {every} = 0 ORDER BY a.id"
    )


def _reset_sequences() -> None:
    tables: list[type[models.Model]] = [
        Project,
        ProjectCode,
        Lead,
        Block,
        Permit,
        Case,
        Application,
        *HANGING,
        Message,
        Escalation,
    ]
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(sql)


def busiest(most: int) -> list[str]:
    """The posts with the most open steps, the fullest first; the months of work of an officer."""
    rows = Step.objects.filter(finished__isnull=True).exclude(post_key="").values("post_key")
    return [row["post_key"] for row in rows.annotate(n=Count("pk"), last=Max("pk")).order_by("-n", "post_key")[:most]]
