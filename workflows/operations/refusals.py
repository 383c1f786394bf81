"""Every way in which an operation says no, with the sentence that the user reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workflows.audit.refused import Moved, NotAllowed, NotYours
from workflows.clock.citing import cite
from workflows.clock.days import SHANGHAI


def clock_time(moment: dt.datetime) -> str:
    """`04-15 10:03` in Asia/Shanghai, for sentences."""
    return moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


class NoSuchStep(NotAllowed):
    """The number names no step of this county."""

    code = "no_such_step"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no such step."))


class NotYourStep(NotYours):
    """The step waits for another post."""

    code = "not_your_step"

    def __init__(self, post: str) -> None:
        super().__init__(
            _("This step waits for %(post)s. You hold no such post today and stand in for nobody who does.")
            % {"post": post}
        )


class InOtherHands(NotYours):
    """The step was handed to one colleague."""

    code = "in_other_hands"

    def __init__(self, who: str) -> None:
        super().__init__(_("This step was handed over to %(who)s.") % {"who": who})


class Conflicted(NotYours):
    """回避: the person has declared, or was found to have, an interest (公务员法 Art. 76)."""

    code = "conflicted"

    def __init__(self) -> None:
        super().__init__(
            _("You are recused from this project (Civil Servants Law, Art. 76). Another officer must act.")
        )


class SameHand(NotYours):
    """Four eyes: he already signed another step of this application that needs a different hand."""

    code = "same_hand"

    def __init__(self) -> None:
        super().__init__(
            _(
                "You already signed another review step of this application. Two steps of the same review need two "
                "people; the head must name somebody else."
            )
        )


class AlreadySignedByYou(Moved):
    """The answer to the first click was lost; nothing is signed twice."""

    code = "already_signed_by_you"

    def __init__(self, when: dt.datetime) -> None:
        super().__init__(
            _("You signed this step at %(time)s. Nothing was signed a second time.") % {"time": clock_time(when)}
        )


class AlreadySigned(Moved):
    """Somebody else was faster."""

    code = "already_signed"

    def __init__(self, who: str, when: dt.datetime) -> None:
        super().__init__(
            _("%(who)s signed this step at %(time)s. Your opinion was not recorded.")
            % {"who": who, "time": clock_time(when)}
        )


class StepGone(Moved):
    """The step was closed without a signature: returned, withdrawn or ended."""

    code = "step_gone"

    def __init__(self, when: dt.datetime) -> None:
        super().__init__(
            _("This step was closed at %(time)s because the application was returned, withdrawn or ended.")
            % {"time": clock_time(when)}
        )


class StaleScreen(Moved):
    """What was on the screen is no longer what would be signed."""

    code = "stale_screen"

    def __init__(self, content_changed: bool) -> None:
        super().__init__(
            _("The content changed after you opened this page. Look at it again before you sign.")
            if content_changed
            else _("Somebody acted on this application after you opened this page. Look at it again before you sign.")
        )


class NotOffered(NotAllowed):
    """The step does not offer this decision."""

    code = "not_offered"

    def __init__(self, decision: str) -> None:
        super().__init__(_("This step does not offer the decision “%(decision)s”.") % {"decision": decision})


class Unlawful(NotAllowed):
    """The legal state does not allow the move."""

    code = "unlawful"
    kept = True

    def __init__(self, state: str) -> None:
        super().__init__(
            _("The application is “%(state)s”; the law does not allow this act in that state.") % {"state": state}
        )


class Missing(NotAllowed):
    """Something that must come with the decision is not there."""

    code = "missing"

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class TooEarly(NotAllowed):
    """A legal minimum wait is still running."""

    code = "too_early"

    def __init__(self, day: dt.date, article: str) -> None:
        super().__init__(
            _("The legal minimum period still runs. This step can be signed from %(day)s (%(article)s).")
            % {"day": day.isoformat(), "article": cite(article, get_language() or "")}
        )


class ClockStopped(NotAllowed):
    """No decision while the clock is stopped."""

    code = "clock_stopped"

    def __init__(self) -> None:
        super().__init__(_("The clock is stopped for a special procedure. Resume it before deciding."))


class WaitsForCoSigners(NotAllowed):
    """会签 is not complete."""

    code = "waits_for_co_signers"

    def __init__(self, names: str) -> None:
        super().__init__(_("Co-signatures are still missing: %(names)s.") % {"names": names})


class NotYourPapers(NotYours):
    """Papers come from the applicant or the office that handles the case."""

    code = "not_your_papers"

    def __init__(self) -> None:
        super().__init__(_("Only the applicant and the office in charge add papers to this application."))


class Closed(NotAllowed):
    """Nothing is added to a closed case."""

    code = "closed"

    def __init__(self, state: str) -> None:
        super().__init__(_("The application is “%(state)s”; it is closed.") % {"state": state})


class PapersMissing(NotAllowed):
    """Only a complete application is accepted (行政许可法 Art. 32(5))."""

    code = "papers_missing"

    def __init__(self, names: str) -> None:
        super().__init__(
            _("These papers are missing: %(names)s. Ask for them once, completely, or add them.") % {"names": names}
        )


class StaleOpinion(NotAllowed):
    """The content changed under an earlier opinion; who gave it must sign again."""

    code = "stale_opinion"

    def __init__(self, names: str) -> None:
        super().__init__(
            _("The content changed after %(names)s signed. Return the application so that they sign what stands now.")
            % {"names": names}
        )


class NotYourAct(NotYours):
    """An act beside the steps belongs to other posts."""

    code = "not_your_act"

    def __init__(self, post: Callable[[], str]) -> None:
        super().__init__()
        self.post = post

    def __str__(self) -> str:
        # Most pages ask about acts that are not offered; only who reads the sentence pays for the post's name.
        post = self.post()
        if not post or "." in post:
            # A key that names no post: the house's own work has no counter and no applicant.
            return _("This act belongs to other posts.")
        return _("This act belongs to other posts, such as %(post)s.") % {"post": post}


class NoClock(NotAllowed):
    """No statutory clock runs on this application."""

    code = "no_clock"

    def __init__(self) -> None:
        super().__init__(_("No statutory clock runs on this application."))


class NotStopped(NotAllowed):
    """There is nothing to resume."""

    code = "not_stopped"

    def __init__(self) -> None:
        super().__init__(_("The clock is not stopped."))


class NoCorrectionsAsked(NotAllowed):
    """No correction list is open."""

    code = "no_corrections_asked"

    def __init__(self, state: str) -> None:
        super().__init__(_("No corrections are awaited: the application is “%(state)s”.") % {"state": state})


class PointAnswered(Moved):
    """The point was answered before, here or at the counter."""

    code = "point_answered"

    def __init__(self, when: dt.datetime) -> None:
        super().__init__(
            _("This point was answered at %(time)s. Nothing was written a second time.") % {"time": clock_time(when)}
        )


class NotLate(NotAllowed):
    """No limit of the office has passed."""

    code = "not_late"

    def __init__(self) -> None:
        super().__init__(_("No limit of the office has passed yet: a reminder is possible from the day after it."))


class RemindedToday(NotAllowed):
    """One reminder a day is enough: everybody who can act has it."""

    code = "reminded_today"

    def __init__(self, when: dt.datetime) -> None:
        super().__init__(
            _("You wrote at %(time)s today; the office's head and the supervision office have it.")
            % {"time": clock_time(when)}
        )


class NoCoSigners(NotAllowed):
    """There is nobody to do without."""

    code = "no_co_signers"

    def __init__(self) -> None:
        super().__init__(_("This step has no co-signers."))


class NoExtension(NotAllowed):
    """The rule knows no extension, or it was granted already."""

    code = "no_extension"

    def __init__(self) -> None:
        super().__init__(_("The law allows no extension of this limit, or no second one."))


class NotOnTheClock(NotAllowed):
    """The law of the clock says no: ground, notice, length or time."""

    code = "not_on_the_clock"

    def __init__(self, sentence: str, citation: str) -> None:
        super().__init__(f"{sentence} ({citation})" if citation else sentence)


class CannotTakeBack(NotAllowed):
    """Only one's own newest answer, before anybody acted on it and where it decided nothing."""

    code = "cannot_take_back"

    def __init__(self) -> None:
        super().__init__(
            _("Only your own newest answer can be taken back, before the next act and if it decided nothing.")
        )


class NothingToCorrect(NotYours):
    """There is no act that this person may correct, or no proposal that he may confirm."""

    code = "nothing_to_correct"

    def __init__(self) -> None:
        super().__init__(_("There is nothing here that you could correct or confirm."))


class NobodySilent(NotAllowed):
    """Every office has answered, or still has time."""

    code = "nobody_silent"

    def __init__(self) -> None:
        super().__init__(_("No office is past its time for an answer."))


class NotACoSigner(NotYours):
    """The person's posts are not asked for a co-signature, or not yet."""

    code = "not_a_co_signer"

    def __init__(self) -> None:
        super().__init__(_("No co-signature is asked of your posts now."))


class OwnCoSignature(NotYours):
    """Two signatures of one hand are one."""

    code = "own_co_signature"

    def __init__(self) -> None:
        super().__init__(
            _("You asked for this co-signature, or may sign the step itself. Another person must co-sign.")
        )


class NeedsItsOwnPage(NotAllowed):
    """The step needs more than an opinion, so it cannot be signed in bulk."""

    code = "needs_its_own_page"

    def __init__(self) -> None:
        super().__init__(_("This step needs more than an opinion; open it and sign it by itself."))


class ConditionsStand(NotAllowed):
    """An office agreed with conditions: they are read before the next signature, so not in bulk."""

    code = "conditions_stand"

    def __init__(self) -> None:
        super().__init__(_("An office agreed with conditions; open it and read them before you sign."))


class NotYet(NotAllowed):
    """The procedure itself says what has to come first."""

    code = "not_yet"

    def __init__(self, why: str) -> None:
        super().__init__(why)
