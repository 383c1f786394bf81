"""The question itself, for one application or for all: does the record fit the procedure, and the tables the record?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.db import connection
from django.utils.translation import gettext as _

from workflows.audit.verify import Verdict
from workflows.flow.procedure import ProcedureFlow
from workflows.flow.registry import flow_of
from workflows.models import Application
from workflows.replaying.acts import take
from workflows.replaying.comparing import content_differences, differences, sign_off_differences
from workflows.replaying.fold import Fold
from workflows.replaying.said import Misfit, read
from workflows.replaying.tables import Tables, read_tables

KIND = "fit"
BATCH = 200
# An application that moves each time it is read is busy indeed.
TRIES = 10


def fit(*, application: int | None = None, tick: Callable[[int, int], None] = lambda n, of: None) -> Verdict:
    """Fold every application, or one. `tick(done, of)` is told how far it is. Nine statements a batch."""
    verdict = Verdict()
    if application is not None:
        if not Application.objects.filter(pk=application).exists():
            verdict.cannot_tell.append(_("There is no application %(number)s.") % {"number": application})
            return verdict
        _fold_all([application], verdict)
        return verdict
    of = Application.objects.count()
    done, last = 0, 0
    while keys := list(Application.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = keys[-1]
        _fold_all(keys, verdict)
        done += len(keys)
        tick(done, of)
    for chain in _without_application():
        verdict.add(KIND, chain, _("There are entries of an application, and no application."))
    return verdict


def _fold_all(keys: Sequence[int], verdict: Verdict) -> None:
    left = list(keys)
    for _try in range(TRIES):
        found, left = read_tables(left)
        for tables in found:
            verdict.applications += 1
            _judge(tables, verdict)
        if not left:
            return
    for key in left:
        verdict.cannot_tell.append(_("application:%(key)s moved each time it was read.") % {"key": key})


def _judge(tables: Tables, verdict: Verdict) -> None:
    row = tables.application
    try:
        flow = _pinned(row)
    except LookupError as error:
        verdict.cannot_tell.append(str(error))
        return
    except Misfit as error:
        verdict.add(KIND, f"{row.chain} flow", _about(row, str(error)))
        return
    verdict.entries += len(tables.bodies)
    for where, text in misfits(tables, flow):
        verdict.add(KIND, f"{row.chain} {where}", _about(row, text))


def _about(row: Application, text: str) -> str:
    return f"{row.number}: {text}"


def _pinned(row: Application) -> type[ProcedureFlow]:
    """The version it runs on. Raises `LookupError` when the code no longer has it, `Misfit` when it is another."""
    flow = flow_of(row)
    if flow.version != row.version or flow.procedure.code != row.procedure:
        raise Misfit(_("It stands on another version than the one it was received under."))
    return flow


def misfits(tables: Tables, flow: type[ProcedureFlow]) -> Iterator[tuple[str, str]]:
    """(where, what) does not fit in one application. Behind an impossible act only sign-offs are compared."""
    fold = Fold(tables, flow)
    if not tables.bodies:
        yield "entries", _("The application has no entry.")
        return
    yield from content_differences(tables)
    for n, body in enumerate(tables.bodies, start=1):
        try:
            take(fold, read(body, tables.application.chain))
        except Misfit as error:
            yield f"entry {n}", str(error)
            yield from sign_off_differences(tables, fold.signed, complete=False)
            return
    yield from differences(fold)


def _without_application() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT chain FROM audit_entry e WHERE seq = 1 AND chain LIKE 'application:%' AND NOT EXISTS "
            "(SELECT 1 FROM workflows_application a WHERE 'application:' || a.id = e.chain) "
            "ORDER BY chain LIMIT 50"
        )
        return [row[0] for row in cursor.fetchall()]
