"""Every way in which an operation on projects says no, with the sentence that the user reads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from workflows.audit.refused import Moved, NotAllowed, NotYours


class NoSuchProject(NotAllowed):
    """The number names no project that this person may see."""

    code = "no_such_project"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no such project."))


class NotAKeeper(NotYours):
    """Projects are kept by the bureau of development and reform; statistics keeps its own dates."""

    code = "not_a_keeper"

    def __init__(self) -> None:
        super().__init__(_("Only the bureau of development and reform keeps the county's projects."))


class ProjectMoved(Moved):
    """Somebody else wrote first."""

    code = "project_moved"

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s was changed after you opened this page. Nothing of yours was written.") % {"name": name}
        )


class Wrong(NotAllowed):
    """A field does not fit; `field` names it."""

    code = "wrong"

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class NotInThisPhase(NotAllowed):
    """The project's phase does not allow the act."""

    code = "not_in_this_phase"

    def __init__(self, phase: str) -> None:
        super().__init__(_("The project is “%(phase)s”; this cannot be recorded now.") % {"phase": phase})


class BarNotHere(NotAllowed):
    """The bar has no procedure here, or is not on this project's route."""

    code = "bar_not_here"

    def __init__(self, bar: str) -> None:
        super().__init__(_("“%(bar)s” cannot be applied for on this project.") % {"bar": bar})


class CaseRuns(Moved):
    """One open application for a bar is enough."""

    code = "case_runs"

    def __init__(self, number: str) -> None:
        super().__init__(_("An application for this is under way: %(number)s.") % {"number": number})


class PermitStands(Moved):
    """The bar is cleared already."""

    code = "permit_stands"

    def __init__(self, number: str) -> None:
        super().__init__(_("This bar is cleared already: %(number)s. End that permit first.") % {"number": number})


class NotExtendable(NotAllowed):
    """The law of the permit does not give this extension: too late, too long, or once too often."""

    code = "not_extendable"

    def __init__(self, reason: str, article: str) -> None:
        super().__init__(
            _("%(reason)s (%(article)s). A new application is needed.") % {"reason": reason, "article": article}
        )
