"""Which procedures exist. The domain registers them; the engine only asks."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any

from workflows.flow.procedure import Procedure, ProcedureFlow

_procedures: dict[str, Procedure] = {}


def register(procedure: Procedure) -> None:
    """Make a procedure known. Raises `ValueError` when its code is taken by another one."""
    if _procedures.get(procedure.code, procedure) is not procedure:
        raise ValueError(f"Two procedures are called {procedure.code}.")
    _procedures[procedure.code] = procedure


def discover(package: ModuleType) -> None:
    """Register every `Procedure` found in the modules of a package: adding a procedure is adding one file."""
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for value in vars(module).values():
            if isinstance(value, Procedure):
                register(value)


def procedures() -> list[Procedure]:
    """Every procedure, by code."""
    return [_procedures[code] for code in sorted(_procedures)]


def procedure(code: str) -> Procedure:
    """The procedure with this code. Raises `KeyError`."""
    return _procedures[code]


def flows() -> list[type[ProcedureFlow]]:
    """Every published version of every procedure."""
    return [version for found in procedures() for version in found.versions]


def recorded(sign_off: Any, kept: dict[str, str]) -> list[tuple[str, str]]:
    """(title, value) of the fields that an answer's record kept, in the order of its form."""
    for flow in flows():
        answer = getattr(flow.node_map().get(sign_off.node), "answers", {}).get(sign_off.act)
        if answer is not None and {fact.code for fact in answer.record} >= set(kept):
            return [(str(fact.title), fact.shown(kept)) for fact in answer.record if kept.get(fact.code)]
    return sorted(kept.items())


def flow_of(application: Any) -> type[ProcedureFlow]:
    """The version that this application runs on. Raises `LookupError` when it is gone from the code."""
    found = application.flow_class
    if found is None:
        raise LookupError(f"The version of {application.number} is missing.")
    return found


Decided = Callable[[Any, Any, Any], list[Any]]
_decided: list[Decided] = []


def on_decided(listener: Decided) -> Decided:
    """Call `listener(application, answer, now)` inside the transaction of every legal move, before the act is written.

    It returns the messages (unsaved outbox rows) that go out with the act, and drafted entries of what followed.
    """
    if listener not in _decided:
        _decided.append(listener)
    return listener


def tell_decided(application: Any, answer: Any, now: Any) -> list[Any]:
    """Tell the domain that the legal state of a locked application moved; the messages that follow from it."""
    return [message for listener in _decided for message in listener(application, answer, now)]
