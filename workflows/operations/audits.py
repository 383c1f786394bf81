"""Audits of the audit: who verified, exported or printed from the trail by a command or at night."""

from __future__ import annotations

import datetime as dt
import os
import pwd
from typing import Any

from django.conf import settings

from workflows.audit.verify import Verdict
from workflows.offices.records import record


def note_verified(verdict: Verdict, about: str, now: dt.datetime) -> None:
    """Keep that the trail, or the part of it that `about` names, was verified, and what came of it."""
    said = {"about": about, "findings": len(verdict.findings), "entries": verdict.entries, "exit": verdict.exit_code}
    note_command("audit.verified", said, now)


def note_command(kind: str, payload: dict[str, Any], now: dt.datetime) -> None:
    """Keep an act on the trail by a command on the server: its actor is the system, `by` the account that ran it."""
    record(kind, actor=None, county=settings.COUNTY_CODE, now=now, payload={"by": _account(), **payload})


def _account() -> str:
    """The account of the process; the environment's word for it could be anybody's."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
