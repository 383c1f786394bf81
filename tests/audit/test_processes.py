"""Several processes verify as one does: the same verdict on a clean log and on a changed one, over many blocks."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.audit.test_attacks import write_entries
from workflows.audit import guards, scanning
from workflows.audit.models import Entry, SignedCheckpoint, TreeLeaf
from workflows.audit.sequencer import sequence
from workflows.audit.verify import verify
from workflows.management.commands import audit

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def log(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """330 entries in six blocks of 64, checkpoints inside blocks and at their ends."""
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    monkeypatch.setattr(scanning, "BLOCK_LEVEL", 6)
    monkeypatch.setattr(scanning, "BLOCK", 64)
    heads: dict[str, Any] = {}
    for last in (64, 100, 128, 200, 330):
        write_entries(TreeLeaf.objects.count(), last, heads)
        sequence(NOW + dt.timedelta(seconds=last), sign=True)


def both() -> list[Any]:
    """The verdicts of one process and of two, whose reports of progress end at the end."""
    found = []
    for processes in (1, 2):
        told: list[tuple[int, int]] = []
        found.append(verify(LATER, processes=processes, tick=lambda done, of, told=told: told.append((done, of))))
        assert told == sorted(told) and told[-1] == (330, 330) and len(told) == 6
    return found


def test_a_clean_log_is_clean_for_two_processes(log: None) -> None:
    one, two = both()
    assert (one.findings, one.leaves, one.checkpoints) == (two.findings, two.leaves, two.checkpoints) == ([], 330, 5)


@pytest.mark.parametrize("at", [3, 63, 64, 150, 329])
def test_a_changed_entry_is_found_by_two_processes_as_by_one(log: None, at: int) -> None:
    changed = TreeLeaf.objects.select_related("entry").get(position=at).entry
    guards.drop(connection)
    Entry.objects.filter(pk=changed.pk).update(body=bytes(changed.body).replace(b"620799", b"620798"))
    guards.create(connection)
    one, two = both()
    assert one.findings == two.findings
    assert [found.where for found in one.findings if found.kind == "content"] == [f"leaf {at}"]
    signed = SignedCheckpoint.objects.filter(size__gt=at).count()
    assert sum(found.where.startswith("checkpoint") for found in one.findings) == signed


def test_a_chain_that_breaks_between_two_blocks_is_found_by_two_processes(log: None) -> None:
    later = TreeLeaf.objects.filter(position__gte=64).exclude(entry__chain="").select_related("entry")
    broken = later.order_by("position")[0].entry
    guards.drop(connection)
    Entry.objects.filter(pk=broken.pk).update(prev_hash=b"\x01" * 32)
    guards.create(connection)
    one, two = both()
    assert one.findings == two.findings and {found.kind for found in two.findings} == {"chain"}


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_command_draws_its_bar_beside_the_json_and_takes_what_processors_there_are(
    log: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert audit.at_hand() == min(4, len(os.sched_getaffinity(0)))
    screen, out = Terminal(), io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    call_command("audit", "verify", "--json", stdout=out, stderr=screen)
    said = json.loads(out.getvalue())
    assert said["clean"] and said["leaves"] == 330
    assert "[" + "#" * 40 + "] 330 / 330" in screen.getvalue()
