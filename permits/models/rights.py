"""批复/许可证 and the start gate: rights that a project holds, and when it might lawfully start."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from permits.models.projects import Project
from workflows.models import Kept, KeptQuerySet


class Permit(Kept):
    """An act that clears a bar, with a life of its own."""

    class State(models.TextChoices):
        VALID = "valid", _("valid")
        EXTENDED = "extended", _("extended")
        LAPSED = "lapsed", _("lapsed")
        REVOKED = "revoked", _("revoked as unlawful")
        WITHDRAWN = "withdrawn", _("withdrawn for the public good")
        CANCELLED = "cancelled", _("struck from the register")
        SUPERSEDED = "superseded", _("superseded")

    class Source(models.TextChoices):
        DECIDED = "decided", _("decided here")
        IMPORTED = "imported", _("imported from the ledger")
        RECORDED = "recorded", _("recorded by hand")

    county = models.CharField(max_length=6)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="permits")
    bar = models.CharField(_("bar"), max_length=40)
    number = models.CharField(_("number"), max_length=80, blank=True)
    project_code = models.CharField(max_length=40, blank=True)
    issued_on = models.DateField(_("issued on"), null=True)
    valid_until = models.DateField(_("valid until"), null=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    state = FSMField(_("state"), choices=State.choices, default=State.VALID, protected=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    application = models.OneToOneField(
        "workflows.Application", null=True, on_delete=models.PROTECT, related_name="permit"
    )
    file = models.FileField(upload_to="permits/%Y/%m/", max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        indexes = [
            models.Index(fields=["project", "bar"]),
            models.Index(
                fields=["county", "valid_until"],
                condition=Q(state__in=["valid", "extended"], valid_until__isnull=False),
                name="permit_may_lapse",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "bar"],
                condition=Q(state__in=["valid", "extended"]),
                name="one_standing_permit_a_bar",
            ),
            models.UniqueConstraint(
                fields=["county", "number"],
                condition=~Q(number="") & Q(source="decided"),
                name="permit_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(source="imported") | Q(application__isnull=True), name="imported_has_no_sign_off"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.bar

    @property
    def stands(self) -> bool:
        """Whether it clears its bar now."""
        return self.state in (self.State.VALID, self.State.EXTENDED)

    @transition(field=state, source=[State.VALID, State.EXTENDED], target=State.EXTENDED)
    def extend(self) -> None:
        """Extend the validity."""

    @transition(field=state, source=[State.VALID, State.EXTENDED], target=State.LAPSED)
    def lapse(self) -> None:
        """Lapse: not used in time."""

    @transition(field=state, source=[State.VALID, State.EXTENDED], target=State.REVOKED)
    def revoke(self) -> None:
        """Revoke for illegality (行政许可法 Art. 69)."""

    @transition(field=state, source=[State.VALID, State.EXTENDED], target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """Withdraw for the public good, with compensation (Art. 8)."""

    @transition(field=state, source=[State.VALID, State.EXTENDED, State.LAPSED, State.REVOKED], target=State.CANCELLED)
    def cancel(self) -> None:
        """Strike from the register (Art. 70)."""

    @transition(field=state, source=[State.VALID, State.EXTENDED], target=State.SUPERSEDED)
    def supersede(self) -> None:
        """Replace by a new one; the old one is kept."""


class GateEvent(Kept):
    """The start gate opened or shut: when, and because of which bar."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        SHUT = "shut", _("shut")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="gate_events")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    on = models.DateField()
    recorded_at = models.DateTimeField()
    because = models.CharField(max_length=200)
    round = models.PositiveIntegerField()

    objects = KeptQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "kind", "round"], name="gate_moves_once_a_round")]
