"""What every test stands on: hypothesis' profiles, a calendar read anew, and a database that may be emptied again."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("long", parent=settings.get_profile("default"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """A calendar, ladder or promise of a rolled back test must not linger in the process, nor another county's pace."""
    from workflows.clock.calendars import forget_calendars
    from workflows.clock.promises import forget_promises
    from workflows.escalation import heartbeat
    from workflows.operations.climbing import forget_ladders
    from workflows.queries.forecasting import forget_paces

    def forget() -> None:
        forget_calendars()
        forget_ladders()
        forget_promises()
        forget_paces()

    # A run of the suite is longer than the ten minutes that a young process waits for its first sweep.
    heartbeat._started = time.monotonic()
    forget()
    yield
    forget()


@pytest.fixture(autouse=True, scope="session")
def _static_root(django_db_setup: None) -> None:
    """whitenoise warns of a folder that is not there, and warnings are errors."""
    from django.conf import settings as django_settings

    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards() -> Iterator[None]:
    """Between tests that commit, Django empties every table; the trail's triggers rightly refuse: they step aside."""
    from django.db import connection

    from workflows.audit import guards

    operations: Any = type(connection.ops)
    flush = operations.execute_sql_flush

    def flushed(self: Any, statements: Any) -> None:
        guards.drop(self.connection)
        try:
            flush(self, statements)
        finally:
            guards.create(self.connection)

    operations.execute_sql_flush = flushed
    yield
    operations.execute_sql_flush = flush


@pytest.fixture(autouse=True, scope="session")
def _every_entry_has_a_name() -> Iterator[None]:
    """What the house writes into the trail is named in its table (`tests/audit/test_what_is_on_record.py`)."""
    from django.contrib.admin import site

    from workflows.audit import entries
    from workflows.flow.decisions import Decision
    from workflows.templatetags.kinds import KINDS, kind_word

    true = entries.draft
    known = {*KINDS, *(f"application.{code}" for code in Decision.values)}
    known |= {f"admin.{model._meta.model_name}_{act}" for model in site._registry for act in ("added", "changed")}

    def draft(**said: Any) -> Any:
        kind = said["kind"]
        writer = str(sys._getframe(1).f_globals["__name__"]).partition(".")[0]
        if writer not in ("tests", "benchmarks") and kind not in known:
            assert kind.startswith("application.") and kind_word(kind) != kind.partition(".")[2], f"no name: {kind}"
        return true(**said)

    entries.draft = draft
    yield
    entries.draft = true


@pytest.fixture
def county(db: None) -> Any:
    """The staffed county, at 2022-03-01 09:30."""
    from tests.cast import county_of_people

    return county_of_people()


@pytest.fixture
def record_fits(db: None) -> Iterator[None]:
    """When the story is told, the entries of every application in it fold to what the tables say."""
    yield
    from workflows.replaying.fit import fit

    verdict = fit()
    assert (verdict.findings, verdict.cannot_tell) == ([], [])


@pytest.fixture(autouse=True)
def _files_apart(settings: Any, tmp_path: Path) -> None:
    """Papers of a test go into its own folder."""
    settings.MEDIA_ROOT = tmp_path / "files"
