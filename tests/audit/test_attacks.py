"""The fifteen attacks of AUDIT.md 3.2(e), each against a real database: which line of proof sees it, and which cannot.

Lines: `links` (hashes and links in the rows), `database` (with the checkpoints kept in it), `outside` (with those that
left it), `receipt` (what people hold). What no line sees is the residual risk that the manual names.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.audit.attacker import Attacker, other_key, stolen_key
from workflows.audit import entries, keys
from workflows.audit.entries import Head
from workflows.audit.exporting import VERIFIER
from workflows.audit.models import Entry, SignedCheckpoint, TreeLeaf
from workflows.audit.receipts import receipt
from workflows.audit.sequencer import Diverged, sequence
from workflows.audit.verify import DATABASE, LINKS, OUTSIDE, verify, verify_receipt

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def log_apart(settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


def write_entries(first: int, last: int, heads: dict[str, Head]) -> None:
    """Entries `first` … `last` − 1, over ten applications in turn; every seventh has no chain."""
    drafts = []
    for n in range(first, last):
        chain = f"application:{n % 10}"
        head = None if n % 7 == 0 else heads.setdefault(chain, Head(chain, 0, None))
        moment = NOW + dt.timedelta(seconds=n)
        draft, after = entries.draft(
            head=head, kind="application.agree", now=moment, county="620799", actor="7", payload={"opinion": f"同意{n}"}
        )
        drafts.append(draft)
        if head is not None:
            heads[chain] = after
    entries.append(drafts)


@pytest.fixture
def log(db: None) -> list[Any]:
    """330 entries, checkpoints at 100, 200 and 300; people hold receipts for entries 150, 280 and 320."""
    heads: dict[str, Head] = {}
    for n in range(3):
        write_entries(n * 100, n * 100 + 100, heads)
        sequence(NOW + dt.timedelta(seconds=n * 100 + 100), sign=True)
    write_entries(300, 330, heads)
    sequence(NOW + dt.timedelta(seconds=301))
    assert SignedCheckpoint.objects.count() == 3 and TreeLeaf.objects.count() == 330
    placed = list(TreeLeaf.objects.order_by("position").select_related("entry"))
    return [receipt(placed[n].entry) for n in (150, 280, 320)]


def opinion(said: dict[str, Any]) -> None:
    said["payload"]["opinion"] = "不同意"


def edit(n: int = 150) -> Attacker:
    him = Attacker.looks()
    him.write(n, opinion)
    return him


def edit_only() -> None:
    edit().replace()


def edit_and_mend(**how: Any) -> Callable[[], None]:
    def attack() -> None:
        him = edit()
        him.mend()
        him.replace(**{name: value() for name, value in how.items()})

    return attack


def delete_row() -> None:
    him = Attacker.looks()
    del him.rows[151]
    him.replace()


def delete_row_and_mend() -> None:
    him = Attacker.looks()
    del him.rows[151]
    him.mend()
    him.replace()


def delete_application() -> None:
    him = Attacker.looks()
    him.rows = [row for row in him.rows if row.chain != "application:1"]
    him.mend()
    him.replace(signer=stolen_key())


def cut_below_a_checkpoint() -> None:
    him = Attacker.looks()
    him.rows = him.rows[:250]
    him.replace(drop_after=250)


def restore_a_backup() -> None:
    him = Attacker.looks()
    him.rows = him.rows[:200]
    him.replace(drop_after=200)


def reorder() -> None:
    him = Attacker.looks()
    him.rows[141], him.rows[142] = him.rows[142], him.rows[141]
    him.mend()
    him.replace()


def insert_back_dated() -> None:
    him = Attacker.looks()
    him.insert(120, like=119)
    him.mend()
    him.replace()


def append_with_a_false_time() -> None:
    draft, _head = entries.draft(
        head=None,
        kind="application.agree",
        now=NOW + dt.timedelta(seconds=331),
        occurred_at=NOW - dt.timedelta(days=40),
        county="620799",
        payload={"opinion": "补记"},
    )
    entries.append([draft])
    sequence(NOW + dt.timedelta(seconds=332))


def cut_the_tail() -> None:
    him = Attacker.looks()
    him.rows = him.rows[:300]
    him.replace()


def edit_the_tail() -> None:
    him = edit(320)
    him.mend()
    him.replace()


def delete_in_the_tail() -> None:
    him = Attacker.looks()
    del him.rows[329]
    him.mend()
    him.replace()


# name: (attack, the lines of proof that see it). Where AUDIT.md says "missed if roots use stored leaf hashes" ours sees
# it: the verifier recomputes each leaf from the content.
ATTACKS: dict[str, tuple[Callable[[], None], str]] = {
    "edit a row, nothing else": (edit_only, "links database outside receipt"),
    "edit, recompute all hashes": (edit_and_mend(), "database outside receipt"),
    "same, re-sign with the stolen key": (edit_and_mend(signer=stolen_key), "outside receipt"),
    "same, re-sign with another key": (edit_and_mend(signer=other_key), "database outside receipt"),
    "delete a middle row": (delete_row, "links database outside receipt"),
    "delete a middle row, recompute": (delete_row_and_mend, "database outside receipt"),
    "delete a whole application, recompute, stolen key": (delete_application, "outside receipt"),
    "cut below a checkpoint and drop it": (cut_below_a_checkpoint, "outside receipt"),
    "restore last month's backup": (restore_a_backup, "outside receipt"),
    "reorder, recompute": (reorder, "database outside receipt"),
    "insert a back-dated row in the past": (insert_back_dated, "database outside receipt"),
    "append now with a false earlier time": (append_with_a_false_time, ""),
    "cut the tail after the last checkpoint": (cut_the_tail, "receipt"),
    "edit a row after the last checkpoint": (edit_the_tail, "receipt"),
    "delete such a row that nobody holds a receipt for": (delete_in_the_tail, ""),
}


def seen_by(held: list[Any]) -> str:
    lines = []
    for line, proofs in (("links", [LINKS]), ("database", [LINKS, DATABASE]), ("outside", [LINKS, DATABASE, OUTSIDE])):
        verdict = verify(LATER, proofs=proofs)
        assert not verdict.cannot_tell
        if verdict.findings:
            lines.append(line)
    if any(verify_receipt(said).findings for said in held):
        lines.append("receipt")
    return " ".join(lines)


def test_a_clean_log_gives_no_finding_on_any_line(log: list[Any]) -> None:
    assert seen_by(log) == ""
    assert verify(LATER, deep=True).exit_code == 0
    assert all(verify_receipt(said).exit_code == 0 for said in log)


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_is_seen_exactly_where_the_table_says(name: str, log: list[Any]) -> None:
    attack, seen = ATTACKS[name]
    attack()
    assert seen_by(log) == seen


@pytest.mark.parametrize("name", [name for name, (_attack, seen) in ATTACKS.items() if "outside" in seen])
def test_after_an_attack_on_what_was_signed_nothing_is_signed_any_more(name: str, log: list[Any]) -> None:
    if name in ("edit a row, nothing else", "delete a middle row"):
        # The stored leaf still stands in the tree or the tree is shorter: the nightly verification is what finds it.
        ATTACKS[name][0]()
        assert verify(LATER).findings
        return
    ATTACKS[name][0]()
    entries.append([entries.draft(head=None, kind="x", now=LATER, county="620799", payload={})[0] for _n in range(60)])
    with pytest.raises(Diverged):
        sequence(LATER, sign=True)


def test_a_false_time_shows_beside_the_recorded_one(log: list[Any]) -> None:
    append_with_a_false_time()
    late = Entry.objects.order_by("-recorded_at")[0]
    assert late.recorded_at - late.occurred_at > dt.timedelta(days=39)


def test_a_receipt_from_another_log_proves_nothing_here(log: list[Any], settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "another" / "audit.pem"
    assert verify_receipt(log[0]).exit_code == 2


def run_verifier(*words: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", str(VERIFIER), *words], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_receipts_verify_on_a_machine_without_us_and_not_when_a_byte_is_changed(log: list[Any], tmp_path: Path) -> None:
    key = keys.verifier().text()
    for n, said in enumerate(log):
        path = tmp_path / f"receipt-{n}.json"
        path.write_text(json.dumps(said), encoding="utf-8")
        assert run_verifier("receipt", str(path), "--key", key)[0] == 0
        said["entry"] = said["entry"].replace("同意", "不同意")
        path.write_text(json.dumps(said), encoding="utf-8")
        assert run_verifier("receipt", str(path), "--key", key)[0] == 1
    assert run_verifier("receipt", str(path), "--key", other_key().verifier.text())[0] == 1
    assert run_verifier("receipt", str(tmp_path / "none.json"), "--key", key)[0] == 2


def test_ten_thousand_clean_entries_give_no_finding(db: None) -> None:
    heads: dict[str, Head] = {}
    for n in range(0, 10_000, 500):
        write_entries(n, n + 500, heads)
        sequence(NOW + dt.timedelta(seconds=n + 500))
    sequence(NOW + dt.timedelta(days=1), sign=True)
    verdict = verify(NOW + dt.timedelta(days=2), deep=True)
    assert (verdict.exit_code, verdict.leaves, verdict.entries) == (0, 10_000, 10_000)
    assert verdict.checkpoints == SignedCheckpoint.objects.count() > 10
