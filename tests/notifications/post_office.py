"""A real SMTP server of the test's own: it keeps what it gets, refuses whom it is told to, and can be out of order."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any


@dataclass
class PostOffice:
    """What arrived. `refused`: addresses answered with 550; `busy`: every mail gets a 451 while it is true."""

    port: int = 0
    mails: list[Any] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    busy: bool = False

    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]

    def subjects(self) -> list[str]:
        return [str(make_header(decode_header(mail["Subject"]))) for mail in self.mails]

    def texts(self) -> list[str]:
        return [mail.get_payload(decode=True).decode() for mail in self.mails]


class _Handler(socketserver.StreamRequestHandler):
    office: PostOffice

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline().decode(errors="replace").strip():
            verb = line.upper().split(":")[0].split(" ")[0]
            if verb in ("EHLO", "HELO", "RSET", "NOOP", "MAIL"):
                self._say("250 ok")
            elif verb == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                self._say("550 no such user" if address in self.office.refused else "250 ok")
            elif verb == "DATA":
                self._data()
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("502 no")

    def _data(self) -> None:
        self._say("354 go")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if self.office.busy:
            self._say("451 later")
            return
        self.office.mails.append(message_from_bytes(b"".join(lines)))
        self._say("250 kept")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Open it on a free port until the block ends."""
    office = PostOffice()
    handler = type("Handler", (_Handler,), {"office": office})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
