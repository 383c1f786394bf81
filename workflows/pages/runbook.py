"""值守手册: for each sign what it means, what to do, and the commands; read at 3 a.m. by somebody who was asleep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Advice:
    """One entry. `commands` are typed on the server, in the folder of the programme, as the service's user."""

    anchor: str
    sign: Any
    meaning: Any
    steps: tuple[Any, ...]
    commands: tuple[str, ...]


RUNBOOK = (
    Advice(
        "sweep-the-ladder",
        _("The sweep of the ladder is silent"),
        _("Nothing climbs. Nothing is lost: what was missed is raised once when it runs again."),
        (
            _("Look whether the scheduler and at least one worker run; start them."),
            _("Sweep once by hand; it is safe beside everything else."),
        ),
        ("systemctl status kaigong-beat kaigong-worker", "python manage.py sweep"),
    ),
    Advice(
        "tell-people",
        _("Messages are not sent"),
        _("Everything that was told stands in the house; only letters and robots wait."),
        (
            _("Look at the reasons on the page “Not delivered”: an address, a password or the network."),
            _("Mend the channel's address, restart the workers, then try all again on that page."),
        ),
        ("systemctl restart kaigong-worker",),
    ),
    Advice(
        "accept-by-silence",
        _("Acceptance by silence does not run"),
        _("After five working days without an answer the law accepts; the day is kept, only its entry is late."),
        (_("Run it by hand."),),
        ("python manage.py deem_accepted",),
    ),
    Advice(
        "release-stranded-work",
        _("Stranded work is not released"),
        _("Steps of people who left stay in their hands."),
        (_("Run it by hand, then look at the posts without anybody on the page “People”."),),
        ("python manage.py release_stranded",),
    ),
    Advice(
        "lapse-permits",
        _("Permits do not lapse"),
        _("A permit whose last day has passed still counts as standing."),
        (_("Run it by hand."),),
        ("python manage.py lapse_due",),
    ),
    Advice(
        "compare-the-due-dates",
        _("A stored date was wrong, or the comparison does not run"),
        _("Each wrong date is put right on record and its people are told; many at once mean a wrong calendar."),
        (
            _("Read the old and the new dates; look at the calendar's version on the page “Calendar”."),
            _("Compare again by hand; a second run must print nothing."),
        ),
        ("python manage.py compare_due",),
    ),
    Advice(
        "recount-the-ladders",
        _("The recount of the ladders does not run"),
        _("The days of the next rungs are not checked; acts keep them right all the same."),
        (_("Run it by hand."),),
        ("python manage.py recount_ladder",),
    ),
    Advice(
        "seal-the-trail",
        _("The trail is not sealed"),
        _("Entries are written but not signed over. Without a key, or with a restored database, signing is refused."),
        (
            _("Look for a finding on the page “Audit trail”, and whether the key file is where the settings say."),
            _("After a restore: do not force it. Record what was restored, and begin a new log."),
        ),
        ("python manage.py audit verify", "python manage.py audit key"),
    ),
    Advice(
        "verify-the-trail",
        _("The verification found something, or does not run"),
        _("Something of the record was changed or is missing, or could not be looked at."),
        (
            _("Change nothing. Tell the audit bureau and keep a copy of the database and of the checkpoint folder."),
            _("Verify again by hand and keep what it prints."),
        ),
        ("python manage.py audit verify",),
    ),
    Advice(
        "fit-record-and-procedure",
        _("A record does not fit its procedure, or nobody looked"),
        _("What the entries come out at is not what the tables say, or a path was recorded that no flow allows."),
        (
            _("Change nothing. The finding names application, entry and what differs; tell the audit bureau."),
            _("Look at that application again by hand; its number stands in the finding."),
        ),
        ("python manage.py audit fit", "python manage.py audit fit --application N"),
    ),
    Advice(
        "make-the-export-that-was-asked-for",
        _("An export package that was asked for does not come"),
        _("The auditor's page says why. The trail itself is not touched."),
        (
            _("Look whether the data folder has room and the worker may write there."),
            _("Write the package by hand into an empty folder and give the auditor that."),
        ),
        ("df -h", "python manage.py audit export /tmp/package"),
    ),
    Advice(
        "verify-what-was-asked",
        _("A verification that somebody asked for does not run"),
        _("The page “Verify” stands still; what an auditor asked for is not answered."),
        (_("Verify by hand; it is safe beside everything else."),),
        ("python manage.py audit verify",),
    ),
    Advice(
        "room",
        _("The disk is nearly full"),
        _("Uploads and signatures will be refused when nothing is left; nothing is half written."),
        (_("Move old backups and log files away; never the folder of papers, of keys or of checkpoints."),),
        ("df -h", "du -sh files checkpoints"),
    ),
    Advice(
        "lost-versions",
        _("An open application's version is missing"),
        _("A procedure's file was taken away while cases run on it; their pages cannot open."),
        (_("Put the file of that version back; published versions are never removed while a case is open."),),
        ("python manage.py check",),
    ),
)
