"""Run the tests: `python scripts/test.py sqlite postgres [--keyword EXPR] [-- PYTEST-ARGUMENTS]`.

Suites run side by side, each with servers and a data folder of its own. A skipped test counts as a failed one: what was
not run is not known to work. The last line printed reads "N passed, N failed".
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from servers import ServerFault, end_with_grace, servers

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "var" / "tests"
LIMIT_SECONDS = 52 * 60
NEWS_SECONDS = 20
NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Suite:
    """One run of pytest: its arguments, what it needs, and what it says to the tests."""

    arguments: tuple[str, ...] = ()
    servers: bool = False
    durable: bool = False
    environment: tuple[tuple[str, str], ...] = ()


SUITES = {
    # As `make run` has it: one process, no server.
    "sqlite": Suite(),
    # As production has it: PostgreSQL and Redis. The browser sees no database, so one journey is enough here.
    "postgres": Suite(arguments=("-m", "not browser or journey"), servers=True),
    "simulation": Suite(arguments=("-m", "simulation"), environment=(("HYPOTHESIS_PROFILE", "long"),)),
    "bench": Suite(arguments=("benchmarks", "-m", "benchmark", "-s", "-p", "no:randomly"), servers=True, durable=True),
}


@dataclass(frozen=True)
class Outcome:
    """What one suite came to. `faults` are sentences; empty means that everything ran and passed."""

    passed: int
    failed: int
    seconds: float
    faults: tuple[str, ...]


class Run:
    """A suite on its way: started at once, `outcome()` when it has ended."""

    def __init__(self, name: str, options: argparse.Namespace, variables: dict[str, str], alone: bool) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name, self.filtered, self.started = name, bool(options.keyword or options.arguments), time.monotonic()
        self.report, self.log = LOGS / f"{name}.xml", LOGS / f"{name}.log"
        self.report.unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", *SUITES[name].arguments, f"--junitxml={self.report}"]
        command += ["-k", options.keyword] if options.keyword else []
        self.output: IO[bytes] | None = None if alone else self.log.open("wb")
        self.process = subprocess.Popen(
            [*command, *options.arguments],
            cwd=ROOT,
            env=_environment(variables | dict(SUITES[name].environment)),
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT if self.output else None,
        )
        self.ended: float | None = None

    def running(self) -> bool:
        """Whether it still runs; past the limit it is ended."""
        seconds = time.monotonic() - self.started
        if self.process.poll() is None and seconds > LIMIT_SECONDS:
            self.stop()
        if self.process.poll() is not None and self.ended is None:
            self.ended = seconds
        return self.ended is None

    def stop(self) -> None:
        """End pytest if it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def progress(self) -> str:
        """How far the log says that it is."""
        percents = re.findall(r"\[ *(\d+)%\]", self.log.read_text(errors="replace"))
        return f"{self.name} {percents[-1] if percents else 0} %"

    def outcome(self) -> Outcome:
        """The counts of pytest's own report, and every reason not to believe in success."""
        status, seconds = self.process.returncode, self.ended or 0.0
        if self.filtered and status == NOTHING_COLLECTED:
            return Outcome(0, 0, seconds, ())
        if not self.report.exists():
            return Outcome(0, 1, seconds, (f"{self.name}: pytest ended with status {status} and no report",))
        cases = list(ElementTree.parse(self.report).getroot().iter("testcase"))  # noqa: S314 - pytest wrote it just now
        broken = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
        skipped = [case for case in cases if case.find("skipped") is not None]
        faults = [f"{self.name}: skipped: {case.get('classname')}.{case.get('name')}" for case in skipped]
        if status and not broken:
            faults.append(f"{self.name}: pytest ended with status {status}")
        failed = len(broken) + len(skipped) or int(status != 0)
        return Outcome(len(cases) - len(broken) - len(skipped), failed, seconds, tuple(faults))


def _environment(extra: dict[str, str]) -> dict[str, str]:
    """The machine's environment less everything that would steer the product: a run depends on nothing outside.

    How much a benchmark does (`KAIGONG_BENCH_*`) is said by whoever runs it.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if (name.startswith("KAIGONG_BENCH_") or not name.startswith("KAIGONG_"))
        and name not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    }
    return kept | extra


def _follow(runs: list[Run]) -> None:
    """Wait for all; say now and then how far they are, for a silent CI looks like a dead one."""
    news = time.monotonic() + NEWS_SECONDS
    while [run for run in runs if run.running()]:
        time.sleep(0.2)
        if len(runs) > 1 and time.monotonic() > news:
            news += NEWS_SECONDS
            print(f"   {time.monotonic() - runs[0].started:.0f} s: {', '.join(run.progress() for run in runs)}")


def _tell(run: Run, outcome: Outcome) -> None:
    if run.output:
        run.output.close()
        lines = run.log.read_text(errors="replace").splitlines()
        if outcome.failed or outcome.faults:
            print("\n".join([f"== {run.name}", *lines[-1500:]]))
        else:
            print(f"== {run.name}: {lines[-1].strip('= ') if lines else 'nothing to run'}")
    print("\n".join(outcome.faults), end="\n" if outcome.faults else "")


def main() -> int:
    """Run the suites that were asked for; 0 only when every test ran and passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="+", choices=sorted(SUITES))
    parser.add_argument("--keyword", default="", help="run only tests whose names match, as pytest -k")
    cut = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options = parser.parse_args(sys.argv[1:cut])
    options.arguments = sys.argv[cut + 1 :]
    signal.signal(signal.SIGTERM, end_with_grace)
    runs: list[Run] = []
    with ExitStack() as stack:
        for name in options.suites:
            suite = SUITES[name]
            variables = stack.enter_context(servers(durable=suite.durable)) if suite.servers else {}
            # Here rather than in tests/settings.py: this folder goes even when pytest is killed.
            variables["KAIGONG_DATA_DIR"] = stack.enter_context(TemporaryDirectory(prefix="kaigong-tests-"))
            run = Run(name, options, variables, alone=len(options.suites) == 1)
            stack.callback(run.stop)
            runs.append(run)
        _follow(runs)
    outcomes = [run.outcome() for run in runs]
    for run, outcome in zip(runs, outcomes, strict=True):
        _tell(run, outcome)
    for run, outcome in zip(runs, outcomes, strict=True):
        print(f"{run.name}: {outcome.passed} passed, {outcome.failed} failed in {outcome.seconds:.0f} s")
    passed, failed = sum(o.passed for o in outcomes), sum(o.failed for o in outcomes)
    nothing = "" if passed or failed else " (no test matches)"
    print(f"{passed} passed, {failed} failed{nothing}")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServerFault as fault:
        sys.exit(str(fault))
    except KeyboardInterrupt:
        sys.exit(130)
