"""Two checkpoints that somebody kept: the command proves one from the other, the single-file verifier believes it."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.audit.test_attacks import run_verifier, write_entries
from workflows.audit import keys
from workflows.audit.models import Entry, SignedCheckpoint
from workflows.audit.sequencer import sequence

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)


@pytest.fixture
def letters(db: None, settings: Any, tmp_path: Path) -> list[Path]:
    """Three checkpoints as they lie in a mailbox, over 3, 20 and 33 leaves."""
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    heads: dict[str, Any] = {}
    for first, last in ((0, 3), (3, 20), (20, 33)):
        write_entries(first, last, heads)
        sequence(NOW, sign=True)
        (tmp_path / f"{last}.note").write_text(SignedCheckpoint.objects.get(size=last).note, encoding="utf-8")
    return [tmp_path / f"{size}.note" for size in (3, 20, 33)]


def proof(old: Path, new: Path) -> Path:
    out, file = io.StringIO(), old.parent / "proof.json"
    call_command("audit", "extends", str(old), str(new), stdout=out)
    file.write_text(out.getvalue(), encoding="utf-8")
    return file


def believed(*files: Path) -> int:
    return run_verifier("extends", *map(str, files), "--key", keys.verifier().text())[0]


def test_each_kept_checkpoint_is_shown_to_be_the_beginning_of_each_later_one(letters: list[Path]) -> None:
    for n, old in enumerate(letters):
        for new in letters[n:]:
            assert believed(old, new, proof(old, new)) == 0
    assert Entry.objects.filter(kind="audit.proof_printed").count() == 6


def test_a_changed_proof_and_a_proof_for_others_show_nothing(letters: list[Path]) -> None:
    first, second, third = letters
    file = proof(first, third)
    assert believed(first, second, file) == 1
    said = json.loads(file.read_text())
    for n, step in enumerate(said["proof"]):
        damaged = [*said["proof"][:n], f"{int(step, 16) ^ 1:064x}", *said["proof"][n + 1 :]]
        file.write_text(json.dumps({**said, "proof": damaged}))
        assert believed(first, third, file) == 1
    first.write_text(first.read_text().replace("\n3\n", "\n4\n"))
    assert believed(first, third, file) == 1, "its signature is gone"


def test_a_wrong_order_or_no_checkpoint_is_said_with_exit_code_2(letters: list[Path], tmp_path: Path) -> None:
    (tmp_path / "x.note").write_text("hello")
    for old, new in ((letters[2], letters[0]), (tmp_path / "x.note", letters[0]), (tmp_path / "none", letters[0])):
        with pytest.raises(CommandError) as caught:
            call_command("audit", "extends", str(old), str(new))
        assert caught.value.returncode == 2
