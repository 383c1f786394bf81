"""Every story of a project unit ends with the question whether its record fits."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _every_story_fits(record_fits: None) -> None:
    """See `record_fits`."""
