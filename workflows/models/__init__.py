"""The engine's rows: applications, steps, sign-offs, documents, clock events.

Rows that carry a sign-off are never deleted.
"""

from workflows.models.cases import Application, Ball, Step
from workflows.models.kept import Kept, KeptQuerySet
from workflows.models.ladder import LadderRung
from workflows.models.liking import SavedFilter
from workflows.models.papers import ContentVersion, CorrectionItem, Document, Note
from workflows.models.signatures import CoSigner, CoSignPolicy, SignOff
from workflows.models.timing import ClockRow, DemoClock, MovedDueDate, NumberSeries

__all__ = [
    "Application",
    "Ball",
    "ClockRow",
    "CoSignPolicy",
    "CoSigner",
    "ContentVersion",
    "CorrectionItem",
    "DemoClock",
    "Document",
    "Kept",
    "KeptQuerySet",
    "LadderRung",
    "MovedDueDate",
    "Note",
    "NumberSeries",
    "SavedFilter",
    "SignOff",
    "Step",
]
