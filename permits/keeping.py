"""Which personal data another law keeps: those of a project that still runs are not erased."""

from __future__ import annotations

from django.utils.translation import gettext as _

from permits.models import Project
from workflows.audit.erasing import KEEPERS

DONE = (Project.Phase.COMPLETED, Project.Phase.CANCELLED, Project.Phase.MERGED)


def kept_by_archives(about: str) -> str:
    """Why the value `project:<pk>:…` must stay (Archives Law; PIPL art. 47 para. 2), or nothing; one statement."""
    room, _colon, rest = about.partition(":")
    key = rest.partition(":")[0]
    if room != "project" or not key.isdecimal() or not Project.objects.filter(pk=key).exclude(phase__in=DONE).exists():
        return ""
    return _(
        "Records that the Archives Law keeps may not be erased (PIPL art. 47, last sentence): the project is still "
        "running."
    )


KEEPERS.append(kept_by_archives)
