"""The matters that an officer may be recused from (回避): the county's projects."""

from __future__ import annotations

from collections.abc import Sequence

from permits.models import Project
from workflows.offices.recusals import offer_subjects


@offer_subjects
def projects(county: str) -> Sequence[tuple[str, str]]:
    """(key, name) of every live project, by name; an application carries the key of its project as its subject."""
    rows = Project.objects.in_county(county).live().order_by("name", "pk")
    return [(project.key, project.name) for project in rows.only("pk", "name")]
