"""时限: the events of the clock, number series of a year, and the demo county's clock."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Application, Step
from workflows.models.kept import Kept, KeptQuerySet


class ClockRow(Kept):
    """时限事件: append-only; `workflows.clock` computes the dates from these rows."""

    class Kind(models.TextChoices):
        START = "start", _("start")
        STOP = "stop", _("stop")
        RESUME = "resume", _("resume")
        EXTEND = "extend", _("extend")
        CORRECT = "correct", _("correct")
        FINISH = "finish", _("finish")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="clock_rows")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    effective = models.DateField()
    recorded_at = models.DateTimeField()
    rule = models.CharField(max_length=40)
    ground = models.CharField(max_length=40, blank=True)
    notice = models.CharField(max_length=120, blank=True)
    expected_end = models.DateField(null=True)
    days = models.PositiveSmallIntegerField(null=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = KeptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["application", "effective", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="stop") | (~Q(ground="") & ~Q(notice="") & Q(expected_end__isnull=False)),
                name="stop_has_rule_notice_and_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.effective}"


class MovedDueDate(Kept):
    """到期日变动: a date that moved without an act on the application, old and new; append-only."""

    class What(models.TextChoices):
        STATUTORY = "statutory", _("statutory limit")
        PROMISED = "promised", _("promised date")
        STEP = "step", _("limit of the step")
        WAIT = "wait", _("end of the minimum wait")

    class Because(models.TextChoices):
        CALENDAR = "calendar", _("the calendar changed")
        COMPARED = "compared", _("the nightly comparison found it wrong")

    county = models.CharField(max_length=6)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="moved_dates")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=What.choices)
    old = models.DateField(null=True)
    new = models.DateField(null=True)
    was_provisional = models.BooleanField(default=False)
    is_provisional = models.BooleanField(default=False)
    because = models.CharField(max_length=10, choices=Because.choices)
    calendar_version = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("moved due date")
        verbose_name_plural = _("moved due dates")
        indexes = [
            models.Index(fields=["county", "-recorded_at", "-id"], name="moved_date_newest"),
            models.Index(fields=["application", "-id"], name="moved_date_of_application"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.old} → {self.new}"


class NumberSeries(models.Model):
    """The last number given in a county's series of a year."""

    county = models.CharField(max_length=6)
    series = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "series", "year"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


class DemoClock(models.Model):
    """How far the administrator moved the demo county's clock; one row, demo mode only."""

    shift = models.DurationField(default=dt.timedelta)
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.shift)
