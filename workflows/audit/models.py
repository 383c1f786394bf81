"""The entries and the tree over them: inserted once, never changed, never deleted; triggers on both databases say so
(migrations 0002 and 0003).
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# The acts that a leader's morning tells; every other click is the offices' own day. They have an index of their own.
NEWS = tuple(
    f"application.{act}"
    for act in (
        "grant",
        "grant_with_gaps",
        "refuse",
        "refused_above",
        "ask_once",
        "accept",
        "stop_clock",
        "resume_clock",
        "deemed",
    )
)


class Entry(models.Model):
    """One act. `body` holds the canonical bytes that are hashed; every other column is an index over them.

    `chain` is empty for acts without an application: the tree alone holds those.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    county = models.CharField(max_length=6)
    chain = models.CharField(max_length=60, blank=True)
    seq = models.PositiveIntegerField(null=True)
    prev_hash = models.BinaryField(max_length=32, null=True)
    kind = models.CharField(max_length=60)
    schema_version = models.PositiveSmallIntegerField(default=1)
    actor = models.CharField(max_length=40, blank=True)
    on_behalf_of = models.CharField(max_length=40, blank=True)
    post = models.CharField(max_length=60, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    request_id = models.CharField(max_length=40, blank=True)
    body = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], condition=~Q(chain=""), name="entry_once_in_chain"),
            models.UniqueConstraint(fields=["chain", "prev_hash"], condition=~Q(chain=""), name="entry_chain_no_fork"),
            models.CheckConstraint(condition=Q(chain="") | Q(seq__isnull=False), name="entry_in_chain_has_seq"),
        ]
        indexes = [
            models.Index(fields=["county", "-recorded_at", "-id"], name="entry_newest"),
            models.Index(
                fields=["county", "-recorded_at", "-id"],
                condition=Q(kind__in=NEWS),
                name="entry_news",
            ),
            models.Index(fields=["actor", "-recorded_at"], name="entry_by_actor"),
            # A receipt's code is the beginning of the leaf hash.
            models.Index(fields=["leaf_hash"], name="entry_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert. Raises `models.ProtectedError` for a row that is there already."""
        if not self._state.adding:
            raise models.ProtectedError("An audit entry is never changed.", {self})
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError("An audit entry is never deleted.", {self})

    @property
    def uuid(self) -> uuid.UUID:
        """The entry's UUIDv7."""
        return uuid.UUID(str(self.pk))


class _Inserted(models.Model):
    """Base of rows that are inserted once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert. Raises `models.ProtectedError` for a row that is there already."""
        if not self._state.adding:
            raise models.ProtectedError("The tree is never changed.", {self})
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError("The tree is never cut.", {self})


class TreeLeaf(_Inserted):
    """The place of an entry in the tree: positions run from 0 without a gap."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="leaf")

    def __str__(self) -> str:
        return f"{self.position}"


class TreeNode(_Inserted):
    """The hash of a complete subtree. `key` is level · 2^48 + index; level 0 are the leaves."""

    key = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.key >> 48}/{self.key & (1 << 48) - 1}"


class SignedCheckpoint(_Inserted):
    """A checkpoint as it was signed; the same text lies outside the database."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.size}"


class CheckpointDelivery(_Inserted):
    """That a checkpoint left the machine, or did not: where to, and what the other side said."""

    size = models.BigIntegerField()
    to = models.CharField(max_length=200)
    at = models.DateTimeField()
    ok = models.BooleanField()
    said = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["to", "-size"], name="delivered_checkpoints")]

    def __str__(self) -> str:
        return f"{self.size} → {self.to}"


class Finding(models.Model):
    """What a verification found; it is resolved by a person with words, never deleted."""

    kind = models.CharField(max_length=40)
    where = models.CharField(max_length=200)
    text = models.TextField()
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=80, blank=True)
    resolution = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "where"], condition=Q(resolved_at__isnull=True), name="finding_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.where}"


class PrivateValue(models.Model):
    """A person's datum beside the trail. Entries hold only its commitment; without salt and value that says nothing."""

    county = models.CharField(max_length=6)
    commitment = models.CharField(max_length=64, unique=True)
    about = models.CharField(max_length=80)
    salt = models.BinaryField(max_length=32)
    value = models.CharField(max_length=200)
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["county", "about"], name="private_by_subject")]

    def __str__(self) -> str:
        return self.about


class Erasure(models.Model):
    """The erasure of one private value: asked by one person, decided by another; the row and two entries stay."""

    county = models.CharField(max_length=6)
    commitment = models.CharField(max_length=64)
    about = models.CharField(max_length=80)
    basis = models.CharField(max_length=40)
    words = models.CharField(max_length=300)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["commitment"], condition=Q(decided_at__isnull=True), name="erasure_open_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | ~Q(decided_by=models.F("asked_by")), name="erasure_two_people"
            ),
        ]
        indexes = [models.Index(fields=["county", "-id"], name="erasure_newest")]

    def __str__(self) -> str:
        return self.about


class VerificationRun(models.Model):
    """A verification of everything: how far it is, and what it came to."""

    asked_by = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    exit_code = models.PositiveSmallIntegerField(null=True)
    said = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.asked_at} {self.done}/{self.total}"


class ExportRun(models.Model):
    """An export package that an auditor asked for on a page: how far it is, what it holds, and its file while kept."""

    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    # The name of its file below `settings.EXPORT_DIR`; empty before it is made, and after its time.
    file = models.CharField(max_length=80, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    said = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.asked_at} {self.done}/{self.total}"


class SavedSearch(models.Model):
    """A question that an auditor asks again and again: the fields of the search page under a name of his."""

    county = models.CharField(max_length=6)
    owner = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_search_once")]

    def __str__(self) -> str:
        return self.name
