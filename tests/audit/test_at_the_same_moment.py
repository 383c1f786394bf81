"""The log is read, sealed and verified by several at the same moment: no false alarm, no half-written file."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from workflows.audit import entries, exporting, keys, outside
from workflows.audit.models import Finding, SignedCheckpoint
from workflows.audit.sequencer import Sequenced, sequence
from workflows.audit.verify import verify

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def log_apart(settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


def loose(n: int, kind: str = "x") -> None:
    entries.append(
        [entries.draft(head=None, kind=kind, now=NOW, county="620799", payload={"n": k})[0] for k in range(n)]
    )


def before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, act: Callable[[], Any], nth: int = 1) -> None:
    """Do `act` just before the `nth` call of `owner.name`."""
    true, calls = getattr(owner, name), 0

    def called(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth:
            act()
        return true(*args, **kwargs)

    monkeypatch.setattr(owner, name, called)


def test_a_second_sequencer_between_two_files_of_a_checkpoint_raises_no_alarm(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.make()
    loose(5)
    second: list[Sequenced | Exception] = []

    def run() -> None:
        try:
            second.append(sequence(LATER))
        except Exception as error:
            second.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)

    def meet() -> None:
        thread.start()
        thread.join(timeout=2)  # SQLite lets the second wait until the first has written

    before(monkeypatch, outside, "write", meet, nth=2)
    assert sequence(NOW).signed == 5
    thread.join(timeout=30)
    assert [found for found in second if isinstance(found, Exception)] == []
    assert Finding.objects.count() == 0
    assert SignedCheckpoint.objects.count() == 1


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("nth", [1, 2])
def test_a_sequencer_killed_between_its_files_goes_on(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    def die() -> None:
        raise Killed

    keys.make()
    loose(5)
    with monkeypatch.context() as patch:
        before(patch, outside, "write", die, nth)
        with pytest.raises(Killed):
            sequence(NOW)
    loose(1)
    assert sequence(LATER).signed == 6
    assert verify(LATER).findings == [] and Finding.objects.count() == 0


def test_a_decision_is_signed_at_once_though_its_sequencer_died_before_it_signed(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die() -> None:
        raise Killed

    loose(1)
    sequence(NOW)
    loose(1, "application.grant")
    with monkeypatch.context() as patch:
        before(patch, keys, "signer", die)
        with pytest.raises(Killed):
            sequence(NOW)
    assert sequence(NOW + dt.timedelta(seconds=2)).signed == 2


def test_a_checkpoint_signed_while_we_verify_is_no_cut(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    loose(5)
    sequence(NOW)

    def grow() -> None:
        loose(5)
        sequence(LATER, sign=True)

    before(monkeypatch, outside, "all_notes", grow)
    verdict = verify(LATER)
    assert verdict.findings == [] and verdict.leaves == 10


def test_a_checkpoint_signed_while_we_export_is_no_cut(
    db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loose(5)
    sequence(NOW)

    def grow() -> None:
        loose(5)
        sequence(LATER, sign=True)

    before(monkeypatch, outside, "all_notes", grow)
    folder = tmp_path / "package"
    assert exporting.export(folder, LATER)["entries"] == 10
    command = [
        sys.executable,
        str(folder / "kaigong_verify.py"),
        "export",
        "--key",
        keys.verifier().text(),
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((folder / "manifest.json").read_text())["size"] == 10


def test_the_signing_key_appears_whole_and_readable_by_its_owner_only(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path: Path = settings.AUDIT_KEY_FILE
    seen: list[bool] = []
    before(monkeypatch, os, "fsync", lambda: seen.append(path.exists()))
    first = keys.signer()
    assert seen == [False], "nobody can read half a key"
    assert keys.is_private(path) and path.stat().st_mode & 0o777 == 0o600
    keys.make()
    assert keys.verifier().text() == first.verifier.text(), "a key that is there is never replaced"
    assert sorted(found.name for found in path.parent.iterdir()) == ["audit.pem", "audit.pub"]
