"""签批 and 会签: who decided what, for whom, in which post, on which content."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Application, Step
from workflows.models.kept import Kept, KeptQuerySet


class SignOff(Kept):
    """签批: who decided what, for whom, in which post, on which content, when. A later one may void it."""

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

    # Set by the page's query: the confirmed correction of these words, if any.
    corrected_by: SignOff | None = None

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        indexes = [
            models.Index(fields=["application", "signed_at", "id"]),
            models.Index(fields=["signer", "-signed_at"]),
            models.Index(fields=["id"], condition=Q(act="object", voided_at__isnull=True), name="sign_off_objection"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(principal__isnull=True) | ~Q(authority_no=""), name="stand_in_has_authority"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.signer_name} #{self.pk}"


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

    def __str__(self) -> str:
        return f"{self.post_key} #{self.step_id}"


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

    def __str__(self) -> str:
        return f"{self.rule} #{self.step_id}"
