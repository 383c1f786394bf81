"""The trail as XES (IEEE 1849): one trace for each application, one event for each entry, streamed.

Names of events that answer a step are the names of the tasks in the BPMN of the same package.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from django.db import connection, transaction

from workflows.exchange.sheets import clean
from workflows.exchange.telling import Names, Told, told
from workflows.exchange.traces import Event, Reader, Trace
from workflows.flow import registry

PAGE = 2000
EXTENSIONS = (("Concept", "concept"), ("Time", "time"), ("Organizational", "org"), ("Lifecycle", "lifecycle"))
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
"""
# What every event has, and with which value a reader may count where a file leaves it out.
GLOBALS = """<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event">
<string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>
<string key="lifecycle:transition" value="complete"/>
</global>
<classifier name="Step" scope="event" keys="concept:name"/>
<classifier name="Step and answer" scope="event" keys="concept:name decision"/>
"""


def write_xes(path: Path, names: Names, length: int, loose: Container[bytes]) -> int:
    """Write the traces of the entries below position `length` of the tree and of the `loose` ones; how many traces.

    `loose` holds SHA-256 of their bytes: what came in while the package was being written stays out.

    One statement, whatever the number of entries; one application stands in memory at a time.
    """
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD)
        for name, prefix in EXTENSIONS:
            uri = f"http://www.xes-standard.org/{prefix}.xesext"
            file.write(f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n')
        file.write(GLOBALS)
        file.write(_text("concept:name", "Kaigong"))
        for trace in traces(names, length, loose):
            _write(file, trace, names)
            count += 1
        file.write("</log>\n")
    return count


def traces(names: Names, length: int, loose: Container[bytes]) -> Iterator[Trace]:
    """The trace of each application, in the order of their chains."""
    flows = {(flow.procedure.code, flow.version): flow for flow in registry.flows()}
    for (chain, number, procedure, version), rows in groupby(_entries(), key=lambda row: row[:4]):
        trace = Trace(chain, number or "", procedure or "", version or "")
        reader = Reader(trace, flows.get((trace.procedure, trace.version)), names)
        for *_case, position, stored in rows:
            body = bytes(stored)
            if (position is not None and position < length) or (loose and sha256(body).digest() in loose):
                reader.take(told(body))
        if trace.events:
            yield trace


def _entries() -> Iterator[tuple[Any, ...]]:
    """(chain, number, procedure, version, position, body) of every entry of an application, chain by chain."""
    postgres = connection.vendor == "postgresql"
    # Each database finds the application by its key its own way; neither may stumble over a chain of another form.
    joined = "'application:' || a.id = e.chain" if postgres else "a.id = CAST(substr(e.chain, 13) AS INTEGER)"
    sql = f"""SELECT e.chain, a.number, a.procedure, a.version, l.position, e.body FROM audit_entry e
        LEFT JOIN audit_treeleaf l ON l.entry_id = e.id LEFT JOIN workflows_application a ON {joined}
        WHERE e.chain LIKE 'application:%%' ORDER BY e.chain, e.seq"""  # noqa: S608
    if not postgres:
        # No transaction: here one would keep everybody else from writing for as long as the file takes.
        with connection.cursor() as cursor:
            cursor.execute(sql, [])
            while page := cursor.fetchmany(PAGE):
                yield from page
        return
    from psycopg import ServerCursor

    with transaction.atomic(), ServerCursor(connection.connection, "kaigong_xes") as found:
        found.execute(sql, [])
        while rows := found.fetchmany(PAGE):
            yield from rows


def _write(file: IO[str], trace: Trace, names: Names) -> None:
    file.write("<trace>\n")
    file.write(_text("concept:name", trace.number or trace.chain))
    for key, value in (("chain", trace.chain), ("procedure", trace.procedure), ("version", trace.version)):
        file.write(_text(key, value))
    file.write(_text("bpmn", f"flows/{trace.procedure}.{trace.version}.bpmn" if trace.procedure else ""))
    file.write(_boolean("ad_hoc", bool(trace.ad_hoc)))
    file.write(_text("ad_hoc_acts", " ".join(sorted(trace.ad_hoc))))
    file.write(_boolean("drawn", trace.drawn))
    file.write(_boolean("finished", trace.finished))
    for event in trace.events:
        _write_event(file, event, names)
    file.write("</trace>\n")


def _write_event(file: IO[str], event: Event, names: Names) -> None:
    entry: Told = event.entry
    county, post = entry.text("county"), entry.text("post")
    file.write("<event>\n")
    file.write(_text("concept:name", event.name))
    if instant := entry.text("recorded_at"):
        file.write(f'<date key="time:timestamp" value={quoteattr(clean(instant))}/>\n')
    file.write(_text("lifecycle:transition", "complete"))
    actor = entry.text("actor")
    told_of = (
        ("org:resource", names.person(actor) if actor else ""),
        ("org:role", names.post(county, post) if post else ""),
        ("org:group", names.office(county, post)),
        ("decision", event.decision),
        ("task", event.task),
        ("flow", event.arc),
        ("node", event.node),
        ("kind", entry.text("kind")),
        ("for", names.person(entry.text("on_behalf_of"))),
        ("post", post),
        ("effective", entry.text("occurred_at")),
        ("entry", entry.text("id")),
    )
    for key, value in told_of:
        if value:
            file.write(_text(key, value))
    file.write("</event>\n")


def _text(key: str, value: str) -> str:
    return f"<string key={quoteattr(key)} value={quoteattr(clean(value))}/>\n"


def _boolean(key: str, value: bool) -> str:
    return f'<boolean key="{key}" value="{"true" if value else "false"}"/>\n'
