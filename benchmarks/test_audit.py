"""The trail against bare hashlib over the same bytes, in the same run (issue 4, must-show 5).

make bench K=audit            1 000 000 entries; KAIGONG_BENCH_ENTRIES changes the number

The command itself is measured, on a terminal: its seconds, its bar, and the memory of all its processes together.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import pty
import re
import select
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.many import statement
from workflows.audit import entries, merkle
from workflows.audit.canonical import canonical, instant, leaf
from workflows.audit.entries import Head
from workflows.audit.ids import uuid7
from workflows.audit.models import Entry
from workflows.audit.scanning import rows_of
from workflows.audit.sequencer import key_of, sequence

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
ENTRIES = int(os.environ.get("KAIGONG_BENCH_ENTRIES", "1000000"))
NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)
PAYLOAD = {
    "sign_off": "00000000-0000-0000-0000-000000000000",
    "node": "chief",
    "opinion": "同意经办人意见，材料齐全，符合条件。",
    "content": "0" * 64,
}


@pytest.fixture
def log(settings: Any, tmp_path: Any, db: None) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    grow(ENTRIES)
    for table in ("audit_entry", "audit_treeleaf", "audit_treenode"):
        statement(f"VACUUM ANALYZE {table}")


CHAINS, SIGNED_EVERY = 20_000, 10_000
Row = tuple[Any, ...]


def grow(size: int) -> None:
    """`size` sign-offs of `CHAINS` applications in turn, sealed every `SIGNED_EVERY`: put in by COPY, in a minute.

    Each has the bytes that `entries.draft` would give it; the first one is compared.
    """
    pieces = template()
    ends: list[tuple[int, bytes]] = [(0, b"")] * CHAINS
    tree = merkle.Range()
    for start in range(0, size, SIGNED_EVERY):
        rows: list[Row] = []
        nodes: list[Row] = []
        for n in range(start, min(start + SIGNED_EVERY, size)):
            chain, (seq, prev) = f"application:{n % CHAINS}", ends[n % CHAINS]
            key, moment = str(uuid7(NOW + dt.timedelta(seconds=n))), NOW + dt.timedelta(seconds=n)
            body = bytes_of(pieces, key, chain, str(seq + 1), prev.hex(), instant(moment))
            found = leaf(body)
            columns = (key, "620799", chain, seq + 1, prev or None, "application.agree", entries.SCHEMA, "7", "", "")
            rows.append((*columns, moment, moment, "", body, found))
            ends[n % CHAINS] = (seq + 1, found)
            nodes += [(key_of(level, index), value) for level, index, value in tree.append(found)]
        if not start:
            said = {"county": "620799", "actor": "7", "payload": PAYLOAD, "kind": "application.agree", "now": NOW}
            true, _head = entries.draft(head=Head("application:0", 0, None), **said)
            assert bytes(true.body) == bytes(rows[0][13]).replace(str(rows[0][0]).encode(), str(true.pk).encode())
        copy("audit_entry", [field.column for field in Entry._meta.concrete_fields], rows)
        copy("audit_treeleaf", ["position", "entry_id"], [(start + n, row[0]) for n, row in enumerate(rows)])
        copy("audit_treenode", ["key", "hash"], nodes)
        assert sequence(NOW + dt.timedelta(seconds=start + SIGNED_EVERY)).signed == start + len(rows)


MARKS = ("@id@", "@chain@", "@seq@", "@prev@", "@at@")


def template() -> list[str]:
    """The canonical text of an entry, cut at its marks."""
    said = {"county": "620799", "actor": "7", "payload": PAYLOAD, "kind": "application.agree", "now": NOW}
    body = json.loads(bytes(entries.draft(head=None, **said)[0].body))
    body |= {"id": "@id@", "chain": "@chain@", "seq": "@seq@", "prev": "@prev@"}
    body |= {"occurred_at": "@at@", "recorded_at": "@at@"}
    return re.split("(" + "|".join(MARKS) + ")", canonical(body).decode())


def bytes_of(pieces: list[str], *values: str) -> bytes:
    known = dict(zip(MARKS, values, strict=True))
    return "".join([known.get(piece, piece) for piece in pieces]).encode()


def copy(table: str, columns: list[str], rows: list[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def memory_of(root: int) -> int:
    """MiB that a process and all its children hold together now; shared pages are shared out (PSS)."""
    family, parents = {root}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    for child, parent in sorted(parents.items()):
        if parent in family:
            family.add(child)
    total = 0
    for pid in family:
        with suppress(OSError):
            total += int(re.findall(r"^Pss: +(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)[0])
    return total // 1024


def command(processes: int, settings: Any) -> tuple[float, int]:
    """`manage.py audit verify` on a terminal: entries a second and MiB at most; it is clean, and its bar is seen."""
    own = connection.settings_dict
    variables = {
        "DATABASE_URL": f"postgresql://{own['USER']}@{own['HOST']}:{own['PORT']}/{own['NAME']}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "KAIGONG_AUDIT_KEY_FILE": str(settings.AUDIT_KEY_FILE),
        "KAIGONG_CHECKPOINT_DIR": str(settings.CHECKPOINT_DIR),
    }
    # As a county has it at any moment: the newest entry has no place yet.
    moment = dt.datetime.now(dt.UTC)
    sequence(moment)
    entries.append([entries.draft(head=None, kind="x", now=moment, county="620799", payload={})[0]])
    words = [sys.executable, "manage.py", "audit", "verify", "--json", "--processes", str(processes)]
    screen, terminal = pty.openpty()
    run = subprocess.Popen(words, cwd=ROOT, env=os.environ | variables, stdout=subprocess.PIPE, stderr=terminal)  # noqa: S603
    os.close(terminal)
    shown, most = b"", 0
    while run.poll() is None:
        most = max(most, memory_of(run.pid))
        if select.select([screen], [], [], 0.2)[0]:
            with suppress(OSError):
                shown += os.read(screen, 100_000)
    os.close(screen)
    text, _nothing = run.communicate()
    assert run.returncode == 0, (text, shown.decode())
    said = json.loads(text)
    assert said["clean"] and said["entries"] > said["leaves"] >= ENTRIES
    assert f"{said['leaves']:,} / {said['leaves']:,}" in shown.decode(), "the bar is drawn to its end"
    return said["leaves"] / said["seconds"], most


def test_verifying_reaches_a_fifth_of_bare_hashlib_in_one_process_and_a_third_on_two(log: None, settings: Any) -> None:
    sample = [bytes(body) for _n, body, _leaf in rows_of(0, min(ENTRIES, 200_000))]

    def bare() -> float:
        begun = time.perf_counter()
        for body in sample:
            hashlib.sha256(b"\x00" + body).digest()
        return len(sample) / (time.perf_counter() - begun)

    shares: dict[int, list[float]] = {1: [], 2: []}
    memory, best = {1: 0, 2: 0}, dict.fromkeys((0, 1, 2), 0.0)
    for _round in range(ROUNDS):
        for processes, kept in shares.items():
            before = bare()
            speed, most = command(processes, settings)
            around = (before + bare()) / 2
            kept.append(speed / around)
            memory[processes] = max(memory[processes], most)
            best[0], best[processes] = max(best[0], around), max(best[processes], speed)
    print(
        f"\n{ENTRIES:,} entries of {sum(map(len, sample)) // len(sample)} bytes, {ROUNDS} rounds: bare hashlib at most "
        f"{best[0]:,.0f}/s; "
        + "; ".join(
            f"verify in {n}: at most {best[n]:,.0f}/s, paired {statistics.median(kept):.0%} "
            f"({', '.join(f'{share:.0%}' for share in kept)}), {memory[n]} MiB"
            for n, kept in shares.items()
        )
    )
    assert statistics.median(shares[1]) >= 0.22
    assert statistics.median(shares[2]) >= 0.35
    assert max(memory.values()) <= 300


def test_the_root_of_a_million_leaves_reaches_two_fifths_of_bare_hashlib() -> None:
    leaves = [leaf(str(n).encode()) for n in range(1_000_000)]
    rounds = []
    for _n in range(3):
        begun = time.perf_counter()
        for row in leaves:
            hashlib.sha256(b"\x01" + row + row).digest()
        bare = time.perf_counter() - begun
        begun = time.perf_counter()
        merkle.root(leaves)
        rounds.append(bare / (time.perf_counter() - begun))
    print(f"\nroot of 1,000,000 leaves: {sorted(rounds)[1]:.0%} of bare hashlib over as many nodes")
    assert sorted(rounds)[1] >= 0.4
