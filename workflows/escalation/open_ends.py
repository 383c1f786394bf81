"""What still keeps a supervision open: its directives, and the matter itself while it stands still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflows.escalation.models import Directive, Escalation, Supervision
from workflows.flow.registry import procedure
from workflows.legal import State
from workflows.models import Ball, SignOff, Step

# How a source of the domain says that its matter still stands still: {prefix of the matter: question}.
StandsStill = Callable[[str, dt.date], bool]
_asked: dict[str, StandsStill] = {}


def ask_of(prefix: str, stands_still: StandsStill) -> None:
    """Let the domain answer for its own matters, such as `project:`."""
    _asked[prefix] = stands_still


def directives_left(application: Any, today: dt.date) -> str:
    """The sentence that keeps a supervision from being proposed for closing; empty when every directive is closed."""
    left = Directive.objects.filter(supervision__application=application, application__finished__isnull=True).count()
    if not left:
        return ""
    said = ngettext("%(n)s directive is still open.", "%(n)s directives are still open.", left)
    return said % {"n": left}


def matter_stands_still(application: Any, today: dt.date) -> str:
    """The sentence that keeps a matter from being closed; empty when what stalled has moved."""
    supervision = Supervision.objects.select_related("about").get(application=application)
    about = supervision.about
    prefix = supervision.matter.partition(":")[0]
    if about is None:
        still = _asked[prefix](supervision.matter, today) if prefix in _asked else False
        return _("The matter itself still stands where it stood.") if still else ""
    if not about.is_open or about.state == State.STOPPED:
        return ""
    raised = Escalation.objects.filter(supervision=supervision)
    if raised.filter(step__finished__isnull=True, step__isnull=False).exclude(step__ball=Ball.APPLICANT).exists():
        return _("The step that was put before you still waits. A matter is closed when it has moved.")
    with_applicant = Step.objects.filter(process=about, finished__isnull=True, ball=Ball.APPLICANT).exists()
    if raised.filter(source=f"application:{about.pk}").exists() and not with_applicant:
        return _("The application is still undecided and late. A matter is closed when it has moved.")
    disagreed = raised.filter(trigger=Escalation.Reason.DISAGREED).order_by("-raised_at").first()
    if disagreed:
        # Another office's reply settles nothing: the office that asked goes on, or the objection stands.
        own = SignOff.objects.filter(application=about, signed_at__gt=disagreed.raised_at, voided_at__isnull=True)
        if not own.filter(post_key__startswith=f"{procedure(about.procedure).office}.").exists():
            return _("The office has not signed since another one objected. A matter is closed when it has moved.")
    return ""
