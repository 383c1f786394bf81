"""A PostgreSQL and a Redis of one's own, on free ports, that vanish with their folder.

    python scripts/servers.py [--durable] -- COMMAND…     run COMMAND with DATABASE_URL and REDIS_URL set

Nothing of the machine's own servers is touched. `--durable` lets PostgreSQL write to disk at every commit, as in
production; without it a commit may be lost with the machine, which no test minds and which makes tests quicker.
"""

import argparse
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

STARTUP_SECONDS = 30
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class ServerFault(Exception):
    """A server that is not installed or does not come up; the text says which and why."""


@contextmanager
def servers(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """Run both servers; yields the environment variables that lead to them.

    Raises `ServerFault` when a program is missing or does not answer within 30 seconds.
    """
    with ExitStack() as stack:
        database_url = stack.enter_context(postgresql(durable=durable))
        redis_url = stack.enter_context(redis())
        yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """A fresh cluster in a folder of its own; yields the address of its empty database `kaigong`."""
    binaries = _postgresql_binaries()
    with _folder() as folder:
        data, log, port = folder / "data", folder / "log", free_port()
        initdb = [binaries / "initdb", "--pgdata", data, "--username=kaigong", "--auth=trust"]
        made = subprocess.run(
            [*_unprivileged(), *_text([*initdb, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])],
            capture_output=True,
            text=True,
            cwd=folder,
        )
        if made.returncode:
            raise ServerFault(f"PostgreSQL could not make its cluster: {made.stderr.strip()}")
        options = ["listen_addresses=127.0.0.1", "max_connections=200", *(() if durable else HASTY)]
        settings = [word for option in options for word in ("-c", option)]
        command = [binaries / "postgres", "-D", data, "-p", port, "-k", folder, *settings]
        ready = [binaries / "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={port}"]
        with _running(command, log, signal.SIGINT, lambda: subprocess.run(_text(ready)).returncode == 0):
            createdb = [binaries / "createdb", "--host=127.0.0.1", f"--port={port}", "--username=kaigong", "kaigong"]
            subprocess.run(_text(createdb), check=True)
            yield f"postgres://kaigong@127.0.0.1:{port}/kaigong"


@contextmanager
def redis() -> Iterator[str]:
    """A Redis that keeps nothing on disk; yields its address."""
    program = shutil.which("redis-server")
    if not program:
        raise ServerFault("redis-server is not installed; on Debian: apt-get install redis-server")
    with _folder() as folder:
        port = free_port()
        command = [program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        with _running(command, folder / "log", signal.SIGTERM, lambda: _answers(port)):
            yield f"redis://127.0.0.1:{port}/0"


def _postgresql_binaries() -> Path:
    """The folder of the newest PostgreSQL here; Debian keeps initdb off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise ServerFault("PostgreSQL is not installed; on Debian: apt-get install postgresql")


def _server_user() -> str | None:
    """Whom the servers run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _unprivileged() -> list[str]:
    """The start of a command line that leaves root behind and dies with this process, however that ends."""
    prefix = ["setpriv", "--pdeathsig", "INT"]
    user = _server_user()
    return [*prefix, "--reuid", user, "--regid", str(pwd.getpwnam(user).pw_gid), "--clear-groups"] if user else prefix


@contextmanager
def _folder() -> Iterator[Path]:
    # Short, because the path of a Unix socket may have no more than 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="kaigong-", dir="/tmp"))
    try:
        user = _server_user()
        if user:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(command: Sequence[object], log: Path, stop: signal.Signals, ready: Callable[[], bool]) -> Iterator[None]:
    """Run a server until the block ends. A session of its own keeps the Ctrl-C of a terminal from reaching it first."""
    name = Path(str(command[0])).name
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*_unprivileged(), *_text(command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + STARTUP_SECONDS
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise ServerFault(f"{name} did not come up: {log.read_text(errors='replace').strip()[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        server.send_signal(stop)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _text(command: Sequence[object]) -> list[str]:
    return [str(word) for word in command]


def end_with_grace(number: int, _frame: object) -> None:
    """A signal handler: leave by an exception, so that every `finally` stops its server."""
    raise SystemExit(128 + number)


def main() -> int:
    """Run the command between the servers; its exit status is ours."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--durable", action="store_true", help="let PostgreSQL write to disk at every commit")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, end_with_grace)
    try:
        with servers(durable=options.durable) as environment:
            return subprocess.run(options.command, env=os.environ | environment).returncode
    except ServerFault as fault:
        print(fault, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
