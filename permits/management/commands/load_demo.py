"""`manage.py load_demo`: the demo county, once; prints who can sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from permits.demo.county import load_county
from permits.demo.staff import PASSWORD
from workflows.clock.days import civil_date
from workflows.now import now
from workflows.offices.people import demo_accounts


class Command(BaseCommand):
    """Exit code 0 when the county stands, 1 outside demo mode."""

    help = "Load the demo county (once) and print its accounts. Demo mode only: KAIGONG_DEMO=1."

    def add_arguments(self, parser: Any) -> None:
        """One option, to insist."""
        parser.add_argument("--force", action="store_true", help="even into a PostgreSQL database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is not there yet."""
        if not settings.DEMO:
            raise CommandError("Set KAIGONG_DEMO=1: demo accounts exist in demo mode only.")
        if connection.vendor != "sqlite" and not options["force"]:
            raise CommandError("This is a server's database. --force loads the demo county into it all the same.")
        if load_county(settings.COUNTY_CODE, say=self.stdout.write):
            self.stdout.write("The demo county is loaded.")
        self._print_accounts()

    def _print_accounts(self) -> None:
        found = demo_accounts(settings.COUNTY_CODE, civil_date(now()))
        self.stdout.write(f"Who can sign in (password of all: {PASSWORD}):")
        for office, held in [*found["demo_offices"], *found["demo_others"]]:
            accounts = ", ".join(f"{username} ({post})" for post, username in held)
            self.stdout.write(f"  {office}: {accounts}")
