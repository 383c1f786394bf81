"""材料, 补正 and 留言: what lies in the file of an application."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from workflows.models.cases import Application, Step
from workflows.models.kept import Kept, KeptQuerySet


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

    def __str__(self) -> str:
        return f"{self.application_id} v{self.number}"


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

    def __str__(self) -> str:
        return f"{self.slot} v{self.version} {self.file_name}"


class CorrectionItem(Kept):
    """补正事项: one thing asked of the applicant; a second list may only repeat what is still missing."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="correction_items")
    round = models.PositiveSmallIntegerField()
    slot = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=300)
    repeats = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    # What the project unit wrote or handed in online; empty when the papers came to the counter.
    answer = models.CharField(max_length=1000, blank=True)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = KeptQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text


class Note(Kept):
    """内部留言: not a sign-off, but in the trail."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_title = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    objects = KeptQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.author_title} #{self.pk}"
