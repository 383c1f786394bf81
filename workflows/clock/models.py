"""The loaded working-day calendar and the county's promises, append-only: what, since when, by which document."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(models.QuerySet[Any]):
    """Rows in versions: a new one is added, an old one stays readable."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError("A version is never deleted.", set())

    def update(self, **kwargs: Any) -> int:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError("A version is never changed; write a new one.", set())


class CalendarDay(models.Model):
    """日历日: what one civil date is in a county, from `version` on, until a later version says otherwise."""

    county = models.CharField(max_length=6)
    date = models.DateField(_("date"))
    is_workday = models.BooleanField(_("workday"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    notice_no = models.CharField(_("notice"), max_length=80, blank=True)
    loaded_at = models.DateTimeField(_("loaded"))
    version = models.PositiveIntegerField(_("version"))

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        constraints = [models.UniqueConstraint(fields=["county", "date", "version"], name="calendar_day_once")]
        indexes = [models.Index(fields=["county", "version"], name="calendar_version")]

    def __str__(self) -> str:
        return f"{self.county} {self.date} v{self.version}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError("A calendar version is never deleted.", {self})


class PromisedLimit(models.Model):
    """承诺时限: within how many days a county promises to decide a procedure accepted from `effective_from` on.

    Append-only: the newest row for a day wins. Without a row the procedure's own figure counts.
    """

    class Unit(models.TextChoices):
        WORKING_DAY = "working_day", _("working days")
        CALENDAR_DAY = "calendar_day", _("calendar days")

    county = models.CharField(max_length=6)
    procedure = models.CharField(max_length=40)
    days = models.PositiveSmallIntegerField(_("days"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices, default=Unit.WORKING_DAY)
    effective_from = models.DateField(_("in force from"))
    document_no = models.CharField(_("document"), max_length=80)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80, blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("promised limit")
        verbose_name_plural = _("promised limits")
        constraints = [
            models.CheckConstraint(condition=models.Q(days__gte=1), name="promise_of_a_day_at_least"),
            models.CheckConstraint(condition=~models.Q(document_no=""), name="promise_has_its_document"),
        ]
        indexes = [models.Index(fields=["county", "procedure", "effective_from"], name="promise_of_a_day")]

    def __str__(self) -> str:
        return f"{self.county} {self.procedure} {self.days} {self.unit} {self.effective_from}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError("A promise is never deleted; a new one follows it.", {self})
