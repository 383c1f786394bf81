"""One application's entries as a trace: which of them are steps of the drawn flow, and whether all of it is drawn.

An auditor replays the drawn part against the BPMN with tools of his own. Acts that the drawing does not know are
marked; the exact replay (`workflows.replaying`) covers them too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from workflows.exchange.chart import arc_id, drawn_returns, leaves_branch, legal_returns, task_id, titles
from workflows.exchange.telling import Names, Told
from workflows.flow.decisions import Decision
from workflows.flow.nodes import End, Filing, Review
from workflows.flow.procedure import ProcedureFlow

# Acts beside the drawing that no step answers to; `MOVING` ones also move a case along no drawn flow.
BESIDE = frozenset(
    {
        *("hand_over", "handed_over", "co_signers_asked", "co_signer_removed", "co_sign_agree", "co_sign_object"),
        *("stop_clock", "resume_clock", "extend_clock", "clock_correction_proposed", "clock_corrected"),
        *("rectify_proposed", "rectified", "directive", "urge", "remind", "complain"),
    }
)
MOVING = frozenset({"take_back", "withdraw", "end_as_moot", "annul", "close_consultation", "deemed_accepted"})
ANSWERS = frozenset(str(decision.value) for decision in Decision)


@dataclass(frozen=True)
class Event:
    """One entry. `task` and `arc` are ids of the BPMN: the answered step, and the flow of its answer, drawn or not."""

    entry: Told
    name: str
    node: str = ""
    task: str = ""
    arc: str = ""
    decision: str = ""


@dataclass
class Trace:
    """An application's events. `ad_hoc`: acts that the drawing does not show; `drawn`: none of them moved the case;
    `finished`: it has come to an End of its flow."""

    chain: str
    number: str = ""
    procedure: str = ""
    version: str = ""
    events: list[Event] = field(default_factory=list)
    ad_hoc: set[str] = field(default_factory=set)
    drawn: bool = True
    finished: bool = False


class Reader:
    """Reads the entries of one application after the other; `flow` None when the code has no such version."""

    def __init__(self, trace: Trace, flow: type[ProcedureFlow] | None, names: Names) -> None:
        self.trace, self.flow, self.names = trace, flow, names
        self.nodes = flow.node_map() if flow else {}
        self.titles = titles(flow) if flow else {}
        if flow is None:
            trace.drawn = False

    def take(self, entry: Told) -> None:
        """The next entry of the chain."""
        trace, act = self.trace, entry.act
        if not entry.readable:
            trace.ad_hoc.add("unreadable")
            trace.drawn = False
        elif act in BESIDE or act in MOVING:
            trace.ad_hoc.add(act)
            trace.drawn = trace.drawn and act in BESIDE
        opened = [str(row.get("node", "")) for row in entry.listed("opened")]
        trace.finished = trace.finished or any(isinstance(self.nodes.get(name), End) for name in opened)
        trace.number = trace.number or self._number(entry)
        trace.events.append(self._event(entry, act, opened))

    @staticmethod
    def _number(entry: Told) -> str:
        details = entry.payload.get("details")
        return str((details.get("number") if isinstance(details, dict) else "") or entry.payload.get("number") or "")

    def _event(self, entry: Told, act: str, opened: list[str]) -> Event:
        node = str(entry.payload.get("node", ""))
        if act == Decision.FILE:
            node = next((name for name in opened if isinstance(self.nodes.get(name), Filing)), node)
        found = self.nodes.get(node)
        if act in ANSWERS and isinstance(found, Review | Filing):
            return Event(entry, self.titles[node], node, task_id(node), self._arc(entry, found, act), act)
        name = self.names.kind(entry)
        # An act never bears the name of a step: tools tell events apart by name alone.
        return Event(entry, f"[{name}]" if name in self.titles.values() else name, node, decision=act)

    def _arc(self, entry: Told, node: Review | Filing, act: str) -> str:
        flow = self.flow
        if flow is None or isinstance(node, Filing):
            return ""
        if act == Decision.RETURN:
            details = entry.payload.get("details")
            target = str(details.get("target", "")) if isinstance(details, dict) else ""
            undrawn = target in set(legal_returns(flow, node.name)) - set(drawn_returns(flow, node.name))
            arc = arc_id(node.name, act, target)
        else:
            answer = node.answers.get(act)
            leads = answer.to if answer is not None else None
            undrawn = leads is not None and leaves_branch(flow, node.name, leads.name)
            arc = arc_id(node.name, act)
        if undrawn:
            # Lawful, and out of a parallel part: no flow of the drawing can say it.
            self.trace.ad_hoc.add(act)
            self.trace.drawn = False
        return arc
