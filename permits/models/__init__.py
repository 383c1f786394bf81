"""The domain's rows."""

from permits.models.ledger import LedgerDoubt, LedgerFile, LedgerLine
from permits.models.projects import Block, Case, Lead, MonthlyFigure, Project, ProjectCode
from permits.models.rights import GateEvent, Permit

__all__ = [
    "Block",
    "Case",
    "GateEvent",
    "Lead",
    "LedgerDoubt",
    "LedgerFile",
    "LedgerLine",
    "MonthlyFigure",
    "Permit",
    "Project",
    "ProjectCode",
]
