"""deploy/roles.sql as it stands: the web signs and cannot touch the tree, the worker seals and changes no entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from tests.cast import WIND_FARM_LAND, County, county_of_people
from workflows.audit import entries
from workflows.audit.models import CheckpointDelivery, Entry, Finding, SavedSearch, SignedCheckpoint, TreeLeaf
from workflows.audit.sequencer import note_finding, sequence
from workflows.audit.verify import verify
from workflows.models import Application, SignOff
from workflows.offices.models import Person
from workflows.operations import screen_of
from workflows.tasks import seal_entries

ROLES = Path(__file__).resolve().parents[2] / "deploy" / "roles.sql"
NO_RIGHT = "42501"
As = Callable[[str], AbstractContextManager[None]]


@contextmanager
def role(name: str) -> Iterator[None]:
    """Signed in to the database as this role, not merely wearing it."""
    mine = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = mine


@pytest.fixture
def roles(transactional_db: None, settings: Any, tmp_path: Path) -> County:
    """The file, run twice as its first lines promise; then a county of people."""
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    for _n in range(2):
        with connection.cursor() as cursor:
            cursor.execute(ROLES.read_text(encoding="utf-8"))
    return county_of_people()


def click(county: County, application: Application, node: str, username: str, decision: str) -> int:
    """Sign in and sign off over HTTP."""
    client = Client()
    client.force_login(county[username])
    step = county.open_step(application, node)
    seen = screen_of(Application.objects.get(pk=application.pk))
    said = {"decision": decision, "opinion": "同意。", "seen": seen}
    return client.post(reverse("sign", args=[step.pk]), said).status_code


def asked(statement: str) -> str:
    """The database's answer to a statement: empty when it obeyed, else the SQLSTATE."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(getattr(error.__cause__, "sqlstate", "?"))
    return ""


def test_the_web_takes_in_signs_and_reads_and_the_worker_seals_and_verifies(roles: County) -> None:
    county = roles
    with role("kaigong_web"):
        application = county.apply("land_pre_review", WIND_FARM_LAND)
        assert click(county, application, "intake", "window.land", "accept") == 302
        auditor = Client()
        auditor.force_login(county["auditor"])
        assert auditor.get("/audit/").status_code == 200
        assert auditor.get("/audit/entries/?kind=application").status_code == 200
        assert SignOff.objects.filter(application=application).exists()
    with role("kaigong_worker"):
        assert sequence(county.now, sign=True).signed == Entry.objects.count() == TreeLeaf.objects.count()
        seal_entries()
        note_finding("root", "checkpoint 7", "tried")
        assert verify(county.now + dt.timedelta(days=1), deep=True).exit_code == 0
    with role("kaigong_web"):
        assert auditor.post(f"/audit/findings/{Finding.objects.get().pk}/resolve/", {"resolution": "演练"}).status_code
        assert Finding.objects.get().resolved_by == county["auditor"].display_name
        for kind in ("audit.", "account."):
            auditor.post("/audit/searches/", {"kind": kind, "name": "每周"})
        saved = SavedSearch.objects.get()
        assert saved.fields == {"kind": "account."}
        assert auditor.post(f"/audit/searches/{saved.pk}/delete/").status_code == 302
        assert not SavedSearch.objects.exists()


ANYBODY = [
    "UPDATE audit_entry SET kind = 'x'",
    "UPDATE audit_entry SET body = body WHERE false",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry CASCADE",
    "UPDATE audit_treeleaf SET position = position",
    *("UPDATE audit_treenode SET hash = ''", "UPDATE audit_signedcheckpoint SET note = ''"),
    *("DELETE FROM audit_treeleaf", "DELETE FROM audit_treenode", "DELETE FROM audit_signedcheckpoint"),
    *("TRUNCATE audit_treeleaf", "TRUNCATE audit_treenode", "TRUNCATE audit_signedcheckpoint"),
    *("DELETE FROM audit_checkpointdelivery", "DELETE FROM audit_finding"),
    *("UPDATE audit_finding SET text = ''", "TRUNCATE audit_finding", "DELETE FROM django_migrations"),
    *("DROP TABLE audit_entry CASCADE", "ALTER TABLE audit_entry DISABLE TRIGGER ALL"),
    *("DROP TRIGGER audit_entry_no_row ON audit_entry", "DROP INDEX entry_arrival"),
    "ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_pkey CASCADE",
    "CREATE OR REPLACE FUNCTION kaigong_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    *("CREATE TABLE mine (n int)", "CREATE TEMPORARY TABLE mine (n int)", "CREATE SCHEMA mine"),
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TRIGGER mine BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION kaigong_append_only()",
    *("SET ROLE kaigong_owner", "GRANT kaigong_owner TO CURRENT_USER", "SET session_replication_role = replica"),
    *("SELECT setval('audit_entry_arrival_seq', 1)", "ALTER SEQUENCE audit_entry_arrival_seq RESTART"),
    *("CREATE ROLE mine", "ALTER ROLE kaigong_owner LOGIN PASSWORD 'x'", "SELECT pg_read_file('PG_VERSION')"),
    "COPY audit_entry TO PROGRAM 'cat'",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('audit', 'x', now())",
    "TRUNCATE offices_session",
]
WEB = [
    "INSERT INTO audit_treeleaf (position, entry_id) SELECT 9, id FROM audit_entry LIMIT 1",
    "INSERT INTO audit_treenode (key, hash) VALUES (9, '')",
    "INSERT INTO audit_signedcheckpoint (size, root, note, signed_at) VALUES (9, '', '', now())",
    "INSERT INTO audit_checkpointdelivery (id, size, \"to\", at, ok, said) VALUES (1, 9, 'x', now(), true, '')",
    "SELECT nextval('audit_checkpointdelivery_id_seq')",
]


@pytest.mark.parametrize(
    ("name", "statements"), [("kaigong_web", ANYBODY + WEB), ("kaigong_worker", ANYBODY)], ids=["web", "worker"]
)
def test_whatever_is_forbidden_is_refused_by_the_database_itself(
    roles: County, name: str, statements: list[str]
) -> None:
    entries.append([entries.draft(head=None, kind="x", now=roles.now, county="620799", payload={})[0]])
    sequence(roles.now, sign=True)
    kept = [Entry, TreeLeaf, SignedCheckpoint, CheckpointDelivery]
    before = [list(model.objects.order_by("pk").values_list()) for model in kept]
    with role(name):
        answers = {statement: asked(statement) for statement in statements}
    assert {statement: answer for statement, answer in answers.items() if answer != NO_RIGHT} == {}
    assert [list(model.objects.order_by("pk").values_list()) for model in kept] == before


def test_nobody_who_runs_owns_anything_or_belongs_to_the_owner(roles: County) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolname, count(c.oid) FROM pg_roles r LEFT JOIN pg_class c ON c.relowner = r.oid "
            "WHERE r.rolname LIKE 'kaigong\\_%' GROUP BY 1 ORDER BY 1"
        )
        owned = dict(cursor.fetchall())
        cursor.execute(
            "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member "
            "WHERE r.rolname LIKE 'kaigong\\_%'"
        )
        assert cursor.fetchone()[0] == 0
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' "
            "AND relkind IN ('r', 'S', 'i') AND pg_get_userbyid(relowner) <> 'kaigong_owner'"
        )
        assert cursor.fetchall() == []
    assert owned["kaigong_owner"] > 50 and owned["kaigong_web"] == owned["kaigong_worker"] == 0


def test_a_table_that_a_migration_has_just_made_is_closed_until_the_file_is_run_again(roles: County) -> None:
    with role("kaigong_owner"):
        assert asked("CREATE TABLE public.fresh (n int)") == ""
    try:
        with role("kaigong_web"):
            assert asked("SELECT * FROM fresh") == NO_RIGHT
            assert Person.objects.filter(username="auditor").exists()
        with connection.cursor() as cursor:
            cursor.execute(ROLES.read_text(encoding="utf-8"))
        with role("kaigong_web"):
            assert asked("INSERT INTO fresh VALUES (1)") == ""
    finally:
        assert asked("DROP TABLE IF EXISTS fresh") == ""
