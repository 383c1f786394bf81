"""The county's spreadsheets as they came: the file, every row that was read from it, and what is doubtful in it.

A file is a job: it is read in the background, looked at by a person, then taken over. Nothing here is ever deleted, so
that a figure of a project leads back to its cell.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from permits.models.projects import Project
from workflows.models import Kept, KeptQuerySet


class LedgerFile(Kept):
    """One spreadsheet: received, read, reviewed and taken over.

    `run` counts the starts of its work: a worker of an older run writes nothing more. `changes` is what its review page
    shows, `plan_hash` the digest of exactly that.
    """

    class State(models.TextChoices):
        READING = "reading", _("being read")
        REVIEW = "review", _("to be reviewed")
        APPLYING = "applying", _("being taken over")
        DONE = "done", _("taken over")
        FAILED = "failed", pgettext_lazy("file", "refused")

    county = models.CharField(max_length=6)
    file = models.FileField(upload_to="ledgers/%Y/%m/", max_length=200)
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    failure_code = models.CharField(max_length=40, blank=True)
    failure = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    run = models.PositiveIntegerField(default=1)
    beat_at = models.DateTimeField()
    sheets = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    absent = models.JSONField(default=list)
    plan_hash = models.CharField(max_length=64, blank=True)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    received_post = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger file")
        verbose_name_plural = _("ledger files")
        indexes = [models.Index(fields=["county", "-received_at"])]
        constraints = [
            models.CheckConstraint(condition=~Q(state="done") | Q(applied_at__isnull=False), name="taken_over_has_time")
        ]

    def __str__(self) -> str:
        return self.file_name


class LedgerLine(Kept):
    """One project's row of a file. `cells`: field → {raw, value, unit, precision, parts, doubts, …}.

    `applied` is what the project took over from the row; the last one is `in_force`. The next file is compared with
    it, so that a figure changed here by hand is not put back by a file that still says what it said before.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waiting")
        NEW = "new", pgettext_lazy("row", "new")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        HELD = "held", _("held back")
        FAILED = "failed", pgettext_lazy("row", "failed")

    ledger = models.ForeignKey(LedgerFile, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=100)
    row_number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField(null=True)
    category = models.JSONField(default=list)
    hidden = models.BooleanField(default=False)
    cells = models.JSONField(default=dict)
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="ledger_lines")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    applied = models.JSONField(null=True)
    in_force = models.BooleanField(default=False)

    objects = KeptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ledger", "position"], name="ledger_line_once"),
            models.UniqueConstraint(fields=["ledger", "project"], name="one_line_a_project"),
            models.UniqueConstraint(fields=["project"], condition=Q(in_force=True), name="one_line_in_force"),
        ]


class LedgerDoubt(Kept):
    """One thing in a file that a person should look at, and his answer; `code` is one of `permits.ledger.doubts`.

    `key` names project, field, content and doubt, wherever the row stands: the answer holds for the next file too.
    An empty `answer` that is settled means: it is right as it was read.
    """

    ledger = models.ForeignKey(LedgerFile, on_delete=models.PROTECT, related_name="doubts")
    line = models.ForeignKey(LedgerLine, null=True, on_delete=models.PROTECT, related_name="doubts")
    sheet = models.CharField(max_length=100)
    row_number = models.PositiveIntegerField()
    column = models.CharField(max_length=4, blank=True)
    field = models.CharField(max_length=200, blank=True)
    raw = models.CharField(max_length=500, blank=True)
    code = models.CharField(max_length=40)
    args = models.JSONField(default=list)
    ask = models.BooleanField()
    key = models.CharField(max_length=64)
    read_as = models.CharField(max_length=500, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_name = models.CharField(max_length=200, blank=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["key", "-settled_at"], condition=Q(settled_at__isnull=False), name="answer_by_key"),
            models.Index(fields=["ledger", "ask"]),
        ]
