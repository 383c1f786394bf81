"""What stands beside the entries in an export: trail.csv, trail.xlsx, trail.xes and the flows as BPMN."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from pathlib import Path

from django.utils import translation

from workflows.exchange.bpmn import bpmn_of, file_name
from workflows.exchange.sheets import Csv, Xlsx, heading, line
from workflows.exchange.telling import Names, Word, told
from workflows.exchange.xes import write_xes
from workflows.flow import registry


class Beside:
    """Takes each entry as it is written to entries.jsonl; what needs an order of its own follows at the end.

    Everything is told in one `language`, so that tasks and events bear the same names.
    """

    def __init__(self, folder: Path, now: dt.datetime, language: str, word: Word) -> None:
        self.folder, self.language = folder, language
        with translation.override(language):
            self.names = Names.load(word)
            titles = heading()
        self.files: tuple[Csv | Xlsx, ...] = (
            Csv(folder / "trail.csv", titles),
            Xlsx(folder / "trail.xlsx", titles, now),
        )
        self.lines, self.length = 0, 0
        self.loose: set[bytes] = set()

    def take(self, position: int | None, body: bytes) -> None:
        """One entry; `position` None when it has no place in the tree yet."""
        entry = told(body)
        self.lines += 1
        if position is None:
            self.loose.add(sha256(body).digest())
        else:
            self.length = position + 1
        with translation.override(self.language):
            cells = line(self.lines, position, entry, self.names)
        for file in self.files:
            file.write(cells)

    def finish(self) -> None:
        """Write the rest."""
        for file in self.files:
            file.close()
        with translation.override(self.language):
            write_xes(self.folder / "trail.xes", self.names, self.length, self.loose)
            write_flows(self.folder / "flows")


def write_flows(folder: Path) -> int:
    """Write every published version as a BPMN file, named in the active language; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    flows = registry.flows()
    for flow in flows:
        (folder / file_name(flow)).write_bytes(bpmn_of(flow))
    return len(flows)
