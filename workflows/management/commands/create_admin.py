"""`manage.py create_admin USERNAME --name NAME`: the technical administrator, with a one-time password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflows.audit.refused import Refused
from workflows.now import now
from workflows.offices.accounts import create_administrator


class Command(BaseCommand):
    """Create the administrator. There is no default password; the one printed must be changed at the first sign-in."""

    help = "Create the technical administrator and print a one-time password."

    def add_arguments(self, parser: CommandParser) -> None:
        """The user name and the name."""
        parser.add_argument("username")
        parser.add_argument("--name", default="系统管理员")
        parser.add_argument("--county", default=settings.COUNTY_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Create and print."""
        try:
            made = create_administrator(
                username=options["username"], name=options["name"], county=options["county"], now=now()
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"user name: {made.person.username}")
        self.stdout.write(f"one-time password: {made.password}")
        self.stdout.write("It is shown once and must be changed at the first sign-in.")
