"""The export package from the page: asked for, made by the periodic work, taken along, verified elsewhere."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests.cast import WIND_FARM_LAND, County
from workflows.audit import keys
from workflows.audit.models import Entry, ExportRun
from workflows.audit.sequencer import sequence
from workflows.exchange import packing
from workflows.tasks import pack_asked


@pytest.fixture(autouse=True)
def log_apart(settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    settings.EXPORT_DIR = tmp_path / "exports"


@pytest.fixture
def auditor(county: County) -> Client:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    sequence(county.now, sign=True)
    client = Client()
    client.force_login(county["auditor"])
    return client


def asked(auditor: Client) -> ExportRun:
    assert auditor.post("/audit/export/new/").status_code == 302
    return ExportRun.objects.get()


def taken(auditor: Client, run: ExportRun) -> bytes:
    response: Any = auditor.get(f"/audit/export/{run.pk}.zip")
    assert response.status_code == 200 and response["Content-Type"] == "application/zip"
    return b"".join(response.streaming_content)


def test_the_auditor_takes_a_package_that_verifies_without_us(auditor: Client, tmp_path: Path) -> None:
    run = asked(auditor)
    shown = auditor.get("/audit/export/").content.decode()
    assert "即将开始" in shown or "正在制作导出包" in shown
    assert pack_asked() and not pack_asked(), "one package for one question"
    run.refresh_from_db()
    packed = taken(auditor, run)
    assert sha256(packed).hexdigest() == run.said["file_sha256"]
    assert run.said["file_sha256"] in auditor.get("/audit/export/").content.decode()
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path / "mine")
    folder = tmp_path / "mine" / f"kaigong-audit-{run.pk}"
    assert {"entries.jsonl", "trail.csv", "trail.xlsx", "trail.xes", "MANUAL.md"} <= {p.name for p in folder.iterdir()}
    verified = subprocess.run(
        [sys.executable, "kaigong_verify.py", "export", ".", "--key", keys.verifier().text()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert list((tmp_path / "exports").iterdir()) == [packing.path_of(run)], "nothing else is left behind"


def test_asking_making_and_taking_stand_on_record(auditor: Client, county: County) -> None:
    run = asked(auditor)
    pack_asked()
    taken(auditor, run)
    kinds = Entry.objects.filter(kind__in=["audit.exported", "reading.package"]).order_by("pk")
    assert [(row.kind, row.actor) for row in kinds] == [
        ("audit.exported", str(county["auditor"].pk)),
        ("audit.exported", "system"),
        ("reading.package", str(county["auditor"].pk)),
    ]


def test_a_second_question_while_one_waits_is_the_same_question(auditor: Client) -> None:
    asked(auditor)
    auditor.post("/audit/export/new/")
    assert ExportRun.objects.count() == 1


def test_only_the_auditor_asks_and_takes(auditor: Client, county: County) -> None:
    run = asked(auditor)
    pack_asked()
    for username in ("chief.land", "applicant.windfarm", "deputy.city"):
        other = Client()
        other.force_login(county[username])
        assert other.get("/audit/export/").status_code == 403, username
        assert other.post("/audit/export/new/").status_code == 403, username
        assert other.get(f"/audit/export/{run.pk}.zip").status_code == 403, username


def test_a_package_is_kept_for_a_week_and_the_page_says_so(auditor: Client, tmp_path: Path) -> None:
    run = asked(auditor)
    pack_asked()
    ExportRun.objects.update(finished_at=timezone.now() - dt.timedelta(days=6, hours=23))
    pack_asked()
    assert packing.path_of(ExportRun.objects.get()) is not None
    ExportRun.objects.update(finished_at=timezone.now() - dt.timedelta(days=7, minutes=1))
    pack_asked()
    assert list((tmp_path / "exports").iterdir()) == []
    response = auditor.get(f"/audit/export/{run.pk}.zip", follow=True)
    assert "已过保存期" in response.content.decode()
    assert auditor.get("/audit/export/99999.zip").status_code == 404


def test_a_package_that_cannot_be_made_says_why_and_may_be_asked_for_again(
    auditor: Client, settings: Any, tmp_path: Path
) -> None:
    asked(auditor)
    settings.EXPORT_DIR = tmp_path / "in-the-way" / "exports"
    settings.EXPORT_DIR.parent.write_text("a file where a folder should be")
    assert not pack_asked()
    page = auditor.get("/audit/export/").content.decode()
    assert "未能制作" in page and "in-the-way" in page
    settings.EXPORT_DIR = tmp_path / "exports"
    auditor.post("/audit/export/new/")
    assert pack_asked()


def test_the_commands_say_what_is_wrong_and_exit_with_two(auditor: Client, settings: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no entry's id") as bad:
        call_command("audit", "receipt", "not-an-id")
    assert bad.value.returncode == 2
    settings.AUDIT_KEY_FILE, settings.AUDIT_KEY_MADE_WHEN_ABSENT = tmp_path / "nowhere" / "audit.pem", False
    with pytest.raises(CommandError) as keyless:
        call_command("audit", "export", str(tmp_path / "package"))
    assert keyless.value.returncode == 2
