"""升级阈值: a county's ladder, in versions; the newest version is in force, older ones stay readable."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.clock.ladder import Trigger
from workflows.models.kept import Kept, KeptQuerySet


class LadderRung(Kept):
    """One threshold of one version (`workflows.clock.ladder.Threshold`)."""

    class Reason(models.TextChoices):
        """What makes a rung due, as people read it."""

        STEP_DUE = Trigger.STEP_DUE, _("step due soon")
        STEP_LATE = Trigger.STEP_LATE, _("step over its limit")
        PROMISE_USED = Trigger.PROMISE_USED, _("promise nearly used up")
        PROMISE_LATE = Trigger.PROMISE_LATE, _("promised day passed")
        STATUTE_LATE = Trigger.STATUTE_LATE, _("statutory day passed")
        HIGHER_WAITS = Trigger.HIGHER_WAITS, _("waiting long on the higher authority")
        STOP_LATE = Trigger.STOP_LATE, _("stop longer than announced")
        UNANSWERED = Trigger.UNANSWERED, _("ten working days with the deputy")
        START_MISSED = Trigger.START_MISSED, _("planned start passed, gate shut")
        DISAGREED = Trigger.DISAGREED, _("two offices disagree")
        NOT_IN_STATISTICS = Trigger.NOT_IN_STATISTICS, _("started, not in the statistics")

    county = models.CharField(max_length=6)
    version = models.PositiveIntegerField()
    rung = models.PositiveSmallIntegerField()
    trigger = models.CharField(max_length=20, choices=Reason.choices)
    value = models.PositiveSmallIntegerField()
    procedure = models.CharField(max_length=40, blank=True)
    node = models.CharField(max_length=60, blank=True)
    document = models.CharField(_("document number"), max_length=120)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = KeptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "version", "procedure", "node", "trigger", "rung"], name="ladder_rung_once"
            ),
            models.CheckConstraint(condition=Q(rung__lte=4), name="ladder_has_five_rungs"),
        ]

    def __str__(self) -> str:
        return f"{self.county} v{self.version}: {self.rung} {self.trigger} {self.value}"
