"""办件 and 环节: viewflow's process and task, with the columns that we do not use switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess, AbstractTask

from workflows.audit.entries import Head
from workflows.legal import OPEN_STATES, LegalState, State
from workflows.models.kept import Kept, KeptQuerySet

if TYPE_CHECKING:
    from workflows.flow.motion import Motion


class Ball(models.TextChoices):
    """Whose turn it is: every waiting day has an owner (DOMAIN.md 0.11)."""

    APPLICANT = "applicant", _("applicant")
    OFFICE = "office", _("this office")
    OTHER_OFFICE = "other_office", _("another office's reply")
    EXPERTS = "experts", _("technical review")
    NOTICE = "notice", _("public notice, minimum wait")
    HIGHER = "higher", _("higher authority")
    COUNTY = "county", _("county government")


class Application(Kept, LegalState, AbstractProcess):
    """办件: one submission of one project under one procedure."""

    county = models.CharField(max_length=6)
    number = models.CharField(_("reference"), max_length=60)
    procedure = models.CharField(max_length=40)
    version = models.CharField(max_length=10)
    subject = models.CharField(_("project"), max_length=200)
    subject_key = models.CharField(max_length=80)
    applicant = models.CharField(_("applicant"), max_length=200)
    applicant_post = models.CharField(max_length=60, blank=True)
    office_id: int
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT, related_name="+")
    weight = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # 万元, for ordering inside one light
    search = models.CharField(max_length=500, blank=True)

    facts = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    content_version = models.PositiveIntegerField(default=1)
    # The newest content version that changed facts or the applicant's papers: an opinion on an older one is stale. The
    # office's own records (minutes, notices, the approval from above) do not make an opinion stale.
    basis_version = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)

    received_at = models.DateTimeField(_("received"))
    accepted_on = models.DateField(_("accepted"), null=True)
    accepted_by_silence = models.BooleanField(default=False)
    decided_at = models.DateTimeField(_("decided"), null=True)
    statutory_due = models.DateField(null=True)
    promised_due = models.DateField(null=True)
    due_provisional = models.BooleanField(default=False)
    stopped_since = models.DateField(null=True)
    extended = models.BooleanField(default=False)
    # The ladder (workflows.clock.ladder): the day of the next rung, the highest rung raised, and when it was raised.
    climbs_on = models.DateField(null=True)
    rung = models.PositiveSmallIntegerField(default=0)
    rung_on = models.DateField(null=True)
    ladder_round = models.PositiveSmallIntegerField(default=1)
    correction_round = models.PositiveSmallIntegerField(default=0)

    entry_count = models.PositiveIntegerField(default=0)
    last_hash = models.BinaryField(max_length=32, null=True)

    objects = KeptQuerySet.as_manager()
    motion: Motion

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="application_number_once"),
            models.CheckConstraint(
                condition=Q(promised_due__isnull=True)
                | Q(statutory_due__isnull=True)
                | Q(promised_due__lte=models.F("statutory_due")),
                name="promised_not_after_statutory",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "subject_key", "procedure"]),
            models.Index(
                fields=["county", "promised_due", "id"],
                condition=Q(finished__isnull=True),
                name="application_open_by_due",
            ),
            models.Index(fields=["county", "-received_at", "-id"], name="application_newest"),
            models.Index(fields=["climbs_on", "id"], condition=Q(climbs_on__isnull=False), name="application_sweep"),
            models.Index(fields=["id"], condition=Q(state=State.STOPPED), name="application_stopped"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in OPEN_STATES

    @property
    def chain(self) -> str:
        """The name of this application's audit chain."""
        return f"application:{self.pk}"

    @property
    def head(self) -> Head:
        """Where the next audit entry attaches; only valid while the row is locked."""
        return Head(self.chain, self.entry_count, bytes(self.last_hash) if self.last_hash else None)

    def state_label(self) -> str:
        """The legal state in the reader's language."""
        return str(State(self.state).label)


class _SwitchedOff(GenericForeignKey):
    """viewflow's permission object without its two columns: posts decide who may act. `None` cannot switch it off."""

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to check: there are no columns."""
        return []


class Step(Kept, AbstractTask):
    """环节: one act awaited from one post. Also viewflow's gates, which nobody awaits (`post_key` empty)."""

    external_task_id = None
    scheduled = None
    owner_permission = None
    owner_permission_content_type = None
    owner_permission_obj_pk = None
    owner_permission_obj = _SwitchedOff()

    process = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="task_set")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    county = models.CharField(max_length=6)
    node = models.CharField(max_length=60)
    post_key = models.CharField(max_length=60, blank=True)
    ball = models.CharField(max_length=14, choices=Ball.choices, default=Ball.OFFICE)
    due_on = models.DateField(null=True)
    not_before = models.DateField(null=True)
    climbs_on = models.DateField(null=True)
    rung = models.PositiveSmallIntegerField(default=0)
    rung_on = models.DateField(null=True)
    ladder_round = models.PositiveSmallIntegerField(default=1)
    prompted = models.BooleanField(default=False)
    decision = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        indexes = [
            models.Index(
                fields=["post_key", "county", "due_on", "id"],
                condition=Q(finished__isnull=True) & ~Q(post_key=""),
                name="step_inbox",
            ),
            models.Index(
                fields=["climbs_on", "process"],
                condition=Q(finished__isnull=True, climbs_on__isnull=False),
                name="step_sweep",
            ),
            models.Index(
                fields=["created"],
                condition=Q(finished__isnull=True, ball=Ball.APPLICANT, prompted=False),
                name="step_with_applicant",
            ),
            models.Index(fields=["owner", "-finished"], condition=Q(finished__isnull=False), name="step_signed_by"),
            models.Index(
                fields=["county", "-finished"],
                condition=Q(finished__isnull=False) & ~Q(decision=""),
                name="step_pace",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node} #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the act is still awaited."""
        return self.finished is None
