"""The words of a code that a row carries."""

from __future__ import annotations

from django.db.models import TextChoices


def label_of(choices: type[TextChoices], code: str) -> str:
    """The label in the reader's language; the code itself where a row of old carries one that is no more.

    What `get_…_display` says, without putting all the choices together for each row.
    """
    try:
        return str(choices(code).label)
    except ValueError:
        return code
