"""What posts are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.offices.models import Post, localized


def post_names(county: str, keys: Iterable[str]) -> dict[str, str]:
    """{post key: office and post}; one SQL statement for any number of keys, none for no keys."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    rows = Post.objects.filter(county=county, key__in=wanted)
    listed = rows.values_list("key", "name", "name_en", "office__name", "office__name_en")
    return {
        key: f"{localized(office, office_en)} {localized(name, name_en)}"
        for key, name, name_en, office, office_en in listed
    }
