"""A new signing key follows the old one by the word of both; what breaks off is finished, what is forged is refused."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management import call_command
from django.test import Client

from tests.cast import County
from workflows.audit import entries, keyring, keys, note, outside, rotating
from workflows.audit.delivering import deliver_checkpoint
from workflows.audit.exporting import VERIFIER, export
from workflows.audit.models import Entry, SignedCheckpoint, TreeLeaf
from workflows.audit.note import BadNote, Checkpoint, Signer
from workflows.audit.receipts import receipt
from workflows.audit.sequencer import Diverged, rotate, sequence, settle
from workflows.audit.verify import verify, verify_receipt

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
WITNESS = Path(entries.__file__).parent / "witness" / "kaigong_witness.py"


@pytest.fixture(autouse=True)
def log_apart(settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


def grow(n: int = 10) -> None:
    """`n` more entries, sealed and signed."""
    entries.append(
        [entries.draft(head=None, kind="x", now=NOW, county="620799", payload={"n": k})[0] for k in range(n)]
    )
    sequence(NOW, sign=True)


def findings() -> list[str]:
    return sorted({found.kind for found in verify(LATER).findings})


def verifier(*words: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", str(VERIFIER), *words], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_after_a_rotation_old_and_new_checkpoints_verify_and_the_new_key_signs(db: None) -> None:
    grow()
    old = keys.verifier()
    found = rotate(NOW)
    grow()
    assert found.old == old and found.new == keys.verifier() != old and found.size == 10
    assert keys.signer().verifier == found.new and not rotating.next_file().exists()
    assert findings() == []
    notes = dict(outside.all_notes())
    note.opened(notes["000000000010.note"], old)
    note.opened(notes["000000000021.note"], found.new)
    assert keys.is_private(Path(keys.settings.AUDIT_KEY_FILE))
    row = Entry.objects.get(kind=rotating.KIND)
    assert json.loads(bytes(row.body))["payload"]["note"] == found.note and TreeLeaf.objects.filter(entry=row).exists()


def test_three_keys_in_a_row_and_one_before_anything_was_signed_make_one_ring(db: None) -> None:
    keys.make()
    for n in (0, 5, 7):
        if n:
            grow(n)
        rotate(NOW)
    grow(1)
    ring = keys.ring()
    assert len(ring.reigns) == 4 and not ring.faults and findings() == []
    assert [reign.until for reign in ring.reigns] == [0, 6, 14, None]
    for key in ring.verifiers:
        assert keyring.Ring.of(key, outside.rotations()).reigns == ring.reigns


def test_receipts_of_either_time_verify_with_either_printed_key_and_without_us(db: None, tmp_path: Path) -> None:
    grow()
    old_key = keys.verifier().text()
    first = TreeLeaf.objects.select_related("entry").get(position=3).entry
    before = receipt(first)
    rotate(NOW)
    grow()
    after, new_key = receipt(first), keys.verifier().text()
    assert verify_receipt(before).exit_code == verify_receipt(after).exit_code == 0
    for name, said in (("before", before), ("after", after)):
        (tmp_path / name).write_text(json.dumps(said), encoding="utf-8")
    (statement,) = outside.folder().glob("*.rotation")
    assert verifier("receipt", str(tmp_path / "before"), "--key", old_key)[0] == 0
    assert verifier("receipt", str(tmp_path / "before"), "--key", new_key)[0] == 1
    assert verifier("receipt", str(tmp_path / "before"), "--key", new_key, "--rotation", str(statement))[0] == 0
    assert verifier("receipt", str(tmp_path / "after"), "--key", old_key)[0] == 0
    assert verifier("receipt", str(tmp_path / "after"), "--key", new_key)[0] == 0
    folder = tmp_path / "package"
    export(folder, LATER)
    for key in (old_key, new_key):
        code, said = verifier("export", str(folder), "--key", key)
        assert code == 0, said


@pytest.mark.parametrize("signers", ["new", "old"])
def test_a_rotation_that_only_one_key_signed_is_refused_everywhere(db: None, tmp_path: Path, signers: str) -> None:
    grow()
    true = keys.verifier().text()
    thief = Signer(keys.verifier().name, Ed25519PrivateKey.generate())
    last = (10, outside.read(outside.latest()).root)
    whole = keyring.statement(keys.signer(), thief, last, "2022-03-01T01:30:00.000000Z")
    body, _gap, lines = whole.partition("\n\n")
    by_old, by_new = lines.splitlines(keepends=True)
    forged = f"{body}\n\n{by_new if signers == 'new' else by_old}"
    with pytest.raises(BadNote):
        keyring.rotation_in(forged)
    outside.keep_rotation(forged, 10, thief.verifier.key_id.hex())
    assert "rotation" in findings()
    entries.append([entries.draft(head=None, kind="x", now=NOW, county="620799", payload={})[0]])
    with pytest.raises(Diverged):
        sequence(NOW, sign=True)
    folder = tmp_path / "package"
    export(folder, LATER)
    code, said = verifier("export", str(folder), "--key", true)
    assert code == 1 and "not signed by both" in said
    with_his_own = verifier("export", str(folder), "--key", thief.verifier.text())
    assert with_his_own[0] == 1


def test_a_thief_who_puts_his_key_in_the_place_of_ours_signs_nothing(db: None, settings: Any) -> None:
    grow()
    thief = Ed25519PrivateKey.generate()
    pem = thief.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    settings.AUDIT_KEY_FILE.write_bytes(pem)
    keys.publish(keys.signer().verifier)
    grow_unsigned()
    with pytest.raises(Diverged):
        sequence(NOW, sign=True)
    assert "signature" in findings()


def grow_unsigned() -> None:
    entries.append([entries.draft(head=None, kind="x", now=NOW, county="620799", payload={})[0]])
    sequence(NOW)


def test_a_retired_key_that_is_stolen_later_signs_nothing_that_anybody_believes(db: None, tmp_path: Path) -> None:
    grow()
    stolen = keys.signer()
    rotate(NOW)
    grow()
    row = SignedCheckpoint.objects.order_by("-size")[0]
    forged = note.signed(Checkpoint(stolen.name, row.size, bytes(row.root)), [stolen])
    with pytest.raises(BadNote, match="outside its time"):
        keys.ring().opened(forged)
    outside.write(outside.folder() / f"{row.size:012d}.note", forged)
    assert "signature" in findings()
    said = {**receipt(TreeLeaf.objects.select_related("entry").get(position=3).entry), "checkpoint": forged}
    (tmp_path / "receipt.json").write_text(json.dumps(said), encoding="utf-8")
    assert verifier("receipt", str(tmp_path / "receipt.json"), "--key", stolen.verifier.text())[0] == 1


class Crash(Exception):
    """The machine stops."""


STEPS = ["make_at", "keep_rotation", "append", "publish", "replace", "sync"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", STEPS)
def test_a_rotation_that_broke_off_at_any_step_is_finished_by_the_next_seal_or_the_next_command(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, at: str, after: bool
) -> None:
    grow()
    places = {
        "make_at": (keys, "make_at"),
        "keep_rotation": (outside, "keep_rotation"),
        "append": (entries, "append"),
        "publish": (keys, "publish"),
        "replace": (rotating.os, "replace"),
        "sync": (outside, "sync"),
    }
    module, name = places[at]
    true = getattr(module, name)

    def crash(*words: Any) -> Any:
        if at == "replace" and words[0] != rotating.next_file():
            return true(*words)
        if after:
            true(*words)
        raise Crash

    monkeypatch.setattr(module, name, crash)
    with pytest.raises(Crash):
        rotate(NOW)
    monkeypatch.setattr(module, name, true)
    grow()
    assert findings() == []
    rotate(LATER)
    grow()
    assert findings() == [] and keys.ring().newest == keys.verifier() == keys.signer().verifier
    assert not rotating.next_file().exists() and settle() == []
    assert Entry.objects.filter(kind=rotating.KIND).count() == len(outside.rotations()) == len(keys.ring().rotations)


def test_a_lost_statement_comes_back_from_its_entry(db: None) -> None:
    grow()
    found = rotate(NOW)
    grow()
    (path,) = outside.folder().glob("*.rotation")
    path.unlink()
    assert findings() == ["signature"]
    assert rotating.mend() == [found]
    assert path.read_text(encoding="utf-8") == found.note and findings() == []


def test_the_command_tells_both_keys_and_the_page_says_since_when(county: County) -> None:
    grow()
    old = keys.verifier().text()
    call_command("audit", "rotate")
    client = Client()
    client.force_login(county["auditor"])
    page = client.get("/audit/").content.decode()
    assert old.replace("+", "&#x2B;") in page or old in page
    assert keys.verifier().key_id.hex() in page


@pytest.fixture
def witness(settings: Any, tmp_path: Path) -> Iterator[Any]:
    keys.make()
    spec = importlib.util.spec_from_file_location("kaigong_witness", WITNESS)
    assert spec and spec.loader
    program: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    logs = [program.parse_key(keys.verifier().text())]
    found = program.Witness("witness.audit-bureau", logs, str(tmp_path / "witness"))
    with program.server(found, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.WITNESSES = [f"http://127.0.0.1:{server.server_address[1]}"]
        yield lambda: (found, program.Witness("witness.audit-bureau", logs, str(tmp_path / "witness")))
        server.shutdown()


def test_a_witness_follows_the_statement_of_both_keys_and_remembers_it(db: None, witness: Any) -> None:
    grow()
    assert deliver_checkpoint(NOW)[0].ok
    old = keys.signer()
    for _n in range(2):
        rotate(NOW)
    grow()
    row = deliver_checkpoint(NOW)[0]
    assert row.ok, row.said
    found, again = witness()
    assert again.logs == found.logs == {keys.verifier().name: keys.verifier().public}
    thief = Signer(old.name, Ed25519PrivateKey.generate())
    whole = keyring.statement(old, thief, (10, bytes(32)), "2022-03-01T01:30:00.000000Z")
    assert found.add_rotation(whole)[0] == 403
    alone = whole.partition("\n\n")[0] + "\n"
    assert found.add_rotation(f"{alone}\n{thief.line(alone)}")[0] == 403
    assert found.logs == again.logs
