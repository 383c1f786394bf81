"""Every test reads the calendar anew: a rolled back load must not linger in the process."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_kept_calendar() -> Iterator[None]:
    from workflows.clock.calendars import forget_calendars

    forget_calendars()
    yield
    forget_calendars()
