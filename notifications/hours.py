"""When a message may go: digests and quiet hours, civil time of Asia/Shanghai. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = dt.time(8, 30)
ONE_DAY = dt.timedelta(days=1)


def next_slot(digest: str, now: dt.datetime) -> dt.datetime | None:
    """The next time at which this kind of digest goes; None when each message goes at once."""
    local = now.astimezone(SHANGHAI)
    if digest == "hourly":
        return (local.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)).astimezone(dt.UTC)
    if digest == "daily":
        day = local.date() if local.time() < MORNING else local.date() + ONE_DAY
        return dt.datetime.combine(day, MORNING, SHANGHAI).astimezone(dt.UTC)
    return None


def after_quiet(moment: dt.datetime, quiet_from: dt.time | None, quiet_to: dt.time | None) -> dt.datetime:
    """`moment` itself, or the end of the quiet hours in which it falls; they may run over midnight."""
    if quiet_from is None or quiet_to is None or quiet_from == quiet_to:
        return moment
    local = moment.astimezone(SHANGHAI)
    time, day = local.time(), local.date()
    if quiet_from < quiet_to:
        quiet, ends = quiet_from <= time < quiet_to, day
    else:
        quiet, ends = time >= quiet_from or time < quiet_to, day + ONE_DAY if time >= quiet_from else day
    return dt.datetime.combine(ends, quiet_to, SHANGHAI).astimezone(dt.UTC) if quiet else moment
