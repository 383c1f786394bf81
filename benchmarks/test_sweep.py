"""The sweep against bare SQL that writes the same rows without hashes, in the same run (issue 3, must-show 7).

    make bench K=sweep            100 000 and 1 000 000 open steps, 10 % of them due

The peer copies what the sweep has to leave behind (escalation, entry, message, the step's and the application's
columns) by one set-based statement each, in one transaction, on the same tables with the same indexes and triggers.
"""

from __future__ import annotations

import datetime as dt
import os
import time

import pytest
from django.db import connection, transaction

from tests.cast import WIND_FARM_LAND, at, county_of_people
from tests.many import copies, statement
from workflows.escalation.models import Escalation
from workflows.escalation.sweep import sweep
from workflows.models import Application, Step

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

SIZES = [int(size) for size in os.environ.get("KAIGONG_BENCH_SIZES", "100000,1000000").split(",")]
CLIMBS = "CASE WHEN mod(n, 10) = 0 THEN DATE '2022-03-07' ELSE DATE '2030-01-01' END"


def fill(size: int) -> None:
    """`size` open steps, each of a case of its own; one in ten is due on 2022-03-07, the others in 2030."""
    county = county_of_people()
    county.now = at("2022-03-01")
    model = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(model, "intake", "window.land", "accept")
    step = county.open_step(model, "examination")
    Application.objects.filter(pk=model.pk).update(climbs_on=None)
    Step.objects.filter(pk=step.pk).update(climbs_on=dt.date(2030, 1, 1), prompted=True)
    copies(model, step, size, climbs_on=CLIMBS)
    for table in ("workflows_application", "workflows_step"):
        statement(f"VACUUM ANALYZE {table}")


PEER = (
    """
    INSERT INTO escalation_escalation (county, source, rung, round, trigger, "on", raised_at, application_id, step_id,
        matter, subject, subject_key, url, target, copies, passed_over, answer_by, cause, answer)
    SELECT s.county, 'step:' || s.id, 1, 1, 'step_late', DATE '2022-03-07', now(), a.id, s.id, 'application:' || a.id,
        a.subject, a.subject_key, '/steps/' || s.id || '/', 'land.chief', '[]', '[]', DATE '2022-03-08', '', ''
    FROM workflows_step s JOIN workflows_application a ON a.id = s.process_id
    WHERE s.finished IS NULL AND s.climbs_on <= DATE '2022-03-07'
    """,
    """
    INSERT INTO audit_entry (id, county, chain, seq, prev_hash, kind, schema_version, actor, on_behalf_of, post,
        occurred_at, recorded_at, request_id, body, leaf_hash)
    SELECT gen_random_uuid(), s.county, 'application:' || a.id, a.entry_count + 1, NULL, 'application.escalated', 1,
        'system', '', '', now(), now(), '',
        convert_to(json_build_object('source', 'step:' || s.id, 'rung', 1, 'round', 1, 'trigger', 'step_late',
            'on', '2022-03-07', 'target', 'land.chief', 'subject_key', a.subject_key, 'copies', '[]'::json)::text,
            'UTF8'),
        decode(repeat('00', 32), 'hex')
    FROM workflows_step s JOIN workflows_application a ON a.id = s.process_id
    WHERE s.finished IS NULL AND s.climbs_on <= DATE '2022-03-07'
    """,
    """
    INSERT INTO notifications_message ({message_columns})
    SELECT {message_values}
    FROM workflows_step s JOIN workflows_application a ON a.id = s.process_id
    WHERE s.finished IS NULL AND s.climbs_on <= DATE '2022-03-07'
    """,
    """
    UPDATE workflows_application a SET entry_count = a.entry_count + 1, last_hash = decode(repeat('00', 32), 'hex')
    FROM workflows_step s WHERE s.process_id = a.id AND s.finished IS NULL AND s.climbs_on <= DATE '2022-03-07'
    """,
    """
    UPDATE workflows_step SET rung = 1, rung_on = DATE '2022-03-07', prompted = true, climbs_on = DATE '2022-03-08'
    WHERE finished IS NULL AND climbs_on <= DATE '2022-03-07'
    """,
)


def peer() -> float:
    """Seconds that bare SQL takes; rolled back, and the dead rows removed."""
    given = {
        "county": "s.county",
        "kind": "'escalated'",
        "post_key": "'land.chief'",
        "params": "json_build_object('number', a.number, 'subject', a.subject, 'rung', 1, 'trigger', 'step_late')",
        "url": "'/steps/' || s.id || '/'",
        "created_at": "now()",
        "urgent": "false",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'notifications_message' "
            "AND is_nullable = 'NO' AND column_name <> 'id'"
        )
        needed = [name for (name,) in cursor.fetchall()]
    columns, values = ", ".join(f'"{name}"' for name in needed), ", ".join(given[name] for name in needed)
    begun = time.perf_counter()
    with transaction.atomic():
        for sql in PEER:
            statement(sql.replace("{message_columns}", columns).replace("{message_values}", values))
        seconds = time.perf_counter() - begun
        transaction.set_rollback(True)
    for table in ("workflows_application", "workflows_step", "escalation_escalation", "audit_entry"):
        statement(f"VACUUM ANALYZE {table}")
    return seconds


@pytest.mark.parametrize("size", SIZES)
def test_a_sweep_reaches_a_sixth_of_bare_sql_and_costs_nothing_when_nothing_is_new(size: int) -> None:
    fill(size)
    bare = peer()
    begun = time.perf_counter()
    found = sweep(at("2022-03-07"))
    first = time.perf_counter() - begun
    assert found.raised == {1: size // 10}
    assert Escalation.objects.count() == size // 10
    statement("ANALYZE workflows_step")
    again = []
    for _n in range(5):
        begun = time.perf_counter()
        assert sweep(at("2022-03-07")).total == 0
        again.append(time.perf_counter() - begun)
    repeated = sorted(again)[2]
    print(
        f"\n{size:,} open, {size // 10:,} due: sweep {first:.1f} s, bare SQL {bare:.1f} s, "
        f"{bare / first:.0%} of its speed; repeated {repeated * 1000:.1f} ms"
    )
    assert bare / first >= 1 / 6
    assert repeated <= 0.2
