"""事项: what a procedure is, and the base of its published versions.

One file of the domain holds one `Procedure` and its flow classes V1, V2 … A published version is frozen: module path,
class and node names are data in the rows. A version never subclasses another version that has nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import connection
from django.utils.translation import gettext as _
from viewflow.workflow import Flow
from viewflow.workflow.base import FlowMetaClass

from workflows.models import Application, Step


@dataclass(frozen=True)
class Slot:
    """One line of the document checklist. `required_if(facts)` says when it must be there; None means always."""

    code: str
    title: Any
    required_if: Callable[[dict[str, Any]], bool] | None = None
    by_office: bool = False
    basis: str = ""

    def required(self, facts: dict[str, Any]) -> bool:
        """Whether this paper must be in before acceptance."""
        return not self.by_office and (self.required_if is None or self.required_if(facts))


@dataclass(frozen=True)
class Fact:
    """One field of the application form. `kind`: text, number, date, choice, yes_no; `unit` is shown beside it."""

    code: str
    title: Any
    kind: str = "text"
    unit: Any = ""
    required: bool = True
    choices: tuple[tuple[str, Any], ...] = ()

    def shown(self, facts: dict[str, Any]) -> str:
        """The value in the reader's language; empty when there is none."""
        value = str(facts.get(self.code, ""))
        if self.kind == "yes_no" and value in ("yes", "no"):
            return str(_("yes") if value == "yes" else _("no"))
        return str(dict(self.choices).get(value, value))


@dataclass(frozen=True)
class Check:
    """审查要点: one point an officer has to judge, with its legal basis and the paper that proves it."""

    code: str
    title: Any
    basis: str = ""
    slot: str = ""


@dataclass
class Procedure:
    """A kind of approval.

    `rule` is the statutory limit's rule id (workflows.clock.rules), `promise` the county's own limit in working days;
    `service_rule` the limit for handing over the certificate. `series` begins its reference numbers.
    """

    code: str
    title: Any
    short: Any
    office: str
    series: str
    rule: str | None
    promise: int | None
    documents: tuple[Slot, ...] = ()
    facts: tuple[Fact, ...] = ()
    permit_title: Any = ""
    permit_series: str = ""
    permit_valid: str = ""
    filing: bool = False
    # The house's own work (督办, 交办): not an approval, opened by rule or by a leader, never by an applicant.
    internal: bool = False
    extension: bool = False
    laws: str = ""
    versions: list[type[ProcedureFlow]] = field(default_factory=list)

    @property
    def current(self) -> type[ProcedureFlow]:
        """The version that new applications get: the newest published one."""
        return self.versions[-1]

    def slot(self, code: str) -> Slot | None:
        """The checklist line with this code."""
        return next((slot for slot in self.documents if slot.code == code), None)


@contextmanager
def _held(flow_class: type, process_pk: int) -> Any:
    """viewflow's lock: operations already hold the application's row; here it is only asserted."""
    if not connection.in_atomic_block:
        raise RuntimeError("An application moves only inside an operation (workflows.operations).")
    yield


class _Published(FlowMetaClass):
    """Lets a version name its procedure in the class line; viewflow's own metaclass takes no keywords."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **said: Any) -> Any:
        return super().__new__(mcs, name, bases, {**attrs, **said})

    def __init__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **said: Any) -> None:
        super().__init__(name, bases, attrs)


class ProcedureFlow(Flow, metaclass=_Published):
    """Base of every published version; give `procedure=` and `version=` in the class line."""

    process_class = Application
    task_class = Step
    lock_impl = staticmethod(_held)
    procedure: ClassVar[Procedure]
    version: ClassVar[str] = ""
    has_split: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Publish the version under its procedure. Raises `TypeError` when it subclasses a version with nodes."""
        if any(getattr(base, "_nodes_by_name", None) for base in cls.__mro__[1:] if base is not ProcedureFlow):
            raise TypeError(f"{cls.__name__}: a version never subclasses another version that has nodes.")
        procedure = cls.__dict__.get("procedure")
        if procedure is not None:
            cls.version = cls.version or cls.__name__
            cls.process_title = str(procedure.code)
        super().__init_subclass__(**kwargs)
        from workflows.flow.nodes import Split

        cls.has_split = any(isinstance(node, Split) for node in cls._nodes_by_name.values())
        if procedure is not None:
            procedure.versions.append(cls)

    @classmethod
    def node_map(cls) -> dict[str, Any]:
        """{node name: node}."""
        return dict(cls._nodes_by_name)
