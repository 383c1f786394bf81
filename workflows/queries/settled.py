"""Which pages wait for nobody any more: asked by the messenger before it announces what was done meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workflows.models import Step

# A step's own page, or the card of what climbed from it.
_STEP = re.compile(r"^/(?:steps/|escalations/step:)([0-9]{1,18})/")


def settled_pages(urls: Iterable[str]) -> set[str]:
    """Those of `urls` that are pages of steps which were signed or closed; one statement."""
    steps = {url: int(found[1]) for url in urls if (found := _STEP.match(url))}
    done = Step.objects.filter(pk__in=set(steps.values()), finished__isnull=False)
    closed = set(done.values_list("pk", flat=True)) if steps else set()
    return {url for url, pk in steps.items() if pk in closed}
