"""The trail against bare hashlib over the same bytes, in the same run (issue 4, must-show 5).

make bench K=audit            1 000 000 entries; KAIGONG_BENCH_ENTRIES changes the number
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import resource
import time
from typing import Any

import pytest

from tests.many import statement
from workflows.audit import entries, merkle
from workflows.audit.canonical import leaf
from workflows.audit.entries import Head
from workflows.audit.models import Entry
from workflows.audit.scanning import rows_of
from workflows.audit.sequencer import sequence, size
from workflows.audit.verify import verify
from workflows.rows import insert_rows

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

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
    heads = [Head(f"application:{n}", 0, None) for n in range(20_000)]
    for start in range(0, ENTRIES, 10_000):
        drafts = []
        for n in range(start, min(start + 10_000, ENTRIES)):
            at = n % len(heads)
            moment = NOW + dt.timedelta(seconds=n)
            draft, heads[at] = entries.draft(
                head=heads[at], kind="application.agree", now=moment, county="620799", actor="7", payload=PAYLOAD
            )
            drafts.append(draft)
        insert_rows(Entry, drafts)
        sequence(NOW + dt.timedelta(seconds=start))
    sequence(NOW + dt.timedelta(seconds=ENTRIES), sign=True)
    for table in ("audit_entry", "audit_treeleaf", "audit_treenode"):
        statement(f"VACUUM ANALYZE {table}")


def test_verifying_reaches_a_fifth_of_bare_hashlib_in_one_process_and_a_third_on_two(log: None) -> None:
    sample = [bytes(body) for _n, body, _leaf in rows_of(0, min(ENTRIES, 200_000))]
    begun = time.perf_counter()
    for body in sample:
        hashlib.sha256(b"\x00" + body).digest()
    bare = len(sample) / (time.perf_counter() - begun)
    speeds = {}
    for processes in (1, 2):
        begun = time.perf_counter()
        verdict = verify(NOW + dt.timedelta(days=30), processes=processes)
        speeds[processes] = size() / (time.perf_counter() - begun)
        assert verdict.exit_code == 0 and verdict.leaves == ENTRIES
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"\n{ENTRIES:,} entries of {sum(map(len, sample)) // len(sample)} bytes: bare hashlib {bare:,.0f}/s; "
        + "; ".join(f"verify in {n}: {speed:,.0f}/s, {speed / bare:.0%}" for n, speed in speeds.items())
        + f"; at most {memory} MiB"
    )
    assert speeds[1] / bare >= 0.22
    assert speeds[2] / bare >= 0.35


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
