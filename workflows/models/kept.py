"""Rows of the record: they are never deleted, one by one or in bulk."""

from __future__ import annotations

from typing import Any

from django.db import models


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
