"""`audit verify|fit|checkpoint|export|bpmn|receipt|extends|rotate|key`: exit 0 clean, 1 finding, 2 cannot tell."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from workflows.audit import exporting, keys, merkle, outside
from workflows.audit.models import Entry
from workflows.audit.note import BadNote
from workflows.audit.receipts import NotSealed, receipt
from workflows.audit.sequencer import Diverged, node_at, rotate, sequence
from workflows.audit.verify import Verdict, verify, verify_application
from workflows.exchange.package import Beside, write_flows
from workflows.now import now
from workflows.operations.audits import note_command, note_verified
from workflows.replaying.fit import fit
from workflows.templatetags.kinds import kind_word

MOST_PROCESSES = 4


class Command(BaseCommand):
    """Exit code 0 clean, 1 finding, 2 cannot tell."""

    help = "Verify, seal and hand out the audit trail."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One act with its options."""
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser("verify", help="verify everything, or one application")
        check.add_argument("--application", type=int, default=0, metavar="N")
        check.add_argument("--deep", action="store_true", help="compare every column with the bytes as well")
        check.add_argument(
            "--processes", type=int, default=0, metavar="N", help="default: one a processor, four at most"
        )
        check.add_argument("--json", action="store_true", help="one JSON object on standard output")
        replay = acts.add_parser("fit", help="replay the entries against flow and law, and compare the tables")
        replay.add_argument("--application", type=int, default=None, metavar="N")
        replay.add_argument("--json", action="store_true", help="one JSON object on standard output")
        seal = acts.add_parser("checkpoint", help="give every entry its place and sign now")
        seal.add_argument("--json", action="store_true")
        give = acts.add_parser("export", help="write the package for an auditor")
        give.add_argument("folder")
        draw = acts.add_parser("bpmn", help="write every version of every flow as a BPMN 2.0 file")
        draw.add_argument("folder")
        draw.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES])
        one = acts.add_parser("receipt", help="print the proof of one entry")
        one.add_argument("entry", help="the entry's id")
        between = acts.add_parser("extends", help="print the proof that one checkpoint extends another")
        between.add_argument("old", type=Path, help="the file of the older checkpoint")
        between.add_argument("new", type=Path, help="the file of the newer checkpoint")
        turn = acts.add_parser("rotate", help="give the log a new key, or finish what broke off")
        turn.add_argument("--json", action="store_true")
        key = acts.add_parser("key", help="print the log's verifier key")
        key.add_argument("--make", action="store_true", help="make the signing key if there is none yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        getattr(self, f"_{options['act']}")(options)

    def _verify(self, options: dict[str, Any]) -> None:
        begun, moment = time.monotonic(), now()
        if options["application"]:
            about = f"application:{options['application']}"
            verdict = verify_application(options["application"])
        else:
            progress = Progress(self.stderr)
            about = "the whole trail, deep" if options["deep"] else "the whole trail"
            verdict = verify(moment, deep=options["deep"], processes=options["processes"] or at_hand(), tick=progress)
            progress.end()
        note_verified(verdict, about, moment)
        self._tell(verdict, time.monotonic() - begun, options["json"])

    def _fit(self, options: dict[str, Any]) -> None:
        begun = time.monotonic()
        progress = Progress(self.stderr)
        verdict = fit(application=options["application"], tick=progress)
        progress.end()
        said = {"applications": verdict.applications, "entries": verdict.entries}
        self._say(verdict, said, time.monotonic() - begun, options["json"])

    def _tell(self, verdict: Verdict, seconds: float, as_json: bool) -> None:
        said = {
            "entries": verdict.entries,
            "leaves": verdict.leaves,
            "checkpoints": verdict.checkpoints,
            "outside": verdict.outside,
        }
        self._say(verdict, said, seconds, as_json)

    def _say(self, verdict: Verdict, said: dict[str, int], seconds: float, as_json: bool) -> None:
        """Print the verdict and leave with its exit code."""
        if as_json:
            found = {
                "clean": verdict.exit_code == 0,
                **said,
                "seconds": round(seconds, 2),
                "findings": [found.__dict__ for found in verdict.findings],
                "cannot_tell": verdict.cannot_tell,
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            for row in verdict.findings:
                self.stdout.write(f"{row.kind}: {row.where}: {row.text}")
            for text in verdict.cannot_tell:
                self.stdout.write(f"cannot tell: {text}")
            word = {0: "clean", 1: "NOT clean", 2: "cannot tell"}[verdict.exit_code]
            counts = ", ".join(f"{count} {name}" for name, count in said.items())
            self.stdout.write(f"{word}: {counts}, {seconds:.1f} s")
        if verdict.exit_code:
            sys.exit(verdict.exit_code)

    def _checkpoint(self, options: dict[str, Any]) -> None:
        try:
            found = sequence(now(), sign=True)
        except Diverged as error:
            self.stderr.write(str(error))
            sys.exit(1)
        except keys.NoKey as error:
            self.stderr.write(str(error))
            sys.exit(2)
        self.stdout.write(json.dumps(found.__dict__) if options["json"] else f"{found.size} leaves, {found.added} new")

    def _export(self, options: dict[str, Any]) -> None:
        progress, moment = Progress(self.stderr), now()
        try:
            found = exporting.export(Path(options["folder"]), moment, progress, _beside(moment))
        except (exporting.NotEmpty, keys.NoKey) as error:
            raise CommandError(str(error), returncode=2) from error
        progress.end()
        note_command("audit.exported", {name: found[name] for name in ("entries", "size", "sha256")}, moment)
        self.stdout.write(f"{found['entries']} entries in {options['folder']}")

    def _bpmn(self, options: dict[str, Any]) -> None:
        """Flows are no secret and hold no case: nothing of it goes on record."""
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            count = write_flows(Path(options["folder"]))
        self.stdout.write(f"{count} flows in {options['folder']}")

    def _receipt(self, options: dict[str, Any]) -> None:
        try:
            row = Entry.objects.filter(pk=uuid.UUID(options["entry"])).first()
        except ValueError as error:
            raise CommandError(f"{options['entry']} is no entry's id.", returncode=2) from error
        if row is None:
            raise CommandError("There is no such entry.", returncode=2)
        try:
            said = receipt(row)
        except NotSealed as error:
            raise CommandError("No checkpoint covers this entry yet.", returncode=2) from error
        note_command("audit.receipt_printed", {"entry": str(row.pk)}, now())
        self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))

    def _extends(self, options: dict[str, Any]) -> None:
        """What `kaigong_verify.py extends` asks for beside two checkpoints that somebody kept."""
        try:
            old, new = (outside.read(options[name].read_text(encoding="utf-8")) for name in ("old", "new"))
            proof = merkle.consistency(old.size, new.size, node_at)
        except (OSError, UnicodeDecodeError, BadNote, ValueError, KeyError) as error:
            raise CommandError(str(error), returncode=2) from error
        said = {"old": old.size, "new": new.size, "proof": [step.hex() for step in proof]}
        note_command("audit.proof_printed", {"old": str(old.size), "new": str(new.size)}, now())
        self.stdout.write(json.dumps(said))

    def _rotate(self, options: dict[str, Any]) -> None:
        """The old key signs what there is, then the new one takes its place. The moment is the machine's."""
        try:
            found = rotate(timezone.now())
        except Diverged as error:
            self.stderr.write(str(error))
            sys.exit(1)
        except keys.NoKey as error:
            self.stderr.write(str(error))
            sys.exit(2)
        said = {"old": found.old.text(), "new": found.new.text(), "size": found.size, "at": found.at}
        plain = f"{said['new']}\nfollows {said['old']}\nafter {said['size']} leaves. Print and publish the new key."
        self.stdout.write(json.dumps(said) if options["json"] else plain)

    def _key(self, options: dict[str, Any]) -> None:
        if options["make"]:
            keys.make()
        try:
            self.stdout.write(keys.verifier().text())
        except keys.NoKey as error:
            raise CommandError(str(error), returncode=2) from error


def _beside(moment: dt.datetime) -> Callable[[Path], Beside]:
    """What else stands in an export, told in the county's own language."""
    return lambda folder: Beside(folder, moment, settings.LANGUAGE_CODE, kind_word)


def at_hand() -> int:
    """How many processes share the work when nobody says: one for each processor that is ours, four at most."""
    return min(MOST_PROCESSES, len(os.sched_getaffinity(0)))


class Progress:
    """A bar on a terminal's standard error, drawn at most ten times a second; standard output stays clean."""

    def __init__(self, out: Any) -> None:
        self.out, self.quiet, self.drawn = out, not sys.stderr.isatty(), 0.0

    def __call__(self, done: int, of: int) -> None:
        """Draw how far it is."""
        if self.quiet or not of or (done < of and time.monotonic() - self.drawn < 0.1):
            return
        self.drawn = time.monotonic()
        filled = 40 * done // of
        self.out.write(f"\r[{'#' * filled}{'.' * (40 - filled)}] {done:,} / {of:,}", ending="")

    def end(self) -> None:
        """Leave the line."""
        if not self.quiet and self.drawn:
            self.out.write("")
