"""The domain's rows."""

from permits.models.projects import Block, Case, Lead, MonthlyFigure, Project, ProjectCode
from permits.models.rights import GateEvent, Permit

__all__ = ["Block", "Case", "GateEvent", "Lead", "MonthlyFigure", "Permit", "Project", "ProjectCode"]
