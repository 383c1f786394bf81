"""升级督办 rows: what was raised to whom, the supervision of a matter, its directives, and the sweep's heartbeat."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models import Application, Kept, KeptQuerySet, LadderRung, Step


class CauseClass(models.TextChoices):
    """卡点类型: why a matter stands still, as a conference names it (DOMAIN.md 3.3)."""

    PLAN = "plan", _("planning")
    QUOTA = "quota", _("land quota")
    TITLE = "title", _("title to land")
    COMPENSATION = "compensation", _("compensation")
    ENVIRONMENT = "environment", _("environmental capacity")
    MONEY = "money", _("money")
    PREREQUISITE = "prerequisite", _("another approval first")
    HIGHER = "higher", _("higher authority")
    COMPANY = "company", _("the project unit itself")
    OFFICE = "office", _("the office's own work")


class Supervision(Kept):
    """督办事项: one matter, one number, one leader. Its work is an application of the procedure `supervision`.

    `matter` names what it is about (`application:12`, `project:5`); `level` is the rung of the leader, 3 or 4.
    """

    county = models.CharField(max_length=6)
    matter = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="supervision")
    about = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="supervised_by")
    url = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "matter", "level", "round"], name="supervision_once_a_round"),
            models.UniqueConstraint(
                fields=["county", "matter", "level"], condition=Q(closed_at__isnull=True), name="one_open_supervision"
            ),
        ]
        indexes = [models.Index(fields=["county", "-opened_at", "-id"], name="supervision_newest")]

    def __str__(self) -> str:
        return f"{self.matter} @{self.level}"


class Escalation(Kept):
    """升级: one rung of one stalled source in one round, raised once and for ever.

    `source` is `step:12`, `application:12`, `stop:7` or what a source of the domain calls itself; `on` the first day on
    which the rung was due. `target` is the post that must act, empty when nobody could be found on that rung.
    """

    Reason = LadderRung.Reason

    county = models.CharField(max_length=6)
    source = models.CharField(max_length=60)
    rung = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    trigger = models.CharField(max_length=20, choices=Reason.choices)
    on = models.DateField()
    raised_at = models.DateTimeField()
    application = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="escalations")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="escalations")
    matter = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    subject_key = models.CharField(max_length=80)
    url = models.CharField(max_length=200)
    target = models.CharField(max_length=60, blank=True)
    copies = models.JSONField(default=list)
    passed_over = models.JSONField(default=list)
    supervision = models.ForeignKey(Supervision, null=True, on_delete=models.PROTECT, related_name="escalations")

    answer_by = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=16, choices=CauseClass.choices, blank=True)
    plan_on = models.DateField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.UniqueConstraint(fields=["source", "rung", "round"], name="escalation_once"),
            models.CheckConstraint(condition=Q(rung__gte=1, rung__lte=4), name="escalation_on_a_rung"),
        ]
        indexes = [
            models.Index(fields=["county", "target", "-id"], name="escalation_by_target"),
            models.Index(
                fields=["county", "target", "-id"], condition=Q(answered_at__isnull=True), name="escalation_unanswered"
            ),
            # A leader's morning (`permits/queries/morning.py`) reads the first rows of each of its lists, not all.
            models.Index(
                fields=["county", "target", "-rung", "on", "id"],
                condition=Q(answered_at__isnull=True),
                name="escalation_asked",
            ),
            models.Index(fields=["county", "-raised_at", "-id"], condition=Q(rung__gte=3), name="escalation_news"),
            models.Index(
                fields=["county", "target", "plan_on", "-rung", "id"],
                condition=Q(answered_at__isnull=False, plan_on__isnull=False),
                name="escalation_bound",
            ),
            models.Index(fields=["application", "id"], name="escalation_of_application"),
            models.Index(fields=["subject_key", "-id"], name="escalation_of_subject"),
            models.Index(
                fields=["id"],
                condition=Q(rung__gte=3, supervision__isnull=True) & ~Q(target=""),
                name="escalation_to_supervise",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.rung}"

    @property
    def address(self) -> str:
        """Its card; known before the row is: a message of the same batch leads there."""
        return f"/escalations/{self.source}/{self.rung}/{self.round}/"


class Directive(Kept):
    """交办事项: one task of a supervision: one owner, one due date, evidence. Its work is an application too."""

    county = models.CharField(max_length=6)
    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="directives")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="directive")
    owner_post = models.CharField(max_length=60)
    task = models.CharField(max_length=1000)
    due_on = models.DateField()
    given_at = models.DateTimeField()
    urged = models.PositiveSmallIntegerField(default=0)

    objects = KeptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["supervision", "id"], name="directive_of_supervision")]

    def __str__(self) -> str:
        return self.task[:60]


class Heartbeat(models.Model):
    """When a periodic work last came to its end, by the machine's own clock; one row for each."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
