"""Every way in which the import says no, with the sentence that the officer reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from permits.ledger.workbook import Unreadable
from workflows.audit.refused import Moved, NotAllowed, NotYours


def sentence(template: str, args: Mapping[str, Any] | Sequence[Any]) -> str:
    """A sentence of the reader in the active language; `template` is its msgid."""
    told = _(template)
    return told % (dict(args) if isinstance(args, Mapping) else tuple(args)) if args else told.replace("%%", "%")


class NotTheLedgersKeeper(NotYours):
    """Only the development bureau and the administrator import and settle."""

    code = "not_the_ledgers_keeper"

    def __init__(self) -> None:
        super().__init__(_("Only the Development and Reform Bureau and the system administrator take the ledger over."))


class NoSuchFile(NotAllowed):
    """The number names no file, or no question, of this county."""

    code = "no_such_file"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no such file in the ledger."))


class CannotBeRead(NotAllowed):
    """The whole file is refused: not a spreadsheet, too large, a zip bomb, damaged, protected …"""

    def __init__(self, error: Unreadable) -> None:
        self.code = error.code
        self.template, self.figures = error.template, [str(figure) for figure in error.args]
        super().__init__(sentence(error.template, self.figures))


class NoFile(NotAllowed):
    """Nothing was chosen."""

    code = "no_file"

    def __init__(self) -> None:
        super().__init__(_("Choose a file."))


class AnswerUnread(NotAllowed):
    """What a person wrote for a cell cannot be read either."""

    code = "answer_unread"

    def __init__(self, answer: str) -> None:
        super().__init__(_("“%(answer)s” cannot be read in this place.") % {"answer": answer[:60]})


class NotInReview(Moved):
    """The file is not waiting for this."""

    code = "not_in_review"

    def __init__(self) -> None:
        super().__init__(_("The file has moved on since this page was shown. Look again."))


class ChangedMeanwhile(Moved):
    """The county's projects, or the answers, changed after the differences were shown."""

    code = "changed_meanwhile"

    def __init__(self, name: str = "") -> None:
        told = _("“%(name)s” was changed meanwhile; nothing of it was taken over.") % {"name": name}
        super().__init__(told if name else _("What would change is no longer what this page showed. Look again."))


class AlreadySettled(Moved):
    """Somebody else has settled the question."""

    code = "already_settled"

    def __init__(self, who: str) -> None:
        super().__init__(_("%(who)s has settled this already.") % {"who": who})
