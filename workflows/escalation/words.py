"""What people are told about the ladder, each in his own language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.texts import say
from workflows.models import LadderRung


def reason(code: str) -> str:
    """Why something climbed, in the reader's language."""
    return str(LadderRung.Reason(code).label)


say("step_due_soon", _("%(subject)s (%(number)s): your step is due within one working day."))
say(
    "corrections_over",
    _(
        "%(subject)s (%(number)s): the time for corrections ended on %(due)s. "
        "If nothing comes, the papers may be handed back in writing."
    ),
)
say("escalated", _("%(subject)s (%(number)s) was put before you on rung %(rung)s: %(trigger)s."), trigger=reason)
say("escalated_copy", _("For your information: %(subject)s (%(number)s), rung %(rung)s: %(trigger)s."), trigger=reason)
say("unit_remind", _("%(unit)s reminds you of %(subject)s (%(number)s): a limit has passed."))
say("unit_complain", _("%(unit)s complains about %(subject)s (%(number)s): a limit has passed."))
say("directive_urged", _("%(subject)s (%(number)s): you are urged to carry out the directive, due %(due)s."))
