"""No fork and no false alarm: many writers, two sequencers, a kill at each statement, a clock set back, a backup."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, transaction

from tests.at_once import at_once
from tests.audit.attacker import Attacker
from tests.cast import WIND_FARM_LAND, county_of_people
from workflows.audit import entries, keys, outside
from workflows.audit.entries import Head
from workflows.audit.models import Entry, Finding, SignedCheckpoint, TreeLeaf, TreeNode
from workflows.audit.sequencer import Diverged, sequence
from workflows.audit.verify import verify
from workflows.models import Application

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def log_apart(settings: Any, tmp_path: Any) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


def loose(n: int, moment: dt.datetime = NOW) -> None:
    entries.append(
        [entries.draft(head=None, kind="x", now=moment, county="620799", payload={"n": k})[0] for k in range(n)]
    )


def append_to(application_id: int, isolation: str) -> None:
    """One act on a locked application, as operations do it; under REPEATABLE READ the database may ask to try again."""
    for _n in range(200):
        try:
            with transaction.atomic():
                if isolation and connection.vendor == "postgresql":
                    connection.cursor().execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
                row = Application.objects.select_for_update(no_key=True).get(pk=application_id)
                entry, head = entries.draft(
                    head=row.head, kind="application.note", now=NOW, county="620799", payload={}
                )
                entries.append([entry])
                row.entry_count, row.last_hash = head.seq, head.last_hash
                row.save(update_fields=["entry_count", "last_hash"])
        except (OperationalError, IntegrityError) as error:
            if "serialize" not in str(error) and "locked" not in str(error):
                raise
            continue
        return
    raise AssertionError("two hundred tries")


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
def test_sixteen_writers_make_one_chain_whatever_the_isolation(transactional_db: None, isolation: str) -> None:
    county = county_of_people()
    cases = [county.apply("land_pre_review", WIND_FARM_LAND).pk for _n in range(4)]

    def write(n: int) -> Any:
        def act() -> None:
            for k in range(6):
                append_to(cases[(n + k) % len(cases)], isolation)
                if n % 5 == 0:
                    sequence(NOW)

        return act

    assert [fault for fault in at_once([write(n) for n in range(16)]) if isinstance(fault, Exception)] == []
    sequence(LATER, sign=True)
    verdict = verify(LATER, deep=True)
    assert verdict.findings == [] and verdict.leaves == verdict.entries
    assert Entry.objects.filter(kind="application.note").count() == 96
    for pk in cases:
        row = Application.objects.get(pk=pk)
        assert Entry.objects.filter(chain=row.chain).count() == row.entry_count


def test_two_sequencers_at_once_give_each_entry_one_place(transactional_db: None) -> None:
    loose(900)
    results = at_once([lambda: sequence(NOW, sign=True) for _n in range(4)])
    faults = [fault for fault in results if isinstance(fault, Exception)]
    assert [fault for fault in faults if "locked" not in str(fault)] == []
    sequence(LATER, sign=True)
    assert TreeLeaf.objects.count() == 900
    assert verify(LATER).findings == []


class Killed(BaseException):
    """The process is gone."""


def test_a_sequencer_killed_at_any_statement_leaves_nothing_half_done(transactional_db: None) -> None:
    statements = 0
    for dies_at in range(60):
        loose(7)
        count = 0

        def kill(execute: Any, sql: str, params: Any, many: bool, context: Any, limit: int = dies_at) -> Any:
            nonlocal count
            count += 1
            if count > limit:
                raise Killed
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(kill):
                sequence(NOW + dt.timedelta(minutes=2 * dies_at), sign=True)
            statements = count
            break
        except Killed:
            connection.close()
        sequence(NOW + dt.timedelta(minutes=2 * dies_at + 1), sign=True)
        assert TreeLeaf.objects.count() == Entry.objects.count()
        assert verify(LATER).findings == []
    assert statements > 8, "the sequencer has more statements than were killed"


def test_a_sequencer_killed_between_the_file_and_the_row_goes_on(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    loose(5)
    kept = outside.keep

    def keep_and_die(note: str, size: int) -> None:
        kept(note, size)
        raise Killed

    monkeypatch.setattr(outside, "keep", keep_and_die)
    with pytest.raises(Killed):
        sequence(NOW, sign=True)
    monkeypatch.undo()
    assert SignedCheckpoint.objects.count() == 0
    loose(5)
    sequence(LATER, sign=True)
    assert SignedCheckpoint.objects.order_by("-size")[0].size == 10
    assert verify(LATER).findings == []


def test_a_clock_set_back_neither_stops_the_log_nor_raises_an_alarm(db: None) -> None:
    loose(3, LATER)
    sequence(LATER, sign=True)
    loose(3, NOW)
    assert sequence(NOW).signed == 6, "a checkpoint from the future does not silence the log"
    assert verify(LATER).findings == []


def test_last_months_backup_restored_is_not_signed_over_and_says_so(db: None) -> None:
    loose(40)
    sequence(NOW, sign=True)
    loose(40)
    sequence(LATER, sign=True)
    him = Attacker.looks()
    him.rows = him.rows[:40]
    him.replace(drop_after=40)
    for _n in range(2):
        with pytest.raises(Diverged):
            sequence(LATER, sign=True)
    loose(60)
    with pytest.raises(Diverged):
        sequence(LATER, sign=True)
    assert Finding.objects.filter(kind="diverged").count() == 1, "on the register once"
    assert SignedCheckpoint.objects.count() == 1


def test_an_emptied_folder_of_checkpoints_stops_the_signing(db: None, settings: Any) -> None:
    loose(10)
    sequence(NOW, sign=True)
    for path in settings.CHECKPOINT_DIR.iterdir():
        path.unlink()
    loose(10)
    with pytest.raises(Diverged):
        sequence(LATER, sign=True)


def test_after_a_restore_a_new_log_begins_under_a_new_name_and_old_receipts_keep_their_key(
    db: None, settings: Any, tmp_path: Any
) -> None:
    loose(40)
    sequence(NOW, sign=True)
    settings.AUDIT_ORIGIN = "audit.620799.kaigong.2"
    settings.AUDIT_KEY_FILE = tmp_path / "keys2" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints2"
    loose(10)
    assert sequence(LATER, sign=True).signed == 50
    assert verify(LATER).findings == []


def test_a_server_without_its_key_says_so_and_makes_none(db: None, settings: Any) -> None:
    settings.AUDIT_KEY_MADE_WHEN_ABSENT = False
    loose(3)
    with pytest.raises(keys.NoKey, match="audit key --make"):
        sequence(NOW, sign=True)
    assert not settings.AUDIT_KEY_FILE.exists()
    call_command("audit", "key", "--make")
    assert sequence(NOW, sign=True).signed == 3
    settings.AUDIT_KEY_FILE.unlink()
    assert verify(LATER).findings == [], "a process with the public half alone verifies"


def test_entries_are_sealed_by_fifty_by_a_minute_and_at_once_for_a_decision(db: None) -> None:
    loose(1)
    assert sequence(NOW).signed == 1, "the first one"
    loose(49)
    assert sequence(NOW + dt.timedelta(seconds=10)).signed == 0
    loose(1)
    assert sequence(NOW + dt.timedelta(seconds=11)).signed == 51
    loose(1)
    assert sequence(NOW + dt.timedelta(seconds=60)).signed == 0
    assert sequence(NOW + dt.timedelta(seconds=72)).signed == 52
    decision, _head = entries.draft(
        head=Head("application:1", 0, None), kind="application.grant", now=NOW, county="620799", payload={}
    )
    entries.append([decision])
    assert sequence(NOW + dt.timedelta(seconds=73)).signed == 53


def test_nobody_changes_or_cuts_the_tree(db: None) -> None:
    from django.db import DatabaseError

    loose(3)
    sequence(NOW, sign=True)
    for table in ("audit_treeleaf", "audit_treenode", "audit_signedcheckpoint"):
        column = {"audit_treeleaf": "position", "audit_treenode": "key", "audit_signedcheckpoint": "size"}[table]
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                connection.cursor().execute(statement)
    assert TreeNode.objects.count() == 4
