"""Appending takes no lock that two applications share: what one sign-off holds keeps no other waiting."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from tests.cast import WIND_FARM_LAND, County, county_of_people
from workflows.audit import entries
from workflows.audit.models import Entry
from workflows.models import Application

# What many may hold at once: reading, and writing rows of one's own.
SHARED = {"AccessShareLock", "RowShareLock", "RowExclusiveLock"}


def held() -> list[tuple[str, str]]:
    """(kind, mode) of every lock of this transaction, except those on itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT locktype, mode FROM pg_locks WHERE pid = pg_backend_pid() AND granted "
            "AND locktype NOT IN ('virtualxid', 'transactionid')"
        )
        return list(cursor.fetchall())


@pytest.fixture
def county(transactional_db: None) -> County:
    return county_of_people()


def test_while_one_sign_off_has_appended_and_not_committed_another_is_signed_and_committed(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (county.apply("land_pre_review", WIND_FARM_LAND) for _n in range(2))
    appended, go, locks = threading.Event(), threading.Event(), []
    true, faults = entries.append, []

    def held_open(drafts: Any) -> None:
        true(drafts)
        if drafts[0].chain == first.chain:
            locks.extend(held())
            appended.set()
            assert go.wait(60)

    monkeypatch.setattr(entries, "append", held_open)

    def sign_first() -> None:
        try:
            county.sign(first, "intake", "window.land", "accept")
        except BaseException as error:
            faults.append(error)
            appended.set()
        finally:
            connection.close()

    hand = threading.Thread(target=sign_first)
    hand.start()
    try:
        assert appended.wait(60) and not faults
        before = Entry.objects.filter(chain=second.chain).count()
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 1")
        county.sign(second, "intake", "window.land", "accept")
        assert Entry.objects.filter(chain=second.chain).count() > before
        assert not Entry.objects.filter(chain=first.chain, kind="application.accept").exists()
    finally:
        go.set()
        hand.join(60)
    assert not faults and Entry.objects.filter(chain=first.chain, kind="application.accept").exists()
    assert locks and {kind for kind, _mode in locks} == {"relation"}
    assert {mode for _kind, mode in locks} <= SHARED
    assert Application.objects.get(pk=first.pk).entry_count == Entry.objects.filter(chain=first.chain).count()
