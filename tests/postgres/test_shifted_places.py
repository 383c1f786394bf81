"""Places that were moved up by one are a gap, though their number still agrees."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.audit.test_late_commits import arrive
from workflows.audit import bulk, guards
from workflows.audit.sequencer import sequence
from workflows.audit.verify import verify

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("stream", [16, 32_768])
def test_places_that_were_shifted_are_a_gap(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: int
) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    monkeypatch.setattr(bulk, "SIZE", 4)
    monkeypatch.setattr(bulk, "STREAM", stream)
    for number in range(60):
        arrive(1000 + number)
    sequence(NOW)
    guards.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_treeleaf DROP CONSTRAINT audit_treeleaf_pkey CASCADE")
        cursor.execute("CREATE INDEX ON audit_treeleaf (position)")
        cursor.execute("UPDATE audit_treeleaf SET position = position - 1 WHERE position BETWEEN 21 AND 40")
    guards.create(connection)
    found = {finding.where for finding in verify(NOW).findings if finding.kind == "gap"}
    assert found == {"leaf 20", "leaf 41"}
