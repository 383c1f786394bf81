"""Entries: canonical bytes, an unbroken chain, and rows that nobody changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from workflows.audit import entries
from workflows.audit.canonical import canonical, digest, instant, leaf
from workflows.audit.entries import Head
from workflows.audit.ids import uuid7
from workflows.audit.models import Entry

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)


def draft(head: Head | None, kind: str = "application.agree") -> tuple[Entry, Head]:
    return entries.draft(head=head, kind=kind, now=NOW, county="620799", payload={"opinion": "同意。"})


def test_equal_content_has_equal_bytes_whatever_the_order_and_the_unicode_form() -> None:
    assert canonical({"b": "é", "a": 1}) == canonical({"a": 1, "b": "e\u0301"}) == '{"a":1,"b":"é"}'.encode()
    # RFC 8785 sorts by UTF-16 code units: the emoji comes before U+FF21.
    assert canonical({"\uff21": 1, "😀": 2}).startswith('{"😀"'.encode())


@pytest.mark.parametrize("value", [1.5, NOW, {"x": b"y"}, object()])
def test_a_record_holds_no_number_with_a_point_no_instant_and_no_bytes(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_an_instant_is_text_in_utc_and_never_naive() -> None:
    assert instant(NOW) == "2022-03-01T01:30:00.000000Z"
    with pytest.raises(ValueError, match="time zone"):
        instant(NOW.replace(tzinfo=None))


def test_the_leaf_is_rfc_6962s() -> None:
    assert leaf(b"") == hashlib.sha256(b"\x00").digest()
    assert digest({}) == hashlib.sha256(b"{}").hexdigest()


def test_ids_of_one_instant_rise() -> None:
    found = [uuid7(NOW) for _n in range(100)]
    assert found == sorted(found) and len(set(found)) == 100
    assert all(key.version == 7 for key in found)


def test_an_entry_carries_its_columns_in_its_bytes(db: None) -> None:
    entry, head = draft(Head("application:1", 4, b"\x01" * 32))
    entries.append([entry])
    kept = Entry.objects.get()
    said = json.loads(bytes(kept.body))
    assert said["seq"] == "5" == str(kept.seq) and said["prev"] == "01" * 32
    assert said["payload"] == {"opinion": "同意。"}
    assert bytes(kept.leaf_hash) == leaf(bytes(kept.body)) == head.last_hash


def test_appending_one_entry_or_many_costs_one_statement_of_the_act(db: None) -> None:
    rows = [draft(Head(f"application:{n}", 0, None))[0] for n in range(8)]
    for drafts in (rows[:1], rows[1:]):
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            entries.append(drafts)
        said = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
        assert len(said) == 1 and said[0].startswith("INSERT")


def test_two_entries_never_stand_at_the_same_place_of_a_chain(db: None) -> None:
    head = Head("application:1", 0, None)
    entries.append([draft(head)[0]])
    with pytest.raises(IntegrityError), transaction.atomic():
        entries.append([draft(head)[0]])


def test_acts_without_an_application_have_no_chain(db: None) -> None:
    entries.append([draft(None)[0], draft(None)[0]])
    assert Entry.objects.filter(chain="", seq__isnull=True).count() == 2


def test_nobody_changes_or_deletes_an_entry(db: None) -> None:
    entry = draft(None)[0]
    entries.append([entry])
    with pytest.raises(models.ProtectedError):
        entry.save()
    with pytest.raises(models.ProtectedError):
        entry.delete()
    for statement in ("UPDATE audit_entry SET kind = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()
    assert Entry.objects.count() == 1
