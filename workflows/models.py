"""The engine's rows: applications, steps, sign-offs, documents, clock events.

Rows that carry a sign-off are never deleted. `Application` is viewflow's process and `Step` its task; columns that
viewflow offers and we do not use are switched off.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess, AbstractTask

from workflows.audit.entries import Head
from workflows.legal import OPEN_STATES, LegalState, State

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


class KeptQuerySet(models.QuerySet[Any]):
    """Rows of the record: they may not be deleted in bulk either."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError("The record is never deleted.", set())


class Kept(models.Model):
    """Base of the record's rows."""

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError("The record is never deleted.", {self})


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
    yellow_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    not_before = models.DateField(null=True)
    rung = models.PositiveSmallIntegerField(default=0)
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
                fields=["county", "red_at", "id"],
                condition=Q(finished__isnull=True, red_at__isnull=False),
                name="step_sweep",
            ),
            models.Index(fields=["owner", "-finished"], condition=Q(finished__isnull=False), name="step_signed_by"),
        ]

    def __str__(self) -> str:
        return f"{self.node} #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the act is still awaited."""
        return self.finished is None


class SignOff(Kept):
    """签批: who decided what, for whom, in which post, on which content, when. Never changed; a later one may void it."""

    county = models.CharField(max_length=6)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="sign_offs")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="sign_offs")
    node = models.CharField(max_length=60, blank=True)
    act = models.CharField(max_length=30)
    opinion = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sign_offs")
    signer_name = models.CharField(max_length=80)
    post_key = models.CharField(max_length=60)
    post_title = models.CharField(max_length=200)
    principal = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    principal_name = models.CharField(max_length=80, blank=True)
    authority_no = models.CharField(max_length=80, blank=True)
    second_name = models.CharField(max_length=80, blank=True)
    content_hash = models.CharField(max_length=64)
    content_version = models.PositiveIntegerField()
    distinct_hand = models.BooleanField(default=False)
    signed_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="voids")
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        indexes = [
            models.Index(fields=["application", "signed_at", "id"]),
            models.Index(fields=["signer", "-signed_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(principal__isnull=True) | ~Q(authority_no=""), name="stand_in_has_authority"
            ),
        ]


class ContentVersion(Kept):
    """Exactly what was on the screen: the canonical bytes behind a sign-off's content hash."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="contents")
    number = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    body = models.BinaryField()
    recorded_at = models.DateTimeField()

    objects = KeptQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="content_version_once")]


class Document(Kept):
    """材料: one version of one paper on the procedure's checklist; superseded versions stay readable."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents")
    slot = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    file = models.FileField(upload_to="documents/%Y/%m/", max_length=200)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploader_title = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "slot", "version"], name="document_version_once")]


class CorrectionItem(Kept):
    """补正事项: one thing asked of the applicant; a second list may only repeat what is still missing."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="correction_items")
    round = models.PositiveSmallIntegerField()
    slot = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=300)
    repeats = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects = KeptQuerySet.as_manager()


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


class CoSigner(Kept):
    """会签: another post's signature beside one step; rows, never tokens."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="co_signers")
    post_key = models.CharField(max_length=60)
    post_title = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=30, blank=True)
    sign_off = models.ForeignKey(SignOff, null=True, on_delete=models.PROTECT, related_name="+")

    objects = KeptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["step", "post_key"], condition=Q(removed_at__isnull=True), name="co_signer_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["post_key", "step"],
                condition=Q(removed_at__isnull=True, answered_at__isnull=True),
                name="co_signer_inbox",
            )
        ]


class CoSignPolicy(Kept):
    """How many of a step's co-signers must agree: all, any, n of m, or all in turn."""

    class Rule(models.TextChoices):
        ALL = "all", _("all")
        ANY = "any", _("any one")
        COUNT = "count", _("a number of them")
        TURN = "turn", _("all, one after another")

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="co_sign_policy")
    rule = models.CharField(max_length=5, choices=Rule.choices)
    count = models.PositiveSmallIntegerField(default=0)

    objects = KeptQuerySet.as_manager()


class Note(Kept):
    """内部留言: not a sign-off, but in the trail."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_title = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    objects = KeptQuerySet.as_manager()


class NumberSeries(models.Model):
    """The last number given in a county's series of a year."""

    county = models.CharField(max_length=6)
    series = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "series", "year"], name="series_once")]


class DemoClock(models.Model):
    """How far the administrator moved the demo county's clock; one row, demo mode only."""

    shift = models.DurationField(default=dt.timedelta)
    started_at = models.DateTimeField()
