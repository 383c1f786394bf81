"""The export package on the auditor's own machine: an environment of Python and `cryptography`, nothing else."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.audit.test_attacks import write_entries
from workflows.audit import keys
from workflows.audit.sequencer import rotate, sequence

NOW = dt.datetime(2022, 3, 1, 1, 30, tzinfo=dt.UTC)
NEEDED = ("cryptography", "cffi", "pycparser")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty environment; `cryptography` is laid in from here, file by file, so no network is asked."""
    folder = tmp_path_factory.mktemp("auditor") / "venv"
    venv.create(folder, symlinks=True, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in NEEDED:
        for file in distribution(name).files or []:
            if ".." not in file.parts and not file.name.endswith(".pyc"):
                target = packages / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), target)
    return folder / "bin" / "python"


@pytest.fixture
def package(db: None, settings: Any, tmp_path: Path) -> Path:
    """An export of 60 entries over ten applications, two keys and two checkpoints, five entries not yet sealed."""
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    heads: dict[str, Any] = {}
    write_entries(0, 30, heads)
    sequence(NOW, sign=True)
    rotate(NOW)
    write_entries(30, 54, heads)
    sequence(NOW, sign=True)
    write_entries(54, 59, heads)
    call_command("audit", "export", str(tmp_path / "package"))
    return tmp_path / "package"


def run(python: Path, *words: str) -> tuple[int, str]:
    """The verifier of the package, in an empty folder, with an environment of nothing."""
    cwd = python.parent
    clean = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    done = subprocess.run([str(python), *words], capture_output=True, text=True, cwd=cwd, env=clean)
    return done.returncode, done.stdout + done.stderr


def test_there_is_nothing_of_the_project_on_the_auditors_machine(elsewhere: Path) -> None:
    for name in ("django", "rfc8785", "workflows", "viewflow", "pytest"):
        assert run(elsewhere, "-c", f"import {name}")[0] == 1, name
    assert run(elsewhere, "-c", "import cryptography")[0] == 0
    assert Path(run(elsewhere, "-c", "import sys; print(sys.prefix)")[1].strip()) != Path(sys.prefix)


def test_the_package_verifies_there_with_the_verifier_that_it_brings(elsewhere: Path, package: Path) -> None:
    code, said = run(elsewhere, str(package / "kaigong_verify.py"), "export", str(package), "--key", _key())
    assert code == 0, said


def test_one_changed_byte_anywhere_is_named_by_its_file_and_its_entry(elsewhere: Path, package: Path) -> None:
    kept = package.parent / "kaigong_verify.py"
    shutil.copyfile(package / "kaigong_verify.py", kept)
    files = sorted(path for path in package.rglob("*") if path.is_file())
    assert {path.name for path in files} >= {
        *("entries.jsonl", "leaves.txt", "manifest.json", "manifest.sha256"),
        *("trail.csv", "trail.xlsx", "trail.xes", "land_pre_review.V1.bpmn", "kaigong_mine.py"),
    }
    for path in files:
        before = path.read_bytes()
        places = {0, len(before) // 3, len(before) // 2, len(before) - 1}
        # One program made all the drawings: a byte of each is enough.
        for at in sorted({len(before) // 2} if path.suffix == ".bpmn" else places):
            path.write_bytes(before[:at] + bytes([before[at] ^ 1]) + before[at + 1 :])
            code, said = run(elsewhere, str(kept), "export", str(package), "--key", _key())
            name = path.relative_to(package).as_posix()
            assert code == 1 and name in said, f"{name} at {at}: {said}"
            if name == "entries.jsonl":
                assert f"line {before[:at].count(bytes([10])) + 1}" in said
        path.write_bytes(before)


def test_every_single_entry_is_named_when_one_of_its_bytes_is_changed(elsewhere: Path, package: Path) -> None:
    path = package / "entries.jsonl"
    before = path.read_bytes()
    changed = [line.replace("同意".encode(), "拒绝".encode(), 1) for line in before.splitlines(keepends=True)]
    path.write_bytes(b"".join(changed))
    code, said = run(elsewhere, str(package / "kaigong_verify.py"), "export", str(package), "--key", _key())
    numbers = [n + 1 for n, (old, new) in enumerate(zip(before.splitlines(True), changed, strict=True)) if old != new]
    assert code == 1 and len(numbers) >= 59
    for n in numbers:
        assert f"changed entry: entries.jsonl line {n}\n" in said


def test_a_missing_file_is_named(elsewhere: Path, package: Path) -> None:
    (package / "MANUAL.md").unlink()
    code, said = run(elsewhere, str(package / "kaigong_verify.py"), "export", str(package), "--key", _key())
    assert code == 1 and "MANUAL.md" in said


def _key() -> str:
    return keys.verifier().text()
