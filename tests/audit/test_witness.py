"""A witness cosigns what extends what it saw, and nothing else; checkpoints leave the machine by it and by letter."""

from __future__ import annotations

import datetime as dt
import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.audit.attacker import Attacker, stolen_key
from tests.notifications.post_office import post_office
from workflows.audit import entries, keys, note
from workflows.audit.delivering import deliver_checkpoint, post, request_of
from workflows.audit.models import CheckpointDelivery, Finding, SignedCheckpoint
from workflows.audit.note import Verifier
from workflows.audit.sequencer import sequence

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)
PROGRAM = Path(entries.__file__).parent / "witness" / "kaigong_witness.py"


def loose(n: int) -> None:
    entries.append(
        [entries.draft(head=None, kind="x", now=NOW, county="620799", payload={"n": k})[0] for k in range(n)]
    )


@pytest.fixture
def witness(settings: Any, tmp_path: Path) -> Iterator[Any]:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    spec = importlib.util.spec_from_file_location("kaigong_witness", PROGRAM)
    assert spec and spec.loader
    program: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    logs = [program.parse_key(keys.verifier().text())]
    found = program.Witness("witness.audit-bureau", logs, str(tmp_path / "witness"))
    with program.server(found, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.WITNESSES = [f"http://127.0.0.1:{server.server_address[1]}"]
        yield found
        server.shutdown()


def test_a_growing_log_is_cosigned_each_time(db: None, witness: Any) -> None:
    for _n in range(4):
        loose(37)
        sequence(NOW, sign=True)
        row = deliver_checkpoint(NOW)[0]
        assert row.ok, row.said
        newest = SignedCheckpoint.objects.order_by("-size")[0]
        key = Verifier.parse(witness.printed_key())
        assert note.signed_by(newest.note + row.said, [key]) == [key]
    assert CheckpointDelivery.objects.filter(ok=True).count() == 4


def test_a_witness_that_knows_another_size_is_asked_again_from_there(db: None, witness: Any) -> None:
    loose(20)
    sequence(NOW, sign=True)
    deliver_checkpoint(NOW)
    loose(20)
    sequence(NOW, sign=True)
    status, said = post(f"{_address()}/add-checkpoint", request_of(SignedCheckpoint.objects.order_by("-size")[0], 0))
    assert (status, said.strip()) == (409, "20")
    from django.db import connection

    from workflows.audit import guards

    guards.drop(connection)
    CheckpointDelivery.objects.all()._raw_delete("default")
    guards.create(connection)
    assert deliver_checkpoint(NOW)[0].ok


def _address() -> str:
    from django.conf import settings

    return str(settings.WITNESSES[0])


def test_a_rewritten_past_is_refused_though_the_stolen_key_signed_it(db: None, witness: Any, settings: Any) -> None:
    loose(50)
    sequence(NOW, sign=True)
    deliver_checkpoint(NOW)
    him = Attacker.looks()
    him.write(3, lambda said: said["payload"].update(n=99))
    him.mend()
    him.replace(signer=stolen_key())
    for path in settings.CHECKPOINT_DIR.iterdir():
        path.unlink()
    forged = SignedCheckpoint.objects.get()
    (settings.CHECKPOINT_DIR / "latest").write_text(forged.note)
    loose(10)
    sequence(NOW, sign=True)
    row = deliver_checkpoint(NOW)[0]
    assert not row.ok and "not consistent" in row.said
    assert Finding.objects.get(kind="witness").where == _address()


def test_what_a_witness_does_not_know_or_cannot_read_it_refuses(db: None, witness: Any) -> None:
    loose(5)
    sequence(NOW, sign=True)
    newest = SignedCheckpoint.objects.get()
    good = request_of(newest, 0).decode()
    assert witness.add_checkpoint("hello")[0] == 400
    assert witness.add_checkpoint(good.replace("audit.620799", "audit.000000"))[0] == 404
    assert witness.add_checkpoint(good.replace("\n5\n", "\n6\n"))[0] == 403
    assert witness.add_checkpoint(good)[0] == 200


def test_a_witness_that_is_down_stops_nothing_and_stands_on_record(db: None, witness: Any, settings: Any) -> None:
    settings.WITNESSES = ["http://127.0.0.1:9"]
    loose(5)
    sequence(NOW, sign=True)
    assert not deliver_checkpoint(NOW)[0].ok
    assert deliver_checkpoint(NOW + dt.timedelta(minutes=4)) == [], "not at every round"
    loose(5)
    assert sequence(NOW, sign=True).signed == 10
    assert Finding.objects.count() == 0


def test_what_did_not_arrive_is_sent_again_though_nothing_new_is_signed(db: None, witness: Any) -> None:
    answers = iter([(503, "tired"), (200, "cosigned")])
    loose(5)
    sequence(NOW, sign=True)
    rows = [
        row
        for minutes in range(12)
        for row in deliver_checkpoint(NOW + dt.timedelta(minutes=minutes), lambda url, body: next(answers))
    ]
    assert [(row.ok, row.said) for row in rows] == [(False, "tired"), (True, "cosigned")]
    assert rows[1].at - rows[0].at == dt.timedelta(minutes=5)


def test_once_a_day_a_letter_takes_the_checkpoint_to_a_mailbox(db: None, witness: Any, settings: Any) -> None:
    settings.WITNESSES, settings.CHECKPOINT_MAILBOXES = [], ["jiwei@example.cn"]
    loose(5)
    sequence(NOW, sign=True)
    with post_office() as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        for hours in (0, 1, 25):
            deliver_checkpoint(NOW + dt.timedelta(hours=hours))
        assert len(office.mails) == 2
        assert SignedCheckpoint.objects.get().note.splitlines()[2] in office.texts()[0]
