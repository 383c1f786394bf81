"""The loaded working-day calendar, append-only: what a day is, since which version, by which notice."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    """Rows of the calendar: a new version is added, an old one stays readable."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError("A calendar version is never deleted.", set())

    def update(self, **kwargs: Any) -> int:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError("A calendar version is never changed; load a new one.", set())


class CalendarDay(models.Model):
    """日历日: what one civil date is in a county, from `version` on, until a later version says otherwise."""

    county = models.CharField(max_length=6)
    date = models.DateField(_("date"))
    is_workday = models.BooleanField(_("workday"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    notice_no = models.CharField(_("notice"), max_length=80, blank=True)
    loaded_at = models.DateTimeField(_("loaded"))
    version = models.PositiveIntegerField(_("version"))

    objects = CalendarDayQuerySet.as_manager()

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
