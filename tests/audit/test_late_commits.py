"""An entry of a very long transaction commits after tens of thousands of others: it still gets its place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from workflows.audit import entries, sequencer
from workflows.audit.models import Entry, TreeLeaf
from workflows.audit.sequencer import sequence
from workflows.audit.verify import verify

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)
NUMBER = {"postgresql": "arrival", "sqlite": "rowid"}


@pytest.fixture(autouse=True)
def log_apart(settings: Any, tmp_path: Any) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


def arrive(number: int) -> Entry:
    """An entry that drew this number when it was inserted, whenever it is seen."""
    draft, _head = entries.draft(head=None, kind="x", now=NOW, county="620799", payload={"number": number})
    fields = Entry._meta.concrete_fields
    values = [field.get_db_prep_save(getattr(draft, field.attname), connection) for field in fields]
    columns = ", ".join([NUMBER[connection.vendor], *(str(field.column) for field in fields)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_entry ({columns}) VALUES ({', '.join(['%s'] * (len(fields) + 1))})", [number, *values]
        )
    return draft


def test_an_entry_seen_long_after_its_number_was_drawn_gets_its_place(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine the look at everything is dear, and put off: not what is asked here.
    monkeypatch.setattr(sequencer.Latecomers, "CHEAP_SECONDS", 3600.0)
    monkeypatch.setattr(sequencer, "_latecomers", sequencer.Latecomers())
    arrive(1_000_000)
    sequence(NOW)
    late = arrive(1_000_000 - sequencer.IN_FLIGHT - 1)
    assert sequence(NOW).added == 1
    assert TreeLeaf.objects.get(entry_id=late.pk).position == 1
    assert verify(NOW + dt.timedelta(days=1)).findings == []


def test_looking_for_latecomers_takes_a_hundredth_of_the_time_once_it_is_costly(db: None) -> None:
    looks = sequencer.Latecomers()
    assert looks.due(at=100.0)
    looks.took(0.5, at=100.5)
    assert not looks.due(at=150.4)
    assert looks.due(at=150.6)
    looks.took(0.01, at=151.0)
    assert looks.due(at=151.0)


def test_what_was_kept_out_long_ago_is_found_though_something_new_waits_as_well(db: None) -> None:
    arrive(1_000_000)
    sequence(NOW)
    kept_out = arrive(1_000_000 - sequencer.IN_FLIGHT - 1)
    waiting = arrive(1_000_001)
    verdict = verify(NOW + dt.timedelta(days=1))
    assert {found.where for found in verdict.findings} == {str(kept_out.pk), str(waiting.pk)}
    assert {found.kind for found in verdict.findings} == {"left out"}
    assert verify(NOW + dt.timedelta(minutes=5)).findings == [], "what waits for its minute is no finding"
