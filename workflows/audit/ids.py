"""UUIDv7 (RFC 9562 section 5.7) of a given instant: ordered by time, and by a counter inside one millisecond."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import uuid

_guard = threading.Lock()
_last: tuple[int, int] = (-1, 0)


def uuid7(moment: dt.datetime) -> uuid.UUID:
    """A new id for `moment`; ids of the same millisecond of one process rise (section 6.2, method 1).

    Python gets its own in 3.14; until then these few lines stand in, because no kept library takes the instant.
    """
    global _last
    milliseconds = int(moment.timestamp() * 1000)
    with _guard:
        counter = _last[1] + 1 if _last[0] == milliseconds and _last[1] < 0xFFF else secrets.randbits(8)
        _last = (milliseconds, counter)
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)
