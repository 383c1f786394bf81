"""The 24-character project code of GB/T 40058-2021 and its check digit (ISO 7064 MOD 11,10)."""

from __future__ import annotations

import re

from permits.ledger.doubts import find
from permits.ledger.facts import CodeStatus, Fact, Raw
from permits.ledger.text import narrow, plain_number, storable

_SHAPE = re.compile(r"(\d{4})-?(\d{6})-?(\d{2})-?(\d{2})-?(\d{6})")


def check_digit(first19: str) -> int:
    """The check digit of 19 digits by ISO 7064 MOD 11,10. Raises ValueError for anything but 19 digits."""
    if not re.fullmatch(r"[0-9]{19}", first19):
        raise ValueError("a project code has 19 digits before its check digit")
    remainder = 10
    for digit in first19:
        remainder = (remainder + int(digit)) % 10 or 10
        remainder = remainder * 2 % 11
    return (11 - remainder) % 10


def normalise(text: str) -> str:
    """Narrow digits and hyphens, hyphens in their places; text that is not a code comes back narrowed."""
    text = narrow(text).translate(str.maketrans("_/", "--"))
    match = _SHAPE.fullmatch(text)
    return "-".join(match.groups()) if match else text


def is_legacy(code: str) -> bool:
    """Whether the first segment is a year (codes before 2021) and not YYMM.

    `2011`, `2012`, `2101` … are year and month, since the present code began in November 2020; any other 20xx is a
    year (DOMAIN 1.2).
    """
    head = code[:4]
    if head in ("2011", "2012"):
        return False
    return 2000 <= int(head) <= 2021


def status(code: str) -> CodeStatus:
    """What the check of a normalised code finds."""
    if not code:
        return CodeStatus.MISSING
    match = _SHAPE.fullmatch(code)
    if match is None:
        return CodeStatus.MALFORMED
    if is_legacy(code):
        return CodeStatus.LEGACY
    if not 1 <= int(code[2:4]) <= 12:
        return CodeStatus.MALFORMED
    digits = "".join(match.groups())
    return CodeStatus.OK if check_digit(digits[:19]) == int(digits[19]) else CodeStatus.BAD_CHECK


def read_code(raw: Raw) -> Fact:
    """A code from a cell: value the normalised code (str), precision its CodeStatus."""
    text = plain_number(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else str(raw or "")
    code = normalise(text)
    if code in {"-", "无", "待定", "暂无", "未赋码", "--"}:
        code = ""
    found = status(code)
    findings = []
    if found is CodeStatus.BAD_CHECK:
        digits = code.replace("-", "")
        findings.append(find("code_bad_check", code=code, expected=check_digit(digits[:19])))
    elif found is CodeStatus.LEGACY:
        findings.append(find("code_legacy", code=code))
    elif found is CodeStatus.MALFORMED:
        findings.append(find("code_malformed", code=storable(text)))
    elif found is CodeStatus.MISSING:
        findings.append(find("code_missing"))
    if found in (CodeStatus.OK, CodeStatus.BAD_CHECK, CodeStatus.LEGACY) and code != text.strip():
        findings.append(find("code_rewritten", raw=text.strip(), code=code))
    return Fact(code or None, precision=str(found), findings=tuple(findings))
