"""The legal state of an application: the national codes 1–15 (DOMAIN.md 1.7) and every lawful move between them.

All transitions stand here because they are one law; a procedure adds conditions, never moves. Operations call them.
Two codes of our own follow 100: the national list has none for an application that lost its object or was handed back
after corrections that never came.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMIntegerField, can_proceed, transition


class State(models.IntegerChoices):
    """办件状态 BLZT, codes of the national data exchange standard."""

    RECEIVED = 1, _("received")
    WITHDRAWN_EARLY = 2, _("withdrawn before acceptance")
    ACCEPTED = 3, _("accepted")
    NOT_NEEDED = 4, _("not accepted: no approval is needed")
    REFUSED_AT_COUNTER = 5, _("not accepted: another authority decides")
    CORRECTING = 6, _("waiting for corrections")
    CORRECTED = 7, _("corrections received")
    IN_REVIEW = 8, _("under review")
    STOPPED = 9, _("clock stopped for a special procedure")
    RESUMED = 10, _("special procedure ended")
    GRANTED = 11, _("granted")
    GRANTED_WITH_GAPS = 12, _("granted, minor papers to follow")
    REFUSED = 13, _("refused")
    WITHDRAWN = 14, _("withdrawn by the applicant")
    ANNULLED = 15, _("annulled")
    MOOT = 101, _("ended: it lost its object")
    HANDED_BACK = 102, _("handed back: corrections never came")


OPEN_STATES = (
    State.RECEIVED,
    State.ACCEPTED,
    State.CORRECTING,
    State.CORRECTED,
    State.IN_REVIEW,
    State.STOPPED,
    State.RESUMED,
)
GRANTED_STATES = (State.GRANTED, State.GRANTED_WITH_GAPS)
BEFORE_ACCEPTANCE = (State.RECEIVED, State.CORRECTING, State.CORRECTED)
AFTER_ACCEPTANCE = (State.ACCEPTED, State.IN_REVIEW, State.STOPPED, State.RESUMED)


class LegalState(models.Model):
    """The field and its transitions; abstract, the engine's Application is built on it."""

    state = FSMIntegerField(_("state"), choices=State.choices, default=State.RECEIVED, protected=True)

    class Meta:
        abstract = True

    # 行政许可法 Art. 32(5): complete, or everything that was asked for is in.
    @transition(field=state, source=[State.RECEIVED, State.CORRECTED], target=State.ACCEPTED)
    def accept(self) -> None:
        """Accept the application (受理)."""

    # Art. 32(4): silence for five working days is acceptance, from the day of receipt.
    @transition(field=state, source=[State.RECEIVED], target=State.ACCEPTED)
    def accept_by_silence(self) -> None:
        """Deemed accepted (逾期未告知视为受理)."""

    @transition(field=state, source=[State.RECEIVED, State.CORRECTED], target=State.NOT_NEEDED)
    def not_needed(self) -> None:
        """Say that no licence is needed (不受理), Art. 32(1)."""

    @transition(field=state, source=[State.RECEIVED, State.CORRECTED], target=State.REFUSED_AT_COUNTER)
    def refuse_at_counter(self) -> None:
        """Decide not to accept and name the right authority (不予受理), Art. 32(2)."""

    @transition(field=state, source=[State.RECEIVED, State.CORRECTED], target=State.CORRECTING)
    def ask_corrections(self) -> None:
        """Tell the applicant once, completely, what is missing (一次性补正告知), Art. 32(4)."""

    @transition(field=state, source=[State.CORRECTING], target=State.CORRECTED)
    def receive_corrections(self) -> None:
        """Register the corrections (补正结束)."""

    @transition(field=state, source=[State.CORRECTING], target=State.HANDED_BACK)
    def hand_back(self) -> None:
        """Hand the papers back in writing: the corrections never came (退件)."""

    @transition(field=state, source=[State.ACCEPTED, State.IN_REVIEW], target=State.IN_REVIEW)
    def begin(self) -> None:
        """The agency begins, or goes on with, its review (部门开始办理)."""

    @transition(field=state, source=[State.ACCEPTED, State.IN_REVIEW], target=State.STOPPED)
    def stop(self) -> None:
        """Begin a special procedure whose time does not count (特别程序开始), Art. 45."""

    @transition(field=state, source=[State.STOPPED], target=State.RESUMED)
    def resume(self) -> None:
        """End the special procedure (特别程序结束)."""

    @transition(field=state, source=[State.RESUMED], target=State.IN_REVIEW)
    def go_on(self) -> None:
        """Return to the review after a special procedure."""

    @transition(field=state, source=[State.ACCEPTED, State.IN_REVIEW], target=State.GRANTED)
    def grant(self) -> None:
        """Grant (办结·通过)."""

    @transition(field=state, source=[State.IN_REVIEW], target=State.GRANTED_WITH_GAPS)
    def grant_with_gaps(self) -> None:
        """Grant while minor papers follow (容缺通过)."""

    # Art. 38: in writing, with reasons and the ways to appeal.
    @transition(field=state, source=[State.ACCEPTED, State.IN_REVIEW], target=State.REFUSED)
    def refuse(self) -> None:
        """Refuse (办结·不通过)."""

    @transition(field=state, source=list(BEFORE_ACCEPTANCE), target=State.WITHDRAWN_EARLY)
    def withdraw_early(self) -> None:
        """The applicant withdraws before acceptance (撤件)."""

    @transition(field=state, source=list(AFTER_ACCEPTANCE), target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The applicant withdraws during the review (撤回申请)."""

    @transition(field=state, source=list(OPEN_STATES), target=State.MOOT)
    def end_as_moot(self) -> None:
        """End: the project is gone (终止)."""

    @transition(field=state, source=list(GRANTED_STATES), target=State.ANNULLED)
    def annul(self) -> None:
        """Annul a grant found unlawful (撤销), Art. 69."""

    # A filing (登记表, 备案) has no officer's decision: it is complete when it is in.
    @transition(field=state, source=[State.RECEIVED], target=State.GRANTED)
    def file(self) -> None:
        """File at once, no decision (备案完成)."""

    def can_move(self, law: str) -> bool:
        """Whether the transition named `law` is lawful now."""
        return bool(can_proceed(getattr(self, law)))

    def move(self, law: str) -> None:
        """Make the transition named `law`. Raises `django_fsm.TransitionNotAllowed`."""
        getattr(self, law)()


class _Moves:
    """Where every transition leads, read off the machine itself, for checks that have no row at hand."""

    _table: ClassVar[dict[str, dict[int, int]]] = {}

    @classmethod
    def table(cls, model: type[models.Model]) -> dict[str, dict[int, int]]:
        """{transition: {source code: target code}} of the model's machine."""
        if not cls._table:
            field: Any = model._meta.get_field("state")
            for move in field.get_all_transitions(model):
                cls._table.setdefault(move.name, {})[int(move.source)] = int(move.target)
        return cls._table


def moves(model: type[models.Model]) -> dict[str, dict[int, int]]:
    """{transition: {source code: target code}}; `model` is the engine's Application."""
    return _Moves.table(model)
