"""Every journey ends with the question whether its record fits."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _every_journey_fits(record_fits: None) -> None:
    """See `record_fits`."""
