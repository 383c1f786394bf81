"""Every page of the house, by the name of its address: ONE table for the tests that walk them all.

A new address without a row fails `tests/pages/test_every_page.py`. A row may have several addresses; `{keys}` are those
of `tests.standing`. Who may open what is not written here: it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

ROLES = (
    *("chief.land", "window.eia", "applicant.windfarm", "ndrc", "admin", "auditor"),
    *("deputy.city", "supervision", "statistics"),
)

ACTS = ("note", "co-signers", "stop", "withdraw", "end", "remind", "urge", "directive")
PROJECT_ACTS = ("permit", "end-permit", "start", "block", "figure", "lead", "code", "split", "merge", "statistics")

PAGES: dict[str, tuple[str, ...]] = {
    "inbox": (
        "/inbox/",
        "/inbox/?tab=unit",
        "/inbox/?tab=waiting",
        "/inbox/?tab=soon",
        "/inbox/?tab=done",
        "/inbox/?q=000",
    ),
    "hand_over_selected": ("/inbox/hand-over/?step={step}", "/inbox/hand-over/"),
    "step": ("/steps/{step}/", "/steps/{asked_step}/"),
    "applications": ("/applications/", "/applications/?kind=late", "/applications/?q=000"),
    "application": ("/applications/{land}/", "/applications/{asked}/", "/applications/{supervision}/"),
    "application_deadline": ("/applications/{land}/deadline/",),
    "letter": ("/applications/{asked}/letters/{letter}/",),
    "special_act": tuple(f"/applications/{{{case}}}/acts/{act}/" for act in ACTS for case in ("land", "supervision")),
    "audit": ("/audit/",),
    "audit_entries": ("/audit/entries/", "/audit/entries/?text=同意"),
    "audit_timeline": ("/audit/applications/{land}/",),
    "receipt_page": ("/audit/receipts/{letter}/",),
    "audit_findings": ("/audit/findings/",),
    "audit_four_eyes": ("/audit/four-eyes/?year=all",),
    "audit_progress": ("/audit/verify/progress/",),
    "audit_export": ("/audit/export/",),
    "audit_readers": ("/audit/readers/",),
    "audit_erasures": ("/audit/erasures/",),
    "escalations": ("/escalations/", "/escalations/?tab=all", "/escalations/?tab=answered"),
    "escalation": ("/escalations/{climbed}/", "/escalations/{climbed_low}/"),
    "morning": ("/morning/",),
    "offices_compared": ("/offices-compared/", "/offices-compared/?period=last_year"),
    "escalations_tomorrow": ("/escalations/tomorrow/",),
    "ladder": ("/escalations/ladder/",),
    "operations": ("/operations/",),
    "runbook": ("/operations/runbook/",),
    "messages": ("/messages/",),
    "message_settings": ("/messages/settings/",),
    "message_failures": ("/messages/failures/",),
    "demo_clock": ("/demo/clock/",),
    "calendars": ("/calendars/?year=2022",),
    "deadline": ("/deadline/?rule=eia-form&start=2022-01-17&from1=2022-01-24&to1=2022-02-11&why1=expert-review",),
    "procedures": ("/procedures/",),
    "procedure": ("/procedures/land_pre_review/", "/procedures/land_conversion/"),
    "rules": ("/rules/",),
    "search": ("/search/?q=绣花庙风电场项目", "/search/?q=000"),
    "check": ("/check/", "/check/?number=1&code=AAAAAAAA"),
    "permits:projects": ("/projects/", "/projects/?q=000"),
    "permits:portfolio": ("/projects/portfolio/", "/projects/portfolio/?q=000"),
    "permits:portfolio_schedule": ("/projects/portfolio/schedule/",),
    "permits:portfolio_waiting": ("/projects/portfolio/waiting/", "/projects/portfolio/waiting/?q=000"),
    "permits:portfolio_map": ("/projects/portfolio/map/", "/projects/portfolio/map/?q=000"),
    "permits:mine": ("/projects/mine/",),
    "permits:new": ("/projects/new/",),
    "permits:project": ("/projects/{project}/",),
    "permits:edit": ("/projects/{project}/edit/",),
    "permits:act": tuple(f"/projects/{{project}}/acts/{act}/" for act in PROJECT_ACTS),
    "permits:open_case": ("/projects/{project}/apply/construction_permit/", "/projects/{project}/apply/water_filing/"),
    "permits:permit": ("/projects/{project}/permits/{permit}/",),
    "permits:import": ("/projects/import/",),
    "permits:ledger_file": ("/projects/import/{ledger}/",),
    "offices:people": ("/people/", "/people/?q=000"),
    "offices:create": ("/people/new/",),
    "offices:import": ("/people/import/",),
    "offices:tree": ("/people/offices/",),
    "offices:password": ("/people/me/password/",),
    "offices:sessions": ("/people/me/sessions/",),
    "offices:person": ("/people/{person}/",),
    "staffing:transfer": ("/people/appointments/{appointment}/transfer/",),
    "staffing:cover": ("/people/covers/new/",),
    "staffing:recusal": ("/people/recusals/new/",),
}
# Pages of whoever is not signed in.
OUTSIDE = ("/sign-in/", "/check/", "/check/?number=1&code=AAAAAAAA")
# Addresses that answer with a file, with words for a machine, or with another address: nothing to look at.
NO_PAGE = {
    *("home", "sign_in", "document", "receipt", "flow_bpmn", "healthz", "readyz"),
    *(
        "pulse",
        "permits:permit_file",
        "audit_package",
        "permits:start_file",
        "permits:export_ledger",
        "permits:ledger_progress",
    ),
}


def names() -> Iterator[tuple[str, Any]]:
    """(name, view) of every address; Django's own admin is not a page of the house."""

    def walk(patterns: Any, space: str) -> Iterator[tuple[str, Any]]:
        for entry in patterns:
            inner = getattr(entry, "namespace", None)
            if inner == "admin":
                continue
            if hasattr(entry, "url_patterns"):
                yield from walk(entry.url_patterns, f"{space}{inner}:" if inner else space)
            else:
                yield f"{space}{entry.name}", entry.callback

    yield from walk(get_resolver().url_patterns, "")


def addresses(keys: dict[str, Any]) -> list[str]:
    """All addresses of the table."""
    return [address.format(**keys) for row in PAGES.values() for address in row]
