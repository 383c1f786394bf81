"""The environment of the process mining, made on demand, and what it says of files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "tests" / "data" / "bpmn" / "BPMN20.xsd"

VALIDATE = """
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
for path in sys.argv[2:]:
    try:
        schema.validate(etree.parse(path))
    except etree.XMLSyntaxError as error:
        print(path, error)
    for error in schema.error_log:
        print(path, error.message)
"""


@pytest.fixture(scope="session")
def mining() -> Path:
    """The Python of the environment that has pm4py and lxml; nothing of the project is in it."""
    made = subprocess.run([str(ROOT / "scripts" / "mining.sh")], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return ROOT / ".venv-mining" / "bin" / "python"


@pytest.fixture
def schema_faults(mining: Path) -> Callable[[list[Path]], str]:
    """What the BPMN 2.0 schema says against files; empty when nothing."""

    def ask(files: list[Path]) -> str:
        words = [str(mining), "-c", VALIDATE, str(SCHEMA), *map(str, files)]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return ask


@pytest.fixture
def mined(mining: Path, tmp_path: Path) -> Callable[[Path], tuple[int, dict[str, Any]]]:
    """The package's own script on an export, elsewhere: its exit code, and what it says of each application."""

    def ask(package: Path) -> tuple[int, dict[str, Any]]:
        words = [str(mining), str(package / "kaigong_mine.py"), str(package), "--json"]
        done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, json.loads(done.stdout)

    return ask
