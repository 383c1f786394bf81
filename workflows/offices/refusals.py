"""Every way in which an operation on people says no, with the sentence that the user reads."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from workflows.audit.refused import Moved, NotAllowed, NotYours


class NotTheAdministrator(NotYours):
    """Only the county's administrator keeps accounts, posts and covers."""

    code = "not_the_administrator"

    def __init__(self) -> None:
        super().__init__(_("Only the county's administrator may do this."))


class OtherCounty(NotYours):
    """The row belongs to another county."""

    code = "other_county"

    def __init__(self) -> None:
        super().__init__(_("This belongs to another county."))


class BadUsername(NotAllowed):
    """A user name that could not be typed, or that is not one."""

    code = "bad_username"

    def __init__(self, username: str) -> None:
        super().__init__(
            _("“%(username)s” is not a user name: use 2 to 60 of a-z, A-Z, 0-9 and . _ - @.") % {"username": username}
        )


class UsernameTaken(NotAllowed):
    """Somebody has this user name, whatever its case."""

    code = "username_taken"

    def __init__(self, username: str) -> None:
        super().__init__(_("The user name “%(username)s” is taken.") % {"username": username})


class NameMissing(NotAllowed):
    """An account without a name cannot sign: the record needs one."""

    code = "name_missing"

    def __init__(self) -> None:
        super().__init__(_("Give the person's name: signatures carry it."))


class TooLong(NotAllowed):
    """A text that the record has no room for is not cut silently."""

    code = "too_long"

    def __init__(self, text: str, most: int) -> None:
        super().__init__(_("“%(text)s…” is longer than %(most)s characters.") % {"text": text[:20], "most": most})


class AlreadyDeactivated(Moved):
    """The account is not active."""

    code = "already_deactivated"

    def __init__(self, name: str) -> None:
        super().__init__(_("The account of %(name)s is deactivated.") % {"name": name})


class AlreadyActive(Moved):
    """The account is active already."""

    code = "already_active"

    def __init__(self, name: str) -> None:
        super().__init__(_("The account of %(name)s is active.") % {"name": name})


class NotYourself(NotAllowed):
    """An administrator who locks himself out leaves nobody to let him in."""

    code = "not_yourself"

    def __init__(self) -> None:
        super().__init__(_("You cannot deactivate your own account."))


class PeriodBackwards(NotAllowed):
    """The last day lies before the first."""

    code = "period_backwards"

    def __init__(self, starts: dt.date, ends: dt.date) -> None:
        super().__init__(
            _("The last day %(ends)s lies before the first day %(starts)s.")
            % {"ends": ends.isoformat(), "starts": starts.isoformat()}
        )


class PostClosed(NotAllowed):
    """Nobody is appointed to a post that was abolished."""

    code = "post_closed"

    def __init__(self, post: str, day: dt.date) -> None:
        super().__init__(_("%(post)s was closed on %(day)s.") % {"post": post, "day": day.isoformat()})


class HoldsItAlready(NotAllowed):
    """The same person on the same post twice in one period."""

    code = "holds_it_already"

    def __init__(self, name: str, post: str, since: dt.date) -> None:
        super().__init__(
            _("%(name)s holds the post %(post)s already, from %(since)s.")
            % {"name": name, "post": post, "since": since.isoformat()}
        )


class AlreadyEnded(Moved):
    """The appointment, cover or charge is over by then."""

    code = "already_ended"

    def __init__(self, day: dt.date) -> None:
        super().__init__(_("This ended on %(day)s already.") % {"day": day.isoformat()})


class Withdrawn(Moved):
    """It was withdrawn before its first day."""

    code = "withdrawn"

    def __init__(self) -> None:
        super().__init__(_("This was withdrawn before it began."))


class SignedSince(NotAllowed):
    """A last day before the last signature would leave that signature without its post."""

    code = "signed_since"

    def __init__(self, name: str, day: dt.date) -> None:
        super().__init__(
            _("%(name)s signed from this post on %(day)s; the last day in it cannot be earlier.")
            % {"name": name, "day": day.isoformat()}
        )


class SamePost(NotAllowed):
    """A transfer leads to another post."""

    code = "same_post"

    def __init__(self) -> None:
        super().__init__(_("A transfer leads to another post than the one that is left."))


class StandsInForHimself(NotAllowed):
    """A person may not stand in for himself."""

    code = "stands_in_for_himself"

    def __init__(self) -> None:
        super().__init__(_("Nobody stands in for himself. Choose another person."))


class NoAuthority(NotAllowed):
    """Standing in needs a written authority."""

    code = "no_authority"

    def __init__(self) -> None:
        super().__init__(_("Standing in needs a written authority: give its number."))


class CoverTooLong(NotAllowed):
    """A cover without a near end is an appointment in disguise."""

    code = "cover_too_long"

    def __init__(self, most: int) -> None:
        super().__init__(
            _("A cover lasts %(most)s days at most. For longer, appoint somebody to the post.") % {"most": most}
        )


class BackdatedCover(NotAllowed):
    """An authority is written before it is used."""

    code = "backdated_cover"
    kept = True

    def __init__(self, today: dt.date) -> None:
        super().__init__(
            _("A cover cannot begin before today, %(today)s: the authority is written before anybody acts on it.")
            % {"today": today.isoformat()}
        )


class OutsideTheAppointment(NotAllowed):
    """Nobody can be represented on days on which he does not hold the post."""

    code = "outside_the_appointment"

    def __init__(self, name: str, post: str) -> None:
        super().__init__(
            _("%(name)s does not hold the post %(post)s on all of these days.") % {"name": name, "post": post}
        )


class NotVacant(NotAllowed):
    """A cover for a vacancy needs a vacancy."""

    code = "not_vacant"

    def __init__(self, post: str, name: str) -> None:
        super().__init__(
            _("%(post)s is not vacant on these days: %(name)s holds it. Write the cover for that person.")
            % {"post": post, "name": name}
        )


class CoveredAlready(NotAllowed):
    """Two people standing in for one at the same time would be two hands under one name."""

    code = "covered_already"

    def __init__(self, who: str, stand_in: str, starts: dt.date, ends: dt.date | None) -> None:
        super().__init__(
            _("%(stand_in)s stands in for %(who)s from %(starts)s to %(ends)s already. End that cover first.")
            % {
                "stand_in": stand_in,
                "who": who,
                "starts": starts.isoformat(),
                "ends": ends.isoformat() if ends else "…",
            }
        )


class AwayHimself(NotAllowed):
    """No cover of a cover: who is himself away has nothing to hand on."""

    code = "away_himself"

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s is away on these days, and an authority cannot be passed on. Choose another person.")
            % {"name": name}
        )


class NoPost(NotAllowed):
    """Only an officer in service stands in for another."""

    code = "no_post"

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s holds no post of an office on all of these days, so there is nobody to give the authority to.")
            % {"name": name}
        )


class InChargeAlready(NotAllowed):
    """An office is in one leader's charge at a time."""

    code = "in_charge_already"

    def __init__(self, office: str, post: str) -> None:
        super().__init__(
            _("%(office)s is in the charge of %(post)s in that period. End that charge first.")
            % {"office": office, "post": post}
        )


class ReasonMissing(NotAllowed):
    """A recusal is declared with its reason."""

    code = "reason_missing"

    def __init__(self) -> None:
        super().__init__(_("Give the reason: the declaration is kept."))


class SubjectMissing(NotAllowed):
    """A recusal names the matter that it is about."""

    code = "subject_missing"

    def __init__(self) -> None:
        super().__init__(_("Say which project the recusal is about."))


class RecusedAlready(Moved):
    """The same declaration stands."""

    code = "recused_already"

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s is recused from this project already.") % {"name": name})


class LiftedAlready(Moved):
    """The recusal was lifted."""

    code = "lifted_already"

    def __init__(self) -> None:
        super().__init__(_("This recusal was lifted already."))


class LiftedByHimself(NotYours):
    """The agency decides on recusal, not the person concerned (公务员法 Art. 77)."""

    code = "lifted_by_himself"

    def __init__(self) -> None:
        super().__init__(_("The agency lifts a recusal, not the person concerned (Civil Servants Law, Art. 77)."))


class WrongPassword(NotAllowed):
    """The present password does not fit."""

    code = "wrong_password"
    kept = True

    def __init__(self) -> None:
        super().__init__(_("The present password is wrong."))
