"""docs/howto/edge-cases.md: every hard case has its test, every test that is named after a case stands in the table."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "howto" / "edge-cases.md"
NAMED = re.compile(r"^def (test_(e\d+|5b\d+)_\w+)\(", re.MULTILINE)


def test_the_table_of_the_hard_cases_names_every_test_and_only_tests_that_exist() -> None:
    written = {
        f"{path.relative_to(ROOT).as_posix()}::{name}": case
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name, case in NAMED.findall(path.read_text(encoding="utf-8"))
    }
    assert set(re.findall(r"`(tests/[^`]+::\w+)`", PAGE.read_text(encoding="utf-8"))) == set(written)
    cases = set(written.values())
    assert {f"e{n}" for n in range(1, 25)} <= cases, "a case of the domain has no test"
    assert {f"5b{n}" for n in range(1, 10)} <= cases, "a bug of the others has no test"
